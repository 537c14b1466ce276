"""What each respondent would choose if only how many tools they use, and how common each tool is,
decided: the yardstick for cohorts that merely tick more boxes than others.

log(p / (1 - p)) = a_i + b_t with respondents' and tools' totals as observed: the Rasch (1960) model
by joint maximum likelihood, or the distribution of largest entropy with those totals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from segmentation.mixture import Bools, Floats, Ints
from segmentation.spec import NeighbourSpec, RunSpec

TOLERANCE = 1e-6
"""Largest difference between an expected and an observed share of those asked."""

MOST_STEPS = 100
STEADY = 1e-9
FURTHEST = 30.0
"""Bound of a log-odds, where no finite one fits: a probability of 1e-13."""


@dataclass(frozen=True, eq=False)
class _Free:
    """Cells that their totals do not decide, one row for all respondents who were asked the same
    of these tools and chose as many of them, with whom a_i is shared.

    `open`: bool (groups, tools); `people`, `total`: (groups,), how many and how many tools each
    chose; `column`: (tools,), how many people chose each.
    """

    open: Bools
    people: Floats
    total: Floats
    column: Floats


def expected(chosen: Bools, asked: Bools, count: Ints) -> Floats:
    """Probability that each pattern chooses each tool, given how many it chose: (patterns, tools).

    `chosen`, `asked`: (patterns, tools); `count`: (patterns,), respondents with each. Expected and
    observed totals agree in every row and, weighted by `count`, in every column. Where these
    totals leave no choice (all tools chosen, or none), the probability is what was observed. 0
    where not asked.
    """
    chosen = chosen & asked
    undecided = _undecided(chosen, asked)
    if not undecided.any():
        return chosen.astype(float)
    group, free = _grouped(chosen, undecided, count)
    return np.where(undecided, _fitted(free)[group], chosen)


def without_breadth(spec: RunSpec) -> RunSpec:
    """The same settings, with respondents compared by what they choose beyond how much. Latent
    classes, which compare nobody, give way to Leiden."""
    method = "leiden" if spec.cluster.method == "latent-class" else spec.cluster.method
    return replace(
        spec,
        neighbours=NeighbourSpec("breadth-free"),
        cluster=replace(spec.cluster, method=method),
    )


def _undecided(chosen: Bools, asked: Bools) -> Bools:
    """Cells of rows and columns in which some but not all was chosen, once all others are gone."""
    left = asked.copy()
    while True:
        before = left.sum()
        for axis in (1, 0):
            yes, of = (chosen & left).sum(axis=axis), left.sum(axis=axis)
            left &= np.expand_dims((yes > 0) & (yes < of), axis)
        if left.sum() == before:
            return left


def _grouped(chosen: Bools, undecided: Bools, count: Ints) -> tuple[Ints, _Free]:
    """The group of each pattern, and the groups."""
    yes = chosen & undecided
    total = yes.sum(axis=1)
    key = np.column_stack([np.packbits(undecided, axis=1), total // 256, total % 256])
    _, first, group = np.unique(
        key.astype(np.uint8), axis=0, return_index=True, return_inverse=True
    )
    group = group.ravel()
    people = np.bincount(group, weights=count).astype(float)
    free = _Free(undecided[first], people, total[first].astype(float), count.astype(float) @ yes)
    return group, free


def _fitted(free: _Free) -> Floats:
    """Probabilities by Newton's method on b, with the a that fits each b: (groups, tools)."""
    asked = free.people @ free.open
    odds = np.log((free.column + 0.5) / (asked - free.column + 0.5))
    level = np.zeros(len(free.total))
    for _ in range(MOST_STEPS):
        level = _levels(free, odds, level)
        p = _probability(free, level, odds)
        short = free.column - free.people @ p
        if np.max(np.abs(short) / np.maximum(asked, 1)) < TOLERANCE:
            break
        odds = np.clip(odds + _step(free, p, short), -FURTHEST, FURTHEST)
    return p


def _levels(free: _Free, odds: Floats, level: Floats) -> Floats:
    """The a of each group at which its expected number of tools is the observed one."""
    for _ in range(MOST_STEPS):
        p = _probability(free, level, odds)
        short = free.total - p.sum(axis=1)
        slope = np.maximum((p * (1 - p)).sum(axis=1), STEADY)
        level = np.clip(level + np.clip(short / slope, -2, 2), -2 * FURTHEST, 2 * FURTHEST)
        if np.max(np.abs(short)) < TOLERANCE / 10:
            break
    return level


def _probability(free: _Free, level: Floats, odds: Floats) -> Floats:
    p: Floats = free.open / (1 + np.exp(-(level[:, None] + odds)))
    return p


def _step(free: _Free, p: Floats, short: Floats) -> Floats:
    """Newton's step of b once a has followed; no part longer than 2. One b of each connected set
    of tools is free, which the least-squares solution leaves where it is."""
    spread = p * (1 - p)
    of_group = np.maximum(spread.sum(axis=1), STEADY)
    together = spread.T @ (spread * (free.people / of_group)[:, None])
    curve = np.diag(free.people @ spread) - together
    step: Floats = np.linalg.lstsq(curve, short, rcond=1e-12)[0]
    return step * min(1.0, 2.0 / max(float(np.abs(step).max()), STEADY))
