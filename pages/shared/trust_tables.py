"""What was found out about cohorts as tables of words. No Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pages.shared.html_tables import swatch
from segmentation.cohorts.trusted import Ruling
from segmentation.figures import percent
from segmentation.palette import Theme, mark
from segmentation.trust import words
from segmentation.trust.audits.model import AttributeAudit, CohortMarks, NicheTool
from segmentation.trust.methods import WORDS
from segmentation.trust.model import CohortTrust, Methods, Trust

MARKS = 12
"""Tools named in a row; `trust.json` has all."""

SIGNS: dict[Ruling | None, str] = {
    "holds": "✓",
    "pattern, members doubtful": "~",
    "do not use": "✕",
    None: "…",
}


def in_order(trust: Trust, order: Sequence[int]) -> list[CohortTrust]:
    """The cohorts as the analyst ordered them."""
    by_number = {one.number: one for one in trust.cohorts}
    if sorted(order) == sorted(by_number):
        return [by_number[number] for number in order]
    return list(trust.cohorts)


def rulings(
    cohorts: Sequence[CohortTrust], of: int, theme: Theme, places: Sequence[int]
) -> pd.DataFrame:
    """One row a cohort: what to make of it, and why. `of`: respondents used."""
    return pd.DataFrame(
        [
            {
                "Colour": swatch(mark(_place(one, places), theme)),
                "No.": str(one.number + 1),
                "Cohort": one.name,
                "People": f"{one.size:,} ({percent(one.size / max(of, 1))})",
                "Verdict": f"{SIGNS[one.ruling]} {words.RULINGS[one.ruling]}"
                if one.ruling
                else "… not known yet",
                "Why": one.reason,
            }
            for one in cohorts
        ]
    )


def figures(cohorts: Sequence[CohortTrust], names: Sequence[str]) -> pd.DataFrame:
    """One row a cohort: what the verdict rests on."""
    return pd.DataFrame(
        [
            {
                "No.": str(one.number + 1),
                "Cohort": one.name,
                "Stability": words.stability_in_words(one),
                "Neighbours 16–64": _two(one.over_neighbours),
                "Threshold 5–15 %": _two(one.over_threshold),
                "Fidelity": "–" if one.fidelity is None else percent(one.fidelity),
                "Marks": f"{one.marks:,}",
                "Confused with": words.confusion_in_words(one, names),
            }
            for one in cohorts
        ]
    )


def methods(found: Methods) -> pd.DataFrame:
    """One row a method; the best is said in words."""
    return pd.DataFrame(
        [
            {
                "Method": WORDS[row.method],
                "": "✓ best" if row.method == found.best else "",
                "Gain": f"{row.gain:+.2f} ± {2 * row.gain_se:.2f}",
                "Stability": _two(row.stability),
                "Agreement": _two(row.agreement),
                "Unassigned": percent(row.unassigned),
                "Cohorts": str(row.cohorts),
                "Seconds": f"{row.seconds:.1f}",
            }
            for row in found.rows
        ]
    )


def niches(tools: Sequence[NicheTool], names: Sequence[str]) -> pd.DataFrame:
    """Tools under the threshold that mark a cohort."""
    return pd.DataFrame(
        [
            {
                "Tool": f"{one.tool} ({one.category})",
                "Cohort": f"{one.cohort + 1}  {names[one.cohort]}",
                "Here": 100 * one.prevalence,
                "Everyone": 100 * one.overall,
                "Index": one.index,
                "Asked": one.base,
            }
            for one in tools
        ]
    )


def attributes(audits: Sequence[AttributeAudit]) -> pd.DataFrame:
    """One row an attribute, titles first, then the strongest."""
    return pd.DataFrame(
        [
            {
                "Attribute": one.name,
                "In words": words.strength(one.v),
                "V": _two(one.v),
                "AMI": _two(one.ami),
                "p": words.p_in_words(one).removeprefix("p = ").removeprefix("p "),
                "People": one.people,
            }
            for one in by_weight(audits)
        ]
    )


def by_weight(audits: Sequence[AttributeAudit]) -> list[AttributeAudit]:
    """Titles first, then by how much they go with the cohorts."""
    return sorted(audits, key=lambda one: (not one.title, -one.v, one.name))


def marks(found: Sequence[CohortMarks], names: Sequence[str]) -> pd.DataFrame:
    """One row a cohort: tools that mark it, apart by whether they formed the cohorts."""
    return pd.DataFrame(
        [
            {
                "No.": str(one.number + 1),
                "Cohort": names[one.number],
                "Formed it": one.forming,
                "Had no part": one.others,
                "Which": words.listed(one.others_names, MARKS) or "–",
                "Seen again": "not tested"
                if one.tested is None
                else f"{one.again or 0} of {one.tested}",
            }
            for one in found
        ]
    )


def _place(one: CohortTrust, places: Sequence[int]) -> int:
    return places[one.number] if one.number < len(places) else one.number


def _two(value: float | None) -> str:
    return "–" if value is None else f"{round(value, 2) + 0.0:.2f}"  # never -0.00
