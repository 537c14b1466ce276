"""Copies of a survey in which no tool goes with another, to see what chance alone would find."""

from __future__ import annotations

import numpy as np

from segmentation.mixture import Bools, Ints
from segmentation.trust.people import People

ROUNDS = 30
"""Trades of each respondent; what is kept in place levels off after about ten (measured)."""

SMALLEST_GROUP = 30
"""Respondents asked the same set; fewer trade with all others, on what both were asked."""


def independent(people: People, seed: int) -> People:
    """Each tool's column permuted among those asked: same prevalence, no association."""
    rng = np.random.default_rng(seed)
    chosen = np.zeros_like(people.chosen)
    for tool in range(chosen.shape[1]):
        asked = np.flatnonzero(people.asked[:, tool])
        chosen[asked, tool] = people.chosen[rng.permutation(asked), tool]
    return People(people.tools, chosen, people.asked, people.weight)


def breadth_keeping(people: People, seed: int) -> People:
    """Like `independent`, and each respondent keeps how many tools they chose.

    Curveball trades (Strona et al. 2014), all respondents paired anew in each round (Carstens et
    al. 2018), among those who were asked the same set of tools, so that what differs between sets
    stays. Fixed row and column totals within each set.
    """
    rng = np.random.default_rng(seed)
    chosen = people.chosen & people.asked
    groups, few = _groups(people.asked)
    for rows in groups:
        chosen[rows] = _traded(chosen[rows], None, rng)
    if len(few) > 1:
        chosen[few] = _traded(chosen[few], people.asked[few], rng)
    return People(people.tools, chosen, people.asked, people.weight)


def _groups(asked: Bools) -> tuple[list[Ints], Ints]:
    """Rows of those asked the same set, and the rows of sets that few were asked."""
    packed = np.packbits(asked, axis=1)
    _, group = np.unique(packed, axis=0, return_inverse=True)
    by_group = np.split(
        np.argsort(group.ravel(), kind="stable"), np.cumsum(np.bincount(group.ravel()))[:-1]
    )
    large = [rows for rows in by_group if len(rows) >= SMALLEST_GROUP]
    small = [rows for rows in by_group if len(rows) < SMALLEST_GROUP]
    return large, np.concatenate(small) if small else np.empty(0, dtype=np.int64)


def _traded(chosen: Bools, asked: Bools | None, rng: np.random.Generator) -> Bools:
    """The rows after ROUNDS of trades; `asked`: None where all were asked the same."""
    chosen = chosen.copy()
    half = len(chosen) // 2
    for _ in range(ROUNDS if half else 0):
        order = rng.permutation(len(chosen))
        one, other = order[:half], order[half : 2 * half]
        a, b = chosen[one], chosen[other]
        apart = a ^ b
        if asked is not None:
            apart &= asked[one] & asked[other]
        mine = _pick(apart, (a & apart).sum(axis=1), rng)
        chosen[one] = (a & ~apart) | mine
        chosen[other] = (b & ~apart) | (apart & ~mine)
    return chosen


def _pick(among: Bools, how_many: Ints, rng: np.random.Generator) -> Bools:
    """In each row, that many of the true places at random."""
    luck = rng.random(among.shape, dtype=np.float32)
    luck[~among] = 2.0
    rank = np.argsort(np.argsort(luck, axis=1), axis=1)
    return np.asarray(rank < how_many[:, None])
