"""A second file that says what codes mean: a code book, data dictionary or schema.

What is read: tables of one row a code (question, value, label), of one row a question (REDCap's
data dictionary with its bar-separated choices, Stack Overflow's schema), the XLSForm of
KoboToolbox and ODK, and JSON as Quantipy and SurveyJS write it. To add a kind of table, add an
entry to `TABLES`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from segmentation.errors import ReadError
from segmentation.intake import xlsform
from segmentation.intake.cells import Cells
from segmentation.intake.columns import Column
from segmentation.intake.labels import clean_label, clean_text
from segmentation.intake.limits import Limits
from segmentation.intake.long_form import JOINED_BY
from segmentation.intake.opening import table_in, too_large
from segmentation.intake.options import ReadOptions

IDENTIFIER = "marked as identifying in the code book"

_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")
_CODES = re.compile(r"[;,\s]+")
_POINT_ZERO = re.compile(r"(?<=\d)\.0+$")
_KNOWN = 0.8
"""Share of a column's codes that the code book must know before labels take their place."""


@dataclass(frozen=True)
class Entry:
    """One question. `labels`: by code. `several`: answers are joined in one cell."""

    text: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    several: bool = False
    identifies: bool = False


@dataclass(frozen=True)
class CodeBook:
    """`entries`: by the question's name or wording, in small letters; `sha256`: of its bytes."""

    entries: Mapping[str, Entry]
    sha256: str = ""

    def entry(self, column: Column) -> Entry | None:
        """What is said about the column's question, by the name of column, question or wording."""
        names = (column.name, column.key, column.text)
        return next((e for n in names if (e := self.entries.get(_folded(n)))), None)


@dataclass(frozen=True)
class TableKind:
    """A kind of table, by patterns for its headers; "" for a part that it does not have.

    `choices` is a column with all codes and labels of a question; `value` and `label` one code.
    """

    name: str
    text: str = ""
    value: str = ""
    label: str = ""
    choices: str = ""
    kind: str = ""
    identifies: str = ""


TABLES: tuple[TableKind, ...] = (
    TableKind(
        name=r"variable / field name",
        text=r"field label",
        choices=r"choices, calculations,? or slider labels",
        kind=r"field type",
        identifies=r"identifier\??",
    ),
    TableKind(
        name=r"question(?: ?(?:id|name|code|text))?|variable(?: ?name)?|column|field|name|item",
        value=r"values?|codes?|numbers?|positions?|answer ?(?:id|code)|option ?(?:id|code)",
        label=r"labels?|value ?labels?|answers?(?: ?text)?|options?(?: ?text)?|meaning|choices?",
    ),
    TableKind(name=r"qname|column", text=r"question|questiontext"),
    TableKind(
        name=r"variable(?: ?name)?|column|field|name|code|question ?(?:id|code|name)",
        text=r"(?:variable ?)?labels?|question(?: ?text)?|text|wording|title|description",
    ),
)
"""The kinds of tables that are recognised, the more specific first."""

_MULTIPLE = re.compile(r"(?i)delimited set|checkbox|tagbox|multiple.*|select_multiple.*")


def read_codebook(source: str | Path | bytes, limits: Limits) -> CodeBook:
    """The code book in a file or its bytes. Raises ReadError for what is none."""
    data = source if isinstance(source, bytes) else _load(Path(source))
    if len(data) > limits.file_bytes:
        raise ReadError(too_large("The code book", len(data), limits))
    is_json = data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[")
    entries = _in_json(data) if is_json else _in_form(data, limits) or _in_table(data, limits)
    if not entries:
        raise ReadError(
            "The code book says nothing about any question: choose the dictionary or schema that "
            "the platform wrote."
        )
    return CodeBook(entries, hashlib.sha256(data).hexdigest())


def _in_form(data: bytes, limits: Limits) -> dict[str, Entry]:
    """What an XLSForm says; nothing for any other file."""
    if not data.startswith(_WORKBOOKS):
        return {}
    try:
        survey, choices = (
            table_in(data, "The code book", ReadOptions(sheet=sheet), limits).records.rows
            for sheet in xlsform.SHEETS
        )
    except ReadError:
        return {}
    return {
        _folded(name): Entry(
            question.text,
            {_code(code): label for code, label in question.labels.items()},
            question.several,
        )
        for question in xlsform.form_questions(survey, choices)
        for name in question.names
    }


def _in_table(data: bytes, limits: Limits) -> dict[str, Entry]:
    rows = table_in(data, "The code book", ReadOptions(), limits).records.rows
    header = [clean_text(cell).casefold() for cell in rows[0]]
    for kind in TABLES:
        places = _places(kind, header)
        if places:
            return _from_rows(rows[1:], places)
    raise ReadError(
        "The code book has no columns that are understood here: give it three columns named "
        "question, value and label, or choose the dictionary or schema that the platform wrote."
    )


def _load(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"The code book {path} cannot be opened; check the path.") from error


def label_codes(
    columns: Sequence[Column], cells: Sequence[Cells], book: CodeBook | None
) -> tuple[list[Column], list[Cells], list[str]]:
    """Columns and cells with wordings and labels instead of codes, and a note about it."""
    if book is None:
        return list(columns), list(cells), []
    found = [_labelled(c, texts, book) for c, texts in zip(columns, cells, strict=True)]
    told = sum(book.entry(column) is not None for column in columns)
    note = f"The code book tells about {told:,} of {len(columns):,} columns."
    return [column for column, _ in found], [texts for _, texts in found], [note]


def _labelled(column: Column, cells: Cells, book: CodeBook) -> tuple[Column, Cells]:
    entry = book.entry(column)
    if entry is None:
        return _box(column, book), cells
    column = replace(
        column,
        text=entry.text or column.text,
        personal=IDENTIFIER if entry.identifies else "",
    )
    option = column.option or column.code
    if option:
        label = entry.labels.get(_code(option))
        return (replace(column, option=label) if label else column), cells
    if not entry.labels or not cells.filled:
        return column, cells
    if column.joined_by or entry.several or _several_codes(cells, entry):
        texts = [_several(text, entry, column.joined_by) for text in cells.texts]
        return replace(column, joined_by=JOINED_BY), _of(texts, cells)
    known = sum(count for text, count in cells.filled if _code(text) in entry.labels)
    if known < _KNOWN * cells.answered:
        return column, cells
    return column, _of([entry.labels.get(_code(text), text) for text in cells.texts], cells)


def _box(column: Column, book: CodeBook) -> Column:
    """A column whose name ends with the code of a choice ("tools_3"), with its label as option."""
    name, _, code = column.name.rpartition("_")
    entry = book.entries.get(_folded(name))
    if entry is None or not entry.several or _code(code) not in entry.labels:
        return column
    return replace(
        column, key=name, text=entry.text or column.text, option=entry.labels[_code(code)]
    )


def _several_codes(cells: Cells, entry: Entry) -> bool:
    """Whether cells hold more codes than one, nearly all of them known."""
    codes = [_CODES.split(text.strip(" ;,\n\t")) for text, _ in cells.sample]
    known = [_code(code) in entry.labels for found in codes for code in found]
    return max(map(len, codes)) > 1 and sum(known) >= _KNOWN * len(known)


def _several(text: str, entry: Entry, joined_by: str) -> str:
    """The labels of the codes in a cell, which `joined_by` parts, "" for what usually does."""
    codes = text.split(joined_by) if joined_by else _CODES.split(text.strip())
    return JOINED_BY.join(entry.labels.get(_code(code), code) for code in filter(None, codes))


def _of(texts: Sequence[str], cells: Cells) -> Cells:
    """`cells` with other texts; spellings that have become one are one."""
    return Cells.of([texts[code] for code in cells.codes.tolist()], cells.missing)


def _places(kind: TableKind, header: Sequence[str]) -> dict[str, int] | None:
    """Where the parts of that kind of table stand, None when one is missing."""
    places: dict[str, int] = {}
    for part in ("name", "value", "label", "text", "choices", "kind", "identifies"):
        pattern = getattr(kind, part)
        if not pattern:
            continue
        fitting = (at for at, cell in enumerate(header) if re.fullmatch(pattern, cell))
        at = next((at for at in fitting if at not in places.values()), None)
        if at is None and part not in ("kind", "identifies"):
            return None
        if at is not None:
            places[part] = at
    return places


def _from_rows(rows: Sequence[Sequence[str]], places: Mapping[str, int]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    name = ""
    for row in rows:
        cells = {part: row[at].strip() if at < len(row) else "" for part, at in places.items()}
        name = cells["name"] or name
        known = entries.get(_folded(name), Entry())
        labels = dict(known.labels) | dict(_choices(cells.get("choices", "")))
        if cells.get("value"):
            labels[_code(cells["value"])] = clean_label(cells["label"])
        entries[_folded(name)] = Entry(
            text=clean_text(cells.get("text", "")) or known.text,
            labels=labels,
            several=_MULTIPLE.fullmatch(cells.get("kind", "")) is not None,
            identifies=cells.get("identifies", "").casefold() in ("y", "yes", "1"),
        )
    return entries


def _choices(text: str) -> Iterator[tuple[str, str]]:
    """ "1, Python | 2, R" -> ("1", "Python"), ("2", "R")."""
    for choice in text.split("|"):
        code, comma, label = choice.partition(",")
        if comma and label.strip():
            yield _code(code), clean_label(label)


def _in_json(text: bytes) -> dict[str, Entry]:
    try:
        return dict(_from_json(json.loads(text)))
    except (ValueError, RecursionError) as error:
        raise ReadError("The code book is not valid JSON: save it again.") from error


def _from_json(data: Any) -> Iterator[tuple[str, Entry]]:
    if isinstance(data, dict) and isinstance(data.get("columns"), dict):
        lib = data.get("lib")
        shared = lib.get("values") if isinstance(lib, dict) else None
        for name, said in data["columns"].items():
            yield _folded(name), _json_entry(said, "text", "values", shared)
    else:
        for said in _elements(data):
            yield _folded(str(said["name"])), _json_entry(said, "title", "choices")


def _elements(data: Any) -> Iterator[dict[str, Any]]:
    """Every SurveyJS question in the pages and panels of a form."""
    if isinstance(data, list):
        for item in data:
            yield from _elements(item)
    elif isinstance(data, dict):
        if "name" in data and "type" in data:
            yield data
        for part in ("pages", "elements", "questions", "panels", "templateElements"):
            yield from _elements(data.get(part))


def _json_entry(said: Any, text: str, values: str, shared: Any = None) -> Entry:
    if not isinstance(said, dict):
        return Entry()
    options = said.get(values)
    if isinstance(options, str) and isinstance(shared, dict):
        options = shared.get(options.rsplit("@", 1)[-1])
    labels = {}
    for option in options if isinstance(options, list) else []:
        is_pair = isinstance(option, dict)
        code = option.get("value") if is_pair else option
        labels[_code(str(code))] = clean_label(_wording(option.get("text") if is_pair else option))
    kind = str(said.get("type", ""))
    several = _MULTIPLE.fullmatch(kind) is not None
    return Entry(clean_text(_wording(said.get(text))), labels, several)


def _wording(text: Any) -> str:
    """A text, or the first of a text in several languages."""
    if isinstance(text, dict):
        text = text.get("default") or next(iter(text.values()), "")
    return "" if text is None else str(text)


def _code(text: str) -> str:
    """A code as both files write it: "1.0" and " 1 " are "1"."""
    return _POINT_ZERO.sub("", text.strip()).casefold()


def _folded(text: str) -> str:
    return clean_text(text).casefold()
