"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A kind of file that is not delimited text.

    `sign`: pattern at the start of the bytes. `advice`: what to do about it.
    """

    name: str
    sign: bytes
    advice: str


_EXPORT = "is not read yet; export the answers as CSV and open that file"
_SAVE_SHEET = "is not read yet; open it, save the sheet with the answers as CSV and open that file"
_UNPACK = "is not read yet; unpack it and open the CSV file inside"
_WRONG = "holds no survey answers; choose the CSV export of the survey"

_ZIP = rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"

FORMATS: tuple[Format, ...] = (
    Format("a PNG image", rb"\x89PNG\r\n\x1a\n", _WRONG),
    Format("a JPEG image", rb"\xff\xd8\xff", _WRONG),
    Format("a GIF image", rb"GIF8[79]a", _WRONG),
    Format("a PDF document", rb"%PDF-", _WRONG),
    Format("an Excel workbook (XLSX or XLSB)", _ZIP + rb"(?s:.{0,4000}?)xl/", _SAVE_SHEET),
    Format("a Word document", _ZIP + rb"(?s:.{0,4000}?)word/", _WRONG),
    Format("a spreadsheet (ODS)", _ZIP + rb"(?s:.{0,100}?)opendocument\.spreadsheet", _SAVE_SHEET),
    Format("a ZIP archive", _ZIP, _UNPACK),
    Format("an Excel workbook (XLS)", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _SAVE_SHEET),
    Format("an SPSS file (SAV)", rb"\$FL[23]", _EXPORT),
    Format("a Stata file (DTA)", rb"<stata_dta>|[\x71-\x73\x69\x6c][\x01\x02]\x01\x00", _EXPORT),
    Format("a Parquet file", rb"PAR1", _EXPORT),
    Format("a Feather file", rb"ARROW1|FEA1", _EXPORT),
    Format("an R data file", rb"RD[AX][23]\n", _EXPORT),
    Format("a GZIP archive", rb"\x1f\x8b", _UNPACK),
    Format("a BZIP2 archive", rb"BZh[1-9]1AY&SY", _UNPACK),
    Format("an XZ archive", rb"\xfd7zXZ\x00", _UNPACK),
    Format("a 7-Zip archive", rb"7z\xbc\xaf\x27\x1c", _UNPACK),
    Format("a RAR archive", rb"Rar!\x1a\x07", _UNPACK),
    Format("a Zstandard archive", rb"\x28\xb5\x2f\xfd", _UNPACK),
    Format("an SQLite database", rb"SQLite format 3\x00", _EXPORT),
    Format("a Python pickle", rb"\x80[\x02-\x05](?:[\x8c\x95}(\]]|c)", _EXPORT),
    Format("a rich-text document", rb"\{\\rtf", _WRONG),
    Format(
        "a web page (HTML)",
        rb"(?i:(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?s:.*?)-->\s*)?"
        rb"<(?:!doctype\s+html|html|head|body|table)\b)",
        "is no survey export, perhaps a login or error page saved in its place; download the CSV "
        "export again",
    ),
    Format("an XML file", rb"(?:\xef\xbb\xbf)?\s*<\?xml\b", _EXPORT),
    Format("a JSON file", rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*[\[{"]|\{\s*")', _EXPORT),
)


def refusal(data: bytes) -> str:
    """Why `data` is not delimited text ("a PDF document, which holds ..."), or ""."""
    head = data[:8192]
    for known in FORMATS:
        if re.match(known.sign, head):
            return f"{known.name}, which {known.advice}"
    return ""
