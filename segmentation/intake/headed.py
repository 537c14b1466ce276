"""Where the header of a table ends and which layout it has: as said, as stated, or as detected."""

from __future__ import annotations

from dataclasses import dataclass, replace

from segmentation.errors import ReadError
from segmentation.intake.headless import with_header
from segmentation.intake.layouts import CHOICES, PLAIN, Layout, detect, named
from segmentation.intake.records import Records
from segmentation.intake.table import Table

LOOKED_AT = 200
"""Records that a layout is detected from."""


@dataclass(frozen=True, eq=False)
class Headed:
    """`records` from their header on. `notes`: what was noticed about the header.

    `header_rows`: those of the file; 0 where it has none and one of numbers was added, or where
    the format has names of its own.
    """

    records: Records
    layout: Layout
    header_rows: int
    notes: tuple[str, ...] = ()


def headed(table: Table, name: str) -> Headed:
    """The table with its layout: that of its format, else the one chosen, else the one detected.

    Raises ReadError for a layout that is none, or that the number of header rows rules out.
    """
    if table.layout:
        return Headed(table.records, named(table.layout), 0)
    wanted = table.options.header_rows
    chosen = _chosen(table.options.layout)
    rows = chosen.header_rows if chosen and wanted is None else wanted
    records, notes = with_header(table.records, rows)
    found = chosen or detect(records.rows[:LOOKED_AT])
    wanted = 1 if notes else wanted
    if wanted not in (None, found.header_rows):
        found = _of_rows(found if chosen else named(PLAIN), wanted, name)
    if found.long and len(records.rows[0]) < 2:
        raise ReadError(
            f"{name} has one column, and the long form needs two or three; choose another layout, "
            "or another delimiter."
        )
    return Headed(records, found, 0 if notes else found.header_rows, notes)


def _chosen(layout: str | None) -> Layout | None:
    if layout is None:
        return None
    if layout not in CHOICES:
        known = ", ".join(f'"{name}"' for name in CHOICES)
        raise ReadError(f'There is no layout "{layout[:80]}"; choose one of {known}.')
    return named(layout)


def _of_rows(layout: Layout, rows: int, name: str) -> Layout:
    """The layout with another number of header rows, as far as it can be read from them.

    The second row of a plain table, if there is one, holds the wording.
    """
    if layout.long:
        raise ReadError(
            f"{name} cannot be of the long form with {rows} header rows; choose 1 header row, or "
            "another layout."
        )
    return replace(
        layout,
        header_rows=rows,
        text_row=min(rows - 1, 1) if layout.name == PLAIN else min(rows - 1, layout.text_row),
        headings=tuple(heading for heading in layout.headings if heading.row < rows),
        fill_right=layout.fill_right and rows > 1,
    )
