"""The nearest neighbours of many tool sets, each against all, on bits and in compiled code.

Importing this imports numba, so that it is done inside functions. What is compiled is kept on disk
between processes, where there is a place to keep it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from segmentation.mixture import Bools, Floats
from segmentation.progress import Progress
from segmentation.spec import Metric

METRICS: dict[Metric, int] = {"jaccard": 0, "dice": 1, "cosine": 2, "hamming": 3}

ROWS = 256
"""Rows worked on before it is said how far the work is."""

TILE = 2048
"""Columns looked at together, so that they stay in the processor's cache."""

FIGURES = 512
"""Columns where each is a figure a tool, not a bit."""

TIE_BREAK = np.float32(1e-5)
"""Tool-set distances tie often; a fixed pseudo-random amount per pair, far below the smallest
difference between two distances, decides, so that no respondent becomes everybody's neighbour."""

NO_TELLING = np.float32(1e-9)
"""Variance of how many tools two rows share: where it is less, chance leaves no choice."""

Found = tuple[NDArray[np.int32], NDArray[np.float32]]


def nearest(chosen: Bools, asked: Bools, k: int, metric: Metric, progress: Progress) -> Found:
    """The `k` nearest rows of each row and their distances, (rows, k), nearest first, itself the
    first of all. `chosen`, `asked`: (rows, tools); only tools that both were asked about count."""
    everything = bool(asked.all())
    bits = _words(chosen & asked)
    base = bits[:0] if everything else _words(asked)
    size = (chosen & asked).sum(axis=1, dtype=np.int32)
    sets = bits, base, size, _ties(len(chosen))
    how = np.int32(chosen.shape[1]), METRICS[metric]
    return _found(_search, len(chosen), (sets, how), k, progress)


def nearest_beyond(
    beyond: Floats, variance: Floats, asked: Bools, k: int, progress: Progress
) -> Found:
    """Like `nearest`, by what rows chose beyond what was expected of them.

    `beyond`: x - p, and `variance`: p (1 - p), both (rows, tools) and 0 where not asked or where
    nothing was left to chance. Distance: (1 - z / sqrt(tools both were asked)) / 2, z being how
    much two rows agree beyond expectation, in standard deviations of what two who choose
    independently would; 1 where there is no telling.
    """
    number, tools = asked.shape
    base = _words(asked)[: 0 if asked.all() else None]
    by_tool = (np.ascontiguousarray(part.T, np.float32) for part in (beyond, variance))
    parts = *by_tool, base, _ties(number)
    return _found(_search_beyond, number, (parts, np.int32(tools)), k, progress)


def _found(search: Any, number: int, given: tuple[Any, Any], k: int, progress: Progress) -> Found:
    indices, distances = np.empty((number, k), np.int32), np.empty((number, k), np.float32)

    def block(start: int) -> int:
        stop = min(start + ROWS, number)
        search(start, stop, *given, indices, distances)
        return stop

    for stop in _in_threads(block, range(0, number, ROWS)):
        progress("Comparing respondents", stop / number)
    distances[:, 0] = 0.0
    return indices, distances


def _ties(number: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).random(number, dtype=np.float32)


def _in_threads(work: Any, parts: range) -> Iterator[int]:
    """What `work` returns for each part, in order; stops early when the reader does. As many
    threads as numba would use: one where a process is one of many (`resample`)."""
    at_once = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
    with ThreadPoolExecutor(at_once) as threads:
        waiting = [threads.submit(work, part) for part in parts]
        try:
            for one in waiting:
                yield one.result()
        finally:
            threads.shutdown(wait=True, cancel_futures=True)


def _words(matrix: Bools) -> NDArray[np.uint64]:
    """The bits of each row as whole numbers: (words, rows)."""
    packed = np.packbits(matrix, axis=1)
    words = -(-packed.shape[1] // 8)
    padded = np.zeros((len(packed), 8 * words), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    return np.ascontiguousarray(padded.view(np.uint64).T)


@numba.njit(nogil=True)
def _count(word: Any) -> Any:
    """Bits set; the compiler knows this sum (Warren 2012, Hacker's Delight, 5-1)."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int32((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@numba.njit(nogil=True)
def _overlap(mine: Any, row: Any, theirs: Any, start: Any, stop: Any, shared: Any) -> None:
    """Bits that column `row` of `mine` shares with each of some columns of `theirs`."""
    shared[: stop - start] = 0
    for word in range(len(theirs)):
        bits = mine[word, row]
        for column in range(start, stop):
            shared[column - start] += _count(bits & theirs[word, column])


@numba.njit(nogil=True)
def _distance(metric: Any, both: Any, mine: Any, theirs: Any, compared: Any) -> Any:
    """1 where nothing can be compared; in the precision that is kept."""
    one, least = np.float32(1), np.float32(1e-6)
    part, total = np.float32(both), np.float32(mine + theirs)
    whole = total - part
    if metric == 1:
        part, whole = np.float32(2) * part, total
    elif metric == 2:
        whole = np.sqrt(np.float32(mine) * np.float32(theirs))
    elif metric == 3:
        part, whole = np.float32(compared - mine - theirs + 2 * both), np.float32(compared)
    return max(one - part / max(whole, least), np.float32(0))


@numba.njit(nogil=True)
def _sink(rank: Any, index: Any, exact: Any, length: Any) -> None:
    """Restore the heap, the worst on top, after its top was replaced; of equals the later row."""
    place = 0
    while True:
        child = 2 * place + 1
        if child >= length:
            return
        other = child + 1
        if other < length and (
            rank[other] > rank[child]
            or (rank[other] == rank[child] and index[other] > index[child])
        ):
            child = other
        if rank[place] > rank[child] or (
            rank[place] == rank[child] and index[place] > index[child]
        ):
            return
        rank[place], rank[child] = rank[child], rank[place]
        index[place], index[child] = index[child], index[place]
        exact[place], exact[child] = exact[child], exact[place]
        place = child


@numba.njit(nogil=True)
def _sift(row: Any, left: Any, apart: Any, tie: Any, kept: Any) -> None:
    """Keep those of some columns, from `left` on, that are nearer than the worst kept. `kept`: a
    row's heap of rank, index and distance, and room to rank in."""
    rank, index, exact, ranked = kept
    for i in range(len(apart)):
        amount = tie[row] + tie[left + i]
        amount -= np.float32(amount >= 1)
        ranked[i] = apart[i] + amount * TIE_BREAK
    if left <= row < left + len(apart):
        ranked[row - left] = -1
    for i in range(len(apart)):
        if ranked[i] < rank[0]:
            rank[0], index[0], exact[0] = ranked[i], left + i, apart[i]
            _sink(rank, index, exact, len(rank))


@numba.njit(nogil=True)
def _put_in_order(kept: Any) -> None:
    """The heap as a list, the nearest first."""
    rank, index, exact, _ = kept
    for last in range(len(rank) - 1, 0, -1):
        rank[0], rank[last] = rank[last], rank[0]
        index[0], index[last] = index[last], index[0]
        exact[0], exact[last] = exact[last], exact[0]
        _sink(rank, index, exact, last)


@numba.njit(nogil=True)
def _search(start: Any, stop: Any, sets: Any, how: Any, indices: Any, distances: Any) -> None:
    """Fill the rows from `start` to `stop`."""
    bits, base, size, tie = sets  # base has no words where all were asked everything
    tools, metric = how
    number = len(size)
    both, mine = np.empty(TILE, np.int32), np.empty(TILE, np.int32)
    theirs, compared = np.empty(TILE, np.int32), np.empty(TILE, np.int32)
    apart, ranked = np.empty(TILE, np.float32), np.empty(TILE, np.float32)
    rank = np.empty(indices.shape[1], np.float32)
    for row in range(start, stop):
        kept = rank, indices[row], distances[row], ranked
        rank[:] = np.inf
        indices[row] = number
        for left in range(0, number, TILE):
            right = min(left + TILE, number)
            _overlap(bits, row, bits, left, right, both)
            if len(base):
                _overlap(bits, row, base, left, right, mine)
                _overlap(base, row, bits, left, right, theirs)
                _overlap(base, row, base, left, right, compared)
            else:
                mine[:] = size[row]
                theirs[: right - left] = size[left:right]
                compared[:] = tools
            for i in range(right - left):
                apart[i] = _distance(metric, both[i], mine[i], theirs[i], compared[i])
            _sift(row, left, apart[: right - left], tie, kept)
        _put_in_order(kept)


@numba.njit(nogil=True)
def _search_beyond(
    start: Any, stop: Any, parts: Any, tools: Any, indices: Any, distances: Any
) -> None:
    """Fill the rows from `start` to `stop`, all of them tile by tile: a figure takes more room than
    a bit, and should be in the cache when the next row wants it."""
    beyond, variance, base, tie = parts  # base has no words where all were asked everything
    number = len(tie)
    agree, spread = np.empty(FIGURES, np.float32), np.empty(FIGURES, np.float32)
    compared = np.full(FIGURES, tools, np.int32)
    apart, ranked = np.empty(FIGURES, np.float32), np.empty(FIGURES, np.float32)
    ranks = np.full((stop - start, indices.shape[1]), np.inf, np.float32)
    indices[start:stop] = number
    for left in range(0, number, FIGURES):
        right = min(left + FIGURES, number)
        for row in range(start, stop):
            _product(beyond, row, left, right, agree)
            _product(variance, row, left, right, spread)
            if len(base):
                _overlap(base, row, base, left, right, compared)
            for i in range(right - left):
                apart[i] = _beyond_distance(agree[i], spread[i], np.float32(compared[i]))
            kept = ranks[row - start], indices[row], distances[row], ranked
            _sift(row, left, apart[: right - left], tie, kept)
    for row in range(start, stop):
        _put_in_order((ranks[row - start], indices[row], distances[row], ranked))


@numba.njit(nogil=True)
def _beyond_distance(agree: Any, spread: Any, tools: Any) -> Any:
    one = np.float32(1)
    likeness = agree / np.sqrt(max(spread, NO_TELLING) * max(tools, one))
    apart = min(max((one - likeness) * np.float32(0.5), np.float32(0)), one)
    return apart if spread > NO_TELLING else one


@numba.njit(nogil=True)
def _product(by_tool: Any, row: Any, start: Any, stop: Any, total: Any) -> None:
    """Sum over tools of a row's figure times that of each of some others."""
    total[: stop - start] = 0
    for tool in range(len(by_tool)):
        own, theirs = by_tool[tool, row], by_tool[tool, start:stop]
        if own != 0:
            for i in range(len(theirs)):
                total[i] += own * theirs[i]


for _compiled in (_search, _search_beyond):
    # Nowhere writable to keep compiled code: then it compiles in every process.
    with contextlib.suppress(RuntimeError):
        _compiled.enable_caching()
