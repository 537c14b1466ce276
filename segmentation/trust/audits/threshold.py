"""Would tools under the prevalence threshold have told cohorts apart?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from segmentation.encode import ROUNDING, Features
from segmentation.mixture import Bools, Labels
from segmentation.profiles import NAME_TOOLS, Rates, characteristic, labels_of, rates
from segmentation.run import Segmentation
from segmentation.spec import EncodeSpec, RunSpec
from segmentation.trust.audits.model import NicheTool, ThresholdAudit
from segmentation.trust.stability import DISSOLVED, best_overlaps

LOWER = 0.05
"""The lower threshold that niches are looked for at; half of a threshold that is no higher."""


def lowered(spec: RunSpec) -> RunSpec:
    """The same settings under the lower threshold."""
    present = spec.encode.threshold
    return replace(spec, encode=EncodeSpec(LOWER if present > LOWER else present / 2))


def audit(run: Segmentation, below: Labels | None = None) -> ThresholdAudit:
    """Tools under the threshold that mark a cohort, and cohorts that only a lower one finds.

    `below`: labels of everybody who counts (`people.everybody`) with the settings `lowered`, -1 =
    in none; without them no niches are told.
    """
    features, spec = run.features, run.cohorts.spec
    marked = _marked(run.profiles.tool_rates, ~features.kept, spec.encode.threshold)
    lower = lowered(spec).encode.threshold
    return ThresholdAudit(
        dropped=int((~features.kept & (features.prevalence > 0)).sum()),
        tools=_tools(features, run.profiles.tool_rates, marked),
        threshold=lower,
        niches=() if below is None or below.max() < 0 else _niches(run, below, lower),
    )


def _marked(found: Rates, among: Bools, threshold: float) -> Bools:
    """Where a tool of `among` marks a cohort on evidence and reaches the threshold in it: (cohorts,
    tools)."""
    common = np.nan_to_num(found.prevalence) >= threshold - ROUNDING
    marked: Bools = among & (found.significant > 0) & common
    return marked


def _tools(features: Features, found: Rates, marked: Bools) -> tuple[NicheTool, ...]:
    tools = [
        NicheTool(
            tool=features.tools[tool].name,
            category=features.tools[tool].category,
            cohort=int(cohort),
            prevalence=float(found.prevalence[cohort, tool]),
            overall=float(found.overall[tool]),
            index=float(found.index[cohort, tool]),
            base=int(found.base[cohort, tool]),
        )
        for cohort, tool in np.argwhere(marked)
    ]
    return tuple(sorted(tools, key=lambda tool: (-tool.index, tool.cohort, tool.tool)))


def _niches(run: Segmentation, below: Labels, lower: float) -> tuple[tuple[str, int], ...]:
    """Cohorts found under the lower threshold that are none of the present ones, by their most
    telling tools among those that only this threshold lets form cohorts; largest first."""
    features, threshold = run.features, run.cohorts.spec.encode.threshold
    rows, found = features.included, int(below.max()) + 1
    present = np.full(len(features.used), -1, dtype=np.int64)
    present[features.used] = run.clustering.labels
    likest = best_overlaps(below, found, present[rows], run.clustering.cohorts)
    known = rates(features.chosen[rows], features.asked[rows], features.weight[rows], below, found)
    marked = _marked(known, ~features.kept & (features.prevalence >= lower - ROUNDING), threshold)
    names, niches = labels_of(features.tools), []
    for cohort in np.flatnonzero((likest < DISSOLVED) & marked.any(axis=1)):
        telling = characteristic(known, int(cohort), marked[cohort])[:NAME_TOOLS]
        people = int((below == cohort).sum())
        niches.append((" + ".join(names[tool] for tool in telling), people))
    return tuple(sorted(niches, key=lambda niche: (-niche[1], niche[0])))
