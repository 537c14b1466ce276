"""What survey platforms write, as a table: one entry a layout, the most specific first.

To add a platform, add an entry to `LAYOUTS` and a test of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from segmentation.intake.deadline import timed
from segmentation.intake.labels import clean_text


@dataclass(frozen=True)
class Sign:
    """Evidence in one of the first rows (0 is the first).

    `least` cells of the row, or a share of them when below 1, match `pattern` whole. `repeated`:
    only cells count whose column below holds nothing but the same text; `recurring`: only those
    whose column below holds the same text in rows that follow each other.
    """

    row: int
    pattern: str
    least: float
    repeated: bool = False
    recurring: bool = False


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
    `form_ends`: headers of columns that say whether the form whose questions stand before them
    was filled in. `long`: one row an answer instead of one a respondent, in `widest` columns at
    most. `title`: what a summary calls it, where that is not the name without its header rows.
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
    form_ends: str = ""
    long: bool = False
    widest: int = 0
    title: str = ""


_SEEN = 5_000
"""Characters of a cell that its signs are looked for in; some patterns look at each from each."""

NEVER = r"(?!)"
"""A sign of layouts that a format states by itself, so that nothing is detected."""

_OPTION = r"\s*\[(?P<option>(?:[^\[\]]|\[[^\[\]]*\])*)\]\s*"
BRACKETS = Heading(0, rf"(?P<text>.*?){_OPTION}")
SLASH = Heading(0, r"(?P<key>[^/].*?)/(?P<option>[^/].*)")
UNDERSCORES = Heading(0, r"(?P<key>.+?)___(?P<option>.+)")
GENERIC = (UNDERSCORES, BRACKETS)

_ID = (
    r"(?i:(?:(?:respond[ea]nt|response|participant|person|user|case|record|subject)[ _.-]?"
    r"(?:id|no|number|key)?|id|uuid|resp_?id))"
)
_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T]\d{1,2}[:.]\d{2}.*"
_TIMESTAMP = (
    r"(?i:timestamp|zeitstempel|horodateur|marca temporal|carimbo de data/hora"
    r"|informazioni cronologiche|tijdstempel|tidsst.mpel|tidsst.mpling|sygnatura czasowa"
    r"|\u043e\u0442\u043c\u0435\u0442\u043a\u0430 \u0432\u0440\u0435\u043c\u0435\u043d\u0438"
    r"|\u0e1b\u0e23\u0e30\u0e17\u0e31\u0e1a\u0e40\u0e27\u0e25\u0e32"
    r"|\u30bf\u30a4\u30e0\u30b9\u30bf\u30f3\u30d7|\u65f6\u95f4\u6233\u8bb0)"
)
_RESPONSE = r"(?i:(?:open-ended )?response|r\u00e9ponse(?: libre)?|(?:offene )?antwort|)"
_SURVEYMONKEY_META = r"(?i:respondent id|collector id|custom data 1)"
_QUALTRICS_META = (
    "response ?set|distribution ?channel|user ?language|recorded ?date|status|finished|progress",
    r"(?:fl|q)\w* do(?: .+)?|.* display order(?: .+)?",
    r".* (?:timing )?(?:first click|last click|page submit|click count)",
    r".* meta info (?:browser|version|operating system|resolution)",
)

_KOBO_META = (r"start|end|version|notes|tags|today|status",)

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
        name="Kaggle 2017",
        confidence=0.85,
        signs=(Sign(0, r"(?:[A-Z][A-Za-z]*)Select", 3),),
        separators=(",",),
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
        title="SurveyMonkey, expanded",
        confidence=0.95,
        signs=(Sign(0, "", 0.1), Sign(1, _RESPONSE[:-2] + ")", 1)),
        header_rows=2,
        fill_right=True,
        no_option=_RESPONSE,
        separators=(),
    ),
    Layout(
        name="two header rows, questions and options",
        title="Questions above their options",
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
        name="SurveyMonkey, condensed, two header rows",
        title="SurveyMonkey, condensed",
        confidence=0.85,
        signs=(Sign(0, _SURVEYMONKEY_META, 2), Sign(1, _RESPONSE[:-2] + ")", 2)),
        header_rows=2,
        headings=GENERIC,
    ),
    Layout(
        name="SurveyMonkey, condensed",
        confidence=0.85,
        signs=(Sign(0, _SURVEYMONKEY_META, 2),),
        headings=GENERIC,
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
        form_ends=r"\w+_complete",
    ),
    Layout(
        name="REDCap, labels",
        confidence=0.9,
        signs=(Sign(0, r".+\(choice=.+\)", 2),),
        headings=(Heading(0, r"(?P<text>.+?)\s*\(choice=(?P<option>.+)\)"),),
        metadata=(r"complete(?: \d+)?", r"event name|survey (?:identifier|timestamp)"),
        separators=(),
        form_ends=r"Complete\?",
    ),
    Layout(
        name="KoboToolbox, with a row of HXL tags",
        confidence=0.95,
        signs=(
            Sign(0, r"_(?:id|uuid|submission_time|validation_status|index|submitted_by)", 3),
            Sign(1, r"#[a-z][\w+ #]*", 1),
            Sign(1, r"#[a-z][\w+ #]*|", 1.0),
        ),
        header_rows=2,
        headings=(SLASH,),
        separators=(" ",),
        metadata=_KOBO_META,
    ),
    Layout(
        name="KoboToolbox",
        confidence=0.95,
        signs=(Sign(0, r"_(?:id|uuid|submission_time|validation_status|index|submitted_by)", 3),),
        headings=(SLASH,),
        separators=(" ",),
        metadata=_KOBO_META,
    ),
    Layout(
        name="ODK or SurveyCTO",
        confidence=0.9,
        signs=(
            Sign(0, "SubmissionDate", 1),
            Sign(0, r"KEY|meta-instanceID|SubmitterName|DeviceID|formdef_version", 1),
        ),
        headings=(SLASH,),
        separators=(" ",),
        metadata=(r"start|end|today|formdef version|review state|form version|attachments.*",),
    ),
    Layout(
        name="Alchemer",
        confidence=0.85,
        signs=(
            Sign(
                0,
                r"(?i:response id|time started|date submitted|status|contact id|legacy comments)",
                2,
            ),
            Sign(0, r"[^:]+::?.+", 2),
        ),
        headings=(BRACKETS,),
        metadata=(r"comments|language|city|state region|country|postal|legacy comments",),
    ),
    Layout(
        name="Jotform",
        confidence=0.8,
        signs=(
            Sign(0, r"(?i:submission date)", 1),
            Sign(0, r"(?i:submission id|ip|last update date|submission ip|approval status)", 1),
        ),
        separators=("\n", ";", ","),
        metadata=(r"submission date|last update date|flow status|approval status",),
    ),
    Layout(
        name="Typeform",
        confidence=0.9,
        signs=(Sign(0, "#", 1), Sign(0, r"(?i:(?:start|submit) date \(utc\)|network id)", 2)),
        metadata=(r"start date utc|submit date utc|response type|tags|ending|stage date utc",),
    ),
    Layout(
        name="State of JS",
        confidence=0.8,
        signs=(
            Sign(
                0,
                r"[a-z]\w*\.[^.]+(?:\.[^.]+)*\.(?:experience|choices|others|freeform|prenormalized)",
                2,
            ),
        ),
        separators=(),
        metadata=(r"survey(?: slug)?|common completion.*|user info hash",),
    ),
    Layout(
        name="State of JS, nested",
        confidence=0.8,
        signs=(Sign(0, r".+\[.+\] \[(?:experience|choices|others|freeform|prenormalized)\]", 2),),
        headings=(Heading(0, r"(?P<key>.+)"),),
        separators=(),
        metadata=(r"survey(?: slug)?|common completion.*|user info hash",),
    ),
    Layout(
        name="PSF and JetBrains, dotted names",
        confidence=0.8,
        signs=(Sign(0, r"[a-z][\w-]*(?:\.[\w-]+)*\.\S.*", 0.6),),
        missing=("NA",),
    ),
    Layout(
        name="Stack Overflow",
        confidence=0.95,
        signs=(
            Sign(0, r"(?i:respondent|responseid)", 1),
            Sign(
                0,
                r"\w*(?:WorkedWith|WorkWith|DesireNextYear|DevEnviron\w*|DevType)"
                r"|(?:Have|Want)Work(?:ed)?(?:Language|Framework|Database|Platform)",
                2,
            ),
        ),
        separators=(";",),
        missing=("NA",),
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
    Layout(
        name="long form",
        confidence=0.8,
        signs=(
            Sign(0, _ID, 1),
            Sign(0, r"(?i:question\w*|variable|item|field\w*|key)", 1),
            Sign(0, r"(?i:answers?|responses?|values?|choices?|options?|labels?)", 1),
        ),
        long=True,
        widest=3,
    ),
    Layout(
        name="long form, two columns",
        confidence=0.7,
        signs=(Sign(0, _ID, 1, recurring=True),),
        long=True,
        widest=2,
    ),
    Layout(
        name="labelled columns",
        confidence=1.0,
        signs=(Sign(0, NEVER, 1),),
        header_rows=4,
        text_row=2,
        headings=(
            Heading(0, r"(?P<key>.+)_(?P<code>\d+)"),
            Heading(1, r"(?P<key>.+)"),
            Heading(3, r"(?P<option>.+)"),
        ),
    ),
    Layout(name="plain table", confidence=0.6, headings=GENERIC),
)
"""Every layout that is recognised. The last one fits any table."""

PLAIN = LAYOUTS[-1].name

CHOICES: tuple[str, ...] = tuple(
    layout.name for layout in LAYOUTS if all(sign.pattern != NEVER for sign in layout.signs)
)
"""Names of those that an analyst may choose: all that no format states by itself."""


def detect(rows: Sequence[Sequence[str]]) -> Layout:
    """The first layout whose signs all stand in `rows`, the first records of a file."""
    cleaned = [[clean_text(cell)[:_SEEN] for cell in row] for row in rows]
    for layout in LAYOUTS:
        fits = len(rows) >= layout.header_rows and not 0 < layout.widest < len(rows[0])
        if fits and all(_stands(sign, cleaned) for sign in layout.signs):
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
        and (not sign.recurring or _recurring(rows[sign.row + 1 :], column))
        for column, cell in enumerate(timed(rows[sign.row]))
    )
    return found >= (sign.least if sign.least >= 1 else sign.least * max(len(rows[sign.row]), 1))


_RECURS = 0.2
"""Share of rows that must repeat the cell above; two rows with one id may be a slip."""


def _recurring(below: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column] for row in below if column < len(row)]
    again = sum(one == two != "" for one, two in pairwise(cells))
    return again > 0 and again >= _RECURS * (len(cells) - 1)


def _repeated(below: Sequence[Sequence[str]], column: int, cell: str) -> bool:
    return {row[column] for row in below if column < len(row)} - {""} == {cell}
