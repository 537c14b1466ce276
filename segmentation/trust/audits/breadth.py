"""How far do cohorts differ merely because their members tick more boxes, or fewer?"""

from __future__ import annotations

import numpy as np

from segmentation.breadth import expected
from segmentation.mixture import Floats
from segmentation.run import Segmentation
from segmentation.trust.audits.model import BreadthAudit


def audit(run: Segmentation) -> BreadthAudit:
    """Share of the variance between cohorts that follows from breadth, over the kept tools.

    1 - sum n_c (p_ct - e_ct)^2 / sum n_c (p_ct - p_t)^2 over cohorts and tools, no less than 0:
    p_ct the share of the members asked who chose the tool, e_ct the share that how many tools each
    of them chose leads one to expect, p_t that of all respondents used. Unweighted, as the
    neighbours are; 0 where the cohorts do not differ at all. Of those whom the cohorts were made
    from; the mean number of tools is everybody's.
    """
    patterns, fitted = run.neighbours.patterns, run.clustering.fitted
    labels = run.clustering.labels[fitted]
    chosen, asked = run.features.chosen_kept[fitted], run.features.asked_kept[fitted]
    likely = expected(patterns.chosen, patterns.asked, patterns.count)[patterns.of_people]
    member = (labels == np.arange(run.clustering.cohorts)[:, None]).astype(float)
    base = member @ asked
    observed, foreseen = _share(member @ chosen, base), _share(member @ likely, base)
    overall = chosen.sum(axis=0) / np.maximum(asked.sum(axis=0), 1)
    size = member.sum(axis=1)[:, None] * (base > 0)
    between = float((size * (observed - overall) ** 2).sum())
    left = float((size * (observed - foreseen) ** 2).sum())
    share = float(np.clip(1 - left / between, 0, 1)) if between > 0 else 0.0
    return BreadthAudit(share, tuple(_mean_tools(run).tolist()))


def _mean_tools(run: Segmentation) -> Floats:
    """Kept tools that the members of each cohort chose, on average: (cohorts,)."""
    inside = run.clustering.labels >= 0
    labels, count = run.clustering.labels[inside], run.clustering.cohorts
    tools = run.features.chosen_kept.sum(axis=1)[inside]
    people = np.bincount(labels, minlength=count).astype(float)
    chose = np.bincount(labels, weights=tools, minlength=count).astype(float)
    return _share(chose, people)


def _share(part: Floats, whole: Floats) -> Floats:
    """part / whole, 0 where there is nobody."""
    result: Floats = np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
    return result
