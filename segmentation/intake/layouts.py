"""What survey platforms write, as a table: one entry a layout, the most specific first.

To add a platform, add an entry to `LAYOUTS` and a test of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from segmentation.intake.labels import clean_text


@dataclass(frozen=True)
class Sign:
    """Evidence in one of the first rows (0 is the first).

    `least` cells of the row, or a share of them when below 1, match `pattern` whole. `repeated`:
    only cells count whose column below holds nothing but the same text.
    """

    row: int
    pattern: str
    least: float
    repeated: bool = False


@dataclass(frozen=True)
class Heading:
    """How a header cell of `row` reads; `pattern` names what it finds.

    `key`: the question's code. `text`: its wording. `option`: the option or row of a grid.
    `rest`: an option if the cells of the column repeat it or tick it, else the wording.
    """

    row: int
    pattern: str


@dataclass(frozen=True)
class Layout:
    """One way to write a survey to a table.

    `fill_right`: row 0 holds the question above its first column only; row 1 the options, but
    for cells that match `no_option`; with `rows_stand_alone` a cell there that is no option is a
    question of its own. `text_row`: the row with the wording. `separators`: what may
    part several answers in one cell. `metadata`: headers that are no questions, beyond the common
    ones. `missing`: cells that mean "no answer"; `not_shown`: cells that mean "not asked".
    """

    name: str
    confidence: float
    signs: tuple[Sign, ...] = ()
    header_rows: int = 1
    headings: tuple[Heading, ...] = ()
    fill_right: bool = False
    no_option: str = ""
    rows_stand_alone: bool = False
    text_row: int = 0
    separators: tuple[str, ...] = (";", ", ", ",", "\n", " ")
    metadata: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()


_OPTION = r"\s*\[(?P<option>(?:[^\[\]]|\[[^\[\]]*\])*)\]\s*"
BRACKETS = Heading(0, rf"(?P<text>.*?){_OPTION}")
UNDERSCORES = Heading(0, r"(?P<key>.+?)___(?P<option>.+)")
GENERIC = (UNDERSCORES, BRACKETS)

_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T]\d{1,2}[:.]\d{2}.*"
_TIMESTAMP = (
    r"(?i:timestamp|zeitstempel|horodateur|marca temporal|carimbo de data/hora"
    r"|informazioni cronologiche|tijdstempel|tidsst.mpel|tidsst.mpling|sygnatura czasowa"
    r"|\u043e\u0442\u043c\u0435\u0442\u043a\u0430 \u0432\u0440\u0435\u043c\u0435\u043d\u0438"
    r"|\u30bf\u30a4\u30e0\u30b9\u30bf\u30f3\u30d7|\u65f6\u95f4\u6233\u8bb0)"
)
_RESPONSE = r"(?i:(?:open-ended )?response|r\u00e9ponse(?: libre)?|(?:offene )?antwort|)"
_QUALTRICS_META = (
    "response ?set|distribution ?channel|user ?language|recorded ?date|status|finished|progress",
)

LAYOUTS: tuple[Layout, ...] = (
    Layout(
        name="Qualtrics, three header rows",
        confidence=0.98,
        signs=(Sign(2, r"\{\s*[\"']ImportId[\"'].*\}", 0.5),),
        header_rows=3,
        text_row=1,
        headings=(
            Heading(0, r"(?P<key>.*_TEXT)"),
            Heading(0, r"(?P<key>.+)_(?P<code>-?\d+)"),
            Heading(1, r"(?P<text>.*?) - Selected Choice(?: - (?P<option>.+))?"),
        ),
        separators=(",", ", ", ";"),
        metadata=_QUALTRICS_META,
    ),
    Layout(
        name="Qualtrics legacy, two header rows",
        confidence=0.95,
        signs=(Sign(0, r"V\d+", 6), Sign(1, r"Response ?(?:ID|Set)|IPAddress", 2)),
        header_rows=2,
        text_row=1,
        headings=(
            Heading(0, r"(?P<key>.*_TEXT)"),
            Heading(0, r"(?P<key>.+)_(?P<code>-?\d+)"),
        ),
        separators=(",", ", ", ";"),
        metadata=_QUALTRICS_META,
    ),
    Layout(
        name="Kaggle, two header rows",
        confidence=0.95,
        signs=(
            Sign(0, r"Q\d+\w*", 0.6),
            Sign(1, r".* - (?:Selected Choice|Other - Text).*|Duration \(in seconds\)", 2),
        ),
        header_rows=2,
        text_row=1,
        headings=(
            Heading(0, r"(?P<key>.*_TEXT)"),
            Heading(0, r"(?P<key>Q\d+(?:_[A-Z])?)_(?:Part_)?(?P<code>\d+|OTHER)"),
            Heading(1, r"(?P<text>.*?) - Selected Choice(?: - (?P<option>.+))?"),
        ),
        separators=(),
        metadata=(r"time from start to finish.*",),
    ),
    Layout(
        name="Typeform-like, two header rows",
        confidence=0.8,
        signs=(Sign(0, "", 0.2), Sign(1, "#", 1), Sign(1, ".+", 0.9)),
        header_rows=2,
        fill_right=True,
        rows_stand_alone=True,
        no_option=_RESPONSE,
    ),
    Layout(
        name="SurveyMonkey, two header rows",
        confidence=0.95,
        signs=(Sign(0, "", 0.1), Sign(1, _RESPONSE[:-2] + ")", 1)),
        header_rows=2,
        fill_right=True,
        no_option=_RESPONSE,
        separators=(),
    ),
    Layout(
        name="two header rows, questions and options",
        confidence=0.7,
        signs=(Sign(0, "", 0.3), Sign(1, ".+", 0.9), Sign(1, ".+", 0.3, repeated=True)),
        header_rows=2,
        fill_right=True,
        no_option=_RESPONSE,
    ),
    Layout(
        name="SurveyMonkey, flattened to one header row",
        confidence=0.85,
        signs=(Sign(0, r"\d+[a-z]?\d*\. .+", 0.6),),
        headings=(Heading(0, r"(?P<key>\d+[a-z]?\d*)\.\s+(?P<rest>.+)"),),
        separators=(),
    ),
    Layout(
        name="LimeSurvey, codes",
        confidence=0.95,
        signs=(Sign(0, r"(?i:submitdate|lastpage|startlanguage|startdate|datestamp|seed)", 2),),
        headings=(Heading(0, r"(?P<key>\w+)\[(?P<option>[^\[\]]+)\](?:\[[^\[\]]+\])?"),),
        separators=(),
        not_shown=("N/A",),
    ),
    Layout(
        name="LimeSurvey, full text",
        confidence=0.9,
        signs=(Sign(0, r"(?i:date submitted|last page|start language|date started)", 2),),
        headings=(BRACKETS,),
        separators=(),
        not_shown=("N/A",),
    ),
    Layout(
        name="LimeSurvey, code and text",
        confidence=0.85,
        signs=(Sign(0, r"[A-Za-z]\w*(?:\. |\._\.).+", 0.6), Sign(0, r".+\[.+\]", 1)),
        headings=(
            Heading(0, rf"(?P<key>[A-Za-z]\w*)(?:\. |\._\.)(?P<text>.*?)\.?{_OPTION}"),
            Heading(0, r"(?P<key>[A-Za-z]\w*)(?:\. |\._\.)(?P<text>.*)"),
        ),
        separators=(),
        not_shown=("N/A",),
    ),
    Layout(
        name="REDCap",
        confidence=0.95,
        signs=(Sign(0, r"\w+___\w+", 1), Sign(0, r"\w+_complete", 1)),
        headings=(UNDERSCORES,),
        metadata=(r".* complete", r"redcap .*"),
        separators=(),
    ),
    Layout(
        name="Stack Overflow",
        confidence=0.95,
        signs=(
            Sign(0, r"(?i:respondent|responseid)", 1),
            Sign(
                0,
                r"\w*(?:WorkedWith|WorkWith|DesireNextYear|DevEnviron\w*|WorkedLanguage|DevType)",
                2,
            ),
        ),
        separators=(";",),
    ),
    Layout(
        name="Microsoft Forms",
        confidence=0.95,
        signs=(Sign(0, r"(?i:start time|completion time|last modified time)", 2),),
        headings=GENERIC,
        separators=(";",),
        metadata=(r"total points|quiz feedback|points .*|feedback .*",),
    ),
    Layout(
        name="Google Forms",
        confidence=0.9,
        signs=(Sign(0, _TIMESTAMP, 1), Sign(1, _DATE, 1)),
        headings=(BRACKETS,),
        separators=(";", ", "),
    ),
    Layout(name="plain table", confidence=0.6, headings=GENERIC),
)
"""Every layout that is recognised. The last one fits any table."""


def detect(rows: Sequence[Sequence[str]]) -> Layout:
    """The first layout whose signs all stand in `rows`, the first records of a file."""
    cleaned = [[clean_text(cell) for cell in row] for row in rows]
    for layout in LAYOUTS:
        if len(rows) >= layout.header_rows and all(_stands(sign, cleaned) for sign in layout.signs):
            return layout
    raise AssertionError("the last layout has no signs")


def named(name: str) -> Layout:
    """The layout of that name. Raises KeyError when there is none."""
    return {layout.name: layout for layout in LAYOUTS}[name]


def _stands(sign: Sign, rows: Sequence[Sequence[str]]) -> bool:
    if sign.row >= len(rows):
        return False
    pattern = re.compile(sign.pattern, re.S)
    found = sum(
        pattern.fullmatch(cell) is not None
        and (not sign.repeated or _repeated(rows[sign.row + 1 :], column, cell))
        for column, cell in enumerate(rows[sign.row])
    )
    return found >= (sign.least if sign.least >= 1 else sign.least * max(len(rows[sign.row]), 1))


def _repeated(below: Sequence[Sequence[str]], column: int, cell: str) -> bool:
    return {row[column] for row in below if column < len(row)} - {""} == {cell}
