"""`read_survey`: bytes -> `Survey`, one step after another."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from segmentation.errors import ReadError
from segmentation.intake.by_hand import fitting
from segmentation.intake.cells import Cells
from segmentation.intake.codebook import CodeBook, label_codes, read_codebook
from segmentation.intake.columns import Column, describe
from segmentation.intake.columnwise import ColumnRows
from segmentation.intake.deadline import reading, timed
from segmentation.intake.headed import Headed, headed
from segmentation.intake.hidden import hidden_signs
from segmentation.intake.layouts import Layout
from segmentation.intake.limits import Limits
from segmentation.intake.lists import unpack_lists
from segmentation.intake.long_form import widen
from segmentation.intake.mangled import mangled
from segmentation.intake.metadata import is_metadata
from segmentation.intake.missing import missing_signs
from segmentation.intake.opening import table_in, too_large
from segmentation.intake.options import ReadOptions
from segmentation.intake.personal import (
    EMAIL,
    EMAILS_IN_TEXT,
    REMOVED,
    holds_email,
    reason_for,
)
from segmentation.intake.questions import questions_of, rankings
from segmentation.intake.ragged import even_rows
from segmentation.intake.records import Records
from segmentation.intake.survey import PersonalColumn, Question, Reading, Survey
from segmentation.intake.table import Table
from segmentation.intake.ticks import slipped


def read_survey(
    source: str | Path | bytes,
    name: str | None = None,
    options: ReadOptions = ReadOptions(),
    limits: Limits | None = None,
    *,
    codebook: str | Path | bytes | None = None,
) -> Survey:
    """The survey in a file or its bytes; `name` is what messages and the survey call it.

    `options`: what to decide rather than detect. `limits`: what reading may take; None for those
    of the environment. `codebook`: a second file that says what codes mean. Raises ReadError, in
    one sentence with what to do, for what is no survey.
    """
    limits = limits or Limits.of()
    with reading("The code book", limits):
        book = None if codebook is None else read_codebook(codebook, limits)
    data, name = _load(source, name, limits)
    with reading(name, limits):
        return _survey(data, name, options, limits, book)


def _survey(
    data: bytes, name: str, options: ReadOptions, limits: Limits, book: CodeBook | None
) -> Survey:
    """`read_survey` for the bytes of the file and the code book that goes with it."""
    with _garbage_collector_off():
        table = table_in(data, name, options, limits)
        head = headed(table, name)
        records, layout = head.records, head.layout
        records, uneven = even_rows(records, layout.header_rows, name)
        records, gathered = widen(records, layout)
        header = records.rows[: layout.header_rows]
        cells = _cells(records, layout, name)
    respondents = len(cells[0].codes)
    columns, renamed = describe(header, layout)
    columns, cells = unpack_lists(columns, cells, layout)
    columns, cells, labelled = label_codes(columns, cells, book)
    missing, said = missing_signs(cells, layout)
    cells = [found.missing_as(missing + layout.not_shown) for found in cells]
    columns, cells, personal = _without_personal(columns, cells)
    cells, emailed = _without_emails(columns, cells)
    metadata = {
        column.name
        for column in columns
        if is_metadata(column.name, layout) or is_metadata(column.text, layout)
    }
    by_hand, strangers = fitting(options.questions, columns, personal)
    questions = questions_of(columns, cells, layout, metadata, by_hand)
    written = [q.columns[0] for q in questions if q.kind == "text" and q.columns[0] in emailed]
    personal += [PersonalColumn(column, EMAILS_IN_TEXT) for column in written]
    return Survey(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        respondents=respondents,
        cells={
            column.name: found
            for column, found in zip(columns, cells, strict=True)
            if column.name not in written
        },
        questions=tuple(q for q in questions if q.columns[0] not in written),
        reading=Reading(
            encoding=table.encoding,
            delimiter=records.delimiter,
            header_rows=head.header_rows,
            layout=layout.name,
            confidence=layout.confidence,
            missing=missing,
            format=table.format,
            options=_resolved(table, head, book),
            chosen=options if book is None else replace(options, codebook=book.sha256),
        ),
        personal=tuple(personal),
        notes=(
            *_book_wanted(options, book),
            *table.notes,
            *head.notes,
            *uneven,
            *gathered,
            *renamed,
            *labelled,
            *strangers,
            *said,
            *_slips(questions, columns, cells),
            *mangled(questions),
            *hidden_signs(header, _of_options(questions, columns, cells)),
            *rankings(questions),
            *_masked(emailed, written),
        ),
    )


def _resolved(table: Table, head: Headed, book: CodeBook | None) -> ReadOptions:
    """Choices under which the same bytes are read the same way again."""
    states = bool(table.layout)
    return replace(
        table.options,
        header_rows=None if states else head.header_rows,
        layout=None if states else head.layout.name,
        codebook=None if book is None else book.sha256,
    )


def _book_wanted(options: ReadOptions, book: CodeBook | None) -> list[str]:
    """A note when the choices name a code book and there is none."""
    if options.codebook is None or book is not None:
        return []
    note = (
        "This was read with a code book before, which is not here now, so codes stay as they are: "
        "add the code book again."
    )
    return [note]


def _load(source: str | Path | bytes, name: str | None, limits: Limits) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, name or "survey"
    path = Path(source)
    name = name or path.name
    try:
        if path.stat().st_size > limits.file_bytes:
            raise ReadError(too_large(name, path.stat().st_size, limits))
        return path.read_bytes(), name
    except FileNotFoundError as error:
        raise ReadError(f"There is no file {path}; check the path.") from error
    except IsADirectoryError as error:
        raise ReadError(f"{path} is a folder; name the file in it.") from error
    except PermissionError as error:
        raise ReadError(f"{path} may not be read; check its permissions.") from error


def _cells(records: Records, layout: Layout, name: str) -> list[Cells]:
    """The cells of every column below the header rows. Raises ReadError when there are none."""
    if len(records.rows) <= layout.header_rows:
        raise ReadError(
            f"{name} has its header but no answers yet; open it again when somebody has answered."
        )
    if isinstance(records.rows, ColumnRows):
        return records.rows.cells(layout.header_rows)
    columns = zip(*islice(records.rows, layout.header_rows, None), strict=True)
    return [Cells.of(column) for column in columns]


@contextmanager
def _garbage_collector_off() -> Iterator[None]:
    """A million rows are a million lists without a cycle; looking for one takes half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _without_personal(
    columns: Sequence[Column], cells: Sequence[Cells]
) -> tuple[list[Column], list[Cells], list[PersonalColumn]]:
    kept: list[tuple[Column, Cells]] = []
    personal = []
    for column, found in zip(columns, cells, strict=True):
        reason = (
            column.personal
            or reason_for(column.text, column.option, found)
            or reason_for(column.name, "", found)
        )
        if reason:
            personal.append(PersonalColumn(column.name, reason))
        else:
            kept.append((column, found))
    return [column for column, _ in kept], [found for _, found in kept], personal


def _without_emails(
    columns: Sequence[Column], cells: Sequence[Cells]
) -> tuple[list[Cells], dict[str, int]]:
    """Cells with e-mail addresses taken out, and how many cells that was by column."""
    clean, emailed = [], {}
    for column, found in zip(columns, cells, strict=True):
        hits = [k for k, text in enumerate(timed(found.texts)) if holds_email(text)]
        if not hits:
            clean.append(found)
            continue
        texts = list(found.texts)
        for k in hits:
            texts[k] = EMAIL.sub(REMOVED, texts[k])
        emailed[column.name] = int(found.counts[hits].sum())
        clean.append(Cells(texts, found.codes, found.counts, found.missing))
    return clean, emailed


def _slips(
    questions: Sequence[Question], columns: Sequence[Column], cells: Sequence[Cells]
) -> list[str]:
    """A note when options stand in other options' columns."""
    by_name = {column.name: found for column, found in zip(columns, cells, strict=True)}
    counts = [
        slipped([by_name[name] for name in question.columns], question.column_options)
        for question in questions
        if question.encoding == "label columns"
    ]
    if not any(counts):
        return []
    note = (
        f"{sum(counts):,} ticks in {sum(map(bool, counts))} question(s) stand in the column of "
        "another option, so rows may have slipped; each counts as the option that it names."
    )
    return [note]


def _of_options(
    questions: Sequence[Question], columns: Sequence[Column], cells: Sequence[Cells]
) -> list[Cells]:
    """Columns that hold labels of options."""
    named = {name for question in questions if question.options for name in question.columns}
    return [found for column, found in zip(columns, cells, strict=True) if column.name in named]


def _masked(emailed: dict[str, int], written: Sequence[str]) -> list[str]:
    """A note for each column where e-mail addresses were taken out of single answers."""
    return [
        f'E-mail addresses were taken out of {count:,} answer(s) to "{name}".'
        for name, count in emailed.items()
        if name not in written
    ]
