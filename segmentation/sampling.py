"""Who the map and the cohorts are made from, where the respondents are too many: a seeded sample.

Everybody counts in every figure; the sample only decides which cohorts there are and what the map
looks like.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segmentation.encode import Features
from segmentation.mixture import Bools, Floats, Ints
from segmentation.neighbours import Patterns, distinct_patterns, pattern_keys
from segmentation.spec import FitSpec

STEPS = 4
"""Bands of weight to a doubling, from each of which its share is drawn."""

MAP_POINTS = 50_000
"""More points than this are not drawn on a map: it would be slow to load, and no clearer."""

EXACT = ("prevalence", "index", "size", "share", "assignments")
ESTIMATED = ("cohorts", "definition", "map", "heldout_gain", "fidelity")
"""Of a run on a sample: figures that everybody counts in, and what the sample alone decides."""


def in_force(features: Features, spec: FitSpec) -> bool:
    """Whether the respondents used are more than the sample."""
    return 0 < spec.sample < int(features.used.sum())


def draw(features: Features, spec: FitSpec, seed: int) -> Patterns:
    """The distinct answers of everybody used, or of a sample of `spec.sample` of them.

    Every respondent is as likely to be drawn as any other, and keeps his or her weight. The sample
    is systematic with a random start (Madow 1949), along bands of weight and in each of these by
    `order_keys`, which put people in a random order, equal ones together: so each band and each
    frequent answer is in it as often as it should be, to within one respondent. Of equal
    respondents the first are drawn, and the order of the rows decides nothing else.
    """
    if not in_force(features, spec):
        return distinct_patterns(features)
    weight = features.weight[features.used]
    keys = order_keys(features.chosen_kept, features.asked_kept, weight, seed)
    bands = weight_bands(weight)
    order = np.lexsort((keys, bands))
    ranked, banded = keys[order], bands[order]
    new = np.append(True, (ranked[1:] != ranked[:-1]) | (banded[1:] != banded[:-1]))
    of_pick = (np.cumsum(new) - 1)[every(len(order), spec.sample, seed)]
    rank = np.arange(len(of_pick)) - np.searchsorted(of_pick, of_pick)
    return distinct_patterns(features, np.sort(order[np.flatnonzero(new)[of_pick] + rank]))


def order_keys(chosen: Bools, asked: Bools, weight: Floats, seed: int) -> NDArray[np.uint64]:
    """(respondents,): a number for each one's answers and weight, the same for equal respondents
    wherever they stand, and as good as random otherwise; another seed gives another.

    Words mixed by the finaliser of SplitMix64 (Steele, Lea and Flood 2014). Of a hundred million
    different answers, two share a number with a chance of 1 in 4,000; they are then taken for one.
    """
    mixed = np.full(len(weight), seed, dtype=np.uint64)
    for word in (*pattern_keys(chosen, asked), weight.astype(np.float64).view(np.uint64)):
        mixed = _mix(mixed + np.uint64(0x9E3779B97F4A7C15) ^ word)
    return mixed


def _mix(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(bits ^ (bits >> np.uint64(31)), dtype=np.uint64)


def weight_bands(weight: Floats) -> Ints:
    """The band of each weight above 0, lighter ones lower: each doubling in STEPS equal parts, the
    same whoever else there is."""
    part, power = np.frexp(weight)
    return np.asarray(STEPS * power + np.floor((part - 0.5) * 2 * STEPS), dtype=np.int64)


def on_map(patterns: Patterns, seed: int, most: int = MAP_POINTS) -> Ints:
    """Which of the respondents fitted (`patterns.people`) a map shows, ascending: all, or `most`
    of them, drawn in the order of their patterns."""
    order = np.argsort(patterns.of_people, kind="stable")
    if len(order) <= most:
        return np.arange(len(order))
    return np.sort(order[every(len(order), most, seed)])


def in_words(patterns: Patterns, seed: int) -> str:
    """What was made from a sample and what counts everybody, in sentences; "" without a sample."""
    used, fitted = len(patterns.of), len(patterns.people)
    return sampled_in_words(used, fitted, patterns.sampled is not None, seed)


def sampled_in_words(used: int, fitted: int, sampled: bool, seed: int) -> str:
    """`in_words` of so many used, and fitted."""
    if not sampled:
        return (
            f"The map shows a sample of {MAP_POINTS:,} of the {used:,} respondents used."
            if used > MAP_POINTS
            else ""
        )
    shown = f" The map shows {MAP_POINTS:,} of them." if fitted > MAP_POINTS else ""
    return (
        f"The map and the cohorts were made from a sample of {fitted:,} of the {used:,} "
        f"respondents used (seed {seed}); everybody else was placed by their answers.{shown} "
        "Sizes, shares and profiles count everybody; which cohorts there are, the held-out gain "
        "and the fidelity are estimated from the sample."
    )


def every(number: int, wanted: int, seed: int) -> Ints:
    """`wanted` places among `number`, at equal steps from a random start."""
    start = np.random.default_rng(seed).random()
    places = np.floor((np.arange(wanted) + start) * (number / wanted)).astype(np.int64)
    return np.asarray(np.minimum(places, number - 1), dtype=np.int64)
