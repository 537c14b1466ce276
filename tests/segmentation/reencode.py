"""One small survey whose answer is known, written as every platform would write it.

`LAYOUTS` has one entry a layout: a function of the survey that gives the file and what the file
can say. `expected` is the answer, reckoned without the code under test.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from tests.segmentation.intake.files import xlsx

Row = list[str]


@dataclass(frozen=True)
class Asked:
    """A multi-select question. `none`: its none-type option, "" without one."""

    code: str
    text: str
    category: str
    options: tuple[str, ...]
    none: str = ""
    other: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Every option with a box of its own, in the order of the form."""
        return self.options + ((self.none,) if self.none else ())


LANGUAGES = Asked(
    "lang",
    "Which programming languages do you use? (Select all that apply)",
    "Language",
    ("Python", "R", "SQL", "C", "C++", "JavaScript"),
    none="None",
    other=True,
)
EDITORS = Asked(
    "edit",
    "Which editors do you work in?",
    "IDE",
    (
        *("Jupyter (JupyterLab, Jupyter Notebooks, etc)", "RStudio", "Visual Studio"),
        *("Visual Studio Code (VSCode)", "PyCharm", "Vim / Emacs"),
    ),
)
CLOUDS = Asked(
    "cloud",
    "Which cloud platforms do you use at work?",
    "Cloud",
    ("Amazon Web Services (AWS)", "Google Cloud Platform (GCP)", "Microsoft Azure"),
    none="None of these",
)
DATABASES = Asked(
    "data",
    "Which databases do you query at work?",
    "Database",
    ("PostgreSQL", "MySQL", "Oracle, Sybase or Db2", "MongoDB"),
)
QUESTIONS = (LANGUAGES, EDITORS, CLOUDS, DATABASES)
ROLE = ("role", "Which title is closest to your current role?")
ROLES = ("Data Scientist", "Data Analyst", "Software Engineer", "Student")
WHY = ("why", "Anything else you would like to tell us?")
NOT_WORKING = "Student"
WRITE_INS = ("Stan", "Fortran")


@dataclass(frozen=True)
class Person:
    """`shown`: codes of the questions put to them; `ticks` by code, none-type options included."""

    number: int
    role: str
    shown: frozenset[str]
    ticks: dict[str, tuple[str, ...]]
    write_in: str = ""
    why: str = ""

    def ticked(self, question: Asked, label: str) -> bool:
        return label in self.ticks.get(question.code, ())

    @property
    def email(self) -> str:
        return f"person{self.number}@example.org"

    @property
    def ip(self) -> str:
        return f"192.0.2.{self.number}"

    @property
    def day(self) -> int:
        return 1 + self.number % 28


@cache
def people() -> tuple[Person, ...]:
    """Sixty respondents; the seventh opened the form and answered nothing."""
    rng = random.Random(20)  # noqa: S311
    return tuple(
        Person(7, "", frozenset(), {}) if number == 7 else _person(number, rng)
        for number in range(1, 61)
    )


def _person(number: int, rng: random.Random) -> Person:
    role = ROLES[number % 4]
    shown = {"lang", "edit"} | ({"cloud", "data"} if role != NOT_WORKING else set())
    ticks = {}
    for question in QUESTIONS:
        if question.code in shown:
            picked = tuple(label for label in question.options if rng.random() < 0.4)
            ticks[question.code] = picked or ((question.none,) if question.none else ())
    write_in = WRITE_INS[number // 31] if number % 15 == 2 else ""
    if write_in and ticks["lang"] == ("None",):
        ticks["lang"] = ()
    why = f"Thank you, and good luck with number {number}!" if number % 5 == 0 else ""
    return Person(number, role, frozenset(shown), ticks, write_in, why)


# What a layout can say


@dataclass(frozen=True)
class Encoded:
    """A file of the survey and what can be known from it.

    `keys[code]`: the text or key by which the question is found, or an option of it. `labels`:
    names that the mapping gives to codes, where the file and its code book have none. `said`:
    questions for which the export itself says who was asked; for the others a blank block was
    not asked if it offered "None", else the default of the mapping holds. `no_none`: the layout
    has no place for a none-type option; codes without labels hide it too. `level`: the tools are
    rows of a grid, each a question by itself, and this is the level that counts. `without`:
    respondents of whom the file has no trace.
    """

    data: bytes
    layout: str
    keys: dict[str, str]
    labels: dict[str, str] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    codebook: bytes | None = None
    level: str = ""
    no_none: bool = False
    without: frozenset[int] = frozenset()


ALL = frozenset(question.code for question in QUESTIONS)


@dataclass(frozen=True)
class Expected:
    """`tools`: (name, category) sorted; `chosen`, `asked`: (respondents, tools)."""

    tools: list[tuple[str, str]]
    chosen: np.ndarray
    asked: np.ndarray
    roles: list[str]


def expected(encoded: Encoded, tool_of: Callable[[str, str], str]) -> Expected:
    """The answer for a file that can say what `encoded` says; `tool_of(label, category)`."""
    answering = [p for p in people() if p.number not in encoded.without]
    columns = []
    for question in QUESTIONS:
        for label in question.options:
            name = tool_of(label, question.category)
            columns.append(
                (
                    (name, question.category),
                    [p.ticked(question, label) for p in answering],
                    [_asked(p, question, encoded) for p in answering],
                )
            )
    columns.sort(key=lambda column: column[0])
    return Expected(
        tools=[tool for tool, _, _ in columns],
        chosen=np.array([ticks for _, ticks, _ in columns]).T,
        asked=np.array([asked for _, _, asked in columns]).T,
        roles=[p.role for p in answering],
    )


def _asked(person: Person, question: Asked, encoded: Encoded) -> bool:
    if question.code in encoded.said:
        return question.code in person.shown
    if question.none and not (encoded.labels or encoded.no_none):
        return bool(person.ticks.get(question.code)) or bool(question.other and person.write_in)
    return any(person.ticks.values()) or bool(person.write_in)


# Bits of files


def to_csv(
    rows: Iterable[Sequence[str]],
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\n",
    quote_all: bool = False,
) -> bytes:
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    return out.getvalue().encode(encoding)


def by_text() -> dict[str, str]:
    return {question.code: question.text for question in QUESTIONS} | {"role": ROLE[1]}


def by_code() -> dict[str, str]:
    return {question.code: question.code for question in QUESTIONS} | {"role": "role"}


Cell = Callable[[Person, Asked, str, int], str]
"""The cell of one option: person, question, label, position from 1."""


def label_or_blank(person: Person, question: Asked, label: str, _: int) -> str:
    return label if person.ticked(question, label) else ""


def ticks(yes: str, no: str, unseen: str) -> Cell:
    def cell(person: Person, question: Asked, label: str, _: int) -> str:
        if question.code not in person.shown:
            return unseen
        return yes if person.ticked(question, label) else no

    return cell


def blocks(person: Person, cell: Cell, other: Callable[[Person], Row]) -> Row:
    """The cells of every multi-select question, one column an option."""
    row: Row = []
    for question in QUESTIONS:
        row += [cell(person, question, label, at) for at, label in enumerate(question.labels, 1)]
        row += other(person) if question.other else []
    return row


def heads(name: Callable[[Asked, str, int], str], other: Callable[[Asked], Row]) -> Row:
    row: Row = []
    for question in QUESTIONS:
        row += [name(question, label, at) for at, label in enumerate(question.labels, 1)]
        row += other(question) if question.other else []
    return row


def joined(person: Person, question: Asked, separator: str, end: str = "") -> str:
    items = [*person.ticks.get(question.code, ())]
    items += [person.write_in] if question.other and person.write_in else []
    return separator.join(items) + (end if items else "")


def code_of(question: Asked, label: str) -> str:
    """The code of an option where a platform writes codes: "o1", "o2", ...; "Other" is "o97"."""
    return "o97" if label == "Other" else f"o{question.labels.index(label) + 1}"


def code_labels() -> dict[str, str]:
    """Names for `"lang o1"` and so on, as an analyst would give them on the mapping."""
    return {
        f"{question.code} {code_of(question, label)}": label
        for question in QUESTIONS
        for label in question.labels
    }


# Platforms


def qualtrics(cell: str = "text", quote: str = '"', seen: str = "") -> Encoded:
    """Split choices; `cell` is "text" or "code"; `seen` fills boxes seen but not ticked."""

    def written(person: Person, question: Asked, label: str, at: int) -> str:
        if person.ticked(question, label):
            return label if cell == "text" else str(at)
        return seen if question.code in person.shown else ""

    def other(person: Person) -> Row:
        tick = ("Other" if cell == "text" else "97") if person.write_in else ""
        return [tick or (seen if person.shown else ""), person.write_in]

    numbers = {question.code: f"Q{at}" for at, question in enumerate(QUESTIONS, 1)}
    names = ["StartDate", "IPAddress", "Finished", "ResponseId", "RecipientEmail"]
    names += heads(
        lambda q, _, at: f"{numbers[q.code]}_{at}",
        lambda q: [f"{numbers[q.code]}_97", f"{numbers[q.code]}_97_TEXT"],
    )
    labels = ["Anfangsdatum", "IP-Adresse", "Beendet", "Antwort-ID", "E-Mail des Empfängers"]
    selected = {q.code: " - Selected Choice" if q.other else "" for q in QUESTIONS}
    labels += heads(
        lambda q, label, _: f"{q.text}{selected[q.code]} - {label}",
        lambda q: [f"{q.text} - Selected Choice - Other", f"{q.text} - Other - Text"],
    )
    names += ["Q9", "Q10"]
    labels += [ROLE[1], WHY[1]]
    imports = [f"{{{quote}ImportId{quote}:{quote}{name}{quote}}}" for name in names]
    rows = [names, labels, imports]
    for p in people():
        row = [f"2020-05-{p.day:02} 10:00:00", p.ip, "1", f"R_{p.number:015}", p.email]
        rows.append([*row, *blocks(p, written, other), p.role, p.why])
    return Encoded(
        to_csv(rows),
        "Qualtrics, three header rows",
        numbers | {"role": "Q9"},
        said=ALL if seen else frozenset(),
    )


def qualtrics_joined(cell: str = "text") -> Encoded:
    """Choices joined by a bare comma; `cell` is "text" or "code", with a code book."""
    names = ["StartDate", "IPAddress", "ResponseId", *(q.code for q in QUESTIONS)]
    names += ["lang_97_TEXT", "role", "why"]
    labels = ["Start Date", "IP Address", "Response ID", *(q.text for q in QUESTIONS)]
    labels += [f"{LANGUAGES.text} - Other - Text", ROLE[1], WHY[1]]
    rows = [names, labels, [f'{{"ImportId":"{name}"}}' for name in names]]
    for p in people():
        cells = []
        for question in QUESTIONS:
            items = [*p.ticks.get(question.code, ())]
            items += ["Other"] if question.other and p.write_in else []
            items = items if cell == "text" else [_number(question, item) for item in items]
            cells.append(",".join(items))
        row = [f"2020-05-{p.day:02} 10:00:00", p.ip, f"R_{p.number:015}"]
        rows.append([*row, *cells, p.write_in, p.role, p.why])
    book = None if cell == "text" else to_csv(_numbers())
    return Encoded(to_csv(rows), "Qualtrics, three header rows", by_code(), codebook=book)


def _number(question: Asked, label: str) -> str:
    """The recode value of a choice: its position, 97 for "Other"."""
    return "97" if label == "Other" else str(question.labels.index(label) + 1)


def _numbers() -> list[Row]:
    """A code book of one row a choice."""
    rows = [["question", "value", "label"]]
    for question in QUESTIONS:
        options = [*question.labels, *(["Other"] if question.other else [])]
        rows += [[question.code, _number(question, label), label] for label in options]
    return rows


def qualtrics_legacy() -> Encoded:
    names = [f"V{at}" for at in range(1, 11)]
    labels = ["ResponseID", "ResponseSet", "Name", "ExternalDataReference", "EmailAddress"]
    labels += ["IPAddress", "Status", "StartDate", "EndDate", "Finished"]
    names += heads(lambda q, _, at: f"{q.code}_{at}", lambda q: [f"{q.code}_97", f"{q.code}_TEXT"])
    labels += heads(
        lambda q, label, _: f"{q.text}-{label}",
        lambda q: [f"{q.text}-Other", f"{q.text}-Other-TEXT"],
    )
    rows = [[*names, "role", ""], [*labels, ROLE[1], ""]]
    for p in people():
        row = [f"R_{p.number:015}", "Default", "Anonymous", "", p.email, p.ip, "0"]
        row += [f"2014-05-{p.day:02} 10:00", f"2014-05-{p.day:02} 10:09", "1"]
        cell = ticks("1", "", "")
        row += blocks(p, cell, lambda p: ["1" if p.write_in else "", p.write_in])
        rows.append([*row, p.role, ""])
    data = to_csv(rows, encoding="utf-8-sig", line_end="\r\n")
    return Encoded(data, "Qualtrics legacy, two header rows", by_code())


def _surveymonkey(cell: Cell, role: Callable[[str], str]) -> bytes:
    above = ["Respondent ID", "Collector ID", "Start Date", "IP Address", "Email Address"]
    below = [""] * 5
    for question in QUESTIONS:
        options = [*question.labels, *(["Other (please specify)"] if question.other else [])]
        above += [question.text] + [""] * (len(options) - 1)
        below += options
    above += [ROLE[1], WHY[1]]
    below += ["Response", "Open-Ended Response"]
    rows = [above, below]
    for p in people():
        row = [f"1144{p.number:07}", "254", f"05/{p.day:02}/2020 10:00:00 AM", p.ip, p.email]
        rows.append([*row, *blocks(p, cell, lambda p: [p.write_in]), role(p.role), p.why])
    return to_csv(rows, line_end="\r\n")


def surveymonkey() -> Encoded:
    data = _surveymonkey(label_or_blank, str)
    return Encoded(data, "SurveyMonkey, two header rows", by_text())


def surveymonkey_numeric() -> Encoded:
    """Positions instead of labels; the code book says what a single choice's number means."""
    data = _surveymonkey(
        lambda p, q, label, at: str(at) if p.ticked(q, label) else "",
        lambda role: str(ROLES.index(role) + 1) if role else "",
    )
    book = [["Question", "Value", "Label"]]
    book += [[ROLE[1], str(at), role] for at, role in enumerate(ROLES, 1)]
    layout = "SurveyMonkey, two header rows"
    return Encoded(data, layout, by_text(), codebook=to_csv(book))


def surveymonkey_condensed(header_rows: int = 1) -> Encoded:
    header = ["Respondent ID", "Collector ID", "Start Date", "IP Address", "Email Address"]
    rows = [[*header, *(q.text for q in QUESTIONS), ROLE[1], WHY[1]]]
    if header_rows == 2:
        rows.append([*[""] * len(header), *["Response"] * 5, "Open-Ended Response"])
    for p in people():
        row = [f"1144{p.number:07}", "254", f"05/{p.day:02}/2020 10:00:00 AM", p.ip, p.email]
        rows.append([*row, *(joined(p, q, ", ") for q in QUESTIONS), p.role, p.why])
    layout = "SurveyMonkey, condensed" + (", two header rows" if header_rows == 2 else "")
    return Encoded(to_csv(rows), layout, by_text())


def surveymonkey_flattened() -> Encoded:
    """One header row of question numbers and options, as in published exports."""
    numbers = {question.code: str(at) for at, question in enumerate(QUESTIONS, 1)}
    header = ["Respondent ID"]
    header += heads(
        lambda q, label, _: f"{numbers[q.code]}. {label}.",
        lambda q: [f"{numbers[q.code]}. Other (please specify)."],
    )
    rows = [[*header, f"5. {ROLE[1]}"]]
    for p in people():
        cells = blocks(p, label_or_blank, lambda p: [p.write_in])
        rows.append([f"1144{p.number:07}", *(f"{cell}." if cell else "" for cell in cells), p.role])
    layout = "SurveyMonkey, flattened to one header row"
    return Encoded(to_csv(rows), layout, numbers | {"role": "5"})


def limesurvey_codes() -> Encoded:
    header = ["id", "submitdate", "lastpage", "startlanguage", "seed", "token", "ipaddr"]
    header += heads(
        lambda q, label, _: f"{q.code}[{code_of(q, label)}]", lambda q: [f"{q.code}[other]"]
    )
    rows = [[*header, "role", "why"]]
    for p in people():
        row = [str(p.number), f"2020-05-{p.day:02} 10:00:00", "4", "en", f"{p.number * 7919}"]
        row += [f"tok{p.number}", p.ip]
        row += blocks(p, ticks("Y", "", ""), lambda p: [p.write_in])
        rows.append([*row, f"A{ROLES.index(p.role) + 1}" if p.role else "", p.why])
    data = to_csv(rows, encoding="utf-8-sig", quote_all=True, delimiter=";")
    labels = code_labels() | {f"role A{at}": role for at, role in enumerate(ROLES, 1)}
    return Encoded(data, "LimeSurvey, codes", by_code(), labels)


def limesurvey_text(head: str, yes: str = "Yes", no: str = "No") -> Encoded:
    """`head` is "full", "short" (15 characters) or "code" (code and text)."""

    def named(code: str, text: str) -> str:
        short = f"{text[:15]}.. " if len(text) > 15 else text
        return {"full": text, "short": short, "code": f"{code}. {text}"}[head]

    header = ["Response ID", "Date submitted", "Last page", "Start language", "Referrer URL"]
    if head == "code":
        header = [
            f"{c}. {t}" for c, t in zip(["id", "s", "l", "sl", "refurl"], header, strict=True)
        ]
    header += heads(
        lambda q, label, _: f"{named(q.code, q.text)} [{label}]",
        lambda q: [f"{named(q.code, q.text)} [Other]"],
    )
    rows = [[*header, named(*ROLE), named(*WHY)]]
    for p in people():
        row = [str(p.number), f"2020-05-{p.day:02} 10:00:00", "4", "en", ""]
        row += blocks(p, ticks(yes, no, "N/A"), lambda p: [p.write_in if p.shown else "N/A"])
        rows.append([*row, p.role or "N/A", p.why])
    layout = "LimeSurvey, code and text" if head == "code" else "LimeSurvey, full text"
    keys = {q.code: named(q.code, q.text).strip() for q in QUESTIONS} | {"role": named(*ROLE)}
    keys = by_code() if head == "code" else {c: key.strip() for c, key in keys.items()}
    data = to_csv(rows, encoding="utf-8-sig", quote_all=True)
    return Encoded(data, layout, keys, said=ALL)


def google_forms(separator: str) -> Encoded:
    rows = [["Timestamp", "Email Address", *(q.text for q in QUESTIONS), ROLE[1], WHY[1]]]
    for p in people():
        stamp = f"5/{p.day}/2020 10:{p.number % 60:02}:00"
        if separator == ";":
            stamp = f"2020/05/{p.day:02} 10:{p.number % 60:02}:00 AM CET"
        rows.append([stamp, p.email, *(joined(p, q, separator) for q in QUESTIONS), p.role, p.why])
    line_end = "\n" if separator == ";" else "\r\n"
    return Encoded(to_csv(rows, line_end=line_end), "Google Forms", by_text())


def google_forms_grid() -> Encoded:
    """A checkbox grid: tools are its rows, and a cell lists the columns that were ticked."""
    header = ["Timestamp"]
    header += [f"{q.text} [{label}]" for q in QUESTIONS for label in q.options]
    rows = [[*header, ROLE[1]]]
    for p in people():
        row = [f"5/{p.day}/2020 10:{p.number % 60:02}:00"]
        for question in QUESTIONS:
            for at, label in enumerate(question.options):
                planned = ["Planning to"] if (p.number + at) % 7 == 0 and p.shown else []
                using = ["Using it"] if p.ticked(question, label) else []
                row.append(", ".join(using + planned))
        rows.append([*row, p.role])
    return Encoded(to_csv(rows), "Google Forms", {"role": ROLE[1]}, level="Using it", no_none=True)


def microsoft_forms() -> Encoded:
    header = ["ID", "Start time", "Completion time", "Email", "Name"]
    rows = [[*header, *(f"{q.text}\xa0\n" for q in QUESTIONS), f"{ROLE[1]}\n", WHY[1]]]
    for p in people():
        times = [f"5/{p.day}/20 10:00:00", f"5/{p.day}/20 10:09:00"]
        cells = [joined(p, q, ";", end=";").replace(";", "\xa0;") for q in QUESTIONS]
        rows.append([str(p.number), *times, "anonymous", "", *cells, p.role, p.why])
    return Encoded(to_csv(rows), "Microsoft Forms", by_text())


def typeform() -> Encoded:
    """Columns headed by their option alone, so each question is found by one of its options."""
    header, keys = ["#"], {}
    order = ((LANGUAGES, ROLE[1]), (EDITORS, WHY[1]), (CLOUDS, "Age?"), (DATABASES, "Country?"))
    for question, after in order:
        header += [*question.labels, *(["Other"] if question.other else []), after]
        keys[question.code] = question.options[1]
    rows = [[*header, "Start Date (UTC)", "Submit Date (UTC)", "Network ID"]]
    for p in people():
        row = [f"{p.number:032x}"]
        after = {ROLE[1]: p.role, WHY[1]: p.why, "Age?": str(20 + p.number), "Country?": "Chad"}
        for question, plain in order:
            row += [label_or_blank(p, question, label, 0) for label in question.labels]
            row += [p.write_in] if question.other else []
            row.append(after[plain] if p.shown else "")
        day = f"2020-05-{p.day:02} 10:00:00"
        rows.append([*row, day, day, f"{p.number:010x}"])
    return Encoded(to_csv(rows), "Typeform", keys | {"role": ROLE[1]})


def alchemer(other: str = "Other - Write In") -> Encoded:
    header = ["Response ID", "Time Started", "Date Submitted", "Status", "IP Address", "City"]
    header += heads(
        lambda q, label, _: f"{label}:{q.text}",
        lambda q: [f"{other}:{q.text}", f"{other}::{q.text}"],
    )
    rows = [[*header, ROLE[1], WHY[1]]]
    for p in people():
        day = f"May {p.day}, 2020 10:00:00 AM"
        row = [str(p.number), day, day, "Complete", p.ip, "Oslo"]
        row += blocks(p, label_or_blank, lambda p: [other if p.write_in else "", p.write_in])
        rows.append([*row, p.role, p.why])
    return Encoded(to_csv(rows, encoding="utf-8-sig"), "Alchemer", by_text())


def jotform(separator: str) -> Encoded:
    header = ["Submission Date", "Full Name", "E-mail"]
    rows = [[*header, *(q.text for q in QUESTIONS), ROLE[1], WHY[1], "IP", "Submission ID"]]
    for p in people():
        cells = [joined(p, q, separator) for q in QUESTIONS]
        cells[0] = cells[0].replace(p.write_in, f"Other: {p.write_in}") if p.write_in else cells[0]
        row = [f"2020-05-{p.day:02} 10:00:00", f"Person {p.number}", p.email]
        rows.append([*row, *cells, p.role, p.why, p.ip, str(4_600_000_000 + p.number)])
    return Encoded(to_csv(rows), "Jotform", by_text())


def _codes(person: Person, question: Asked, separator: str = " ", end: str = "") -> str:
    items = [code_of(question, label) for label in person.ticks.get(question.code, ())]
    items += ["o97"] if question.other and person.write_in else []
    return separator.join(items) + (end if items else "")


def _kobo(summary: bool, details: bool, joint: str = "/", written: str = "code") -> list[Row]:
    header: Row = []
    name = code_of if written == "code" else (lambda _, label: label)
    for question in QUESTIONS:
        header += [question.code] if summary else []
        options = [name(question, label) for label in question.labels]
        options += [name(question, "Other")] if question.other else []
        header += [f"{question.code}{joint}{option}" for option in options] if details else []
        header += [f"{question.code}_other"] if question.other else []
    rows = [[*header, "role", "why"]]
    for p in people():
        row: Row = []
        for question in QUESTIONS:
            shown = question.code in p.shown
            row += [_codes(p, question)] if summary else []
            boxes = [str(int(p.ticked(question, label))) for label in question.labels]
            boxes += [str(int(bool(p.write_in)))] if question.other else []
            row += (boxes if shown else [""] * len(boxes)) if details else []
            row += [p.write_in] if question.other else []
        rows.append([*row, p.role, p.why])
    return rows


def kobo(
    summary: bool, details: bool, written: str = "code", form: bool = False, more: str = ""
) -> Encoded:
    """`form`: with the XLSForm as code book. `more`: "tags", a second row of HXL tags; "group",
    the name of a group before the names of its questions.
    """
    front, back = ["start", "end", "deviceid"], ["_id", "_uuid", "_submission_time", "_index"]
    header, *body = _kobo(summary, details, written=written)
    group = "tools/" if more == "group" else ""
    rows = [[*front, *(f"{group}{name}" for name in header), *back]]
    if more == "tags":
        rows.append([*[""] * len(front), *(f"#{name}" for name in header), *[""] * len(back)])
    for p, row in zip(people(), body, strict=True):
        time = f"2020-05-{p.day:02}T10:00:00.000+02:00"
        uuid = f"3f2504e0-4f89-11d3-9a0c-0305e82c{p.number:04x}"
        ids = [str(90_000 + p.number), uuid, time[:19], str(p.number)]
        rows.append([time, time, "ee.kobo:abc", *row, *ids])
    labels = code_labels() if written == "code" and not form else {}
    data = to_csv(rows, delimiter=";", quote_all=True)
    said = ALL if details else frozenset()
    layout = "KoboToolbox" + (", with a row of HXL tags" if more == "tags" else "")
    keys = {code: f"{group}{name}" for code, name in by_code().items()}
    book = xlsform(group.rstrip("/")) if form else None
    return Encoded(data, layout, keys, labels, said, book)


def xlsform(group: str = "") -> bytes:
    """The form of KoboToolbox and ODK; `group`: what its questions stand in."""
    survey: list[Row] = [["type", "name", "label::English (en)", "required"]]
    survey += [["start", "start", "", ""]]
    survey += [["begin_group", group, "About your tools", ""]] if group else []
    choices = [["list_name", "name", "label::English (en)"]]
    for question in QUESTIONS:
        end = " or_other" if question.other else ""
        survey.append([f"select_multiple {question.code}s{end}", question.code, question.text, ""])
        options = [*question.labels, *(["Other"] if question.other else [])]
        choices += [[f"{question.code}s", code_of(question, label), label] for label in options]
        choices.append(["", "", ""])
    survey += [["text", "role", ROLE[1], "yes"]]
    survey += [["end_group", "", "", ""]] if group else []
    return xlsx({"survey": survey, "choices": choices, "settings": [["form_title"], ["Tools"]]})


def odk(joint: str, form: bool = False) -> Encoded:
    """`joint`: "" for codes joined by spaces alone, "/" for ODK's and "_" for SurveyCTO's split.

    `form`: with the XLSForm as code book.
    """
    header, *body = _kobo(summary=True, details=bool(joint), joint=joint)
    front = ["SubmissionDate", "start", "SubmitterName", "DeviceID"]
    rows = [[*front, *(f"tools-{name}" for name in header), "KEY"]]
    for p, row in zip(people(), body, strict=True):
        time = f"2020-05-{p.day:02}T10:00:00.000Z"
        rows.append([time, time, "collector", "ee.kobo:abc", *row, f"uuid:{p.number:032x}"])
    keys = {code: f"tools-{name}" for code, name in by_code().items()}
    said = ALL if joint else frozenset()
    labels = {} if form else code_labels()
    book = xlsform("tools") if form else None
    return Encoded(to_csv(rows), "ODK or SurveyCTO", keys, labels, said, book)


def _redcap_dictionary() -> bytes:
    columns = ["Variable / Field Name", "Form Name", "Field Type", "Field Label"]
    columns += ["Choices, Calculations, OR Slider Labels", "Identifier?"]
    lines = [columns, ["record_id", "form_1", "text", "Record ID", "", "y"]]
    for question in QUESTIONS:
        options = [*question.labels, *(["Other"] if question.other else [])]
        choices = " | ".join(f"{code_of(question, label)}, {label}" for label in options)
        lines.append([question.code, "form_1", "checkbox", question.text, choices, ""])
    choices = " | ".join(f"{at}, {role}" for at, role in enumerate(ROLES, 1))
    return to_csv([*lines, [ROLE[0], "form_1", "radio", ROLE[1], choices, ""]])


FORMS = ((LANGUAGES, EDITORS), (CLOUDS, DATABASES))


def _redcap_header(headings: str) -> Row:
    """`headings`: "raw" for variable names, "labels" for wordings."""
    raw = headings == "raw"

    def name(question: Asked, label: str) -> str:
        code = f"{question.code}___{code_of(question, label)}"
        return code if raw else f"{question.text} (choice={label})"

    header = ["record_id", "role"] if raw else ["Record ID", ROLE[1]]
    for at, questions in enumerate(FORMS, 1):
        for question in questions:
            header += [name(question, label) for label in question.labels]
            other = [name(question, "Other"), f"{question.code}_other" if raw else "Which other?"]
            header += other if question.other else []
        header += [f"form_{at}_complete" if raw else "Complete?"]
    return header


def redcap(yes: str, no: str, dictionary: bool, headings: str = "raw") -> Encoded:
    """One form asks everybody, another those who work; its boxes are unticked for the others."""
    complete = ("2", "0") if headings == "raw" else ("Complete", "Incomplete")
    rows = [_redcap_header(headings)]
    for p in people():
        row = [str(p.number), p.role]
        if dictionary and p.role:
            row[1] = str(ROLES.index(p.role) + 1)
        for questions in FORMS:
            for question in questions:
                row += [yes if p.ticked(question, label) else no for label in question.labels]
                row += [yes if p.write_in else no, p.write_in] if question.other else []
            row += [complete[0] if questions[0].code in p.shown else complete[1]]
        rows.append(row)
    data = to_csv(rows)
    if headings == "labels":
        return Encoded(data, "REDCap, labels", by_text(), {}, ALL)
    book = _redcap_dictionary() if dictionary else None
    return Encoded(data, "REDCap", by_code(), {} if book else code_labels(), ALL, book)


def kaggle(other_text: bool = False) -> Encoded:
    """`other_text`: with a column of codes for write-ins, -1 being none, as in 2018."""
    numbers = {question.code: f"Q{at}" for at, question in enumerate(QUESTIONS, 7)}
    names = ["Time from Start to Finish (seconds)"]
    names += heads(
        lambda q, _, at: f"{numbers[q.code]}_Part_{at}", lambda q: [f"{numbers[q.code]}_OTHER"]
    )
    texts = ["Duration (in seconds)"]
    texts += heads(
        lambda q, label, _: f"{q.text} - Selected Choice - {label}",
        lambda q: [f"{q.text} - Selected Choice - Other"],
    )
    names += ["Q5"]
    texts += [f"{ROLE[1]} - Selected Choice"]
    if other_text:
        names += [f"{numbers['lang']}_OTHER_TEXT"]
        texts += [f"{LANGUAGES.text} - Other - Text"]
    rows = [names, texts]
    for p in people():
        row = [str(300 + 7 * p.number)]
        row += blocks(
            p,
            lambda p, q, label, _: f"  {label} " if p.ticked(q, label) else "",
            lambda p: ["Other" if p.write_in else ""],
        )
        text = [str(p.number) if p.write_in else "-1"] if other_text else []
        rows.append([*row, p.role, *text])
    return Encoded(to_csv(rows), "Kaggle, two header rows", numbers | {"role": "Q5"})


def kaggle_2017() -> Encoded:
    """One header row of names; wordings stand in a schema."""
    names = {q.code: f"Work{q.category}sSelect" for q in QUESTIONS}
    names["role"] = "CurrentJobTitleSelect"
    rows = [["EmploymentStatus", "JobSatisfaction", *names.values()]]
    for p in people():
        cells = [joined(p, question, ",") for question in QUESTIONS]
        rows.append(["Employed full-time", str(p.number % 11), *cells, p.role])
    schema = [["Column", "Question", "Asked"]]
    schema += [[names[q.code], q.text, "CodingWorker"] for q in QUESTIONS]
    return Encoded(to_csv(rows), "Kaggle 2017", names, codebook=to_csv(schema))


STACK_OVERFLOW = {
    "lang": "LanguageHaveWorkedWith",
    "edit": "NEWCollabToolsHaveWorkedWith",
    "cloud": "PlatformHaveWorkedWith",
    "data": "DatabaseHaveWorkedWith",
    "role": "DevType",
}
STACK_OVERFLOW_2017 = {
    "lang": "HaveWorkedLanguage",
    "edit": "IDE",
    "cloud": "HaveWorkedPlatform",
    "data": "HaveWorkedDatabase",
    "role": "DeveloperType",
}


def stack_overflow(names: dict[str, str], separator: str = ";") -> Encoded:
    rows = [["Respondent" if separator == "; " else "ResponseId", *names.values()]]
    for p in people():
        cells = [joined(p, question, separator) or "NA" for question in QUESTIONS]
        rows.append([str(p.number), *cells, p.role or "NA"])
    schema = [["qid", "qname", "question", "force_resp", "type", "selector"]]
    schema += [[f"QID{q.code}", names[q.code], q.text, "FALSE", "MC", "MAVR"] for q in QUESTIONS]
    return Encoded(to_csv(rows), "Stack Overflow", names, codebook=to_csv(schema))


def jetbrains() -> Encoded:
    """Dotted names; labels with dots of their own must not be cut at the last one."""
    rows = [
        [
            *("id", *heads(lambda q, label, _: f"{q.code}.{label}", lambda q: [f"{q.code}.Other"])),
            "job.role",
        ]
    ]
    for p in people():
        cells = blocks(p, label_or_blank, lambda p: ["Other" if p.write_in else ""])
        rows.append([str(p.number), *cells, p.role])
    keys = by_code() | {"role": "job.role"}
    return Encoded(to_csv(rows), "PSF and JetBrains, dotted names", keys)


def state_of_js_arrays() -> Encoded:
    rows = [["survey", *(f"tools.{q.code}.choices" for q in QUESTIONS), "user_info.job_title"]]
    for p in people():
        cells = []
        for question in QUESTIONS:
            picked = [*p.ticks.get(question.code, ())]
            picked += [p.write_in] if question.other and p.write_in else []
            cells.append(json.dumps(picked) if picked else "")
        rows.append(["js2020", *cells, p.role])
    keys = {q.code: f"tools.{q.code}.choices" for q in QUESTIONS} | {"role": "user_info.job_title"}
    return Encoded(to_csv(rows), "State of JS", keys)


def state_of_js_levels() -> Encoded:
    header = [f"{q.code}.{label}.experience" for q in QUESTIONS for label in q.options]
    rows = [["survey", *header, "user_info.job_title"]]
    for p in people():
        row = ["js2020"]
        for question in QUESTIONS:
            for at, label in enumerate(question.options):
                level = ["interested", "never_heard", "would_not_use"][(p.number + at) % 3]
                level = "would_use" if p.ticked(question, label) else level
                row.append(level if question.code in p.shown else "")
        rows.append([*row, p.role])
    return Encoded(
        to_csv(rows),
        "State of JS",
        {"role": "user_info.job_title"},
        level="would_use",
        no_none=True,
    )


def quantipy(book: bool = True) -> Encoded:
    """Delimited codes with a trailing semicolon; labels stand in a second file."""
    numbers = {q.code: {label: at for at, label in enumerate(q.labels, 1)} for q in QUESTIONS}
    numbers["cloud"]["None of these"] = 98
    rows = [["RecordNo", *(q.code for q in QUESTIONS), "role", "weight_a"]]
    for p in people():
        row = [str(p.number)]
        for question in QUESTIONS:
            codes = [str(numbers[question.code][t]) for t in p.ticks.get(question.code, ())]
            codes += ["97"] if question.other and p.write_in else []
            row.append("".join(f"{code};" for code in codes))
        rows.append([*row, f"{ROLES.index(p.role) + 1}.0" if p.role else "", ""])
    columns: dict[str, object] = {}
    for question in QUESTIONS:
        values = [*numbers[question.code].items(), *([("Other", 97)] if question.other else [])]
        columns[question.code] = {
            "text": {"en-GB": question.text},
            "type": "delimited set",
            "values": [{"text": {"en-GB": label}, "value": code} for label, code in values],
        }
    columns["role"] = {
        "text": {"en-GB": ROLE[1]},
        "type": "single",
        "values": [{"text": {"en-GB": r}, "value": at} for at, r in enumerate(ROLES, 1)],
    }
    meta = json.dumps({"columns": columns, "lib": {"default text": "en-GB", "values": {}}})
    return Encoded(to_csv(rows), "plain table", by_code(), codebook=meta.encode() if book else None)


def long_form(columns: int) -> Encoded:
    """One row a choice. Who chose nothing in any question has no row at all."""
    rows = [["respondent_id", "question", "answer"][:columns]]
    if columns == 2:
        rows = [["respondent_id", LANGUAGES.text]]
    without = set()
    for p in people():
        own = [[q.text, tick] for q in QUESTIONS for tick in p.ticks.get(q.code, ())]
        own += [[LANGUAGES.text, p.write_in]] if p.write_in else []
        own += [[ROLE[1], p.role]] if p.role else []
        rows += [[str(p.number), *pair] for pair in own]
        without |= set() if own else {p.number}
    return Encoded(to_csv(rows), "long form", by_text(), without=frozenset(without))


def plain_one_hot() -> Encoded:
    header = heads(lambda q, label, _: f"{q.code}: {label}", lambda q: [f"{q.code}: Other"])
    rows = [["x", *header, "role"]]
    for p in people():
        cells = blocks(p, ticks("1", "0", ""), lambda p: [str(int(bool(p.write_in)))])
        if not p.shown:
            cells = [""] * len(cells)
        rows.append([str(p.number % 3), *cells, p.role])
    return Encoded(to_csv(rows), "plain table", by_code(), said=ALL)


WRITERS: dict[str, Callable[[], Encoded]] = {
    "Qualtrics, split, choice text": qualtrics,
    "Qualtrics, split, codes": lambda: qualtrics("code"),
    "Qualtrics, split, choice text, seen but unanswered -99": lambda: qualtrics(seen="-99"),
    "Qualtrics, split, codes, seen but unanswered -99": lambda: qualtrics("code", seen="-99"),
    "Qualtrics, joined, choice text": qualtrics_joined,
    "Qualtrics, joined, codes": lambda: qualtrics_joined("code"),
    "Qualtrics 2016-17": lambda: qualtrics(quote="'"),
    "Qualtrics legacy": qualtrics_legacy,
    "SurveyMonkey, expanded": surveymonkey,
    "SurveyMonkey, expanded, numeric": surveymonkey_numeric,
    "SurveyMonkey, condensed": surveymonkey_condensed,
    "SurveyMonkey, condensed, two header rows": lambda: surveymonkey_condensed(2),
    "SurveyMonkey, flattened": surveymonkey_flattened,
    "LimeSurvey, codes": limesurvey_codes,
    "LimeSurvey, full": lambda: limesurvey_text("full"),
    "LimeSurvey, full, French": lambda: limesurvey_text("full", "Oui", "Non"),
    "LimeSurvey, abbreviated": lambda: limesurvey_text("short"),
    "LimeSurvey, code and text": lambda: limesurvey_text("code"),
    "Google Forms, Sheet as CSV": lambda: google_forms(", "),
    "Google Forms, CSV from Forms": lambda: google_forms(";"),
    "Google Forms, checkbox grid": google_forms_grid,
    "Microsoft Forms": microsoft_forms,
    "Typeform": typeform,
    "Alchemer": alchemer,
    "SurveyGizmo 2018": lambda: alchemer("Other – Write In"),
    "Jotform, lines": lambda: jotform("\n"),
    "Jotform, semicolons": lambda: jotform("; "),
    "KoboToolbox, both": lambda: kobo(summary=True, details=True),
    "KoboToolbox, details": lambda: kobo(summary=False, details=True),
    "KoboToolbox, details, labels": lambda: kobo(summary=False, details=True, written="label"),
    "KoboToolbox, summary": lambda: kobo(summary=True, details=False),
    "KoboToolbox, HXL tags": lambda: kobo(summary=False, details=True, more="tags"),
    "KoboToolbox, both, in a group": lambda: kobo(True, True, more="group"),
    "KoboToolbox, details, in a group": lambda: kobo(False, True, more="group"),
    "KoboToolbox, both, in a group, with the form": lambda: kobo(
        True, True, form=True, more="group"
    ),
    "KoboToolbox, both, with the form": lambda: kobo(summary=True, details=True, form=True),
    "KoboToolbox, summary, with the form": lambda: kobo(summary=True, details=False, form=True),
    "ODK, joined": lambda: odk(""),
    "ODK, split": lambda: odk("/"),
    "SurveyCTO, split": lambda: odk("_"),
    "ODK, joined, with the form": lambda: odk("", form=True),
    "ODK, split, with the form": lambda: odk("/", form=True),
    "SurveyCTO, split, with the form": lambda: odk("_", form=True),
    "REDCap, 0/1": lambda: redcap("1", "0", dictionary=False),
    "REDCap, 0/1, with dictionary": lambda: redcap("1", "0", dictionary=True),
    "REDCap, Checked": lambda: redcap("Checked", "Unchecked", dictionary=True),
    "REDCap, labels": lambda: redcap("Checked", "Unchecked", dictionary=False, headings="labels"),
    "Kaggle": kaggle,
    "Kaggle 2018, codes of write-ins": lambda: kaggle(other_text=True),
    "Kaggle 2017": kaggle_2017,
    "Stack Overflow": lambda: stack_overflow(STACK_OVERFLOW),
    "Stack Overflow 2017": lambda: stack_overflow(STACK_OVERFLOW_2017, "; "),
    "PSF and JetBrains": jetbrains,
    "State of JS, arrays": state_of_js_arrays,
    "State of JS, levels": state_of_js_levels,
    "Quantipy, codes with a code book": quantipy,
    "long form, three columns": lambda: long_form(3),
    "one-hot": plain_one_hot,
}
"""Every layout in which the survey is written, by a name for the test's report."""


def without_codebook(encoded: Encoded) -> Encoded:
    return replace(encoded, codebook=None)
