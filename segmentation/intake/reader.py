"""`read_survey`: bytes -> `Survey`, one step after another."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.errors import ReadError
from segmentation.intake.cells import Cells
from segmentation.intake.columns import Column, describe
from segmentation.intake.decode import decode
from segmentation.intake.formats import refusal
from segmentation.intake.layouts import Layout, detect
from segmentation.intake.metadata import is_metadata
from segmentation.intake.missing import missing_signs
from segmentation.intake.personal import (
    EMAIL,
    EMAILS_IN_TEXT,
    REMOVED,
    holds_email,
    reason_for,
)
from segmentation.intake.questions import questions_of
from segmentation.intake.ragged import even_rows
from segmentation.intake.records import Records, parse
from segmentation.intake.survey import PersonalColumn, Question, Reading, Survey
from segmentation.intake.ticks import slipped

_LOOKED_AT = 200


def read_survey(source: str | Path | bytes, name: str | None = None) -> Survey:
    """The survey in a file or its bytes; `name` is what messages and the survey call it.

    Raises ReadError, in one sentence with what to do, for what is no survey in delimited text.
    """
    data, name = _load(source, name)
    text, encoding, notes = _text(data, name)
    with _garbage_collector_off():
        records = parse(text, name)
        layout = detect(records.rows[:_LOOKED_AT])
        records, uneven = even_rows(records, layout.header_rows, name)
        header = records.rows[: layout.header_rows]
        cells = _cells(records, layout, name)
    respondents = len(cells[0].codes)
    columns, renamed = describe(header, layout)
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
            encoding=encoding,
            delimiter=records.delimiter,
            header_rows=layout.header_rows,
            layout=layout.name,
            confidence=layout.confidence,
            missing=missing,
        ),
        personal=tuple(personal),
        notes=(
            *notes,
            *records.notes,
            *uneven,
            *renamed,
            *said,
            *_slips(questions, columns, cells),
            *_masked(emailed, written),
        ),
    )


def _load(source: str | Path | bytes, name: str | None) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, name or "survey"
    path = Path(source)
    name = name or path.name
    try:
        return path.read_bytes(), name
    except FileNotFoundError as error:
        raise ReadError(f"There is no file {path}; check the path.") from error
    except IsADirectoryError as error:
        raise ReadError(f"{path} is a folder; name the file in it.") from error
    except PermissionError as error:
        raise ReadError(f"{path} may not be read; check its permissions.") from error


def _text(data: bytes, name: str) -> tuple[str, str, tuple[str, ...]]:
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise ReadError(f"{name} is empty; export the answers again and open that file.")
    other = refusal(data)
    if other:
        raise ReadError(f"{name} is {other}.")
    return decode(data, name)


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
        reason = reason_for(column.text, column.option, found) or reason_for(column.name, "", found)
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
