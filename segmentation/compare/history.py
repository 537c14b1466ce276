"""A line of waves: each cohort followed through its counterparts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from segmentation.cohorts import CohortSet, Observed, find_tools
from segmentation.compare.comparing import compare
from segmentation.compare.model import Comparison, Interval
from segmentation.progress import Progress, part_of, silent
from segmentation.vocabulary import Tool


@dataclass(frozen=True)
class ToolLine:
    """One tool in one cohort over the waves; None in a wave without the cohort or the tool."""

    tool: Tool
    prevalence: tuple[float | None, ...]
    base: tuple[int, ...]


@dataclass(frozen=True)
class Chain:
    """One cohort over the waves; None in a wave where it has no counterpart.

    `cohorts`: its number in each wave's set; `name`: the one it had last; `share`, `interval`: of
    each wave's respondents used, with 95 %; `tools`: every tool that some wave offered, in
    order of name.
    """

    name: str
    cohorts: tuple[int | None, ...]
    share: tuple[float | None, ...]
    interval: tuple[Interval | None, ...]
    tools: tuple[ToolLine, ...]


@dataclass(frozen=True)
class History:
    """`waves`: names of the surveys; `comparisons`: of each wave with the next; `chains`: those
    of the first wave's cohorts in order, then those that began later."""

    waves: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    chains: tuple[Chain, ...]


def history(sets: list[CohortSet], seed: int = 0, progress: Progress = silent) -> History:
    """Follow the cohorts of two or more sets, the oldest first.

    A cohort without counterpart ends its chain there; one of a later wave begins another.
    """
    comparisons = tuple(
        compare(a, b, seed=seed, progress=part_of(progress, number, len(sets) - 1))
        for number, (a, b) in enumerate(pairwise(sets))
    )
    return History(
        waves=tuple(saved.survey for saved in sets),
        comparisons=comparisons,
        chains=tuple(_chain(sets, numbers) for numbers in _follow(sets, comparisons)),
    )


def _follow(
    sets: list[CohortSet], comparisons: tuple[Comparison, ...]
) -> list[tuple[int | None, ...]]:
    """Cohort numbers over the waves, one tuple a chain."""
    chains: list[list[int | None]] = [[i] for i in range(len(sets[0].cohorts))]
    for wave, comparison in enumerate(comparisons, start=1):
        after = {match.a: match.b for match in comparison.matched}
        for chain in chains:
            chain.append(None if chain[-1] is None else after.get(chain[-1]))
        begun = sorted(set(range(len(sets[wave].cohorts))) - set(after.values()))
        chains += [[None] * wave + [j] for j in begun]
    return [tuple(chain) for chain in chains]


def _chain(sets: list[CohortSet], numbers: tuple[int | None, ...]) -> Chain:
    cohorts = [
        None if number is None else saved.cohorts[number]
        for saved, number in zip(sets, numbers, strict=True)
    ]
    return Chain(
        name=[cohort.name for cohort in cohorts if cohort][-1],
        cohorts=numbers,
        share=tuple(cohort.share if cohort else None for cohort in cohorts),
        interval=tuple((c.share_low, c.share_high) if c else None for c in cohorts),
        tools=_tool_lines(sets, numbers),
    )


def _tool_lines(sets: list[CohortSet], numbers: tuple[int | None, ...]) -> tuple[ToolLine, ...]:
    """Tools of different waves are one where `find_tools` says so."""
    tools: list[Tool] = []
    for saved in sets:
        offered = tuple(o.tool for o in saved.offered)
        found = find_tools(offered, tuple(tools))
        tools += [tool for tool, column in zip(offered, found, strict=True) if column < 0]
    waves = [_observed(saved, number, tools) for saved, number in zip(sets, numbers, strict=True)]
    lines = [
        ToolLine(
            tool,
            tuple(wave[i].prevalence for wave in waves),
            tuple(wave[i].base for wave in waves),
        )
        for i, tool in enumerate(tools)
    ]
    return tuple(sorted((line for line in lines if any(line.base)), key=lambda line: line.tool))


def _observed(saved: CohortSet, number: int | None, tools: list[Tool]) -> list[Observed]:
    nothing = Observed(None, 0, 0.0, 0.0)
    if number is None:
        return [nothing] * len(tools)
    found = find_tools(tuple(tools), tuple(o.tool for o in saved.offered))
    return [nothing if column < 0 else saved.offered[column].in_cohorts[number] for column in found]
