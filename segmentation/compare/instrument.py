"""What changed in the questions: options added, removed, renamed or worded otherwise."""

from __future__ import annotations

import re

import numpy as np
from rapidfuzz import fuzz
from scipy.optimize import linear_sum_assignment
from scipy.special import chdtrc

from segmentation.cohorts import OfferedTool
from segmentation.compare.drift import Pairs
from segmentation.compare.evidence import newcombe, spread, z_values
from segmentation.compare.model import Instrument, Rename, Reworded
from segmentation.compare.shared import SharedOffer, figures
from segmentation.intake.labels import match_key
from segmentation.profiles import MIN_COUNT
from segmentation.vocabulary import Tool

CLOSE_NAME = 85.0
"""Of 100: names from this score on are spelt alike (rapidfuzz: token_set_ratio)."""

SHORT_NAME = 4
"""Shorter names are alike only when equal: C is not C++."""

AGREES = 0.05
"""Uses agree when a test over all groups together does not tell them apart at this level."""

COMMON = 0.05
"""Rarer tools agree with too many others for their use to say who is who."""

KNOWN_WITHIN = 0.05
"""So do tools whose difference among everyone is not known this well (half of its interval)."""


def instrument_change(offer: SharedOffer, pairs: Pairs) -> Instrument:
    """Options that one survey alone offered, and which of them are probably the same.

    An option that nobody chose cannot be seen in many an export, and a write-in can look like one.
    So a tool is said to be missing from a survey only where five people or more would be expected
    to choose it there, or where both surveys list their options.
    """
    all_a, all_b = offer.tools + offer.only_a, offer.same_in_b + offer.only_b
    removed = tuple(tool for tool in offer.only_a if _is_missing(tool, all_b))
    added = tuple(tool for tool in offer.only_b if _is_missing(tool, all_a))
    return Instrument(
        added=_by_use(added),
        removed=_by_use(removed),
        renamed=_renamed(removed, added, offer, pairs),
        reworded=tuple(
            Reworded(one.tool, one.labels, other.labels)
            for one, other in zip(offer.tools, offer.same_in_b, strict=True)
            if one.labels and other.labels and not _same_words(one.labels, other.labels)
        ),
    )


def _is_missing(tool: OfferedTool, others: tuple[OfferedTool, ...]) -> bool:
    """Whether a survey that offered `others` surely did not offer the tool."""
    category = [o for o in others if o.tool.category == tool.tool.category]
    if tool.listed and any(o.listed for o in category):
        return True
    asked = max((o.everyone.base for o in category or others), default=0)
    return (tool.everyone.prevalence or 0.0) * asked >= MIN_COUNT


def _by_use(tools: tuple[OfferedTool, ...]) -> tuple[tuple[Tool, float], ...]:
    ranked = sorted(tools, key=lambda o: -(o.everyone.prevalence or 0.0))
    return tuple((o.tool, o.everyone.prevalence or 0.0) for o in ranked)


def _same_words(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not {match_key(label) for label in one}.isdisjoint(match_key(label) for label in other)


def _renamed(
    removed: tuple[OfferedTool, ...],
    added: tuple[OfferedTool, ...],
    offer: SharedOffer,
    pairs: Pairs,
) -> tuple[Rename, ...]:
    """Pairs of a removed and an added option of one category, each in one pair at most.

    They are spelt alike, or both are common and used alike; who is spelt alike goes first.
    """
    if not removed or not added:
        return ()
    alike = np.array([[_likeness(one, other, offer, pairs) for other in added] for one in removed])
    rows, columns = linear_sum_assignment(-alike.sum(axis=2))
    return tuple(
        Rename(
            removed[i].tool,
            added[j].tool,
            bool(alike[i, j, 0]),
            bool(alike[i, j, 1]),
            removed[i].everyone.prevalence or 0.0,
            added[j].everyone.prevalence or 0.0,
        )
        for i, j in zip(rows, columns, strict=True)
        if alike[i, j].any()
    )


def _likeness(
    one: OfferedTool, other: OfferedTool, offer: SharedOffer, pairs: Pairs
) -> tuple[float, float]:
    """Score of the names, 1 to 2 when spelt alike, and the p-value when used alike; else 0."""
    if one.tool.category != other.tool.category:
        return 0.0, 0.0
    name = _name_score(one.tool.name, other.tool.name)
    return 1 + name / 100 if name >= CLOSE_NAME else 0.0, _same_use(one, other, offer, pairs)


def _name_score(one: str, other: str) -> float:
    """0 to 100. Names with other numbers in them are other versions, not other spellings."""
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return 0.0
    a, b = match_key(one), match_key(other)
    if min(len(a), len(b)) < SHORT_NAME:
        return 100.0 if a == b else 0.0
    return float(fuzz.token_set_ratio(a, b))


def _same_use(one: OfferedTool, other: OfferedTool, offer: SharedOffer, pairs: Pairs) -> float:
    """p-value of the two uses being one, where it is no less than AGREES; else 0.

    Chi-square over everybody and each matched pair, each z divided by the spread of its pair.
    """
    a = figures((one,), len(one.in_cohorts))
    b = figures((other,), len(other.in_cohorts))
    p_a, p_b = a.prevalence[0, 0], b.prevalence[0, 0]
    low, high = newcombe(p_a, a.effective[0, 0], p_b, b.effective[0, 0])
    if not (min(p_a, p_b) >= COMMON and high - low <= 2 * KNOWN_WITHIN):
        return 0.0
    total, groups = 0.0, 0
    for i, j in [(-1, -1), *pairs]:
        z, tested = z_values(a.group(i + 1), b.group(j + 1))
        by = 1.0 if i < 0 else spread(*z_values(offer.a.group(i + 1), offer.b.group(j + 1)))
        total += float((z[tested] / by) @ (z[tested] / by))
        groups += int(tested.sum())
    p = float(chdtrc(groups, total)) if groups else 0.0
    return p if p >= AGREES else 0.0
