"""Which cohorts are counterparts: by their members, or by their definitions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from segmentation.cohorts import CohortSet
from segmentation.compare.drift import Pairs
from segmentation.compare.likeness import cut_offs, overlap
from segmentation.compare.model import Moves
from segmentation.compare.shared import SharedDefinition
from segmentation.mixture import Floats
from segmentation.progress import Progress, part_of
from segmentation.vocabulary import Tool

SAME_COHORT = 0.5
"""Of one set of people: under this Jaccard index a cohort counts as dissolved (Hennig 2007)."""


@dataclass(frozen=True, eq=False)
class Likeness:
    """`table`: (cohorts of A, cohorts of B) similarity; `cut_a`, `cut_b`: what a counterpart of
    each cohort must reach; a pair is taken at the lower of its two. `larger`: share by which each
    cohort of B is larger than each of A by its definition alone; `apart`: the same of the
    prevalence of `tools`, those that define both sets, (cohorts of A, cohorts of B, tools)."""

    table: Floats
    larger: Floats
    apart: Floats
    tools: tuple[Tool, ...]
    cut_a: Floats
    cut_b: Floats

    @property
    def pairs(self) -> Pairs:
        rows, columns = linear_sum_assignment(-self.table)
        return [
            (int(i), int(j))
            for i, j in zip(rows, columns, strict=True)
            if self.table[i, j] > 0 and self.table[i, j] >= min(self.cut_a[i], self.cut_b[j])
        ]


def by_members(moves: Moves) -> Likeness:
    table = np.array(moves.table, dtype=float)
    a = table[:-1].sum(axis=1)[:, None]
    b = table[:, :-1].sum(axis=0)
    both = table[:-1, :-1]
    either = a + b - both
    alike = np.divide(both, either, out=np.zeros(both.shape), where=either > 0)
    return _alone(alike)


def _alone(table: Floats) -> Likeness:
    """Similarities between which definitions play no part."""
    rows, columns = table.shape
    apart = np.zeros((rows, columns, 0))
    cuts = np.full(rows, SAME_COHORT), np.full(columns, SAME_COHORT)
    return Likeness(table, np.zeros(table.shape), apart, (), *cuts)


def by_definition(
    a: CohortSet, b: CohortSet, shared: SharedDefinition, seed: int, progress: Progress
) -> Likeness:
    if not shared.tools:
        return _alone(np.zeros((len(a.cohorts), len(b.cohorts))))
    sizes = sum(c.size for c in a.cohorts), sum(c.size for c in b.cohorts)
    found = overlap(shared.a, shared.b, seed=seed)
    placed = (sum(c.share for c in a.cohorts) + sum(c.share for c in b.cohorts)) / 2
    return Likeness(
        found.similarity,
        found.larger * placed,
        found.apart,
        shared.tools,
        cut_offs(shared.a, sizes, seed, part_of(progress, 0, 2)),
        cut_offs(shared.b, sizes, seed, part_of(progress, 1, 2)),
    )
