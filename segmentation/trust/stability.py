"""Are the cohorts found again in half of the respondents, and under other settings?

Hennig (2007), Cluster-wise assessment of cluster stability.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.cohorts.trusted import Band
from segmentation.mixture import Floats, Ints, Labels

BANDS: tuple[tuple[float, Band], ...] = (
    (0.85, "highly stable"),
    (0.75, "stable"),
    (0.60, "pattern"),
    (0.50, "not to be trusted"),
)
"""From this mean Jaccard overlap on; of 0.5 or less a cohort is dissolved."""

DISSOLVED = 0.5
RECOVERED = 0.75


@dataclass(frozen=True)
class Stability:
    """One cohort over the resamples. `jaccard`: mean overlap with its best match, None with no
    resample that drew a member; `se`: standard error of that mean; `dissolved`, `recovered`:
    shares of the resamples with an overlap of at most 0.5, of at least 0.75; `resamples`: how
    many count."""

    jaccard: float | None
    se: float | None
    dissolved: float
    recovered: float
    resamples: int

    @property
    def band(self) -> Band | None:
        return None if self.jaccard is None else band(self.jaccard)


def band(jaccard: float) -> Band:
    """Hennig's bands of a mean Jaccard overlap."""
    if jaccard <= DISSOLVED:
        return "dissolved"
    return next(name for low, name in BANDS if jaccard >= low)


def crossed(labels: Labels, cohorts: int, others: Labels, found: int) -> Ints:
    """People of each cohort in each one found; the last row and column are in none:
    (cohorts + 1, found + 1)."""
    row = np.where(labels < 0, cohorts, labels).astype(np.int64)
    cell = row * (found + 1) + np.where(others < 0, found, others)
    table: Ints = np.bincount(cell, minlength=(cohorts + 1) * (found + 1))
    return table.reshape(cohorts + 1, found + 1)


def overlaps(table: Ints) -> Floats:
    """Jaccard |in both| / |in either| of each cohort with each one found, from `crossed`:
    (cohorts, found); nan for a cohort of which nobody was drawn."""
    size, theirs = table.sum(axis=1)[:-1, None], table.sum(axis=0)[None, :-1]
    both = table[:-1, :-1]
    either = np.where(size > 0, size + theirs - both, 0)
    index: Floats = np.divide(both, either, out=np.full(both.shape, np.nan), where=either > 0)
    return index


def best_overlaps(labels: Labels, cohorts: int, others: Labels, found: int) -> Floats:
    """Jaccard overlap of each cohort with its best match: (cohorts,), nan where nobody was drawn,
    0 where nothing was found."""
    if not found:
        drawn = np.bincount(labels[labels >= 0], minlength=cohorts) > 0
        return np.where(drawn, 0.0, np.nan)
    best: Floats = overlaps(crossed(labels, cohorts, others, found)).max(axis=1)
    return best


def mistaken(labels: Labels, cohorts: int, others: Labels, found: int) -> Ints:
    """People of each cohort who end up in what is the likeness of each other one: (cohorts,
    cohorts + 1). What was found is the likeness of the cohort that it overlaps most; the last
    column counts those left in none."""
    result = np.zeros((cohorts, cohorts + 1), dtype=np.int64)
    table = crossed(labels, cohorts, others, found)
    result[:, -1] = table[:-1, -1]
    if found:
        likeness = np.nan_to_num(overlaps(table), nan=-1.0).argmax(axis=0)
        for column, cohort in enumerate(likeness):
            result[:, cohort] += table[:-1, column]
    return result


def summary(rounds: Sequence[Floats], cohorts: int) -> tuple[Stability, ...]:
    """Of the best overlaps of each resample, (cohorts,) each, one figure a cohort."""
    table = np.array(rounds).reshape(-1, cohorts)
    return tuple(_of_one(column[np.isfinite(column)]) for column in table.T)


def _of_one(overlap: Floats) -> Stability:
    if not len(overlap):
        return Stability(None, None, 0.0, 0.0, 0)
    spread = float(overlap.std(ddof=1)) if len(overlap) > 1 else float("nan")
    se = spread / float(np.sqrt(len(overlap)))
    return Stability(
        jaccard=float(overlap.mean()),
        se=None if np.isnan(se) else se,
        dissolved=float(np.mean(overlap <= DISSOLVED)),
        recovered=float(np.mean(overlap >= RECOVERED)),
        resamples=len(overlap),
    )


def resampled(
    labels: Ints, find: Callable[[Ints], Ints], resamples: int, seed: int
) -> tuple[Stability, ...]:
    """Stability of the cohorts `labels` under any way to find them again: `find(rows)` gives the
    labels of the rows drawn, half of all without replacement; -1 = in none."""
    cohorts, rng = int(labels.max()) + 1, np.random.default_rng(seed)
    rounds = []
    for _ in range(resamples):
        rows = np.sort(rng.choice(len(labels), len(labels) // 2, replace=False))
        others = find(rows)
        rounds.append(best_overlaps(labels[rows], cohorts, others, int(others.max()) + 1))
    return summary(rounds, cohorts)
