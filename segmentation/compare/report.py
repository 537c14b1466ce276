"""A comparison as plain values for another program."""

from __future__ import annotations

import json
from typing import Any

from segmentation.cohorts import CohortSet
from segmentation.compare.model import Comparison, Instrument, Match, ToolChange, ToolDrift
from segmentation.profiles import labels_of

DIGITS = 6


def to_json(comparison: Comparison) -> str:
    """`to_dict` as text."""
    data = to_dict(comparison)
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)


def to_dict(comparison: Comparison) -> dict[str, Any]:
    """Shares and prevalences 0 to 1, differences B less A, cohort numbers from 1; `trust`: null
    where it was not looked at whether a set's cohorts are real."""
    moves, instrument = comparison.moves, comparison.instrument
    return {
        "schema": 1,
        "a": _about(comparison.a),
        "b": _about(comparison.b),
        "same_people": comparison.same_people,
        "differences": [{"what": d.what, "a": d.a, "b": d.b} for d in comparison.differences],
        "tools_shared": comparison.tools_shared,
        "coverage": _round(comparison.coverage),
        "coverage_a": _round(comparison.coverage_a),
        "coverage_b": _round(comparison.coverage_b),
        "matches": [_match(match, comparison) for match in comparison.matches],
        "tools": [_change(change) for change in comparison.tools],
        "options_added": labels_of([tool for tool, _ in instrument.added]),
        "options_removed": labels_of([tool for tool, _ in instrument.removed]),
        **_rewritten(instrument),
        "ari": None if moves is None else _round(moves.ari),
        "ami": None if moves is None else _round(moves.ami),
        "respondents_covered": None if moves is None else _round(moves.covered),
        "moves": None if moves is None else [list(row) for row in moves.table],
        "notes": list(comparison.notes),
    }


def _about(saved: CohortSet) -> dict[str, Any]:
    return {
        "survey": saved.survey,
        "survey_sha256": saved.survey_sha256,
        "respondents": saved.respondents,
        "respondents_used": saved.respondents_used,
        "cohorts": [cohort.name for cohort in saved.cohorts],
        "trust": saved.trust.to_dict() if saved.trust else None,
    }


def _match(match: Match, comparison: Comparison) -> dict[str, Any]:
    other = comparison.b if match.a is not None else comparison.a
    return {
        "a": _name(comparison.a, match.a),
        "b": _name(comparison.b, match.b),
        "a_number": None if match.a is None else match.a + 1,
        "b_number": None if match.b is None else match.b + 1,
        "similarity": _round(match.similarity),
        "cutoff": _round(match.cutoff),
        "verdict": match.verdict,
        "nearest": _name(other, match.nearest),
        "share_a": None if match.a is None else _round(comparison.a.cohorts[match.a].share),
        "share_b": None if match.b is None else _round(comparison.b.cohorts[match.b].share),
        "share_difference": _round(match.share_difference),
        "interval": _interval(match.interval),
        "change": match.change,
        "spread": _round(match.spread),
        "drift": [_drift(drift) for drift in match.drift],
    }


def _drift(drift: ToolDrift) -> dict[str, Any]:
    return {
        "tool": drift.tool.name,
        "category": drift.tool.category,
        "a": _round(drift.a),
        "b": _round(drift.b),
        "difference": _round(drift.difference),
        "interval": _interval(drift.interval),
        "base_a": drift.base_a,
        "base_b": drift.base_b,
        "p": _round(drift.p),
        "significant": drift.significant,
    }


def _change(change: ToolChange) -> dict[str, Any]:
    return {
        **_drift(change.everyone),
        "mix_shift": _round(change.mix),
        "definition_drift": _round(change.definition),
        "elsewhere": _round(change.elsewhere),
    }


def _rewritten(instrument: Instrument) -> dict[str, Any]:
    return {
        "options_renamed": [
            {
                "a": rename.a.name,
                "b": rename.b.name,
                "category": rename.a.category,
                "close_name": rename.close_name,
                "same_use": rename.same_use,
                "prevalence_a": _round(rename.prevalence_a),
                "prevalence_b": _round(rename.prevalence_b),
            }
            for rename in instrument.renamed
        ],
        "options_reworded": [
            {"tool": r.tool.name, "category": r.tool.category, "a": list(r.a), "b": list(r.b)}
            for r in instrument.reworded
        ],
    }


def _name(saved: CohortSet, number: int | None) -> str | None:
    return None if number is None else saved.cohorts[number].name


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _interval(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else [round(side, DIGITS) for side in interval]
