"""The tools of two sets side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.cohorts import CohortSet, Observed, OfferedTool, find_tools, information
from segmentation.compare.evidence import Figures
from segmentation.mixture import Mixture
from segmentation.profiles import MIN_COUNT
from segmentation.vocabulary import Tool

MANY = 4 * MIN_COUNT
"""Expected to choose a tool; with fewer than MIN_COUNT who did, the survey did not offer it."""


@dataclass(frozen=True, eq=False)
class SharedDefinition:
    """What both sets define their cohorts by. `a`, `b`: their mixtures over the `tools` that both
    have, as A names them; `coverage_a`, `coverage_b`: share of each definition's information
    that these tools carry."""

    a: Mixture
    b: Mixture
    tools: tuple[Tool, ...]
    coverage_a: float
    coverage_b: float

    @property
    def coverage(self) -> float:
        return min(self.coverage_a, self.coverage_b)


def shared_definition(a: CohortSet, b: CohortSet) -> SharedDefinition:
    found = find_tools(a.tools, b.tools)
    in_a, in_b = np.flatnonzero(found >= 0), found[found >= 0]
    carried_a, carried_b = information(a), information(b)
    return SharedDefinition(
        Mixture(a.mixture.share, a.mixture.rate[:, in_a]),
        Mixture(b.mixture.share, b.mixture.rate[:, in_b]),
        tuple(a.tools[i] for i in in_a),
        float(carried_a[in_a].sum() / carried_a.sum()),
        float(carried_b[in_b].sum() / carried_b.sum()),
    )


@dataclass(frozen=True, eq=False)
class SharedOffer:
    """Every tool that both surveys offered: `tools` as A names them, and the figures in everyone
    (group 0) and the cohorts (groups 1 and up) of either set, in the order of `tools`. `only_a`,
    `only_b`: what one survey alone offered."""

    tools: tuple[OfferedTool, ...]
    same_in_b: tuple[OfferedTool, ...]
    a: Figures
    b: Figures
    only_a: tuple[OfferedTool, ...]
    only_b: tuple[OfferedTool, ...]


def shared_offer(a: CohortSet, b: CohortSet) -> SharedOffer:
    offered_a, offered_b = _offered(a), _offered(b)
    found = find_tools(tuple(o.tool for o in offered_a), tuple(o.tool for o in offered_b))
    both = [
        (offered_a[i], offered_b[j])
        for i, j in enumerate(found)
        if j >= 0
        and not _written_in(offered_b[j], offered_a[i])
        and not _written_in(offered_a[i], offered_b[j])
    ]
    tools, same = tuple(one for one, _ in both), tuple(other for _, other in both)
    return SharedOffer(
        tools=tools,
        same_in_b=same,
        a=figures(tools, len(a.cohorts)),
        b=figures(same, len(b.cohorts)),
        only_a=tuple(tool for tool in offered_a if tool not in tools and _chosen(tool)),
        only_b=tuple(tool for tool in offered_b if tool not in same and _chosen(tool)),
    )


def _written_in(tool: OfferedTool, elsewhere: OfferedTool) -> bool:
    """Whether a survey did not offer a tool, for hardly anybody names it of whom many would."""
    expected = (elsewhere.everyone.prevalence or 0.0) * tool.everyone.base
    return not tool.listed and _chosen(tool) < MIN_COUNT and expected >= MANY


def _chosen(tool: OfferedTool) -> int:
    """About how many respondents chose a tool."""
    return round((tool.everyone.prevalence or 0.0) * tool.everyone.base)


def figures(tools: tuple[OfferedTool, ...], cohorts: int) -> Figures:
    """(1 + cohorts, tools): everyone, then the cohorts."""
    groups = [(tool.everyone, *tool.in_cohorts) for tool in tools]

    def table(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        values = [[getattr(observed, name) for observed in tool] for tool in groups]
        return np.array(values, dtype=np.float64).reshape(len(tools), 1 + cohorts).T

    return Figures(table("prevalence"), table("effective"), table("base"), table("weight"))


def _offered(cohorts: CohortSet) -> tuple[OfferedTool, ...]:
    """What the survey offered; of a set of schema 1 the tools that formed its cohorts."""
    if cohorts.offered:
        return cohorts.offered
    people = cohorts.respondents_used
    result = []
    for column, tool in enumerate(cohorts.tools):
        inside = tuple(
            Observed(c.prevalence[column], c.base[column], c.base[column], c.base[column] / people)
            for c in cohorts.cohorts
        )
        everyone = Observed(cohorts.overall[column], people, people, 1.0)
        result.append(OfferedTool(tool, (), False, everyone, inside))
    return tuple(result)
