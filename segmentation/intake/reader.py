"""`read_survey`: bytes -> `Survey`, one step after another."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.errors import ReadError
from segmentation.intake.cells import Cells
from segmentation.intake.codebook import label_codes, read_codebook
from segmentation.intake.columns import Column, describe
from segmentation.intake.headless import with_header
from segmentation.intake.layouts import Layout, detect, named
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

_LOOKED_AT = 200


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
    book = None if codebook is None else read_codebook(codebook, limits)
    data, name = _load(source, name, limits)
    with _garbage_collector_off():
        table = table_in(data, name, options, limits)
        records, headless = with_header(table.records, table.options.header_rows)
        layout = _layout(table, records, headless)
        records, uneven = even_rows(records, layout.header_rows, name)
        records, gathered = widen(records, layout)
        header = records.rows[: layout.header_rows]
        cells = _cells(records, layout, name)
    header_rows = 0 if table.layout or headless else layout.header_rows
    respondents = len(cells[0].codes)
    columns, renamed = describe(header, layout)
    columns, cells, labelled = label_codes(columns, cells, book)
    columns, cells = unpack_lists(columns, cells, layout)
    missing, said = missing_signs(cells, layout)
    cells = [Cells(c.texts, c.codes, c.counts, missing + layout.not_shown) for c in cells]
    columns, cells, personal = _without_personal(columns, cells)
    cells, emailed = _without_emails(columns, cells)
    metadata = {
        column.name
        for column in columns
        if is_metadata(column.name, layout) or is_metadata(column.text, layout)
    }
    questions = questions_of(columns, cells, layout, metadata)
    written = [q.columns[0] for q in questions if q.kind == "text" and q.columns[0] in emailed]
    personal += [PersonalColumn(column, EMAILS_IN_TEXT) for column in written]
    return Survey(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        answers=_frame(columns, cells, written, respondents),
        questions=tuple(q for q in questions if q.columns[0] not in written),
        reading=Reading(
            encoding=table.encoding,
            delimiter=records.delimiter,
            header_rows=header_rows,
            layout=layout.name,
            confidence=layout.confidence,
            missing=missing,
            format=table.format,
            options=replace(table.options, header_rows=None if table.layout else header_rows),
        ),
        personal=tuple(personal),
        notes=(
            *table.notes,
            *headless,
            *uneven,
            *gathered,
            *renamed,
            *labelled,
            *said,
            *_slips(questions, columns, cells),
            *mangled(questions),
            *rankings(questions),
            *_masked(emailed, written),
        ),
    )


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


def _layout(table: Table, records: Records, headless: Sequence[str]) -> Layout:
    """The layout that the format states, else the one detected.

    One with as many header rows as the analyst wants: where that is not the one detected, a plain
    table whose second header row, if there is one, holds the wording.
    """
    if table.layout:
        return named(table.layout)
    found = detect(records.rows[:_LOOKED_AT])
    wanted = table.options.header_rows
    if wanted is None or headless or wanted == found.header_rows:
        return found
    return replace(named("plain table"), header_rows=wanted, text_row=min(wanted - 1, 1))


def _cells(records: Records, layout: Layout, name: str) -> list[Cells]:
    """The cells of every column below the header rows. Raises ReadError when there are none."""
    if len(records.rows) <= layout.header_rows:
        raise ReadError(
            f"{name} has its header but no answers yet; open it again when somebody has answered."
        )
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
        hits = [k for k, text in enumerate(found.texts) if holds_email(text)]
        texts = list(found.texts)
        for k in hits:
            texts[k] = EMAIL.sub(REMOVED, texts[k])
        if hits:
            emailed[column.name] = int(found.counts[hits].sum())
        clean.append(Cells(texts, found.codes, found.counts, found.missing) if hits else found)
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


def _masked(emailed: dict[str, int], written: Sequence[str]) -> list[str]:
    """A note for each column where e-mail addresses were taken out of single answers."""
    return [
        f'E-mail addresses were taken out of {count:,} answer(s) to "{name}".'
        for name, count in emailed.items()
        if name not in written
    ]


def _frame(
    columns: Sequence[Column], cells: Sequence[Cells], leave_out: Sequence[str], respondents: int
) -> pd.DataFrame:
    """Object frame (respondents, columns) of every cell's text."""
    kept = [
        (column.name, found)
        for column, found in zip(columns, cells, strict=True)
        if column.name not in leave_out
    ]
    values = np.empty((respondents, len(kept)), dtype=object, order="F")
    for at, (_, found) in enumerate(kept):
        values[:, at] = found.column()
    return pd.DataFrame(values, columns=[name for name, _ in kept], dtype=object)
