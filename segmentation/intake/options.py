"""What an analyst may decide about the reading of a file, instead of what is detected."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadOptions:
    """Choices in reading; None leaves one to detection.

    `member`: the file to read in an archive. `sheet`: the sheet of a workbook. `encoding`: of
    text, as Python names it. `delimiter`: one character. `skip_rows`: records above the header,
    such as a title. `header_rows`: records that make up the header; 0 when the first is an answer.
    """

    member: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    skip_rows: int | None = None
    header_rows: int | None = None
