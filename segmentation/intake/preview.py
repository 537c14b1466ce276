"""The first records of a file as they stand in it, to check its reading by, or to put it right.

There is something to see also where reading fails: the records as far as they can be told apart,
else the lines of the text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from segmentation.errors import ReadError
from segmentation.intake.containers import gunzipped, open_zip, tables_in, unzipped
from segmentation.intake.deadline import check_time, reading
from segmentation.intake.decode import decode
from segmentation.intake.formats import GZIP, ZIP, format_in_zip, format_of
from segmentation.intake.headed import LOOKED_AT, headed
from segmentation.intake.header import TITLES, table_of
from segmentation.intake.limits import Limits
from segmentation.intake.masked import below_personal, personal_columns, shown
from segmentation.intake.opening import table_in
from segmentation.intake.options import ReadOptions
from segmentation.intake.survey import Survey
from segmentation.intake.table import TEXT

Mark = Literal["title", "header", "answer", "line"]
"""What a row is: above the table, of its header, a respondent's; or a line of plain text."""

SHOWN = 8
"""Rows shown; those above the answers count, but some answers are shown all the same."""

MOST_COLUMNS = 100

_LEAST_ANSWERS = 3
_MOST_TITLES = 3
_SECONDS = 20
_STRANGE = 0.05
_HEAD = 1 << 16


@dataclass(frozen=True)
class Row:
    """`line`: the line or row of the file on which it begins, from 1."""

    line: int
    mark: Mark
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """`rows`: titles, header and first answers, cells of personal columns hidden.

    `columns`: unique names of the columns, as in `Survey.answers`; () where they are not known.
    `width`: how many columns there are; at most MOST_COLUMNS are shown. `options`: how it was read
    for this. `sheets`, `members`: what there is to choose from, in a workbook and in an archive.
    """

    rows: tuple[Row, ...] = ()
    columns: tuple[str, ...] = ()
    width: int = 0
    format: str = ""
    options: ReadOptions = ReadOptions()
    sheets: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether there are an encoding and a delimiter to choose."""
        return self.format == TEXT

    @property
    def may_have_titles(self) -> bool:
        return self.is_text or bool(self.sheets)

    @property
    def states_layout(self) -> bool:
        """Whether the format itself says what its questions are."""
        return bool(self.columns) and self.options.layout is None

    @property
    def can_be_corrected(self) -> bool:
        """Whether another choice in reading may help."""
        return bool(self.rows) or len(self.members) > 1 or len(self.sheets) > 1


def preview_records(
    data: bytes,
    name: str,
    options: ReadOptions = ReadOptions(),
    limits: Limits | None = None,
    hidden: Collection[str] | None = None,
) -> Preview:
    """The first records of a file under these choices, or under as many as can be followed.

    `hidden`: columns known to be personal; None where nothing is known, so that whatever may be
    the header is looked at. Raises nothing for a file that cannot be read: its preview is empty.
    """
    limits = limits or Limits.of()
    limits = replace(limits, seconds=min(limits.seconds, _SECONDS))
    members = _members(data, name, limits)
    found = Preview()
    with reading(name, limits):
        for attempt in _attempts(options):
            try:
                check_time()
                found = _records(data, name, attempt, limits, hidden)
                break
            except ReadError:
                continue
        else:
            found = _lines(data, name, options, limits)
    return replace(found, members=members)


def preview_survey(survey: Survey, data: bytes, limits: Limits | None = None) -> Preview:
    """The first records of a file that was read; `data` are its bytes.

    Binary formats are not read a second time for it, so columns that were left out are not there.
    """
    limits, options = limits or Limits.of(), survey.reading.options
    if survey.reading.format == TEXT or options.sheet is not None:
        hidden = {personal.column for personal in survey.personal}
        return preview_records(data, survey.name, options, limits, hidden)
    first = survey.rows(np.arange(min(SHOWN - 1, survey.respondents))).to_numpy().tolist()
    names = tuple(survey.cells)
    return Preview(
        rows=(
            Row(1, "header", shown(names[:MOST_COLUMNS])),
            *(Row(at, "answer", shown(row[:MOST_COLUMNS])) for at, row in enumerate(first, 2)),
        ),
        columns=names,
        width=len(names),
        format=survey.reading.format,
        options=options,
        members=_members(data, survey.name, limits),
    )


def _members(data: bytes, name: str, limits: Limits) -> tuple[str, ...]:
    """What there is to choose from in an archive; a workbook is an archive too, but none for us."""
    if format_of(data) != ZIP:
        return ()
    try:
        kind = format_in_zip(open_zip(data, name, limits).namelist())
    except ReadError:
        return ()
    return tables_in(data, name, limits) if kind == ZIP else ()


def _attempts(options: ReadOptions) -> list[ReadOptions]:
    """The choices, then fewer and fewer of them, for where they cannot be followed."""
    wanted = replace(options, questions=(), codebook=None)
    text = ReadOptions(
        member=options.member, encoding=options.encoding, delimiter=options.delimiter
    )
    member = ReadOptions(member=options.member)
    return list(dict.fromkeys((wanted, text, member, ReadOptions())))


def _records(
    data: bytes, name: str, options: ReadOptions, limits: Limits, hidden: Collection[str] | None
) -> Preview:
    """Raises ReadError when the file cannot be read so."""
    untitled = replace(options, skip_rows=0)
    table = table_in(data, name, untitled, limits, LOOKED_AT + TITLES)
    every, titles = table.records, 0
    if table.format == TEXT or table.sheets:
        rest, resolved = table_of(every, options, name)
        titles = resolved.skip_rows or 0
        used = replace(table.options, skip_rows=titles)
        table = replace(table, records=rest, options=used)
    head = headed(table, name)
    states = bool(table.layout)
    used = replace(
        table.options,
        header_rows=None if states else head.header_rows,
        layout=None if states else head.layout.name,
    )
    in_file = head.layout.header_rows if states else head.header_rows
    names, secret = personal_columns(head, hidden)
    below = {} if hidden is not None else below_personal(every)
    width = max(map(len, every.rows))
    rows = []
    for line, row, mark in _marked(every.lines, every.rows, titles, in_file):
        personal = {at for at, header in below.items() if line > header} | secret
        rows.append(
            Row(line, mark, shown(row[:MOST_COLUMNS], personal if mark == "answer" else ()))
        )
    return Preview(tuple(rows), names, width, table.format, used, table.sheets)


def _marked(
    lines: Sequence[int], rows: Sequence[Sequence[str]], titles: int, header: int
) -> list[tuple[int, Sequence[str], Mark]]:
    """The rows to show: a few titles, the header, and answers up to SHOWN."""
    marked: list[tuple[int, Sequence[str], Mark]] = []
    for at, (line, row) in enumerate(zip(lines, rows, strict=True)):
        if at < titles:
            marked += [(line, row, "title")] if at < _MOST_TITLES else []
        else:
            marked.append((line, row, "header" if at < titles + header else "answer"))
    above = sum(mark != "answer" for _, _, mark in marked)
    return marked[: max(SHOWN, above + _LEAST_ANSWERS)]


def _lines(data: bytes, name: str, options: ReadOptions, limits: Limits) -> Preview:
    """The first lines, for a text whose records cannot be told apart; nothing for other files."""
    try:
        if format_of(data) == ZIP:
            data, _ = unzipped(data, name, limits, options.member)
        elif format_of(data) == GZIP:
            data = gunzipped(data, name, limits)
    except ReadError:
        return Preview()
    if format_of(data) is not None:
        return Preview()
    text = _text(data[:_HEAD], name, options)
    strange = sum(not (char.isprintable() or char in "\t\r\n") for char in text)
    if not text.strip() or strange > _STRANGE * len(text):
        return Preview()
    lines = text.splitlines()[:SHOWN]
    rows = [Row(at, "line", shown([line])) for at, line in enumerate(lines, 1)]
    return Preview(tuple(rows), width=1, format=TEXT, options=replace(options, questions=()))


def _text(head: bytes, name: str, options: ReadOptions) -> str:
    for encoding in (options.encoding, None):
        try:
            return decode(head, name, encoding)[0]
        except ReadError:
            continue
    return head.decode("latin-1")
