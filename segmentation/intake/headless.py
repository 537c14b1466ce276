"""Files that begin with an answer instead of a header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from segmentation.intake.records import Records

_MOMENT = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T]\d{1,2}[:.]\d{2}.*", re.S)
_LOOKED_AT = 5


def with_header(records: Records, wanted: int | None = None) -> tuple[Records, tuple[str, ...]]:
    """`records` below a header of column numbers when the first of them is an answer.

    `wanted`: how many header rows the analyst wants, None to find out. A moment in time is no
    header; it gives an answer away when moments stand below it too.
    """
    if wanted or (wanted is None and not _begins_with_answer(records.rows)):
        return records, ()
    header = [f"Column {number}" for number in range(1, len(records.rows[0]) + 1)]
    note = "The first row is an answer, so there is no header row; columns go by their numbers."
    rows, lines = [header, *records.rows], [records.lines[0], *records.lines]
    return replace(records, rows=rows, lines=lines), (note,)


def _begins_with_answer(rows: Sequence[Sequence[str]]) -> bool:
    return len(rows) > 1 and any(
        _MOMENT.fullmatch(cell.strip())
        and all(
            at < len(row) and _MOMENT.fullmatch(row[at].strip()) for row in rows[1 : _LOOKED_AT + 1]
        )
        for at, cell in enumerate(rows[0])
    )
