"""Bytes -> `Table`: out of its container, by what it is, by whichever way reads that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from segmentation.errors import ReadError
from segmentation.intake.containers import check_size, gunzipped, open_zip, unzipped
from segmentation.intake.decode import decode
from segmentation.intake.formats import (
    GZIP,
    WORKBOOK,
    ZIP,
    Format,
    format_in_zip,
    format_of,
    refusal,
)
from segmentation.intake.header import table_of
from segmentation.intake.isolation import read_apart
from segmentation.intake.limits import Limits, megabytes
from segmentation.intake.options import ReadOptions
from segmentation.intake.records import Records, parse
from segmentation.intake.table import TEXT, Table
from segmentation.intake.wire import Request

_GLANCE = 4096
_NOTHING = b"\xef\xbb\xbf\xff\xfe \t\r\n"


def table_in(data: bytes, name: str, options: ReadOptions, limits: Limits, first: int = 0) -> Table:
    """The table in a file of any format; `first`: only so many records, 0 for all.

    Raises ReadError, in one sentence with what to do, for what is no table or beyond the limits.
    """
    if len(data) > limits.file_bytes:
        raise ReadError(too_large(name, len(data), limits))
    found = _kind(data, name, limits)
    if found not in (ZIP, GZIP):
        return _table(data, name, found, options, limits, first)
    if found == GZIP:
        inner, options = gunzipped(data, name, limits), replace(options, member=None)
    else:
        inner, member = unzipped(data, name, limits, options.member)
        options = replace(options, member=member)
    found = _kind(inner, name, limits)
    if found in (ZIP, GZIP):
        raise ReadError(
            f"{name} holds an archive within an archive; unpack it and open the file inside."
        )
    if not options.member:
        return _table(inner, name, found, options, limits, first)
    table = _table(inner, name, found, options, limits, first)
    note = f'"{PurePosixPath(options.member).name}" was read from the archive.'
    return replace(table, notes=(note, *table.notes))


def too_large(name: str, size: int, limits: Limits) -> str:
    """Why a file of that size is refused."""
    return (
        f"{name} has {megabytes(size)}, more than the limit of {megabytes(limits.file_bytes)}; "
        "open a smaller part of it."
    )


def _empty(name: str) -> str:
    """Why a file without a single row is refused."""
    return f"{name} is empty; export the answers again and open that file."


def _kind(data: bytes, name: str, limits: Limits) -> Format | None:
    if not data[:_GLANCE].strip(_NOTHING) and not data.strip(_NOTHING):
        raise ReadError(_empty(name))
    found = format_of(data)
    if found != ZIP:
        return found
    archive = open_zip(data, name, limits)
    found = format_in_zip(archive.namelist())
    if found.reader:
        unpacked = sum(entry.file_size for entry in archive.infolist())
        check_size(unpacked, len(data), name, limits)
    return found


def _table(
    data: bytes,
    name: str,
    found: Format | None,
    options: ReadOptions,
    limits: Limits,
    first: int,
) -> Table:
    if found is None:
        return _text_table(data, name, options, limits, first)
    if not found.reader:
        raise ReadError(f"{name} is {refusal(found)}.")
    rows, facts = read_apart(data, Request(found.reader, name, options, limits, first))
    sheet = found.reader == WORKBOOK
    records = _filled(rows) if sheet else Records(rows, list(range(1, len(rows) + 1)), "")
    if not records.rows:
        raise ReadError(_empty(name))
    if sheet:
        records, options = table_of(records, options, name)
    return Table(
        records=replace(records, notes=()),
        format=found.name.partition(" ")[2],
        encoding=facts.encoding,
        options=replace(options, sheet=facts.sheet),
        layout=facts.layout,
        notes=(*facts.notes, *records.notes),
        sheets=facts.sheets,
    )


def _text_table(data: bytes, name: str, options: ReadOptions, limits: Limits, first: int) -> Table:
    text, encoding, notes = decode(data, name, options.encoding)
    records = parse(text, name, options, limits, first or None)
    records, options = table_of(records, options, name)
    repeated = replace(
        options,
        encoding=options.encoding or (encoding if " " not in encoding else None),
        delimiter=records.delimiter,
    )
    return Table(replace(records, notes=()), TEXT, encoding, repeated, "", notes + records.notes)


def _filled(rows: list[list[str]]) -> Records:
    """Records of a sheet without its blank rows; lines are the rows' numbers."""
    kept = [(row, line) for line, row in enumerate(rows, 1) if any(map(str.strip, row))]
    blank = len(rows) - len(kept)
    note = f"{blank:,} blank {'rows were' if blank > 1 else 'row was'} skipped."
    lines = [line for _, line in kept]
    return Records([row for row, _ in kept], lines, "", (note,) if blank else ())
