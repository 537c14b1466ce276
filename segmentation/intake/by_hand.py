"""Columns that the analyst says are one question, however they would be grouped by themselves."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

from segmentation.intake.columns import Column
from segmentation.intake.grouping import standing_alone
from segmentation.intake.labels import clean_label, match_key
from segmentation.intake.options import QuestionColumns
from segmentation.intake.parts import EDGES, Group, Part
from segmentation.intake.signs import NOT_SHOWN, TICKED, UNTICKED, is_seen_code
from segmentation.intake.survey import PersonalColumn

_SHOWN = 8
_JOINT = re.compile(r"[\W_]+")


def fitting(
    wanted: Sequence[QuestionColumns],
    columns: Sequence[Column],
    personal: Sequence[PersonalColumn],
) -> tuple[list[QuestionColumns], list[str]]:
    """What of `wanted` this file has, each column once, and a note about the columns it lacks.

    A mapping made for another wave may name columns that are not there; the others still count.
    """
    here = {column.name for column in columns}
    hidden = {one.column for one in personal}
    free, kept, missing = set(here), [], []
    for one in wanted:
        names = [name for name in dict.fromkeys(one.columns) if name in free]
        free.difference_update(names)
        missing += [name for name in one.columns if name not in here | hidden]
        if names:
            kept.append(replace(one, columns=tuple(names)))
    if not missing:
        return kept, []
    shown = ", ".join(f'"{name[:60]}"' for name in missing[:_SHOWN])
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    return kept, [f"Columns put together by hand are not in this file: {shown}{more}."]


def put_together(parts: Sequence[Part], text: str = "") -> Group:
    """Several columns as one multi-select question, an option each.

    Options are what the cells repeat, each column its own words, else what the headers differ in.
    The key does not depend on `text`, so that another wording keeps what is known of the question.
    """
    keys = {part.column.key for part in parts}
    shared = _shared([part.column.text for part in parts])
    labels = _labels(parts, shared)
    if len(keys) == 1:
        key, found = parts[0].column.key, parts[0].column.text
        found = found if len({part.column.text for part in parts}) == 1 else ""
    else:
        key = found = shared.strip(EDGES + "([")
    found = found or shared.strip(EDGES + "([") or _choices(labels)
    encoding: Literal["label columns", "indicator columns"]
    encoding = "indicator columns" if all(map(_only_ticks, parts)) else "label columns"
    return Group(key or found, text or found, encoding, tuple(parts), tuple(labels))


def alone(part: Part, text: str = "") -> Part:
    """A column that is a question by itself."""
    column = part.column
    if column.option or column.rest or column.code:
        part = standing_alone(part)
    return replace(part, column=replace(part.column, text=text)) if text else part


def names_in(wanted: Sequence[QuestionColumns]) -> Collection[str]:
    return {name for one in wanted for name in one.columns}


def _labels(parts: Sequence[Part], shared: str) -> list[str]:
    """The option of each column, none of them blank."""
    said = []
    for part in parts:
        column = part.column
        label = column.option or column.rest or column.text[len(shared) :].strip(EDGES + "()[]")
        said.append(clean_label(label or column.code or column.name))
    repeated = [_repeated(part) for part in parts]
    told = [match_key(label) for label in repeated if label]
    if len(told) < 2 or len(set(told)) < len(told):
        return said
    return [label or header for label, header in zip(repeated, said, strict=True)]


def _repeated(part: Part) -> str:
    """The words that all filled cells of a column hold, "" for ticks, codes or several texts."""
    keys = {match_key(text) for text, _ in part.cells.filled[:3]}
    if len(keys) != 1 or _only_ticks(part):
        return ""
    label = clean_label(part.cells.filled[0][0])
    return label if any(map(str.isalpha, label)) else ""


def _only_ticks(part: Part) -> bool:
    """Whether the cells say no more than yes or no, or nothing."""
    keys = {match_key(text) for text, _ in part.cells.filled[:10] if not is_seen_code(text)}
    return keys <= TICKED | UNTICKED | NOT_SHOWN


def _shared(texts: Sequence[str]) -> str:
    """What all texts begin with, up to the last joint between words."""
    first, last = min(texts), max(texts)
    differ = (at for at, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1)
    prefix = first[: next(differ, len(first))]
    if prefix == first == last:
        return ""
    ends = [match.end() for match in _JOINT.finditer(prefix)]
    return prefix[: ends[-1]] if ends else ""


def _choices(labels: Sequence[str]) -> str:
    shown = ", ".join(sorted(labels)[:3])
    return f"Choices ({shown}{', ...' if len(labels) > 3 else ''})"
