"""Two cohort sets -> what sets the second apart from the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from segmentation.cohorts import COVERAGE_FLOOR, CohortSet
from segmentation.compare.counterparts import Likeness, by_definition, by_members
from segmentation.compare.differences import differences
from segmentation.compare.drift import Pairs, overall_change, pair_drift
from segmentation.compare.evidence import newcombe, spread
from segmentation.compare.instrument import instrument_change
from segmentation.compare.model import Change, Comparison, Interval, Match, Moves
from segmentation.compare.moves import who_moved
from segmentation.compare.shared import (
    SharedDefinition,
    SharedOffer,
    shared_definition,
    shared_offer,
)
from segmentation.figures import percent
from segmentation.mixture import Floats
from segmentation.progress import Progress, silent

LEAST_COVERAGE = 0.25
"""Below this share of either definition's information no cohort is given a counterpart."""


def compare(
    a: CohortSet,
    b: CohortSet,
    floor: float = LEAST_COVERAGE,
    seed: int = 0,
    progress: Progress = silent,
) -> Comparison:
    """Compare set B with set A.

    Sets of the same rows are compared by their members, others by their definitions over the
    tools that both have. Where these carry less than `floor` of either definition's information,
    no cohort is given a counterpart. `seed`: of the people drawn from the definitions.
    """
    definition = shared_definition(a, b)
    same_people = a.survey_sha256 == b.survey_sha256
    moves = _moves(a, b) if same_people else None
    too_little = definition.coverage < floor and moves is None
    likeness = by_members(moves) if moves else by_definition(a, b, definition, seed, progress)
    pairs = [] if too_little else likeness.pairs
    offer = shared_offer(a, b)
    beside = list(_beside(a, b, likeness, pairs))
    return Comparison(
        a=a,
        b=b,
        differences=differences(a, b),
        tools_shared=len(definition.tools),
        coverage_a=definition.coverage_a,
        coverage_b=definition.coverage_b,
        matches=tuple(
            beside if same_people else _with_evidence(beside, (a, b), likeness, offer, pairs)
        ),
        tools=() if same_people else overall_change(offer, pairs),
        instrument=instrument_change(offer, pairs),
        moves=moves,
        notes=tuple(_notes((a, b), definition, moves, floor)),
    )


def _moves(a: CohortSet, b: CohortSet) -> Moves | None:
    one, other = a.labels, b.labels
    if one is None or other is None or len(one) != len(other):
        return None
    return who_moved(one, other, len(a.cohorts), len(b.cohorts))


def _beside(a: CohortSet, b: CohortSet, likeness: Likeness, pairs: Pairs) -> Iterator[Match]:
    """A's cohorts in order, each with its counterpart or without one, then B's without one."""
    counterpart = dict(pairs)
    table, cut_a, cut_b = likeness.table, likeness.cut_a, likeness.cut_b
    for i, cohort in enumerate(a.cohorts):
        j = counterpart.get(i)
        nearest = int(table[i].argmax())
        if j is None:
            cut = float(cut_a[i])
            yield Match(i, None, float(table[i, nearest]), cut, "no counterpart", nearest)
        else:
            cut = float(min(cut_a[i], cut_b[j]))
            grown = b.cohorts[j].share - cohort.share
            yield Match(i, j, float(table[i, j]), cut, "matched", nearest, grown)
    for j in sorted(set(range(len(b.cohorts))) - set(counterpart.values())):
        nearest = int(table[:, j].argmax())
        likest = float(table[nearest, j])
        yield Match(None, j, likest, float(cut_b[j]), "no counterpart", nearest)


def _with_evidence(
    matches: list[Match],
    comparison: tuple[CohortSet, CohortSet],
    likeness: Likeness,
    offer: SharedOffer,
    pairs: Pairs,
) -> Iterator[Match]:
    """The same with intervals and drift, for sets of different people."""
    column = {tool: i for i, tool in enumerate(likeness.tools)}
    apart = np.zeros((len(pairs), len(offer.tools)))
    for i, offered in enumerate(offer.tools):
        if offered.tool in column:
            apart[:, i] = [abs(likeness.apart[pair][column[offered.tool]]) for pair in pairs]
    drifts = dict(zip(pairs, pair_drift(offer, pairs, apart), strict=True))
    unsure = np.array([abs(likeness.larger[pair]) for pair in pairs])
    shares = dict(zip(pairs, _share_intervals(*comparison, pairs, unsure), strict=True))
    for match in matches:
        if match.a is None or match.b is None:
            yield match
            continue
        low, high = interval = shares[match.a, match.b]
        change: Change = "grew" if low > 0 else "shrank" if high < 0 else "stayed"
        by, drift = drifts[match.a, match.b]
        yield replace(match, interval=interval, change=change, spread=by, drift=drift)


def _share_intervals(a: CohortSet, b: CohortSet, pairs: Pairs, unsure: Floats) -> list[Interval]:
    """95 % interval of each pair's difference of shares.

    Wider on either side by `unsure`, what the definitions alone make of it; and, like the tools'
    (`evidence.spread`), by what the differences of all pairs scatter beyond that and chance.
    """
    p1, p2 = (
        np.array([saved.cohorts[pair[side]].share for pair in pairs])
        for side, saved in enumerate((a, b))
    )
    n1, n2 = (saved.respondents_effective or float(saved.respondents_used) for saved in (a, b))
    error = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    beyond = np.maximum(np.abs(p2 - p1) - unsure, 0.0)
    z = np.divide(beyond, error, out=np.zeros(len(pairs)), where=error > 0)
    by = spread(z, np.ones(len(pairs), dtype=bool))
    size = np.ones(len(pairs)) / by**2
    low, high = newcombe(p1, n1 * size, p2, n2 * size)
    return list(zip((low - unsure).tolist(), (high + unsure).tolist(), strict=True))


def cautions(a: CohortSet, b: CohortSet) -> Iterator[str]:
    """What is to be known about either set's cohorts, a sentence each."""
    for side, saved in (("A", a), ("B", b)):
        if saved.caution:
            yield f"{side}: {saved.caution}"


def _notes(
    comparison: tuple[CohortSet, CohortSet],
    shared: SharedDefinition,
    moves: Moves | None,
    floor: float,
) -> Iterator[str]:
    a, b = comparison
    yield from cautions(a, b)
    if moves is None and shared.coverage < floor:
        yield (
            f"The tools that both surveys have carry under {percent(floor)} of what tells the "
            "cohorts apart: no cohort is given a counterpart. Map more questions of both to the "
            "same tools."
        )
    elif moves is None and shared.coverage < COVERAGE_FLOOR:
        yield (
            f"The tools that both surveys have carry only {percent(shared.coverage)} of what "
            "tells the cohorts apart: read who is whose counterpart with care."
        )
    if a.survey_sha256 == b.survey_sha256 and moves is None:
        yield (
            "Both sets are of the same answers, but who belongs where was not kept in both: save "
            "them again to see who moved."
        )
    if not (a.offered and b.offered):
        yield (
            "A set was saved by an earlier version: of its survey only the tools that formed "
            "cohorts are known."
        )
    if moves is None and "hdbscan" in (a.spec.cluster.method, b.spec.cluster.method):
        yield (
            "HDBSCAN draws the borders of its cohorts anew each time: what drifted may be a "
            "border. Place the people of B in the cohorts of A to make sure."
        )
    if a.spec.cluster.method != b.spec.cluster.method:
        yield "The cohorts were found by two methods: some of what differs comes from that alone."
