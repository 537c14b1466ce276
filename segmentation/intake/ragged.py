"""Rows with too many or too few fields: counted and named, never shifted or cut in silence."""

from __future__ import annotations

from segmentation.errors import ReadError
from segmentation.intake.columnwise import ColumnRows
from segmentation.intake.decode import in_lines
from segmentation.intake.records import Records

SURPLUS = "Surplus fields"
"""Column that keeps what stood beyond the last header of a row."""


def even_rows(records: Records, header_rows: int, name: str) -> tuple[Records, tuple[str, ...]]:
    """`records` with as many fields in every row, and what was done to get there.

    Short rows are filled with blanks at the end. Blank fields beyond the header are dropped;
    other text there is kept in a last column, "Surplus fields". Raises ReadError when most rows
    are longer than the header.
    """
    width = max(len(row) for row in records.rows[:header_rows])
    even = isinstance(records.rows, ColumnRows)
    if even or all(len(row) == width for row in records.rows):
        return records, ()
    rows: list[list[str]] = []
    notes: list[str] = []
    short, trimmed, long = [], [], []
    for at, (row, line) in enumerate(zip(records.rows, records.lines, strict=True)):
        rows.append(row[:width] + [""] * (width - len(row)))
        if len(row) < width and at >= header_rows:
            short.append(line)
        elif any(row[width:]):
            long.append(line)
        elif len(row) > width:
            trimmed.append(line)
    if len(long) > (len(rows) - header_rows) / 2:
        raise ReadError(
            f"Most rows of {name} have more fields than its header ({width}), so it is not known "
            "which answer belongs to which question; put the row with the questions first and "
            "name every column."
        )
    if long:
        surplus = [records.delimiter.join(row[width:]) for row in records.rows]
        rows = [[*row, more] for row, more in zip(rows, [SURPLUS, *surplus[1:]], strict=True)]
        notes.append(
            f"{_rows(long)} more fields than the header ({in_lines(long)}); the surplus is kept in "
            f'the column "{SURPLUS}", and the answers there may have slipped: check them.'
        )
    if short:
        notes.append(
            f"{_rows(short)} fewer fields than the header ({in_lines(short)}); the missing ones "
            "count as blank."
        )
    if trimmed:
        notes.append(f"{_rows(trimmed)} blank fields beyond the header, which were dropped.")
    return Records(rows, records.lines, records.delimiter, records.notes), tuple(notes)


def _rows(lines: list[int]) -> str:
    return f"{len(lines):,} rows have" if len(lines) > 1 else "1 row has"
