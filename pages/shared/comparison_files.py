"""A comparison as files: numbers from 0 to 1, never a formula. No Streamlit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from pages.shared.comparison_tables import IN_NONE, name
from segmentation.cohorts import CohortSet
from segmentation.compare import Comparison, Moves, ToolChange, ToolDrift, cautions, to_json
from segmentation.comparison_page import comparison_html
from segmentation.outputs import cautioned, to_csv


def result_files(comparison: Comparison) -> dict[str, Callable[[], str]]:
    """The files that the command line writes, and the tables of this page."""
    caution = " ".join(cautions(comparison.a, comparison.b))

    def text(table: pd.DataFrame) -> str:
        return to_csv(cautioned(table, caution))

    made: dict[str, Callable[[], str]] = {
        "comparison.json": lambda: to_json(comparison),
        "comparison.html": lambda: comparison_html(comparison),
        "counterparts.csv": lambda: text(pairs_file(comparison)),
    }
    if (moves := comparison.moves) is not None:
        made["who_moved.csv"] = lambda: text(moves_file(comparison, moves))
    if any(match.drift for match in comparison.matched):
        made["drift.csv"] = lambda: text(drift_file(comparison))
    if comparison.tools:
        made["tools.csv"] = lambda: text(changes_file(comparison.tools))
    return made


def moves_file(comparison: Comparison, moves: Moves) -> pd.DataFrame:
    """For a file: respondents in each cohort of A and of B at once, and their share of A's."""
    table = np.array(moves.table)
    total = table.sum(axis=1, keepdims=True)
    share = np.divide(table, total, out=np.full(table.shape, np.nan), where=total > 0)
    rows = [*(cohort.name for cohort in comparison.a.cohorts), IN_NONE]
    columns = [*(cohort.name for cohort in comparison.b.cohorts), IN_NONE]
    return pd.DataFrame(
        {
            "cohort_a": np.repeat(np.array(rows, dtype=object), len(columns)),
            "cohort_b": columns * len(rows),
            "respondents": table.ravel(),
            "share_of_a": share.round(4).ravel(),
        }
    )


def pairs_file(comparison: Comparison) -> pd.DataFrame:
    """For a file: the pairs as numbers."""
    rows = []
    for match in comparison.matches:
        low, high = match.interval or (None, None)
        rows.append(
            {
                "number_a": None if match.a is None else match.a + 1,
                "cohort_a": "" if match.a is None else comparison.a.cohorts[match.a].name,
                "number_b": None if match.b is None else match.b + 1,
                "cohort_b": "" if match.b is None else comparison.b.cohorts[match.b].name,
                "verdict": match.verdict,
                "similarity": round(match.similarity, 4),
                "needed": round(match.cutoff, 4),
                "share_a": _part(comparison.a, match.a),
                "share_b": _part(comparison.b, match.b),
                "difference": _rounded(match.share_difference),
                "low": _rounded(low),
                "high": _rounded(high),
                "change": match.change or "",
            }
        )
    return pd.DataFrame(rows)


def drift_file(comparison: Comparison) -> pd.DataFrame:
    """For a file: every tool of every pair."""
    rows = []
    for match in comparison.matched:
        pair = {"cohort_a": name(comparison.a, match.a), "cohort_b": name(comparison.b, match.b)}
        rows += [pair | _drift_row(drift) for drift in match.drift]
    return pd.DataFrame(rows)


def changes_file(changes: Sequence[ToolChange]) -> pd.DataFrame:
    """For a file: every tool's change among everyone, and its parts."""
    return pd.DataFrame(
        [
            _drift_row(change.everyone)
            | {
                "mix_shift": round(change.mix, 4),
                "definition_drift": round(change.definition, 4),
                "elsewhere": round(change.elsewhere, 4),
            }
            for change in changes
        ]
    )


def _drift_row(drift: ToolDrift) -> dict[str, object]:
    return {
        "tool": drift.tool.name,
        "category": drift.tool.category,
        "a": round(drift.a, 4),
        "b": round(drift.b, 4),
        "difference": round(drift.difference, 4),
        "low": round(drift.interval[0], 4),
        "high": round(drift.interval[1], 4),
        "asked_a": drift.base_a,
        "asked_b": drift.base_b,
        "p_adjusted": _rounded(drift.p),
        "evidence": drift.significant,
    }


def _part(saved: CohortSet, number: int | None) -> float | None:
    return None if number is None else round(saved.cohorts[number].share, 4)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
