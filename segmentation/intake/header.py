"""Where the table starts: titles above the header; and tables of counts, which are refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from segmentation.errors import ReadError
from segmentation.intake.options import ReadOptions
from segmentation.intake.records import Records

TITLES = 10
"""Rows that may stand above a header."""

_LOOKED_AT = 60
_COUNTED, _COUNTED_BY = "answer choices", 3
"""The first header of SurveyMonkey's summaries, and in how many rows at most it stands."""

_NARROWEST = 3


def counts_only(name: str) -> str:
    """Why a summary of answers is refused."""
    return (
        f"{name} holds counts for each question instead of respondents; in SurveyMonkey choose the "
        'export "All responses data" and open that file.'
    )


def table_of(records: Records, options: ReadOptions, name: str) -> tuple[Records, ReadOptions]:
    """`records` from the header on, and the options with what was skipped.

    Raises ReadError when nothing is left below what is to be skipped, and for a table of counts.
    """
    if any(row[0].strip().casefold() == _COUNTED for row in records.rows[:_COUNTED_BY] if row):
        raise ReadError(counts_only(name))
    skip = _titles(records) if options.skip_rows is None else options.skip_rows
    if not 0 <= skip < len(records.rows):
        raise ReadError(
            f"{name} has {len(records.rows):,} rows, so {skip:,} cannot be skipped; skip fewer."
        )
    if options.header_rows is not None and options.header_rows < 0:
        raise ReadError(f"{name} cannot have {options.header_rows} header rows; choose 0 or more.")
    notes = list(records.notes)
    if skip:
        shown = " ".join(next(filter(None, records.rows[0]), "").split())[:80]
        above = f"first {skip} rows stand" if skip > 1 else "first row stands"
        notes.append(f'The {above} above the table and are no answers: "{shown}".')
    rows, lines = records.rows[skip:], records.lines[skip:]
    found = replace(records, rows=rows, lines=lines, notes=tuple(notes))
    return found, replace(options, skip_rows=skip)


def _titles(records: Records) -> int:
    """How many rows at the top hold one text only, above a table of several columns."""
    rows = records.rows[:_LOOKED_AT]
    widths = Counter(len(row) for row in rows)
    width = max(widths, key=lambda width: (widths[width], width))
    if width < _NARROWEST:
        return 0
    narrow = 0
    while narrow < min(len(rows), TITLES) and _is_title(records, narrow, width):
        narrow += 1
    below = rows[narrow:]
    return narrow if below and len(below[0]) == width and sum(map(bool, below[0])) > 1 else 0


def _is_title(records: Records, at: int, width: int) -> bool:
    """Whether a row holds one text, and is short of fields or parted from the next by a gap.

    A row of questions above a row of options may hold one text too, but has all its fields, and
    the row of options follows it at once.
    """
    row = records.rows[at]
    if sum(bool(cell.strip()) for cell in row) != 1 or not row[0].strip():
        return False
    gap = at + 1 < len(records.lines) and records.lines[at + 1] > records.lines[at] + 1
    return len(row) == 1 or (len(row) == width and gap and "\n" not in row[0])
