"""XLSX, XLSB, XLS and ODS -> the sheet with the answers, every cell as text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from itertools import islice

import python_calamine as calamine

from segmentation.errors import ReadError
from segmentation.intake.header import counts_only
from segmentation.intake.values import text_of
from segmentation.intake.wire import Columns, Facts, Request, check_table

_LISTED = 8
_ENCRYPTED_XLSX = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_XLS = re.compile(rb"\x09\x08\x10\x00.{16}(?:\x86\x00\x00\x00)?\x2f\x00", re.S)
_MANIFEST = "META-INF/manifest.xml"
_XLSX_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROW = re.compile(rb'<row [^>]*?r="(\d{1,9})"')
_COLUMN = re.compile(rb'\sr="([A-Z]{1,4})\d')
_SUMMARY_SHEET = re.compile(r"Question \d+")


def read(data: bytes, request: Request) -> tuple[Columns, Facts]:
    """The chosen sheet, else the largest one.

    Raises ReadError for a workbook that is damaged, protected, beyond the limits, without answers
    or of summaries instead of respondents.
    """
    name = request.name
    try:
        if _is_encrypted(data):
            raise _protected(name)
        if data.startswith(b"PK"):
            _check_reach(data, request)
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(sheet) for sheet in _named(book, request)]
    except calamine.PasswordError as error:
        raise _protected(name) from error
    except (calamine.CalamineError, zipfile.BadZipFile, zlib.error, OSError) as error:
        raise ReadError(f"{name} is damaged; open and save it again, or export as CSV.") from error
    filled = [sheet for sheet in sheets if sheet.height and sheet.width]
    if not filled:
        raise ReadError(f"{name} is empty; export the answers again and open that file.")
    if len(filled) > 1 and all(map(_is_summary, filled)):
        raise ReadError(counts_only(name))
    chosen = max(filled, key=lambda sheet: sheet.height * sheet.width)
    check_table(chosen.height, chosen.width, name, request.limits)
    columns = Columns()
    for row in islice(chosen.iter_rows(), request.first or None):
        columns.add_row([text_of(value) for value in row])
    facts = Facts("utf-8", "", chosen.name, _notes(book, chosen, filled), tuple(_sheets(book)))
    return columns, facts


def _is_encrypted(data: bytes) -> bool:
    if not data.startswith(b"PK"):
        return _ENCRYPTED_XLSX in data or _ENCRYPTED_XLS.search(data) is not None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _MANIFEST in archive.namelist() and b"encryption-data" in archive.read(_MANIFEST)


def _protected(name: str) -> ReadError:
    return ReadError(f"{name} is password-protected; save it without a password and open it again.")


def _check_reach(data: bytes, request: Request) -> None:
    """Raises ReadError when a sheet reaches beyond the limits, before memory is taken for it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in filter(_XLSX_SHEET.fullmatch, archive.namelist()):
            xml = archive.read(part)
            rows = [int(number) for number in _ROW.findall(xml)] or [0]
            columns = [_position(letters) for letters in set(_COLUMN.findall(xml))] or [0]
            height, width = max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
            check_table(height, width, request.name, request.limits)


def _position(letters: bytes) -> int:
    """Of a column by its letters, A being 1."""
    place = 0
    for letter in letters:
        place = 26 * place + letter - 64
    return place


def _named(book: calamine.CalamineWorkbook, request: Request) -> list[str]:
    """The sheets to look at: the one asked for, else every worksheet."""
    names = _sheets(book)
    wanted = request.options.sheet
    if wanted is None:
        return names[: request.limits.entries]
    if wanted not in names:
        raise ReadError(f'{request.name} has no sheet "{wanted}"; choose one of {_listed(names)}.')
    return [wanted]


def _sheets(book: calamine.CalamineWorkbook) -> list[str]:
    """Names of the worksheets; a sheet of nothing but a chart is none."""
    sheet = calamine.SheetTypeEnum.WorkSheet
    return [found.name for found in book.sheets_metadata if found.typ == sheet]


def _is_summary(sheet: calamine.CalamineSheet) -> bool:
    """Whether a sheet counts the answers to one question, as SurveyMonkey's summaries do."""
    if not _SUMMARY_SHEET.fullmatch(sheet.name):
        return False
    cells = [str(value) for row in islice(sheet.iter_rows(), 12) for value in row]
    return any(cell in ("Answer Choices", "Answered", "Responses") for cell in cells)


def _notes(
    book: calamine.CalamineWorkbook,
    chosen: calamine.CalamineSheet,
    filled: list[calamine.CalamineSheet],
) -> tuple[str, ...]:
    notes = []
    others = [sheet.name for sheet in filled if sheet.name != chosen.name]
    if others:
        notes.append(f'The sheet "{chosen.name}" was read; others: {_listed(others)}.')
    hidden = calamine.SheetVisibleEnum.Visible
    if any(s.name == chosen.name and s.visible != hidden for s in book.sheets_metadata):
        notes.append(f'The sheet "{chosen.name}" is hidden in the workbook.')
    return tuple(notes)


def _listed(names: list[str]) -> str:
    shown = [f'"{name[:80]}"' for name in names[:_LISTED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
