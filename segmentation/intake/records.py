"""Text -> records: delimiter, quotes, line ends."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from segmentation.errors import ReadError
from segmentation.intake.decode import in_lines
from segmentation.intake.limits import Limits
from segmentation.intake.options import ReadOptions
from segmentation.intake.wire import check_table

DELIMITERS: tuple[tuple[str, str], ...] = (
    (",", "comma"),
    ("\t", "tab"),
    (";", "semicolon"),
    ("|", "bar"),
)
"""What may part fields, the likelier first, with its name in words."""

_SAMPLE_RECORDS = 50
_SAMPLE_CHARACTERS = 2_000_000
_LONG_FIELD = 1 << 30
_SEP_LINE = re.compile(r'\A"?sep=(.)"?(?:\r\n|\r|\n)', re.I)
_DELIMITER = re.compile(r"[^\s\"]|[\t ]")
_SENTINEL = "end of text"


@dataclass(frozen=True)
class Records:
    """Every record of a file as fields of text, in file order, the header rows included.

    `lines[i]`: the line, from 1, on which `rows[i]` begins. `notes`: what was noticed.
    """

    rows: list[list[str]]
    lines: list[int]
    delimiter: str
    notes: tuple[str, ...] = ()


def parse(
    text: str, name: str, options: ReadOptions = ReadOptions(), limits: Limits = Limits()
) -> Records:
    """All records of `text`.

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
    if not text.strip():
        raise ReadError(f"{name} is empty; export the answers again and open that file.")
    delimiter = options.delimiter or (stated.group(1) if stated else find_delimiter(text))
    rows: list[list[str]] = []
    lines: list[int] = []
    blank, cells, loose = 0, 0, []
    for line, row, is_loose in _read(text, delimiter, name):
        if row and (len(row) > 1 or row[0].strip() or not rows or len(rows[0]) == 1):
            rows.append(row)
            lines.append(line + skipped)
            cells += len(row)
            if cells > limits.cells or len(row) > limits.columns:
                check_table(-(-cells // len(row)), len(row), name, limits)
        else:
            blank += 1
        if is_loose:
            loose.append(line + skipped)
    if blank:
        notes.append(f"{blank:,} blank {'lines were' if blank > 1 else 'line was'} skipped.")
    if loose:
        notes.append(f"Quotes within a quoted answer were not doubled in {in_lines(loose)}.")
    return Records(rows, lines, delimiter, tuple(notes))


def find_delimiter(text: str) -> str:
    """The delimiter that gives the first 50 records the most constant number of fields.

    The header must have it too; a text of one column gives ",".
    """
    sample = text[:_SAMPLE_CHARACTERS]
    scored = []
    for rank, (delimiter, _) in enumerate(DELIMITERS):
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        rows = [row for row in islice(reader, _SAMPLE_RECORDS + 1) if row]
        if len(rows) > 1 and len(sample) < len(text) and len(rows) <= _SAMPLE_RECORDS:
            rows.pop()
        rows = _below_titles(rows)
        if not rows or len(rows[0]) < 2:
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0]
        spaced = sum(field.startswith(" ") for row in rows for field in row)
        if width > 1:
            same = round(count / len(rows), 2)
            scored.append((same, -round(spaced / sum(map(len, rows)), 1), -rank, delimiter))
    return max(scored)[-1] if scored else ","


def _below_titles(rows: list[list[str]]) -> list[list[str]]:
    """`rows` without single texts on top, where all the others have several fields alike."""
    first = next((at for at, row in enumerate(rows) if len(row) > 1), 0)
    below = rows[first:]
    alike = len(below) > 2 and len(below[0]) > 2 and len({len(row) for row in below}) == 1
    return below if alike else rows


def _one_line_end(text: str, notes: list[str]) -> str:
    """`text` without the carriage returns that some programs double at every line end."""
    doubled = text.count("\r\r\n")
    if not doubled or doubled < 0.9 * text.count("\n"):
        return text
    notes.append("Line ends were doubled (CR CR LF) and read as one.")
    return text.replace("\r\r\n", "\r\n")


def _read(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str], bool]]:
    """Line of start, fields and "quotes were loose" for each record.

    A strict reader tells where a quote is left open, which would swallow every line after it.
    """
    csv.field_size_limit(_LONG_FIELD)
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    start = 1
    while True:
        try:
            for row in reader:
                yield start, row, False
                start = reader.line_num + 1
        except csv.Error:
            taken = list(islice(io.StringIO(text, newline=""), start - 1, reader.line_num))
            yield start, _loose_line(taken, delimiter, name, start), True
            start = reader.line_num + 1
        else:
            return


def _loose_line(taken: list[str], delimiter: str, name: str, start: int) -> list[str]:
    """The fields of one line whose quotes are not doubled. Raises ReadError for an open quote."""
    if len(taken) == 1:
        reader = csv.reader([taken[0].rstrip("\r\n") + "\n", _SENTINEL], delimiter=delimiter)
        rows = list(reader)
        if rows[-1] == [_SENTINEL]:
            plain = [_unquoted(field) for field in taken[0].rstrip("\r\n").split(delimiter)]
            return plain if len(plain) == len(rows[0]) else rows[0]
    raise ReadError(
        f"A quote in the record that starts on line {start} of {name} is never closed, so the "
        "lines after it cannot be told apart; close or remove that quote and open the file again."
    )


def _unquoted(field: str) -> str:
    if len(field) > 1 and field[0] == field[-1] == '"':
        return field[1:-1].replace('""', '"')
    return field
