"""A comparison as tables for the screen, figures as text with sign and interval. No Streamlit."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from segmentation.cohorts import CohortSet
from segmentation.compare import (
    Comparison,
    Difference,
    Instrument,
    Match,
    ToolChange,
    ToolDrift,
)
from segmentation.profiles import labels_of
from segmentation.vocabulary import Tool

IN_NONE = "In no cohort"
NOTHING = "–"
HASH = re.compile(r"\A[0-9a-f]{64}\Z")
LONGEST = 160
"""Characters of one side of a difference."""

WORDS = {
    "hdbscan": "HDBSCAN",
    "latent-class": "latent classes",
    "eom": "persistent (eom)",
    "leaf": "fine (leaf)",
    "True": "yes",
    "False": "no",
    "SHA-256 of the file": "Fingerprint of the file",
    "()": NOTHING,
    "": NOTHING,
    "None": NOTHING,
}


def differences_table(differences: Sequence[Difference]) -> pd.DataFrame:
    """One row a difference: what, then, now."""
    return pd.DataFrame(
        {
            "What": [_said(difference.what) for difference in differences],
            "A, then": [_said(difference.a) for difference in differences],
            "B, now": [_said(difference.b) for difference in differences],
        },
        dtype=object,
    )


def best_matches(comparison: Comparison) -> pd.DataFrame:
    """One row a cohort of A: the cohort of B that most of the same people are in."""
    rows = []
    for match in comparison.matches:
        other = match.b if match.b is not None else match.nearest
        if match.a is None or other is None or comparison.moves is None:
            continue
        rows.append(
            {
                "Cohort of A": name(comparison.a, match.a),
                "Best match in B": name(comparison.b, other),
                "In A": comparison.a.cohorts[match.a].size,
                "In B": comparison.b.cohorts[other].size,
                "In both": comparison.moves.table[match.a][other],
                "Jaccard": f"{match.similarity:.2f}",
                "Verdict": match.verdict,
            }
        )
    return pd.DataFrame(rows, dtype=object)


def pairs_table(comparison: Comparison) -> pd.DataFrame:
    """One row a pair of cohorts, or a cohort without counterpart, in the comparison's order."""
    a, b = comparison.a, comparison.b
    return pd.DataFrame(
        [
            {
                "Cohort of A": name(a, match.a),
                "Cohort of B": name(b, match.b),
                "Similarity": f"{match.similarity:.2f}",
                "Share in A": _share(a, match.a),
                "Share in B": _share(b, match.b),
                "Difference": _with_interval(match.share_difference, match.interval),
                "In words": _verdict(match, comparison),
            }
            for match in comparison.matches
        ],
        dtype=object,
    )


def drift_table(drift: Sequence[ToolDrift]) -> pd.DataFrame:
    """One row a tool: its prevalence in A and in B, and whether the change is evidence."""
    labels = labels_of([one.tool for one in drift])
    return pd.DataFrame(
        {
            "Tool": labels,
            "A": [100 * one.a for one in drift],
            "B": [100 * one.b for one in drift],
            "Change": [_with_interval(one.difference, one.interval) for one in drift],
            "Evidence": ["yes" if one.significant else "no" for one in drift],
            "Asked": [f"{one.base_a:,} / {one.base_b:,}" for one in drift],
        },
        dtype=object,
    )


def changes_table(changes: Sequence[ToolChange]) -> pd.DataFrame:
    """One row a tool: its change among everyone, and the three parts of it."""
    labels = labels_of([change.everyone.tool for change in changes])
    return pd.DataFrame(
        {
            "Tool": labels,
            "A": [100 * change.everyone.a for change in changes],
            "B": [100 * change.everyone.b for change in changes],
            "Change": [
                _with_interval(change.everyone.difference, change.everyone.interval)
                for change in changes
            ],
            "Evidence": ["yes" if change.everyone.significant else "no" for change in changes],
            "Mix shift": [_points(change.mix) for change in changes],
            "Definition drift": [_points(change.definition) for change in changes],
            "Elsewhere": [_points(change.elsewhere) for change in changes],
        },
        dtype=object,
    )


def options_table(options: Sequence[tuple[Tool, float]]) -> pd.DataFrame:
    """One row an option that one survey alone offered: its prevalence there."""
    return pd.DataFrame(
        {
            "Option": labels_of([tool for tool, _ in options]),
            "Share": [f"{100 * prevalence:.1f} %" for _, prevalence in options],
        },
        dtype=object,
    )


def renamed_table(instrument: Instrument) -> pd.DataFrame:
    """One row an option that goes under another name, or other words, in B."""
    rows = [
        (
            f"{rename.a.name} ({100 * rename.prevalence_a:.0f} %)",
            f"{rename.b.name} ({100 * rename.prevalence_b:.0f} %)",
            " and ".join(
                why
                for why, true in (("spelt", rename.close_name), ("used", rename.same_use))
                if true
            )
            + " alike",
        )
        for rename in instrument.renamed
    ]
    rows += [
        ("; ".join(one.a), "; ".join(one.b), f"both count as {one.tool.name}")
        for one in instrument.reworded
    ]
    return pd.DataFrame(rows, columns=["In A", "In B", "Why"], dtype=object)


def name(saved: CohortSet, number: int | None) -> str:
    """ "2  Notebook users"; a dash for nobody."""
    return NOTHING if number is None else f"{number + 1}  {saved.cohorts[number].name}"


def _verdict(match: Match, comparison: Comparison) -> str:
    if match.verdict == "matched":
        return f"matched, {match.change}" if match.change else "matched"
    other = comparison.b if match.a is not None else comparison.a
    likest = f"; likest is {name(other, match.nearest)}" if match.nearest is not None else ""
    return f"no counterpart: {match.cutoff:.2f} is needed{likest}"


def _said(value: str) -> str:
    """A setting in words; a hash by its beginning, which tells it from others."""
    return f"{value[:12]}…" if HASH.match(value) else _cut(WORDS.get(value, value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _share(saved: CohortSet, number: int | None) -> str:
    return NOTHING if number is None else f"{100 * saved.cohorts[number].share:.1f} %"


def _points(difference: float) -> str:
    """Points of per cent with a sign; what rounds to nothing has none."""
    text = f"{100 * difference:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "−")


def _with_interval(difference: float | None, interval: tuple[float, float] | None) -> str:
    if difference is None:
        return NOTHING
    if interval is None:
        return _points(difference)
    low, high = map(_points, interval)
    return f"{_points(difference)} ({low} to {high})"
