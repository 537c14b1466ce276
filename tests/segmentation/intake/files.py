"""Files of every format, written in memory: what an export program would write, and worse."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

PATIENCE = 5
"""Seconds for what takes less than two on a machine that does nothing else."""

Cell = str | int | float | bool | dt.datetime | None
"""A moment is one in XLSX and ODS only."""

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """A workbook; None leaves a cell out."""
    return xlsx_of(
        {name: "".join(map(_row, range(1, 1 << 20), rows)) for name, rows in sheets.items()}
    )


def xlsx_of(sheets: Mapping[str, str], doctype: str = "") -> bytes:
    """A workbook of sheets given as the XML of their rows."""
    ids = range(1, len(sheets) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_PART}.worksheet+xml"/>'
        for i in ids
    )
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>'
        for i, name in zip(ids, sheets, strict=True)
    )
    targets = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in ids
    )
    styles = (
        f'{XML}<styleSheet xmlns="{_SHEET}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )
    files = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{_TYPES}">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_PART}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_PART}.styles+xml"/>'
        f"{kinds}</Types>",
        "_rels/.rels": f'{XML}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{_RELATIONS}">{targets}'
        f'<Relationship Id="rId99" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": styles,
    }
    for i, rows in zip(ids, sheets.values(), strict=True):
        files[f"xl/worksheets/sheet{i}.xml"] = (
            f'{XML}{doctype}<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return zipped(files)


def _row(number: int, cells: Sequence[Cell]) -> str:
    written = [_cell(f"{_column(at)}{number}", cell) for at, cell in enumerate(cells)]
    return f'<row r="{number}">{"".join(written)}</row>'


def _cell(place: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, dt.datetime):
        return date_cell(place, (value - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1))
    if isinstance(value, str):
        text = f'<t xml:space="preserve">{escape(value)}</t>'
        return f'<c r="{place}" t="inlineStr"><is>{text}</is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def date_cell(place: str, serial: float) -> str:
    """A cell with a moment, as days since the end of 1899."""
    return f'<c r="{place}" s="1"><v>{serial}</v></c>'


def _column(at: int) -> str:
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def ods(sheets: Mapping[str, Sequence[Sequence[Cell]]], password: bool = False) -> bytes:
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(
            f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        f'{XML}<office:document-content xmlns:office="{_ODF}:office:1.0" '
        f'xmlns:table="{_ODF}:table:1.0" xmlns:text="{_ODF}:text:1.0" office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        f'{XML}<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" manifest:version="1.2">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        + (
            "<manifest:file-entry manifest:full-path='content.xml' manifest:media-type='text/xml'>"
            "<manifest:encryption-data/></manifest:file-entry>"
            if password
            else ""
        )
        + "</manifest:manifest>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        told = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, dt.datetime):
        told = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, str):
        told = 'office:value-type="string"'
    else:
        told = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {told}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def xls(sheets: Mapping[str, Sequence[Sequence[Cell]]], password: bool = False) -> bytes:
    """A workbook of Excel 97 (BIFF8), as far as cells of text, numbers and booleans go."""
    bodies = [_biff_sheet(rows) for rows in sheets.values()]
    bound = sum(4 + 8 + len(name) for name in sheets)
    head = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    if password:
        head += _biff(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    at = len(head) + bound + 4
    for name, body in zip(sheets, bodies, strict=True):
        head += _biff(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name.encode("ascii"))
        at += len(body)
    return ole({"Workbook": head + _biff(0x000A, b"") + b"".join(bodies)})


def _biff(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _biff_sheet(rows: Sequence[Sequence[Cell]]) -> bytes:
    out = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            place = struct.pack("<HHH", r, c, 0)
            if isinstance(value, bool):
                out += _biff(0x0205, place + bytes([value, 0]))
            elif isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                out += _biff(0x0204, place + text)
            elif value is not None:
                out += _biff(0x0203, place + struct.pack("<d", value))
    return out + _biff(0x000A, b"")


def ole(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with these streams; at most 7 MB of them."""
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    tables = 1 + sum(map(len, streams.values())) // (120 * 512)
    fat, body, entries = [fat_sector] * tables + [end], b"", []
    entries.append(_ole_entry("Root Entry", 5, child=1 if streams else free, start=end, size=0))
    names = list(streams)
    for at, name in enumerate(names):
        content = streams[name].ljust(4096, b"\0")
        content += bytes(-len(content) % 512)
        start, sectors = len(fat), len(content) // 512
        fat += [*range(start + 1, start + sectors), end]
        right = at + 2 if at + 1 < len(names) else free
        entries.append(_ole_entry(name, 2, right=right, start=start, size=len(content)))
        body += content
    directory = b"".join(entries).ljust(512, b"\0")
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512 * tables, b"\xff")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, tables, 0, 4096, end, 0, end, 0
    )
    header += struct.pack("<109I", *range(tables), *[free] * (109 - tables))
    return header + table + directory + body


def _ole_entry(name: str, kind: int, *, right=None, child=None, start: int, size: int) -> bytes:
    free = 0xFFFFFFFF
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack(
        "<III", free, free if right is None else right, free if child is None else child
    )
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def xlsb(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """A binary workbook of Excel 2007."""
    listed, targets = b"", ""
    files: dict[str, bytes | str] = {}
    for i, (name, rows) in enumerate(sheets.items(), 1):
        listed += _brt(156, struct.pack("<II", 0, i) + _wide(f"rId{i}") + _wide(name))
        targets += (
            f'<Relationship Id="rId{i}" Type="{_OFFICE}/worksheet" '
            f'Target="worksheets/sheet{i}.bin"/>'
        )
        files[f"xl/worksheets/sheet{i}.bin"] = _brt_sheet(rows)
    files["xl/workbook.bin"] = _brt(131) + _brt(143) + listed + _brt(144) + _brt(132)
    files["xl/_rels/workbook.bin.rels"] = (
        f'{XML}<Relationships xmlns="{_RELATIONS}">{targets}</Relationships>'
    )
    files["[Content_Types].xml"] = f'{XML}<Types xmlns="{_TYPES}"></Types>'
    return zipped(files)


def _brt(kind: int, content: bytes = b"") -> bytes:
    code = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(content), b""
    while size > 127:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return code + length + bytes([size]) + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _brt_sheet(rows: Sequence[Sequence[Cell]]) -> bytes:
    last = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    out = _brt(129) + _brt(148, last) + _brt(145)
    for r, row in enumerate(rows):
        out += _brt(0, struct.pack("<IIHBBB", r, 0, 300, 0, 0, 0) + struct.pack("<I", 0))
        for c, value in enumerate(row):
            place = struct.pack("<II", c, 0)
            if isinstance(value, bool):
                out += _brt(4, place + bytes([value]))
            elif isinstance(value, str):
                out += _brt(6, place + _wide(value))
            elif value is not None:
                out += _brt(5, place + struct.pack("<d", value))
    return out + _brt(146) + _brt(130)
