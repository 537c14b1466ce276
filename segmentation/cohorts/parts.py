"""What a saved set is composed of, each part as plain values and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from segmentation.vocabulary import Tool


@dataclass(frozen=True)
class Cohort:
    """One cohort. `rate[t]`: smoothed probability of choosing tool t of the set, which assigns;
    `prevalence[t]`, `base[t]`: what was observed among its members, which describes."""

    name: str
    description: str
    size: int
    share: float
    share_low: float
    share_high: float
    mixture_share: float
    rate: tuple[float, ...]
    prevalence: tuple[float | None, ...]
    base: tuple[int, ...]


@dataclass(frozen=True)
class Observed:
    """How a group answered about one tool. `prevalence`: 0 to 1 of those asked, None with nobody
    asked; `base`: respondents asked; `effective`: Kish's effective base; `weight`: share of
    everybody asked who are in the group."""

    prevalence: float | None
    base: int
    effective: float
    weight: float


@dataclass(frozen=True)
class OfferedTool:
    """A tool that the survey offered, whether or not it formed cohorts.

    `labels`: the options that stand for it, as worded. `listed`: the export has a place for the
    option whether or not anybody chose it, so that its absence elsewhere is sure.
    """

    tool: Tool
    labels: tuple[str, ...]
    listed: bool
    everyone: Observed
    in_cohorts: tuple[Observed, ...]


def cohort_from(data: dict[str, Any]) -> Cohort:
    """A cohort from its JSON."""
    lists = {name: tuple(data[name]) for name in ("rate", "prevalence", "base")}
    return Cohort(**{**data, **lists})


def offered_to(offered: OfferedTool) -> dict[str, Any]:
    """JSON of an offered tool: each figure as a list, everyone first and then the cohorts."""
    groups = (offered.everyone, *offered.in_cohorts)
    return {
        "name": offered.tool.name,
        "category": offered.tool.category,
        "labels": list(offered.labels),
        "listed": offered.listed,
        **{figure: [getattr(group, figure) for group in groups] for figure in FIGURES},
    }


def offered_from(data: dict[str, Any]) -> OfferedTool:
    """Inverse of `offered_to`. Raises KeyError, TypeError or ValueError on anything else."""
    columns = [data[figure] for figure in FIGURES]
    groups = [Observed(*figures) for figures in zip(*columns, strict=True)]
    tool = Tool(data["name"], data["category"])
    labels = tuple(data["labels"])
    if not all(isinstance(text, str) for text in (*labels, tool.name, tool.category)):
        raise TypeError("a name is no text")
    for group in groups:
        if group.prevalence is not None and not 0 <= group.prevalence <= 1:
            raise ValueError("a prevalence is out of bounds")
        if min(group.base, group.effective, group.weight) < 0:
            raise ValueError("a base is negative")
    return OfferedTool(tool, labels, bool(data["listed"]), groups[0], tuple(groups[1:]))


FIGURES = ("prevalence", "base", "effective", "weight")
