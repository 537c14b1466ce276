"""Text -> records: delimiter, quotes, line ends."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from segmentation.errors import ReadError
from segmentation.intake.columnwise import WORTH_IT, ColumnRows, parse_clean
from segmentation.intake.deadline import timed
from segmentation.intake.decode import in_lines
from segmentation.intake.limits import Limits, too_much_memory
from segmentation.intake.options import ReadOptions
from segmentation.intake.wire import check_table, too_long

DELIMITERS: tuple[tuple[str, str], ...] = (
    (",", "comma"),
    ("\t", "tab"),
    (";", "semicolon"),
    ("|", "bar"),
)
"""What may part fields, the likelier first, with its name in words."""

_SAMPLE_RECORDS = 50
_SAMPLE_CHARACTERS = 2_000_000
_CHUNK = 1 << 20
_BYTES_A_CELL, _BYTES_A_TEXT = 24, 72
"""What a cell takes in its record, its column and the table of answers; and a text of its own."""

_LONGEST = 1 << 24
csv.field_size_limit(_LONGEST)
_SEP_LINE = re.compile(r'\A"?sep=(.)"?(?:\r\n|\r|\n)', re.I)
_DELIMITER = re.compile(r"[^\s\"]|[\t ]")
_SENTINEL = "end of text"


@dataclass(frozen=True)
class Records:
    """Every record of a file as fields of text, in file order, the header rows included.

    `lines[i]`: the line, from 1, on which `rows[i]` begins. `notes`: what was noticed.
    """

    rows: Sequence[list[str]]
    lines: Sequence[int]
    delimiter: str
    notes: tuple[str, ...] = ()


def parse(
    text: str,
    name: str,
    options: ReadOptions = ReadOptions(),
    limits: Limits = Limits(),
    first: int | None = None,
) -> Records:
    """All records of `text`, or those of the first so many.

    Raises ReadError for an empty text, a quote left open, or a table beyond the limits.
    """
    if options.delimiter is not None and not _DELIMITER.fullmatch(options.delimiter):
        raise ReadError(f"{options.delimiter!r} cannot part fields; choose one character.")
    notes: list[str] = []
    stated = _SEP_LINE.match(text)
    skipped = 0
    if stated:
        text, skipped = text[stated.end() :], 1
    text = _one_line_end(text, notes)
    if not text or text.isspace():
        raise ReadError(f"{name} is empty; export the answers again and open that file.")
    delimiter = options.delimiter or (stated.group(1) if stated else find_delimiter(text))
    columns = None if first else _in_columns(text, delimiter, name, limits)
    if columns:
        lines = range(1 + skipped, 1 + skipped + len(columns))
        return Records(columns, lines, delimiter, tuple(notes))
    found = timed(islice(_read(text, delimiter, name, limits), first))
    read = ((line + skipped, row, is_loose) for line, row, is_loose in found)
    records = _in_rows(read, delimiter, _Room(text, name, limits))
    return replace(records, notes=(*notes, *records.notes))


def _in_rows(found: Iterable[tuple[int, list[str], bool]], delimiter: str, room: _Room) -> Records:
    """Records from line of start, fields and "quotes were loose" of each; blank ones left out."""
    rows: list[list[str]] = []
    lines: list[int] = []
    notes: list[str] = []
    blank, loose = 0, []
    for line, row, is_loose in found:
        if row and (len(row) > 1 or row[0].strip() or not rows or len(rows[0]) == 1):
            rows.append(row)
            lines.append(line)
            room.take(row)
        else:
            blank += 1
        if is_loose:
            loose.append(line)
    if blank:
        notes.append(f"{blank:,} blank {'lines were' if blank > 1 else 'line was'} skipped.")
    if loose:
        notes.append(f"Quotes within a quoted answer were not doubled in {in_lines(loose)}.")
    return Records(rows, lines, delimiter, tuple(notes))


class _Room:
    """What the limits leave for further records; memory is reckoned, as it cannot be bounded here.

    `take` raises ReadError when a record is one too many.
    """

    def __init__(self, text: str, name: str, limits: Limits) -> None:
        self._name, self._limits = name, limits
        self._cells = 0
        self._bytes = limits.memory_bytes - sys.getsizeof(text)

    def take(self, row: list[str]) -> None:
        self._cells += len(row)
        if self._cells > self._limits.cells or len(row) > self._limits.columns:
            check_table(-(-self._cells // len(row)), len(row), self._name, self._limits)
        self._bytes -= _BYTES_A_CELL * len(row) + _BYTES_A_TEXT * (len(row) - row.count(""))
        if self._bytes < 0:
            raise ReadError(too_much_memory(self._name, self._limits))


def _in_columns(text: str, delimiter: str, name: str, limits: Limits) -> ColumnRows | None:
    """The records of a clean text. Raises ReadError for a table beyond the limits."""
    if len(text) < WORTH_IT:
        return None
    found = parse_clean(text, delimiter, limits.cell_characters)
    if found:
        check_table(len(found), len(found.columns), name, limits)
        if len(found) * len(found.columns) * _BYTES_A_CELL > limits.memory_bytes - len(text):
            raise ReadError(too_much_memory(name, limits))
    return found


def find_delimiter(text: str) -> str:
    """The delimiter that gives the first 50 records the most constant number of fields.

    The header must have it too, and of two as constant, one for which nothing above the header is
    taken for a title is the better; a text of one column gives ",".
    """
    sample = text[:_SAMPLE_CHARACTERS]
    scored = []
    for rank, (delimiter, _) in enumerate(DELIMITERS):
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        rows = [row for row in islice(reader, _SAMPLE_RECORDS + 1) if row]
        if len(rows) > 1 and len(sample) < len(text) and len(rows) <= _SAMPLE_RECORDS:
            rows.pop()
        titles, rows = len(rows), _below_titles(rows)
        titles -= len(rows)
        if not rows or len(rows[0]) < 2:
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0]
        spaced = sum(field.startswith(" ") for row in rows for field in row)
        if width > 1:
            same = round(count / len(rows), 2)
            spaces = round(spaced / sum(map(len, rows)), 1)
            scored.append((same, not titles, -spaces, -rank, delimiter))
    return max(scored)[-1] if scored else ","


def _below_titles(rows: list[list[str]]) -> list[list[str]]:
    """`rows` without single texts on top, where all the others have several fields alike."""
    first = next((at for at, row in enumerate(rows) if len(row) > 1), 0)
    below = rows[first:]
    alike = len(below) > 2 and len(below[0]) > 2 and len({len(row) for row in below}) == 1
    return below if alike else rows


def _one_line_end(text: str, notes: list[str]) -> str:
    """`text` without the carriage returns that some programs double at every line end."""
    doubled = text.count("\r\r\n") if "\r" in text else 0
    if not doubled or doubled < 0.9 * text.count("\n"):
        return text
    notes.append("Line ends were doubled (CR CR LF) and read as one.")
    return text.replace("\r\r\n", "\r\n")


def _read(
    text: str, delimiter: str, name: str, limits: Limits
) -> Iterator[tuple[int, list[str], bool]]:
    """Line of start, fields and "quotes were loose" for each record.

    A strict reader tells where a quote is left open, which would swallow every line after it.
    """
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 1
    while True:
        try:
            for row in reader:
                if reader.line_num > start or len(lines.last) > limits.cell_characters:
                    _check_length(row, start, name, limits)
                yield start, row, False
                start = reader.line_num + 1
        except csv.Error:
            if reader.line_num > start:
                raise _open_quote(name, start) from None
            yield start, _loose_line(lines.last, delimiter, name, start, limits), True
            start = reader.line_num + 1
        else:
            return


class _Lines:
    """The lines of a text with their ends, and the last one given.

    In chunks, as Python holds a text that is read by line once more at four bytes a character.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        start = 0
        while start < len(self._text):
            end = self._whole_lines(start)
            for line in io.StringIO(self._text[start:end], newline="") if end else ():
                self.last = line
                yield line
            if not end:
                end = self._end_of_line(start)
                self.last = self._text[start:end]
                yield self.last
            start = end

    def _whole_lines(self, start: int) -> int:
        """Where the last line ends that ends within the next chunk, 0 when none does."""
        feed = self._text.rfind("\n", start, start + _CHUNK)
        return 1 + (feed if feed >= 0 else self._text.rfind("\r", start, start + _CHUNK - 1))

    def _end_of_line(self, start: int) -> int:
        text, at = self._text, start + _CHUNK - 1
        feed = text.find("\n", at)
        last = feed if feed >= 0 else len(text) - 1
        carriage = text.find("\r", at, last)
        return last + 1 if carriage < 0 else carriage + 1 + (text[carriage + 1] == "\n")


def _check_length(row: list[str], line: int, name: str, limits: Limits) -> None:
    longest = max(map(len, row), default=0)
    most = min(limits.cell_characters, _LONGEST)
    if longest > most:
        raise ReadError(too_long(name, longest, f" in the record of line {line}", most))


def _loose_line(line: str, delimiter: str, name: str, start: int, limits: Limits) -> list[str]:
    """The fields of one line whose quotes are not doubled. Raises ReadError for an open quote."""
    line = line.rstrip("\r\n")
    if line.count(delimiter) >= limits.columns:
        check_table(1, line.count(delimiter) + 1, name, limits)
    if len(line) > min(limits.cell_characters, _LONGEST):
        _check_length(line.split(delimiter), start, name, limits)
    rows = list(csv.reader([line + "\n", _SENTINEL], delimiter=delimiter))
    if rows[-1] != [_SENTINEL]:
        raise _open_quote(name, start)
    plain = [_unquoted(field) for field in line.split(delimiter)]
    return plain if len(plain) == len(rows[0]) else rows[0]


def _open_quote(name: str, start: int) -> ReadError:
    return ReadError(
        f"A quote in the record that starts on line {start} of {name} is never closed, so the "
        "lines after it cannot be told apart; close or remove that quote and open the file again."
    )


def _unquoted(field: str) -> str:
    if len(field) > 1 and field[0] == field[-1] == '"':
        return field[1:-1].replace('""', '"')
    return field
