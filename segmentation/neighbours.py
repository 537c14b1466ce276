"""Exact nearest neighbours between distinct tool sets, computed once and sliced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmentation.breadth import expected
from segmentation.encode import Features
from segmentation.errors import SegmentError
from segmentation.mixture import Bools, Ints
from segmentation.progress import Progress, silent
from segmentation.spec import MAX_NEIGHBORS, NeighbourSpec

MIN_PATTERNS = 5


@dataclass(frozen=True, eq=False)
class Patterns:
    """Distinct answers to the kept tools, in canonical order (by bit pattern), of everybody used
    or of a sample of them (`sampling.draw`).

    `chosen`, `asked`: bool (patterns, kept tools). `of`: (respondents used,), each one's pattern,
    -1 where nobody with these answers is in the sample. `count`: (patterns,), respondents of the
    sample with that pattern. `sampled`: (respondents in the sample,), ascending places among the
    used; None without a sample. Working on patterns is what makes identical answers share a cohort
    and row order irrelevant.
    """

    chosen: Bools
    asked: Bools
    of: Ints
    count: Ints
    sampled: Ints | None = None

    @property
    def people(self) -> Ints:
        """Places among the used of those who are fitted: everybody, or the sample."""
        return np.arange(len(self.of)) if self.sampled is None else self.sampled

    @property
    def of_people(self) -> Ints:
        """The pattern of each of `people`."""
        return self.of if self.sampled is None else self.of[self.sampled]

    def spread(self, by_pattern: Ints) -> Ints:
        """(respondents used,): the value of each one's pattern, -1 where it is none of these."""
        return np.append(by_pattern, -1)[self.of]


@dataclass(frozen=True, eq=False)
class Neighbours:
    """`indices`: int32 (patterns, k), nearest first, each row beginning with the pattern itself;
    `distances`: float32, same shape, 0 to 1."""

    patterns: Patterns
    indices: NDArray[np.int32]
    distances: NDArray[np.float32]


def find_neighbours(
    features: Features,
    spec: NeighbourSpec,
    progress: Progress = silent,
    patterns: Patterns | None = None,
) -> Neighbours:
    """The `MAX_NEIGHBORS` nearest patterns of every pattern (fewer when there are fewer).

    `patterns`: those of a sample, where not everybody is compared. Raises SegmentError when the
    respondents' answers are too few or too alike to compare.
    """
    patterns = distinct_patterns(features) if patterns is None else patterns
    found = len(patterns.count)
    if found < MIN_PATTERNS:
        raise SegmentError(
            f"The {len(patterns.people):,} respondents gave only {found} different combinations "
            "of the tools kept, too few to find cohorts; map more tool questions or lower the "
            "prevalence threshold."
        )
    from segmentation.nearest import nearest, nearest_beyond

    k, sets = min(MAX_NEIGHBORS, found - 1), (patterns.chosen, patterns.asked)
    if spec.metric == "breadth-free":
        p = expected(*sets, patterns.count)
        beyond = (patterns.chosen & patterns.asked) - p
        return Neighbours(
            patterns, *nearest_beyond(beyond, p * (1 - p), patterns.asked, k, progress)
        )
    return Neighbours(patterns, *nearest(*sets, k, spec.metric, progress))


def distinct_patterns(features: Features, sampled: Ints | None = None) -> Patterns:
    """The distinct rows of the used respondents' kept tools, or of those `sampled` among them."""
    chosen, asked = features.chosen_kept, features.asked_kept
    of, first = numbered(pattern_keys(chosen, asked))
    if sampled is None:
        return Patterns(chosen[first], asked[first], of, np.bincount(of, minlength=len(first)))
    count = np.bincount(of[sampled], minlength=len(first))
    found = np.flatnonzero(count)
    place = np.full(len(first), -1, dtype=np.int64)
    place[found] = np.arange(len(found))
    return Patterns(chosen[first[found]], asked[first[found]], place[of], count[found], sampled)


def pattern_keys(*matrices: Bools) -> NDArray[np.uint64]:
    """Each row's bits, one matrix after the other, as whole numbers: (words, respondents).

    Rows compare as their bits do, the first word first.
    """
    packed = np.packbits(np.hstack(matrices), axis=1)
    words = -(-packed.shape[1] // 8)
    padded = np.zeros((len(packed), 8 * words), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    return np.ascontiguousarray(padded.view(">u8").T, dtype=np.uint64)


def numbered(keys: NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Equal columns of `keys` under one number, from 0 in their order: the number of each column,
    and the first column of each number."""
    order = np.lexsort(keys[::-1])
    ranked = keys[:, order]
    new = np.append(True, (ranked[:, 1:] != ranked[:, :-1]).any(axis=0))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.cumsum(new) - 1
    return number, order[new]
