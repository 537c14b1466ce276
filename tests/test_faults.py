"""Faults of files, hostile text and access, by number, and that each has its test.

A test of fault 31 is named `test_fault_31_...`, one of several faults `test_fault_57_58_...`, and
stands where its subject is tested; `pytest -k fault_31` runs it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

FAULTS = {
    25: "Byte order marks, UTF-16, Latin-1, Shift-JIS: the right text, the guess said, a choice.",
    26: "UTF-16 without a byte order mark: the guess said, or refused; no NUL bytes.",
    27: "Encodings mixed: the lines named.",
    28: "NUL bytes: the place named, nothing cut.",
    29: "The first row longer than the header: its line named, no column shifted.",
    30: "Rows too short or too long: how many, and which lines.",
    31: "A quote never closed: the line where it starts named.",
    32: "Titles above the header, a line sep=: skipped and said, by choice too.",
    33: "Qualtrics' three header rows: two are no answers, the question's wording is kept.",
    34: "Headers repeated, blank, of 10,000 characters: renamed, and listed.",
    35: "Semicolons with decimal commas: the numbers as they were written.",
    36: '"NA", "None" and "null" as answers: kept.',
    37: "Leading zeros, ids of 20 digits: kept as text.",
    38: "Line ends of one kind and of several: read.",
    39: "An empty file, a header alone, one row: said that there are no answers yet.",
    40: "20,000 columns: read; more: the limit said.",
    41: "Larger than the limit: size and limit said.",
    42: "A large file: progress shown, and other users' pages answer meanwhile.",
    43: "A picture, a login page as CSV or as XLS: said what it is.",
    44: "A file name that lies: the content decides.",
    45: "Several tables in a ZIP: a choice; what macOS adds: ignored; none: said.",
    46: "Archives that unpack to too much, hold archives or 20,000 files: refused, little memory.",
    47: "Names in archives that point elsewhere, links: refused, nothing written.",
    48: "Passwords on archives, workbooks and SPSS files: said.",
    49: "Archives and workbooks cut short or damaged: said.",
    50: "One far cell in a workbook: refused by the limit on cells.",
    51: "3,000 wide rows of few cells: refused by the limit on cells.",
    52: "Entities that expand or refer elsewhere: refused, no file or network read.",
    53: "Parquet that is damaged, or small and wants much memory: refused.",
    54: "An SPSS file that crashes its reader: said to be damaged, the server goes on.",
    55: "SPSS values declared missing, impossible dates: said by column.",
    56: "Pickles and joblib files: refused, never loaded; no cache is pickled to disk.",
    57: "<script> and <img onerror> as names: shown as text.",
    58: "Pictures and links in Markdown as names: shown as text, nothing is requested.",
    59: "<a href>, %{customdata}, $\\href{}$ in charts: shown as text.",
    60: "Labels with invisible or turning characters: said; spellings that look alike are one.",
    61: "Cells that a spreadsheet would run as formulas: text in what is written.",
    62: "File names with paths, device names, 300 characters: shown only.",
    63: "SQL, {{7*7}}: text.",
    70: "Any exception: one plain sentence on the page, no value of a row.",
    71: "Not logged in, or not on the list: nothing of any page.",
    72: "Taken off the list while a cookie lives: refused on the next run.",
    73: "Forms and connections from another site: refused.",
    74: "A cookie secret that can be guessed: nobody comes in; passwords in addresses: hidden.",
    76: "Answers on the disk: none, not even while a large upload arrives.",
    79: "Telemetry: off.",
}

TESTS = Path(__file__).parent
_NAME = re.compile(r"^def test_fault_(\d+(?:_\d+)*)_[a-z]", re.M)


@cache
def _tested() -> set[int]:
    names = [name for path in TESTS.rglob("test_*.py") for name in _NAME.findall(path.read_text())]
    return {int(number) for name in names for number in name.split("_")}


@pytest.mark.parametrize("number", FAULTS)
def test_every_fault_has_a_test(number):
    assert number in _tested(), FAULTS[number]
