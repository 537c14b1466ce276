"""What a version says, as canonical JSON, as rows to query, and as hashes that show tampering.

The JSON is the truth and is hashed; the rows are made from it and compared with it on reading.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from db import models
from db.records import AttributeShare, Content, Look
from db.values import fit_text
from segmentation.cohorts import CohortSet

SCHEMA = 1
Rows = list[models.Table]

LARGEST_TRUST = 1_000_000
"""Characters of what is told of trust; the usual has some ten thousand."""

DEEPEST_TRUST = 16
"""Levels of it."""


def canonical(data: Any) -> str:
    """The one text of a JSON value: sorted keys, ASCII, no blanks."""
    return json.dumps(
        data, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False
    )


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def content_json(content: Content) -> str:
    """The canonical JSON of a version's content. `content_from` is its inverse."""
    looks = content.looks or tuple(Look(place=i) for i in range(len(content.cohorts.cohorts)))
    _check_parts(dataclasses.replace(content, looks=looks))
    return canonical(
        {
            "schema": SCHEMA,
            "cohort_set": json.loads(content.cohorts.to_json()),
            "looks": [dataclasses.asdict(look) for look in looks],
            "attributes": [dataclasses.asdict(item) for item in content.attributes],
            # A version without has the text, and so the hash, that it always had.
            **({} if content.trust is None else {"trust": content.trust}),
        }
    )


def content_from(text: str) -> Content:
    """Inverse of `content_json`. Raises KeyError, TypeError, ValueError or WorkbenchError on
    anything else."""
    data = json.loads(text)
    if data["schema"] != SCHEMA:
        raise ValueError(f"content of schema {data['schema']}")
    content = Content(
        CohortSet.from_json(json.dumps(data["cohort_set"])),
        tuple(Look(**look) for look in data["looks"]),
        tuple(AttributeShare(**item) for item in data["attributes"]),
        _trust(data),
    )
    _check_parts(content)
    return content


def _check_parts(content: Content) -> None:
    cohorts = range(len(content.cohorts.cohorts))
    if len(content.looks) != len(cohorts):
        raise ValueError(f"{len(content.looks)} looks for {len(cohorts)} cohorts")
    if any(item.cohort not in cohorts for item in content.attributes):
        raise ValueError("an attribute's share is of a cohort that is not in the set")
    if content.trust is not None and not fits_trust(content.trust):
        raise ValueError("what is told of trust is no JSON object, or too large")


def _trust(data: dict[str, Any]) -> dict[str, Any] | None:
    """Raises ValueError for the key without anything: that is another text of the same."""
    if "trust" in data and data["trust"] is None:
        raise ValueError("nothing is told of trust")
    return data.get("trust")


def fits_trust(trust: Any) -> bool:
    """Whether a version can hold this as what was found out about its cohorts: a JSON object of
    no more than LARGEST_TRUST characters and DEEPEST_TRUST levels."""
    if not isinstance(trust, dict) or not _shallow(trust, DEEPEST_TRUST):
        return False
    try:
        return len(canonical(trust)) <= LARGEST_TRUST
    except (TypeError, ValueError):
        return False


def _shallow(value: Any, levels: int) -> bool:
    """Whether nothing is nested deeper than that."""
    if not isinstance(value, dict | list | tuple):
        return True
    inside = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_shallow(one, levels - 1) for one in inside)


def rows_of(version: str, content: Content) -> tuple[Rows, Rows]:
    """The rows to query by: cohorts, and what points to them."""
    cohorts = [_cohort(version, content, place) for place in range(len(content.cohorts.cohorts))]
    details: Rows = []
    for position in range(len(cohorts)):
        details += _prevalences(version, content.cohorts, position)
        shares = [item for item in content.attributes if item.cohort == position]
        details += [
            models.AttributeDistribution(
                version_id=version,
                position=position,
                rank=rank,
                attribute=item.attribute,
                level=item.level,
                share=item.share,
                base=item.base,
            )
            for rank, item in enumerate(shares)
        ]
    return list[models.Table](cohorts), details


def _cohort(version: str, content: Content, position: int) -> models.Cohort:
    cohort = content.cohorts.cohorts[position]
    used = content.cohorts.respondents_used
    return models.Cohort(
        version_id=version,
        position=position,
        name=cohort.name,
        description=cohort.description,
        size=cohort.size,
        share=cohort.size / used if used else 0.0,
        weighted_share=cohort.share,
        share_low=cohort.share_low,
        share_high=cohort.share_high,
        **dataclasses.asdict(content.looks[position]),
    )


def _prevalences(version: str, cohorts: CohortSet, position: int) -> Rows:
    """The tools that form the cohorts, then the others that the survey offered."""
    cohort = cohorts.cohorts[position]
    forming = zip(
        *(cohorts.tools, cohort.prevalence, cohort.base, cohort.rate, cohorts.overall), strict=True
    )
    others = (
        (o.tool, o.in_cohorts[position].prevalence, o.in_cohorts[position].base, None, None)
        for o in cohorts.offered
        if o.tool not in cohorts.tools
    )
    return [
        models.Prevalence(
            version_id=version,
            position=position,
            column=column,
            tool=tool.name,
            category=tool.category,
            prevalence=prevalence,
            base=base,
            rate=rate,
            overall=overall,
        )
        for column, (tool, prevalence, base, rate, overall) in enumerate([*forming, *others])
    ]


def fit_rows(rows: Sequence[models.Table]) -> None:
    """Raises ValueError when a value is not of its column's type, StoreError for a text that no
    database keeps."""
    for row in rows:
        for value in _checked_values(row):
            if isinstance(value, str):
                fit_text(value, "text")


def _checked_values(row: models.Table) -> list[Any]:
    plain = row.model_dump(warnings=False)
    return list(row.model_validate(plain, strict=True).model_dump().values())


def same_rows(there: Sequence[models.Table], expected: Sequence[models.Table]) -> bool:
    """Do two collections hold the same rows, in any order?"""

    def told(rows: Sequence[models.Table]) -> list[str]:
        return sorted(type(row).__name__ + repr(sorted(row.model_dump().items())) for row in rows)

    return told(there) == told(expected)


def seal(row: models.CohortVersion) -> str:
    """Hash of everything in a version's row, beside itself."""
    return sha256(canonical(row.model_dump(exclude={"seal", "content"})))
