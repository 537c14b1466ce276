"""Two sets of the same rows: who moved, and how far the two agree."""

from __future__ import annotations

import numpy as np

from segmentation.compare.model import Moves
from segmentation.mixture import Ints


def who_moved(a: Ints, b: Ints, cohorts_a: int, cohorts_b: int) -> Moves:
    """`a`, `b`: cohort of each row, -1 = in none.

    The adjusted Rand index (Hubert and Arabie 1985) and adjusted mutual information (Vinh, Epps
    and Bailey 2010; over the mean of the two entropies) count the rows that both sets cover.
    """
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    table = np.zeros((cohorts_a + 1, cohorts_b + 1), dtype=np.int64)
    np.add.at(table, (a, b), 1)
    both, either = (a >= 0) & (b >= 0), (a >= 0) | (b >= 0)
    counted = bool(both.any())
    return Moves(
        table=tuple(tuple(int(n) for n in row) for row in table),
        ari=float(adjusted_rand_score(a[both], b[both])) if counted else None,
        ami=float(adjusted_mutual_info_score(a[both], b[both])) if counted else None,
        covered=float(both.sum() / max(int(either.sum()), 1)),
    )
