"""Differences of two proportions: interval, test, and what sampling alone does not explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, ndtr

from segmentation.mixture import Bools, Floats
from segmentation.profiles import (
    FALSE_DISCOVERY_RATE,
    MIN_BASE,
    MIN_COUNT,
    false_discovery,
    wilson,
)

ENOUGH_TO_JUDGE = 5
"""Tests without which the spread of a pair cannot be told."""

USUAL = 2 * float(gammaincinv(0.5, 0.5))
"""Median of z squared where nothing differs: of chi squared with one degree of freedom."""


@dataclass(frozen=True, eq=False)
class Figures:
    """Groups by tools. `prevalence`: 0 to 1, nan with nobody asked; `effective`: Kish's base;
    `base`: respondents asked; `weight`: share of everybody asked who are in the group."""

    prevalence: Floats
    effective: Floats
    base: Floats
    weight: Floats

    def group(self, index: int) -> Figures:
        """One group, as (1, tools)."""
        rows = slice(index, index + 1)
        return Figures(
            self.prevalence[rows], self.effective[rows], self.base[rows], self.weight[rows]
        )


def newcombe(p1: Floats, n1: Floats, p2: Floats, n2: Floats) -> tuple[Floats, Floats]:
    """95 % interval of p2 - p1, Newcombe's (1998) method 10: from the two Wilson intervals."""
    low1, high1 = wilson(p1, n1)
    low2, high2 = wilson(p2, n2)
    difference = p2 - p1
    low: Floats = difference - np.sqrt((p2 - low2) ** 2 + (high1 - p1) ** 2)
    high: Floats = difference + np.sqrt((high2 - p2) ** 2 + (p1 - low1) ** 2)
    return low, high


def z_values(a: Figures, b: Figures, unsure: Floats | float = 0.0) -> tuple[Floats, Bools]:
    """z of the pooled two-proportion test, and where there are enough people for it.

    Enough: 30 asked on either side, and five expected on either side to choose, and not to.
    `unsure`: how much of a difference, either way, is not to be tested.
    """
    n1, n2 = a.effective, b.effective
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (a.prevalence * n1 + b.prevalence * n2) / (n1 + n2)
        difference = b.prevalence - a.prevalence
        beyond = np.sign(difference) * np.maximum(np.abs(difference) - unsure, 0.0)
        z = beyond / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
        rarer = np.minimum(n1, n2) * np.minimum(pooled, 1 - pooled)
    tested = (np.minimum(a.base, b.base) >= MIN_BASE) & (np.nan_to_num(rarer) >= MIN_COUNT)
    return np.where(tested, z, 0.0), tested


def spread(z: Floats, tested: Bools) -> float:
    """How many times wider the z of one pair scatter than chance has it, at least 1.

    The empirical null of Devlin and Roeder (1999): sqrt(median z^2 / 0.455). Two cohorts found
    anew never have quite the same members, which moves all their tools a little.
    """
    if tested.sum() < ENOUGH_TO_JUDGE:
        return 1.0
    return max(1.0, float(np.sqrt(np.median(z[tested] ** 2) / USUAL)))


def adjusted(z: Floats, tested: Bools) -> Floats:
    """Two-sided p-values adjusted together (Benjamini and Hochberg 1995); nan where not tested."""
    p = np.full(z.shape, np.nan)
    if tested.any():
        p[tested] = false_discovery(2 * ndtr(-np.abs(z[tested])))
    return p


def is_significant(p: Floats) -> Bools:
    found: Bools = np.nan_to_num(p, nan=1.0) <= FALSE_DISCOVERY_RATE
    return found
