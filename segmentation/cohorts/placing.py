"""Placing the respondents of any survey in saved cohorts, each on their own answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmentation.cluster import LIKELY
from segmentation.cohorts.model import CohortSet
from segmentation.encode import Features
from segmentation.errors import WorkbenchError
from segmentation.figures import percent
from segmentation.mixture import Bools, Floats, Ints, person_fit, score
from segmentation.vocabulary import Tool

NO_INFORMATION = 1e-9
"""Nats below which no tool tells anything, as with one cohort: then all tools count alike."""

COVERAGE_FLOOR = 0.5
"""Below this share of the definition's information an assignment is refused."""


@dataclass(frozen=True, eq=False)
class Assignment:
    """Respondents placed in saved cohorts; arrays are (respondents,) unless said otherwise.

    `cohort`: -1 = in none; `posterior`: (respondents, cohorts), nan where a respondent chose none
    of the set's tools; `coverage`: share of the definition's information that this survey's
    tools carry; `missing`: the set's tools that the survey lacks. `margin`: best posterior less
    the second best, 0 to 1; `fit`: standardised log-likelihood (`mixture.person_fit`); both nan
    like the posterior. `unlike`: fits less than 99 % of those whom the set was made from, and so
    is unlike any cohort; false for all where the set keeps no limit. `included`: not left out by
    a filter of the mapping; nobody else is placed.
    """

    cohort: Ints
    posterior: Floats
    coverage: float
    missing: tuple[str, ...]
    margin: Floats
    fit: Floats
    unlike: Bools
    included: Bools


def assign(cohorts: CohortSet, features: Features, floor: float = COVERAGE_FLOOR) -> Assignment:
    """Place the respondents of any survey by the saved definition, each on their own answers.

    `features` should hold all tools (threshold 0). A respondent goes to the likeliest cohort when
    its posterior is at least one half, or always if the set was made with "everyone". Raises
    WorkbenchError when the survey carries less than `floor` of the definition's information.
    """
    column = find_tools(cohorts.tools, features.tools)
    present = column >= 0
    carried = information(cohorts)
    coverage = float(carried[present].sum() / carried.sum())
    missing = tuple(t.name for t, here in zip(cohorts.tools, present, strict=True) if not here)
    if coverage < floor:
        raise WorkbenchError(
            f"This survey carries only {percent(coverage)} of what tells the saved cohorts apart "
            f"({percent(floor)} are needed); it lacks {_listed(missing)}. Map more of its "
            "questions to tools, or give its options the names of these tools."
        )
    chosen, asked = _aligned(features.chosen, column), _aligned(features.asked, column)
    placed: Bools = np.asarray(chosen.any(axis=1))
    posterior = np.full((len(chosen), len(cohorts.cohorts)), np.nan)
    posterior[placed] = score(cohorts.mixture, chosen[placed], asked[placed]).posterior
    fit = np.full(len(chosen), np.nan)
    fit[placed] = person_fit(cohorts.mixture, chosen[placed], asked[placed])
    limit = -np.inf if cohorts.unlike_below is None else cohorts.unlike_below
    cohort = _likeliest(posterior, placed, always=cohorts.spec.cluster.unassigned == "everyone")
    margin = _margin(posterior)
    return Assignment(
        cohort, posterior, coverage, missing, margin, fit, fit < limit, features.included
    )


def _likeliest(posterior: Floats, placed: Bools, always: bool) -> Ints:
    cohort = np.full(len(posterior), -1, dtype=np.int64)
    sure = posterior[placed].max(axis=1, initial=0.0) >= (0.0 if always else LIKELY)
    cohort[placed] = np.where(sure, posterior[placed].argmax(axis=1), -1)
    return cohort


def _margin(posterior: Floats) -> Floats:
    """Best less second best, 1 where there is a single cohort."""
    ranked = np.sort(posterior, axis=1)
    second = ranked[:, -2] if ranked.shape[1] > 1 else np.zeros(len(ranked))
    margin: Floats = ranked[:, -1] - second
    return margin


def find_tools(wanted: tuple[Tool, ...], there: tuple[Tool, ...]) -> Ints:
    """Column of each wanted tool, -1 = absent: same name and category, else the one tool of that
    name whatever its category is called there. No column is taken twice."""
    exact = {tool: i for i, tool in enumerate(there)}
    taken = {tool for tool in wanted if tool in exact}
    left = _by_name([tool for tool in there if tool not in taken])
    alone = _by_name([tool for tool in wanted if tool not in taken])
    return np.array(
        [
            exact[tool]
            if tool in taken
            else exact[left[tool.name]]
            if tool.name in left and tool.name in alone
            else -1
            for tool in wanted
        ],
        dtype=np.int64,
    )


def _by_name(tools: list[Tool]) -> dict[str, Tool]:
    """The tools whose name no other of them has."""
    times = Counter(tool.name for tool in tools)
    return {tool.name: tool for tool in tools if times[tool.name] == 1}


def information(cohorts: CohortSet) -> Floats:
    """Mutual information of each of the set's tools with the cohort, in nats: (tools,).

    With a single cohort no tool tells anything: then all count alike, 1 each.
    """
    mixture = cohorts.mixture
    p = mixture.rate
    q = mixture.share @ p
    terms = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
    found: Floats = mixture.share @ terms
    return found if found.sum() >= NO_INFORMATION else np.ones_like(found)


def _aligned(matrix: Bools, column: NDArray[np.int64]) -> Bools:
    """Columns of `matrix` in the order of `column`; false where a tool is absent."""
    return matrix[:, column] & (column >= 0)


def _listed(names: tuple[str, ...], most: int = 8) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
