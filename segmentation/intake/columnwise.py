"""Clean delimited text -> records held column by column, parsed by Arrow in all cores at once.

What is clean is decided here, strictly: one kind of line end, no blank line, no line break in a
cell, every quote at the edge of a field or doubled. Then Arrow's parser and Python's give the same
cells, and there is nothing to count or name by line; anything else is left to `records`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from segmentation.intake.cells import Cells
from segmentation.intake.deadline import check_time

WORTH_IT = 1 << 20
"""Characters from which a text is parsed by Arrow."""

_BLOCK = 1 << 24
_TEXTS = pa.dictionary(pa.int32(), pa.string())
_ROWS = 10_000
_QUOTE, _LINE_FEED, _RETURN = b'"'[0], b"\n"[0], b"\r"[0]


@dataclass(frozen=True, eq=False)
class ColumnRows(Sequence[list[str]]):
    """Rows of text, in memory as columns: a row is put together when it is asked for.

    `columns`: equally many texts each, by number, no nulls; rows before `start` are left out.
    """

    columns: tuple[pa.ChunkedArray, ...]
    start: int = 0

    def __len__(self) -> int:
        return len(self.columns[0]) - self.start

    @overload
    def __getitem__(self, at: int) -> list[str]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[list[str]]: ...
    def __getitem__(self, at: int | slice) -> list[str] | Sequence[list[str]]:
        """One row; the rows from some place on, still as columns; or a list of some rows."""
        first, stop, step = (slice(at, at + 1) if isinstance(at, int) else at).indices(len(self))
        if isinstance(at, int):
            return self._rows(range(len(self))[at], 1)[0]
        if step == 1 and stop == len(self):
            return ColumnRows(self.columns, self.start + min(first, len(self)))
        return self._rows(first, stop - first)[::step]

    def __iter__(self) -> Iterator[list[str]]:
        for first in range(0, len(self), _ROWS):
            yield from self._rows(first, _ROWS)

    def _rows(self, first: int, count: int) -> list[list[str]]:
        parts = [c.slice(self.start + first, max(count, 0)).to_pylist() for c in self.columns]
        return [list(row) for row in zip(*parts, strict=True)]

    def cells(self, first: int) -> list[Cells]:
        """The cells of every column from row `first` on."""
        check_time()
        parts = [column.slice(self.start + first) for column in self.columns]
        with ThreadPoolExecutor() as threads:  # Arrow works without Python's lock
            return list(threads.map(Cells.of_array, parts))


def parse_clean(text: str, delimiter: str, longest: int) -> ColumnRows | None:
    """All records of a clean text.

    None when it is not clean, or has a cell of more than `longest` bytes.
    """
    first = text[: text.find("\n") + 1]
    if len(first) > _BLOCK or not delimiter.isascii() or not _ends_alike(text):
        return None
    data = text.encode()
    if not _regular_quotes(np.frombuffer(data, np.uint8), ord(delimiter)):
        return None
    width = len(next(csv.reader([first.rstrip("\r\n")], delimiter=delimiter), ()))
    if width < 2:
        return None
    names = [str(at) for at in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(data),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, _TEXTS), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None  # rows of different lengths
    lines = text.count("\n") + (not text.endswith("\n"))
    columns = tuple(table.itercolumns())
    if len(table) != lines or max(map(_longest, columns)) > longest:
        return None  # blank lines, or line breaks in a cell; a cell too long
    return ColumnRows(columns)


def _ends_alike(text: str) -> bool:
    """Whether all lines end alike, with a line feed or with a return before each."""
    if "\r" not in text:
        return True
    return text.count("\r") == text.count("\r\n") == text.count("\n")


def _regular_quotes(data: npt.NDArray[np.uint8], delimiter: int) -> bool:
    """Whether every quote opens a field at its edge, closes one at its edge, or is doubled within.

    A run of quotes outside of quotes begins a field, and if it is even it is that whole field; one
    inside ends the field if it is odd. Whether it is inside is told by how many went before.
    """
    starts = range(0, max(len(data), 1), _BLOCK)
    at = np.concatenate([np.flatnonzero(data[i : i + _BLOCK] == _QUOTE) + i for i in starts])
    if not len(at):
        return True
    begins = np.flatnonzero(np.diff(at, prepend=-2) != 1)
    ends = np.append(begins[1:], len(at)) - 1
    odd = (ends - begins) % 2 == 0
    inside = begins % 2 == 1
    edge = np.zeros(256, bool)
    edge[[delimiter, _LINE_FEED, _RETURN]] = True
    first, last = at[begins], at[ends]
    after_edge = edge[data[np.maximum(first - 1, 0)]] | (first == 0)
    before_edge = edge[data[np.minimum(last + 1, len(data) - 1)]] | (last == len(data) - 1)
    right_outside = after_edge & (odd | before_edge)
    right_inside = ~odd | before_edge
    return bool(np.where(inside, right_inside, right_outside).all() and len(at) % 2 == 0)


def _longest(column: pa.ChunkedArray) -> int:
    """Bytes of the longest cell, at least as many as its characters."""
    lengths = (pc.max(pc.binary_length(part.dictionary)).as_py() for part in column.chunks)
    return max((length or 0 for length in lengths), default=0)
