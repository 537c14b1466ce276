"""How tools changed: within matched cohorts, among everyone, and where the change comes from."""

from __future__ import annotations

import numpy as np

from segmentation.compare.evidence import (
    Figures,
    adjusted,
    is_significant,
    newcombe,
    spread,
    z_values,
)
from segmentation.compare.model import ToolChange, ToolDrift
from segmentation.compare.shared import SharedOffer
from segmentation.mixture import Floats

Pairs = list[tuple[int, int]]


def pair_drift(
    offer: SharedOffer, pairs: Pairs, unsure: Floats
) -> list[tuple[float, tuple[ToolDrift, ...]]]:
    """For each matched pair its spread, and the drift of every tool, clearest first.

    `unsure`: (pairs, tools), what the two definitions alone make of a difference: only what goes
    beyond it is tested, and intervals are wider by it on either side. z is divided by the pair's
    spread and bases by its square; the false discovery rate is over all pairs and tools.
    """
    if not pairs:
        return []
    sides = [(offer.a.group(i + 1), offer.b.group(j + 1)) for i, j in pairs]
    tests = [z_values(*side, by) for side, by in zip(sides, unsure, strict=True)]
    spreads = np.array([spread(*test) for test in tests])
    z = np.vstack([z for z, _ in tests]) / spreads[:, None]
    p = adjusted(z, np.vstack([tested for _, tested in tests]))
    return [
        (float(by), _drifts(offer, side, own_p, float(by), wider))
        for side, own_p, by, wider in zip(sides, p, spreads, unsure, strict=True)
    ]


def overall_change(offer: SharedOffer, pairs: Pairs) -> tuple[ToolChange, ...]:
    """Every shared tool among everyone, taken apart; the largest difference first."""
    a, b = offer.a.group(0), offer.b.group(0)
    p = adjusted(*z_values(a, b))
    drifts = {
        drift.tool: drift for drift in _drifts(offer, (a, b), p[0], 1.0, np.zeros(len(offer.tools)))
    }
    mix, definition, elsewhere = decompose(offer, pairs)
    changes = [
        ToolChange(drifts[tool.tool], float(mix[i]), float(definition[i]), float(elsewhere[i]))
        for i, tool in enumerate(offer.tools)
        if tool.tool in drifts
    ]
    return tuple(sorted(changes, key=lambda change: -abs(change.everyone.difference)))


def decompose(offer: SharedOffer, pairs: Pairs) -> tuple[Floats, Floats, Floats]:
    """Mix, definition and elsewhere of each tool's change among everyone: (tools,) each.

    Kitagawa (1955): with groups g (the matched pairs, and everybody else as one), weights w and
    prevalences p, mix = sum_g (w_g' - w_g)(p_g + p_g')/2, definition = sum over the pairs of
    (p_g' - p_g)(w_g + w_g')/2, elsewhere the same term of everybody else. Their sum is the change.
    """
    w_a, p_a = _groups(offer.a, [i for i, _ in pairs])
    w_b, p_b = _groups(offer.b, [j for _, j in pairs])
    p_a, p_b = np.where(np.isnan(p_a), p_b, p_a), np.where(np.isnan(p_b), p_a, p_b)
    mix = np.nansum((w_b - w_a) * (p_a + p_b) / 2, axis=0)
    within = np.nan_to_num((p_b - p_a) * (w_a + w_b) / 2)
    return mix, within[:-1].sum(axis=0), within[-1]


def _groups(figures: Figures, cohorts: list[int]) -> tuple[Floats, Floats]:
    """Weight and prevalence of the given cohorts, and in the last row of everybody else."""
    rows = [cohort + 1 for cohort in cohorts]
    weight, prevalence = figures.weight[rows], figures.prevalence[rows]
    rest = np.maximum(1 - weight.sum(axis=0), 0.0)
    rest = np.where(rest < 1e-9, 0.0, rest)
    chose = figures.prevalence[0] - np.nansum(weight * prevalence, axis=0)
    theirs = np.divide(chose, rest, out=np.full(rest.shape, np.nan), where=rest > 0)
    return np.vstack([weight, rest]), np.vstack([prevalence, theirs])


def _drifts(
    offer: SharedOffer, sides: tuple[Figures, Figures], p: Floats, by: float, wider: Floats
) -> tuple[ToolDrift, ...]:
    """Drift of the tools that somebody was asked about on both sides; `by` and `wider` widen
    intervals."""
    a, b = sides
    low, high = newcombe(a.prevalence, a.effective / by**2, b.prevalence, b.effective / by**2)
    low, high = low - wider, high + wider
    significant = is_significant(p)
    found = []
    for i, tool in enumerate(offer.tools):
        if not (a.base[0, i] and b.base[0, i]):
            continue
        one, other = float(a.prevalence[0, i]), float(b.prevalence[0, i])
        found.append(
            ToolDrift(
                tool=tool.tool,
                a=one,
                b=other,
                difference=other - one,
                interval=(float(low[0, i]), float(high[0, i])),
                base_a=int(a.base[0, i]),
                base_b=int(b.base[0, i]),
                p=None if np.isnan(p[i]) else float(p[i]),
                significant=bool(significant[i]),
            )
        )
    return tuple(sorted(found, key=lambda d: (not d.significant, -abs(d.difference))))
