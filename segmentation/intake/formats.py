"""What a file is by its bytes, whatever its name says."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A kind of file that is not delimited text.

    `sign`: pattern at the start of the bytes. `advice`: what to do about one that is not read.
    `reader`: what reads it, a key of `child.READERS`.
    """

    name: str
    sign: bytes
    advice: str = ""
    reader: str = ""


_EXPORT = "is not read here; export the answers as CSV and open that file"
_CODE = "may run code when it is opened, so it is never read here; export the answers as CSV"
_UNPACK = "is not read here; unpack it and open the CSV file inside"
_WRONG = "holds no survey answers; choose the CSV export of the survey"

WORKBOOK = "workbook"
_ZIP = rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"

ZIP = Format("a ZIP archive", _ZIP)
GZIP = Format("a GZ archive", rb"\x1f\x8b")

IN_ZIP: tuple[tuple[frozenset[str], Format], ...] = (
    (frozenset({"xl/workbook.xml"}), Format("an Excel workbook (XLSX)", _ZIP, reader=WORKBOOK)),
    (frozenset({"xl/workbook.bin"}), Format("an Excel workbook (XLSB)", _ZIP, reader=WORKBOOK)),
    (frozenset({"word/document.xml"}), Format("a Word document", _ZIP, _WRONG)),
    (frozenset({"ppt/presentation.xml"}), Format("a presentation", _ZIP, _WRONG)),
    (
        frozenset({"mimetype", "content.xml", "META-INF/manifest.xml"}),
        Format("a spreadsheet (ODS)", _ZIP, reader=WORKBOOK),
    ),
)
"""Kinds of file that are ZIP archives themselves, by the files that one must hold."""

FORMATS: tuple[Format, ...] = (
    Format("a PNG image", rb"\x89PNG\r\n\x1a\n", _WRONG),
    Format("a JPEG image", rb"\xff\xd8\xff", _WRONG),
    Format("a GIF image", rb"GIF8[79]a", _WRONG),
    Format("a PDF document", rb"%PDF-", _WRONG),
    ZIP,
    Format("an Excel workbook (XLS)", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", reader=WORKBOOK),
    Format(
        "an SPSS file with a password",
        rb"(?s:.{0,12})ENCRYPTEDSAV",
        "is password-protected; save it without one and open it again",
    ),
    Format("an SPSS file (SAV)", rb"\$FL[23]", reader="labelled"),
    Format(
        "a Stata file (DTA)",
        rb"<stata_dta>|[\x71-\x73\x69\x6c][\x01\x02]\x01\x00",
        reader="labelled",
    ),
    Format("a Parquet file", rb"PAR1", reader="columnar"),
    Format("a Feather file", rb"ARROW1", reader="columnar"),
    Format("a Feather file of version 1", rb"FEA1", _EXPORT),
    Format("an R data file", rb"RD[AX][23]\n", _EXPORT),
    GZIP,
    Format("a BZIP2 archive", rb"BZh[1-9]1AY&SY", _UNPACK),
    Format("an XZ archive", rb"\xfd7zXZ\x00", _UNPACK),
    Format("a 7-Zip archive", rb"7z\xbc\xaf\x27\x1c", _UNPACK),
    Format("a RAR archive", rb"Rar!\x1a\x07", _UNPACK),
    Format("a Zstandard archive", rb"\x28\xb5\x2f\xfd", _UNPACK),
    Format("an SQLite database", rb"SQLite format 3\x00", _EXPORT),
    Format("a Python pickle", rb"\x80[\x02-\x05]", _CODE),
    Format(
        "a zlib-compressed file, perhaps of joblib",
        rb"\x78(?:[\x01\x9c\xda]|\x5e(?s:.{0,40}?)[\x00-\x08\x0e-\x1f])",
        _CODE,
    ),
    Format("a NumPy file", rb"\x93NUMPY", _CODE),
    Format("an HDF5 file", rb"\x89HDF", _EXPORT),
    Format("a TAR archive", rb"(?s:.{257})ustar", _UNPACK),
    Format("a rich-text document", rb"\{\\rtf", _WRONG),
    Format(
        "a web page (HTML)",
        rb"(?i:(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?s:.*?)-->\s*)?"
        rb"<(?:!doctype\s+html|html|head|body|table)\b)",
        "is no survey export, perhaps a login or error page saved in its place; download the CSV "
        "export again",
    ),
    Format("an XML file", rb"(?:\xef\xbb\xbf)?\s*<\?xml\b", _EXPORT),
    Format("a JSON file", rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*[\[{"]|\{\s*")', reader="json"),
)


def format_of(data: bytes) -> Format | None:
    """The kind of file that `data` is; None for what may be delimited text."""
    head = data[:8192]
    return next((known for known in FORMATS if re.match(known.sign, head)), None)


def format_in_zip(names: Collection[str]) -> Format:
    """The kind of file that a ZIP archive with files of these names is."""
    return next((kind for needed, kind in IN_ZIP if needed <= set(names)), ZIP)


def refusal(found: Format) -> str:
    """Why a file that is not read is none to read ("a PDF document, which holds ...")."""
    return f"{found.name}, which {found.advice}"
