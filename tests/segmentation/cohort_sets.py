"""Saved cohort sets made by hand: shares and rates are what the test says they are."""

from __future__ import annotations

import numpy as np

from segmentation.cohorts import Cohort, CohortSet, Observed, OfferedTool
from segmentation.cohorts.members import pack
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.spec import RunSpec
from segmentation.vocabulary import Tool

MAPPING = Mapping((QuestionMapping("Tools", "tools", "Tool"),))


def tools(*names: str) -> tuple[Tool, ...]:
    return tuple(Tool(name, "Tool") for name in names)


def cohort_set(
    names: tuple[str, ...],
    shares: list[float],
    rates: list[list[float]],
    *,
    people: int = 1000,
    survey: str = "A",
    listed: bool = True,
    labels: list[int] | None = None,
) -> CohortSet:
    """Everybody is in a cohort and was asked about every tool; `rates`: (cohorts, tools)."""
    share, rate = np.array(shares), np.array(rates)
    overall = share @ rate
    sizes = np.round(share * people).astype(int)
    offered = [
        OfferedTool(
            tool,
            (tool.name,),
            listed,
            Observed(float(overall[t]), people, float(people), 1.0),
            tuple(
                Observed(float(rate[c, t]), int(sizes[c]), float(sizes[c]), float(share[c]))
                for c in range(len(share))
            ),
        )
        for t, tool in enumerate(tools(*names))
    ]
    return CohortSet(
        survey=survey,
        survey_sha256=survey * 4,
        respondents=people,
        respondents_used=people,
        tools=tools(*names),
        overall=tuple(overall.tolist()),
        cohorts=tuple(
            Cohort(
                name=f"{survey}{c + 1}",
                description="",
                size=int(sizes[c]),
                share=float(share[c]),
                share_low=float(share[c]) - 0.02,
                share_high=float(share[c]) + 0.02,
                mixture_share=float(share[c]),
                rate=tuple(np.clip(rate[c], 0.01, 0.99).tolist()),
                prevalence=tuple(rate[c].tolist()),
                base=(int(sizes[c]),) * len(names),
            )
            for c in range(len(share))
        ),
        spec=RunSpec(),
        mapping=MAPPING,
        versions={"numpy": "2"},
        respondents_effective=float(people),
        offered=tuple(offered),
        unlike_below=-3.0,
        members=pack(np.array(labels)) if labels is not None else "",
    )


def blocks(
    cohorts: int = 3, each: int = 4, high: float = 0.8, low: float = 0.1
) -> list[list[float]]:
    """Rates of cohorts that favour a block of tools each."""
    return [
        [high if tool // each == cohort else low for tool in range(cohorts * each)]
        for cohort in range(cohorts)
    ]
