"""JSON -> columns of text: one object a respondent, as SurveyJS and document stores write them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from segmentation.errors import ReadError
from segmentation.intake.values import text_of
from segmentation.intake.wire import Columns, Facts, Request, check_table

_BOM = b"\xef\xbb\xbf"


def read(data: bytes, request: Request) -> tuple[Columns, Facts]:
    """A column for each name that any respondent's object has, in order of appearance.

    Lists of plain values stay lists, as JSON writes them; objects within are columns "name [part]".
    Raises ReadError for what is no JSON or no list of respondents.
    """
    respondents = [dict(_flat(one)) for one in _respondents(data, request.name)]
    names = list(dict.fromkeys(name for one in respondents for name in one))
    check_table(len(respondents) + 1, len(names), request.name, request.limits)
    columns = Columns()
    for name in names:
        columns.add_column([name, *(one.get(name, "") for one in respondents)])
    return columns, Facts(encoding="utf-8")


def _respondents(data: bytes, name: str) -> list[Any]:
    """The objects or rows, one a respondent."""
    text = data.removeprefix(_BOM)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        found = _lines(text, name, error)
    if isinstance(found, dict):
        lists = [value for value in found.values() if _is_list_of(value, dict)]
        found = lists[0] if len(lists) == 1 else found
    if isinstance(found, list) and len(found) > 1 and all(_is_row(row) for row in found):
        header, *rows = found
        return [dict(zip(map(str, header), row, strict=False)) for row in rows]
    if not _is_list_of(found, dict):
        raise ReadError(
            f"{name} is JSON, but no list with one object a respondent; export the answers as such "
            "a list, or as CSV."
        )
    return list(found)


def _lines(text: bytes, name: str, error: Exception) -> list[Any]:
    """JSON of one object a line."""
    found: list[Any] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            found += [json.loads(line)] if line.strip() else []
        except (ValueError, RecursionError):
            at = number if found else getattr(error, "lineno", number)
            raise ReadError(
                f"{name} is damaged: it is no valid JSON in line {at}; export it again."
            ) from error
    return found


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, kind) for one in value)


def _is_row(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(cell, dict | list) for cell in value)


def _flat(respondent: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Names with their answers as text, objects taken apart."""
    for part, value in respondent.items():
        name = f"{within} [{part}]" if within else part
        if isinstance(value, dict):
            yield from _flat(value, name)
        elif isinstance(value, list):
            yield name, json.dumps(value, ensure_ascii=False) if value else ""
        else:
            yield name, text_of(value)
