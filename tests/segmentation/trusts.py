"""What was found out about cohorts, made by hand: verdicts are what the test says they are."""

from __future__ import annotations

import dataclasses

from segmentation.cluster import ClassFit
from segmentation.cohorts.trusted import Ruling, Verdict
from segmentation.spec import EncodeSpec, RunSpec, TrustSpec
from segmentation.trust.audits.model import (
    AttributeAudit,
    Audits,
    BreadthAudit,
    CohortMarks,
    NicheTool,
    OrderProof,
    ThresholdAudit,
)
from segmentation.trust.model import (
    CohortTrust,
    HowMany,
    Methods,
    MethodTrust,
    Setting,
    Sweep,
    SweepCell,
    SweepSpec,
    Trust,
)
from segmentation.trust.stability import Stability
from segmentation.trust.structure import Structure

GAINS: dict[Verdict, float] = {"structure": 0.8, "breadth only": 0.3, "none": 0.05, "unclear": 0.42}
"""Of the survey, beside shuffles that reach 0.1 freely and 0.4 with breadth kept."""

INDEPENDENT = (-0.1, 0.05, 0.1, 0.0, 0.02)
BREADTH_KEEPING = (0.3, 0.38, 0.4, 0.35, 0.31)


def structure(verdict: Verdict = "structure", people: int = 120) -> Structure:
    return Structure(verdict, GAINS[verdict], 0.02, INDEPENDENT, BREADTH_KEEPING, people, people)


def cohort(
    number: int,
    name: str,
    jaccard: float | None = 0.9,
    ruling: Ruling | None = "holds",
    size: int = 40,
    confused_with: int | None = None,
) -> CohortTrust:
    return CohortTrust(
        number=number,
        name=name,
        size=size,
        stability=Stability(jaccard, None if jaccard is None else 0.02, 0.0, 1.0, 50),
        over_neighbours=0.81,
        over_threshold=None,
        fidelity=0.93,
        marks=4,
        confused_with=confused_with,
        confused=0.12 if confused_with is not None else 0.0,
        ruling=ruling,
        reason="Half samples find it again." if ruling else "",
    )


def methods() -> Methods:
    return Methods(
        (
            MethodTrust("hdbscan", 7, 0.6, 0.02, 0.55, 0.31, 0.4, 3.2),
            MethodTrust("leiden", 5, 0.78, 0.02, 0.74, 0.7, 0.0, 0.9),
            MethodTrust("latent-class", 4, 0.8, 0.02, 0.93, None, 0.0, 1.4),
        ),
        "latent-class",
        "Its cohorts say most about new people and are found again most often.",
    )


def how_many() -> HowMany:
    counts = tuple(
        ClassFit(k, -900.0 - k, 2000.0 - 100 * k + 14 * k * k, 1.0 - 0.05 * (k - 1))
        for k in range(1, 9)
    )
    return HowMany(counts, 4, 3, "4 classes have the lowest BIC; 3 fit nearly as well.")


def attribute(
    name: str, cohorts: int = 3, v: float = 0.06, p: float = 0.4, title: bool = True
) -> AttributeAudit:
    levels = (f"{name} a", f"{name} b")
    counts = tuple(tuple(20 + level for _ in range(cohorts)) for level in range(2))
    people = sum(map(sum, counts))
    return AttributeAudit(name, levels, people, v, 0.01, p, 999, "", counts, title)


def audits(names: tuple[str, ...], attribute_name: str = "Role title") -> Audits:
    return Audits(
        breadth=BreadthAudit(0.31, tuple(2.0 + number for number in range(len(names)))),
        threshold=ThresholdAudit(
            9,
            (NicheTool("COBOL", "Language", 0, 0.2, 0.04, 500.0, 40),),
            0.05,
            (("Ada, Forth", 31),),
        ),
        attributes=(
            attribute("Team size", len(names), 0.34, 0.001, title=False),
            attribute(attribute_name, len(names)),
        ),
        marks=tuple(
            CohortMarks(number, 3, 1, ("COBOL",), None, None) for number in range(len(names))
        ),
        order=OrderProof(20, 20, 0, 120),
    )


def trust(
    names: tuple[str, ...] = ("Notebooks", "Desktops", "Terminals"),
    verdict: Verdict = "structure",
    **changed: object,
) -> Trust:
    """Whole; the first cohort holds, the second is a pattern, all others should not be used."""
    jaccard = (0.91, 0.68, *(0.42 for _ in names[2:]))
    rulings: tuple[Ruling, ...] = (
        *("holds", "pattern, members doubtful"),
        *("do not use" for _ in names[2:]),
    )
    rows = tuple(
        cohort(n, name, jaccard[n], rulings[n], confused_with=(n + 1) % len(names))
        for n, name in enumerate(names)
    )
    whole = Trust(
        survey="tools.csv",
        survey_sha256="0" * 64,
        spec=RunSpec(),
        asked=TrustSpec(50, 5),
        people=120,
        of=120,
        structure=structure(verdict),
        cohorts=rows,
        settings=(Setting("neighbours", 16, tuple(0.8 for _ in names)),),
        methods=methods(),
        how_many=how_many(),
        audits=audits(names),
        resamples=50,
        seconds=12.5,
        complete=True,
    )
    return dataclasses.replace(whole, **changed)  # type: ignore[arg-type]


def partial(names: tuple[str, ...] = ("Notebooks", "Desktops", "Terminals")) -> Trust:
    """A first verdict, and nothing on any cohort yet."""
    rows = tuple(cohort(n, name, None, None) for n, name in enumerate(names))
    return trust(
        names,
        cohorts=rows,
        settings=(),
        methods=None,
        how_many=None,
        audits=None,
        resamples=0,
        complete=False,
    )


def sweep(cells: int | None = None) -> Sweep:
    """Two thresholds by two numbers of neighbours by three sizes; the gain grows along."""
    asked = SweepSpec((0.05, 0.1), (16, 32), "min_cluster_size", (0.01, 0.02, 0.05))
    made = []
    for threshold in asked.thresholds:
        for neighbours in asked.neighbours:
            for size in asked.sizes:
                place = len(made)
                spec = RunSpec()
                spec = dataclasses.replace(
                    spec,
                    encode=EncodeSpec(threshold),
                    embed=dataclasses.replace(spec.embed, neighbors=neighbours),
                    cluster=dataclasses.replace(spec.cluster, min_cluster_size=size),
                )
                stable = None if place == 0 else 0.5 + place / 40
                made.append(
                    SweepCell(spec, size, 3 + place % 4, 0.1 * place, 0.01, stable, place / 30)
                )
    done = made[:cells] if cells is not None else made
    return Sweep(asked, tuple(done), complete=len(done) == len(made))
