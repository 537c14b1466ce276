"""What of the first records of a file is not shown, as it may identify people."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from segmentation.intake.cells import Cells
from segmentation.intake.columns import describe
from segmentation.intake.headed import Headed
from segmentation.intake.header import TITLES
from segmentation.intake.personal import EMAIL, REMOVED, names_personal, reason_for
from segmentation.intake.records import Records

HIDDEN = "(hidden)"

_LONGEST = 300
_BELOW_TITLES = 3
_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|\+\d[\d ().\-]{7,18}\d")
"""An IP address or a phone number."""


def shown(row: Sequence[str], secret: Collection[int] = ()) -> tuple[str, ...]:
    return tuple(
        HIDDEN
        if at in secret and cell.strip() and not names_personal(cell)
        else _without_addresses(cell[:_LONGEST])
        for at, cell in enumerate(row)
    )


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub(HIDDEN, EMAIL.sub(REMOVED, text))


def below_personal(records: Records) -> dict[int, int]:
    """Columns where one of the first rows would be a header of something personal, by its line."""
    first = zip(records.rows[: TITLES + _BELOW_TITLES], records.lines, strict=False)
    found: dict[int, int] = {}
    for row, line in first:
        for at, cell in enumerate(row):
            if names_personal(cell):
                found.setdefault(at, line)
    return found


def personal_columns(
    head: Headed, hidden: Collection[str] | None
) -> tuple[tuple[str, ...], frozenset[int]]:
    """Names of the columns, and places of those that are hidden."""
    rows = head.records.rows
    count = head.layout.header_rows
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    if len(rows) <= count:
        return (), frozenset()
    columns, _ = describe(padded[:count], head.layout)
    secret = set()
    for at, column in enumerate(columns):
        cells = Cells.of([row[at] for row in padded[count:]])
        personal = reason_for(column.text, column.option, cells) or reason_for(
            column.name, "", cells
        )
        if personal or column.name in (hidden or ()):
            secret.add(at)
    return tuple(column.name for column in columns), frozenset(secret)
