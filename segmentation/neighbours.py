"""Exact nearest neighbours between distinct tool sets, computed once and sliced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmentation.encode import Features
from segmentation.errors import SegmentError
from segmentation.mixture import Bools, Ints
from segmentation.progress import Progress, silent
from segmentation.spec import MAX_NEIGHBORS, Metric, NeighbourSpec

BLOCK = 256
"""Rows of the distance matrix held at a time."""

MIN_PATTERNS = 5

TIE_BREAK = 1e-5
"""Tool-set distances tie often; a fixed pseudo-random amount per pair, far below the smallest
difference between two distances, decides, so that no respondent becomes everybody's neighbour."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """Distinct answers to the kept tools, in canonical order (by bit pattern).

    `chosen`, `asked`: bool (patterns, kept tools). `of`: (respondents used,), each one's pattern.
    `count`: (patterns,), respondents with that pattern. Working on patterns is what makes
    identical answers share a cohort and row order irrelevant.
    """

    chosen: Bools
    asked: Bools
    of: Ints
    count: Ints


@dataclass(frozen=True, eq=False)
class Neighbours:
    """`indices`: int32 (patterns, k), nearest first, each row beginning with the pattern itself;
    `distances`: float32, same shape, 0 to 1."""

    patterns: Patterns
    indices: NDArray[np.int32]
    distances: NDArray[np.float32]


def find_neighbours(
    features: Features, spec: NeighbourSpec, progress: Progress = silent
) -> Neighbours:
    """The `MAX_NEIGHBORS` nearest patterns of every pattern (fewer when there are fewer).

    Raises SegmentError when the respondents' answers are too few or too alike to compare.
    """
    patterns = distinct_patterns(features)
    found = len(patterns.count)
    if found < MIN_PATTERNS:
        raise SegmentError(
            f"The {len(patterns.of):,} respondents gave only {found} different combinations of "
            "the tools kept, too few to find cohorts; map more tool questions or lower the "
            "prevalence threshold."
        )
    return Neighbours(patterns, *_nearest(patterns, spec.metric, progress))


def distinct_patterns(features: Features) -> Patterns:
    """The distinct rows of the used respondents' kept tools."""
    chosen, asked = features.chosen_kept, features.asked_kept
    tools = chosen.shape[1]
    packed = np.packbits(np.hstack([chosen, asked]), axis=1)
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    unique, of, count = np.unique(keys, return_inverse=True, return_counts=True)
    rows = unique.view(np.uint8).reshape(len(unique), -1)
    bits = np.unpackbits(rows, axis=1, count=2 * tools).astype(bool)
    return Patterns(
        bits[:, :tools], bits[:, tools:], of.astype(np.int64).ravel(), count.astype(np.int64)
    )


def _nearest(
    patterns: Patterns, metric: Metric, progress: Progress
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    number = len(patterns.count)
    k = min(MAX_NEIGHBORS, number - 1)
    indices = np.empty((number, k), dtype=np.int32)
    distances = np.empty((number, k), dtype=np.float32)
    tie = np.random.default_rng(0).random(number, dtype=np.float32)
    sets = _Sets.of(patterns)
    for start in range(0, number, BLOCK):
        rows = np.arange(start, min(start + BLOCK, number))
        exact = sets.distances(rows, metric)
        ranked = _break_ties(exact, tie[rows], tie)
        ranked[np.arange(len(rows)), rows] = -1.0
        nearest = np.argpartition(ranked, k - 1, axis=1)[:, :k]
        order = np.argsort(np.take_along_axis(ranked, nearest, axis=1), axis=1)
        nearest = np.take_along_axis(nearest, order, axis=1)
        indices[rows] = nearest
        distances[rows] = np.take_along_axis(exact, nearest, axis=1)
        progress("Comparing respondents", rows[-1] / number)
    distances[:, 0] = 0.0
    return indices, distances


def _break_ties(
    exact: NDArray[np.float32], mine: NDArray[np.float32], theirs: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Distances plus a fixed amount per pair under TIE_BREAK: the sum of two numbers, modulo 1."""
    amount: NDArray[np.float32] = mine[:, None] + theirs
    amount -= amount >= 1
    amount *= np.float32(TIE_BREAK)
    amount += exact
    return amount


@dataclass(frozen=True, eq=False)
class _Sets:
    """Tool sets as float32 matrices, so that overlaps are matrix products.

    Only tools that both respondents were asked about count; `asked` is None when everybody was
    asked everything, which saves two products of three.
    """

    chosen: NDArray[np.float32]
    asked: NDArray[np.float32] | None
    size: NDArray[np.float32]

    @classmethod
    def of(cls, patterns: Patterns) -> _Sets:
        chosen = (patterns.chosen & patterns.asked).astype(np.float32)
        asked = None if patterns.asked.all() else patterns.asked.astype(np.float32)
        return cls(chosen, asked, chosen.sum(axis=1))

    def distances(self, rows: Ints, metric: Metric) -> NDArray[np.float32]:
        """Distance of each of `rows` to every pattern; 1 where nothing can be compared."""
        both = self.chosen[rows] @ self.chosen.T
        if self.asked is None:
            total = self.size[rows, None] + self.size
            product = self.size[rows, None] * self.size if metric == "cosine" else total
            compared = np.broadcast_to(np.float32(self.chosen.shape[1]), both.shape)
        else:
            mine = self.chosen[rows] @ self.asked.T
            theirs = self.asked[rows] @ self.chosen.T
            total, product = mine + theirs, mine * theirs
            compared = self.asked[rows] @ self.asked.T
        if metric == "hamming":
            return _one_minus_ratio(compared - total + 2 * both, compared)
        if metric == "dice":
            return _one_minus_ratio(2 * both, total)
        if metric == "cosine":
            return _one_minus_ratio(both, np.sqrt(product))
        return _one_minus_ratio(both, total - both)


def _one_minus_ratio(part: NDArray[np.float32], whole: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 - part / whole, 1 where whole is zero; works in place on `part`."""
    np.divide(part, np.maximum(whole, np.float32(1e-6)), out=part)
    np.subtract(1, part, out=part)
    np.maximum(part, 0, out=part)
    return part
