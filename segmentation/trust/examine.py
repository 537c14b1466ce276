"""Everything about one result's cohorts, as it becomes known."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from segmentation.cluster import ClassFit
from segmentation.mixture import Floats, Ints
from segmentation.progress import Progress, silent
from segmentation.resample import Task, run_tasks, seed_of
from segmentation.run import Segmentation
from segmentation.spec import Method, TrustSpec
from segmentation.trust import how_many, methods
from segmentation.trust.audits import breadth, marks, order, threshold
from segmentation.trust.audits.model import Audits, CohortMarks, ThresholdAudit
from segmentation.trust.chain import Found, held
from segmentation.trust.model import (
    CohortTrust,
    HowMany,
    Methods,
    MethodTrust,
    Setting,
    Trust,
)
from segmentation.trust.plan import (
    COMPARED,
    IN_ORDER,
    KINDS,
    REAL,
    Plan,
    attribute_key,
    class_fits,
    compared_ways,
    cost_of_rest,
    first,
    half_key,
    plan,
    run_key,
    second,
    settings,
    with_seeds,
)
from segmentation.trust.ruling import rule
from segmentation.trust.stability import best_overlaps, mistaken, summary
from segmentation.trust.structure import FIRST, Kind, Looked, Structure, judge

T = TypeVar("T")

PAUSE = 1.0
"""Seconds between two partial results."""

Show = Callable[[Trust], None]


def examine(
    run: Segmentation,
    asked: TrustSpec = TrustSpec(),
    progress: Progress = silent,
    show: Show = lambda _: None,
    remembered: MutableMapping[str, Any] | None = None,
) -> Trust:
    """How far the cohorts of a result can be trusted.

    `run` may have been changed by hand: it is its cohorts that are looked for again. `show` is
    given what is known so far, the structure verdict first. `remembered` keeps what was computed,
    by survey, mapping and settings, so that asking for more does only the rest. The figures depend
    on neither workers nor order. Raises what `progress` raises, and WorkbenchError like
    `resample.run_tasks`.
    """
    known = {} if remembered is None else remembered
    state = _State(run, plan(run, asked))
    begun, told = time.monotonic(), time.monotonic()

    def done(task: Task, result: Any) -> None:
        nonlocal told
        state.results[task.key] = result
        if time.monotonic() - told > PAUSE:
            show(state.so_far(time.monotonic() - begun))
            told = time.monotonic()

    run_tasks(list(first(state.plan, run)), done, progress, known, further=cost_of_rest(state.plan))
    show(state.so_far(time.monotonic() - begun))
    if how_many.needs_more(state.fits):
        more = list(class_fits(state.plan, how_many.MANY))
        run_tasks(more, done, progress, known, further=cost_of_rest(state.plan))
    rest = second(state.plan, state.classes, state.get(*IN_ORDER))
    run_tasks(list(rest), done, progress, known)
    return state.so_far(time.monotonic() - begun, complete=True)


def marks_again(run: Segmentation, progress: Progress = silent) -> tuple[CohortMarks, ...]:
    """The marks of each cohort, and which of those of one half of the respondents the other half
    shows too."""
    seed = seed_of(run.cohorts.spec.embed.seed, "marks")
    found: list[tuple[CohortMarks, ...]] = []
    task = Task("marks", "Forming the cohorts on one half", marks.again, (run, seed))
    run_tasks([task], lambda _, result: found.append(result), progress)
    return found[0]


@dataclass
class _State:
    """What came back so far, and what it amounts to."""

    run: Segmentation
    plan: Plan
    results: dict[str, Any] = field(default_factory=dict)
    here: dict[str, Any] = field(default_factory=dict)

    def get(self, *parts: object) -> Any:
        return self.results.get(self.plan.key(*parts))

    def has(self, *parts: object) -> bool:
        return self.plan.key(*parts) in self.results

    @property
    def labels(self) -> Ints:
        """The result's cohort of each of the plan's people."""
        everyone = np.full(len(self.run.features.used), -1, dtype=np.int64)
        everyone[self.run.features.used] = self.run.clustering.labels
        labels: Ints = everyone[self.plan.rows]
        return labels

    @property
    def fits(self) -> list[ClassFit]:
        return [timed.fit for timed in self.timed_fits()]

    def timed_fits(self) -> list[how_many.Timed]:
        numbers = (*how_many.FEW, *how_many.MANY)
        found = (self.get("classes", classes) for classes in numbers)
        return [timed for timed in found if timed is not None]

    @property
    def classes(self) -> int:
        """What a free number of latent classes comes to."""
        return how_many.chosen_by_bic(self.fits)[0] if self.fits else 1

    def seconds_of_search(self, method: Method) -> float:
        """What looking for the number of latent classes took, where it is free."""
        if method != "latent-class" or self.plan.spec.cluster.cohorts:
            return 0.0
        tried = how_many.chosen_by_bic(self.fits)[1]
        return sum(timed.seconds for timed in self.timed_fits() if timed.fit.classes <= tried)

    def so_far(self, seconds: float, complete: bool = False) -> Trust:
        structure = self.structure()
        overlaps, confused = self.in_halves()
        varied = tuple(self.under_other_settings())
        made = self.run.cohorts
        return Trust(
            survey=made.survey,
            survey_sha256=made.survey_sha256,
            spec=made.spec,
            asked=self.plan.asked,
            people=len(self.plan.used),
            of=int(self.run.features.used.sum()),
            structure=structure,
            cohorts=tuple(self.cohorts(structure, overlaps, confused, varied)),
            settings=varied,
            methods=self.methods(),
            how_many=self.how_many(),
            audits=self.audits(),
            resamples=len(overlaps),
            seconds=round(seconds, 1),
            complete=complete,
            fingerprint=made.fingerprint,
        )

    def structure(self) -> Structure | None:
        real: Looked | None = self.get(*REAL)
        copies: dict[Kind, list[Looked]] = {
            kind: [
                copy
                for number in range(self.plan.asked.shuffles)
                if (copy := self.get(kind, number)) is not None
            ]
            for kind in KINDS
        }
        wanted = min(FIRST, self.plan.asked.shuffles)
        if real is None or any(len(found) < wanted for found in copies.values()):
            return None
        chance, breadth = copies["independent"], copies["breadth-keeping"]
        return Structure(
            verdict=judge(real, chance, breadth),
            gain=real.gain,
            se=real.se,
            independent=tuple(copy.gain for copy in chance),
            breadth_keeping=tuple(copy.gain for copy in breadth),
            respondents=len(self.plan.tested),
            of=int(self.run.features.used.sum()),
            ties=real.ties,
            breadth_keeping_ties=tuple(copy.ties for copy in breadth),
        )

    def halves(self) -> Iterator[tuple[int, tuple[Found, ...]]]:
        own = held(self.plan.spec.cluster, self.plan.cohorts)
        for number in range(self.plan.asked.resamples):
            ways = [own, *compared_ways(self.plan, self.classes)] if number < COMPARED else [own]
            found = self.get(*half_key(number, ways))
            if found is not None:
                yield number, found

    def in_halves(self) -> tuple[list[Floats], Ints]:
        """Best overlap of each cohort in each half, and whose likeness its members were in."""
        count, labels = self.plan.cohorts, self.labels
        overlaps, confused = [], np.zeros((count, count + 1), dtype=np.int64)
        for number, found in self.halves():
            mine, theirs = labels[self.plan.half(number)], found[0]
            overlaps.append(best_overlaps(mine, count, theirs.labels, theirs.cohorts))
            confused += mistaken(mine, count, theirs.labels, theirs.cohorts)
        return overlaps, confused

    def under_other_settings(self) -> Iterator[Setting]:
        labels = self.labels
        for varied, value, _ in settings(self.plan):
            found: Found | None = self.get("setting", varied, value)
            if found is not None:
                best = best_overlaps(labels, self.plan.cohorts, found.labels, found.cohorts)
                figures = tuple(float(x) if np.isfinite(x) else None for x in best)
                yield Setting(varied, value, figures)

    def cohorts(
        self,
        structure: Structure | None,
        overlaps: list[Floats],
        confused: Ints,
        varied: tuple[Setting, ...],
    ) -> Iterator[CohortTrust]:
        run = self.run
        stable = summary(overlaps, self.plan.cohorts)
        for number, cohort in enumerate(run.cohorts.cohorts):
            over = [_mean(varied, which, number) for which in ("neighbours", "threshold")]
            worst = min((x for x in over if x is not None), default=None)
            fidelity = run.validation.cohort_fidelity[number]
            faithful = None if np.isnan(fidelity) else fidelity
            ruling, reason = rule(stable[number], worst, faithful, cohort.size, structure)
            other, share = _confusion(confused[number], number)
            yield CohortTrust(
                number=number,
                name=cohort.name,
                size=cohort.size,
                stability=stable[number],
                over_neighbours=over[0],
                over_threshold=over[1],
                fidelity=faithful,
                marks=int((run.profiles.tool_rates.significant[number] > 0).sum()),
                confused_with=other,
                confused=share,
                ruling=ruling,
                reason=reason,
            )

    def audits(self) -> Audits:
        run, plan = self.run, self.plan
        count = len(run.features.attributes)
        against = [self.get(*attribute_key(run, number)) for number in range(count)]
        whole = all(
            found is not None or not attribute.levels
            for found, attribute in zip(against, run.features.attributes, strict=True)
        )
        moved = [self.get("order", number) for number in range(order.SHUFFLES)]
        return Audits(
            breadth=self.once("breadth", lambda: breadth.audit(run)),
            threshold=self.threshold(),
            attributes=tuple(found for found in against if found is not None) if whole else None,
            marks=self.once("marks", lambda: marks.audit(run)),
            order=None if None in moved else order.proof(moved, len(plan.tested)),
        )

    def threshold(self) -> ThresholdAudit | None:
        """With niches once they were looked for, where everybody is among the plan's people."""
        lower = threshold.lowered(self.plan.spec).encode.threshold
        below: Found | None = self.get("setting", "threshold", lower)
        if below is None:
            return self.once("threshold", lambda: threshold.audit(self.run))
        everybody = len(self.plan.people) == int(self.run.features.included.sum())
        labels = below.labels if everybody else None
        return self.once("niches", lambda: threshold.audit(self.run, labels))

    def once(self, name: str, find: Callable[[], T]) -> T:
        """What is found out here needs no other process, but need not be done twice."""
        if name not in self.here:
            self.here[name] = find()
        found: T = self.here[name]
        return found

    def how_many(self) -> HowMany | None:
        """Once every number was tried that has to be."""
        tried = {k for k in (*how_many.FEW, *how_many.MANY) if self.has("classes", k)}
        wanted = {*how_many.FEW, *(how_many.MANY if tried & set(how_many.MANY) else ())}
        open_still = tried < wanted or how_many.needs_more(self.fits)
        return None if open_still or not self.fits else how_many.how_many(self.fits)

    def methods(self) -> Methods | None:
        rows = [row for method in methods.METHODS if (row := self.method(method)) is not None]
        return methods.choose(rows) if len(rows) == len(methods.METHODS) else None

    def method(self, method: Method) -> MethodTrust | None:
        specs = with_seeds(self.plan, method, self.classes)
        runs = [self.get(*run_key(spec)) for spec in specs]
        if any(run is None for run in runs):
            return None
        found: Found = runs[0].found
        stable = [
            best_overlaps(
                *(found.labels[self.plan.half(number)], found.cohorts),
                *(again.labels, again.cohorts),
            )
            for number, ways in self.halves()
            if number < COMPARED
            for again in [ways[1 + methods.METHODS.index(method)]]
        ]
        return MethodTrust(
            method=method,
            cohorts=found.cohorts,
            gain=found.gain,
            gain_se=found.gain_se,
            stability=float(np.nanmean(stable)) if stable and found.cohorts else None,
            agreement=methods.agreement([run.found.labels for run in runs]),
            unassigned=found.unassigned,
            seconds=round(runs[0].seconds + self.seconds_of_search(method), 2),
        )


def _mean(varied: tuple[Setting, ...], which: str, cohort: int) -> float | None:
    values = [s.overlap[cohort] for s in varied if s.varied == which]
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _confusion(row: Ints, cohort: int) -> tuple[int | None, float]:
    """The other cohort in whose likeness most members were found, and the share of them."""
    others = row[:-1].copy()
    others[cohort] = 0
    if not others.any():
        return None, 0.0
    other = int(others.argmax())
    return other, float(others[other] / row.sum())
