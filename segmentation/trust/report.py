"""What was found out as JSON: trust.json."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

from segmentation.profiles import MIN_COUNT
from segmentation.trust.audits.model import AttributeAudit, Audits
from segmentation.trust.model import CohortTrust, Sweep, Trust

SCHEMA = 1


def to_json(trust: Trust, sweep: Sweep | None = None) -> str:
    """The text of trust.json. Names in it are uploaded text."""
    return json.dumps(to_dict(trust, sweep), ensure_ascii=False, indent=1, allow_nan=False)


def to_dict(trust: Trust, sweep: Sweep | None = None) -> dict[str, Any]:
    """The whole result as plain values: figures and names, and nobody's answers."""
    return {
        "schema": SCHEMA,
        "survey": trust.survey,
        "survey_sha256": trust.survey_sha256,
        "spec": trust.spec.to_dict(),
        "resamples": trust.resamples,
        "shuffles": len(trust.structure.independent) if trust.structure else 0,
        "respondents": trust.people,
        "respondents_used": trust.of,
        "complete": trust.complete,
        "seconds": trust.seconds,
        "structure": _plain(trust.structure),
        "cohorts": [_cohort(cohort) for cohort in trust.cohorts],
        "settings": _plain(trust.settings),
        "methods": _plain(trust.methods.rows) if trust.methods else [],
        "best_method": trust.methods.best if trust.methods else None,
        "best_method_reason": trust.methods.reason if trust.methods else "",
        "latent_classes": _plain(trust.how_many),
        "audits": _audits(trust.audits),
        "role_independence": _role(trust.audits.role if trust.audits else None),
        "sweep": _sweep(sweep),
    }


def _cohort(cohort: CohortTrust) -> dict[str, Any]:
    stability = cohort.stability
    return {
        **_plain(cohort),
        "stability": _plain(stability.jaccard),
        "band": stability.band,
        "stability_se": _plain(stability.se),
        "dissolved": stability.dissolved,
        "recovered": stability.recovered,
        "resamples": stability.resamples,
    }


def _audits(audits: Audits | None) -> dict[str, Any] | None:
    """All audits but for answers to an attribute that fewer than MIN_COUNT people gave: a rare
    text of somebody's own is an answer, and may tell who gave it."""
    if audits is None:
        return None
    attributes = [_attribute(audit) for audit in audits.attributes or ()]
    return {**_plain(audits), "attributes": None if audits.attributes is None else attributes}


def _attribute(audit: AttributeAudit) -> dict[str, Any]:
    rows = zip(audit.levels, audit.counts, strict=True)
    common = {level: list(counts) for level, counts in rows if sum(counts) >= MIN_COUNT}
    return {
        **_plain(audit),
        "levels": list(common),
        "counts": list(common.values()),
        "level": audit.level if audit.level in common else "",
    }


def _role(audit: AttributeAudit | None) -> dict[str, Any] | None:
    """Cohort against the attribute that sounds like a title; None where there is none."""
    if audit is None:
        return None
    figures = ("name", "v", "ami", "p", "permutations", "people")
    return {figure: _plain(getattr(audit, figure)) for figure in figures}


def _sweep(sweep: Sweep | None) -> dict[str, Any] | None:
    if sweep is None:
        return None
    cells = []
    for cell in sweep.cells:
        found = _plain(cell)
        spec = found.pop("spec")
        place = {"threshold": spec["encode"]["threshold"], "neighbors": spec["embed"]["neighbors"]}
        cells.append({**place, sweep.asked.size_of: found.pop("size"), **found})
    return {"asked": _plain(sweep.asked), "cells": cells, "complete": sweep.complete}


def _plain(value: Any) -> Any:
    """Dataclasses as dicts, tuples as lists, what is no number as None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
