"""The known survey in every format: workbooks, SPSS, Stata, columns, JSON, texts, archives.

What a format can say by itself (labels, sets, lists) is used; tables are those of `reencode`.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import gzip
import io
import json
import struct
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyreadstat
from pyarrow import feather, parquet

from tests.segmentation.intake.files import Cell, ods, xls, xlsb, xlsx, zipped
from tests.segmentation.reencode import (
    ALL,
    LANGUAGES,
    QUESTIONS,
    ROLE,
    ROLES,
    WHY,
    Asked,
    Encoded,
    Person,
    Row,
    by_code,
    by_text,
    code_of,
    google_forms,
    microsoft_forms,
    people,
    plain_one_hot,
    qualtrics,
    surveymonkey,
)

LABELLED = "labelled columns"


def rows_of(encoded: Encoded) -> list[Row]:
    """The rows of a delimited text."""
    text = encoded.data.decode("utf-8-sig")
    line = text.partition("\n")[0]
    delimiter = ";" if line.count(";") > line.count(",") else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def typed(text: str) -> Cell:
    """A cell as a workbook has it: nothing, a number, or text."""
    if not text:
        return None
    plain = text.isdecimal() and str(int(text)) == text and len(text) < 15
    return int(text) if plain else text


def moment(text: str) -> Cell:
    """As `typed`, Google's timestamps being moments."""
    try:
        return dt.datetime.strptime(text, "%m/%d/%Y %H:%M:%S")
    except ValueError:
        return typed(text)


Sheets = Mapping[str, Sequence[Sequence[Cell]]]


def workbook(
    write: Callable[[Sheets], bytes],
    encoded: Encoded,
    sheet: str = "Sheet1",
    cell: Callable[[str], Cell] = typed,
) -> Encoded:
    answers = [[cell(text) for text in row] for row in rows_of(encoded)]
    about: list[list[Cell]] = [["About"], ["Exported for the survey team"]]
    return replace(encoded, data=write({"Read me": about, sheet: answers}))


# SPSS and Stata


def _boxes(
    wording: Callable[[Asked, str], str],
    labels: Callable[[str], dict[int, str]],
    unticked: float | None = 0.0,
) -> tuple[dict[str, list[Any]], dict[str, str], dict[str, dict[int, str]]]:
    """A variable of 1 and `unticked` an option; values, variable labels and value labels."""
    values: dict[str, list[Any]] = {}
    wordings, meanings = {}, {}
    for question in QUESTIONS:
        options = [*question.labels, *(["Other"] if question.other else [])]
        for at, label in enumerate(options, 1):
            name = f"{question.code}_{at}"
            values[name] = [_box(person, question, label, unticked) for person in people()]
            wordings[name], meanings[name] = wording(question, label), labels(label)
    return values, wordings, meanings


def _box(person: Person, question: Asked, label: str, unticked: float | None) -> float | None:
    if question.code not in person.shown:
        return None
    ticked = bool(person.write_in) if label == "Other" else person.ticked(question, label)
    return 1.0 if ticked else unticked


def _listed() -> tuple[dict[str, list[Any]], dict[str, str], dict[str, dict[int, str]]]:
    """Variables that share their codes, as many as anybody ticked options of the question."""
    values: dict[str, list[Any]] = {}
    wordings, meanings = {}, {}
    for question in QUESTIONS:
        options = [*question.labels, *(["Other"] if question.other else [])]
        codes = {label: at for at, label in enumerate(options, 1)}
        lists = []
        for person in people():
            ticked = [codes[tick] for tick in person.ticks.get(question.code, ())]
            lists.append(ticked + ([codes["Other"]] if question.other and person.write_in else []))
        for at in range(max(map(len, lists))):
            name = f"{question.code}_{at + 1}"
            values[name] = [float(one[at]) if at < len(one) else None for one in lists]
            wordings[name] = question.text
            meanings[name] = {code: label for label, code in codes.items()}
    return values, wordings, meanings


Variables = tuple[dict[str, list[Any]], dict[str, str], dict[str, dict[int, str]]]


def labelled(variables: Variables, suffix: str, keys: dict[str, str], **known: Any) -> Encoded:
    """A file of the variables, the role as a code and the write-ins as text."""
    values, wordings, meanings = (dict(part) for part in variables)
    values["role"] = [ROLES.index(p.role) + 1.0 if p.role else None for p in people()]
    wordings["role"], meanings["role"] = ROLE[1], dict(enumerate(ROLES, 1))
    values["lang_text"] = [p.write_in for p in people()]
    values["why"] = [p.why for p in people()]
    wordings |= {"lang_text": "Other", "why": WHY[1]}
    frame = pd.DataFrame(values)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"survey{suffix}"
        said: dict[str, Any] = {"column_labels": wordings, "variable_value_labels": meanings}
        if suffix == ".dta":
            pyreadstat.write_dta(frame, path, **said)
        else:
            pyreadstat.write_sav(frame, path, compress=suffix == ".zsav", **said)
        return Encoded(path.read_bytes(), LABELLED, keys, **known)


def with_sets(encoded: Encoded, kind: str) -> Encoded:
    """The SPSS file with its multiple-response sets defined: `kind` is "D1 1", "E 1 1 1" or "C"."""
    names = {
        q.code: [n for n in _names(encoded.data) if n.startswith(f"{q.code}_")] for q in QUESTIONS
    }
    names[LANGUAGES.code].remove("lang_text")
    lines = [
        f"${q.code}={kind} {len(q.text)} {q.text} {' '.join(names[q.code])}\n" for q in QUESTIONS
    ]
    text = "".join(lines).encode()
    end = encoded.data.index(struct.pack("<ii", 999, 0))
    record = struct.pack("<4i", 7, 7, 1, len(text)) + text
    return replace(encoded, data=encoded.data[:end] + record + encoded.data[end:])


def _names(data: bytes) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.sav"
        path.write_bytes(data)
        return list(pyreadstat.read_sav(path, metadataonly=True)[1].column_names)


def spss_set(kind: str) -> Encoded:
    """A set of dichotomies named by variables (D) or by values (E), or of categories (C)."""
    if kind == "C":
        return with_sets(labelled(_listed(), ".sav", by_code()), "C")
    if kind == "D":
        variables = _boxes(lambda _, label: label, lambda _: {0: "No", 1: "Yes"})
        return with_sets(labelled(variables, ".sav", by_code(), said=ALL), "D1 1")
    variables = _boxes(lambda question, _: question.text, lambda label: {1: label})
    return with_sets(labelled(variables, ".sav", by_code(), said=ALL), "E 1 1 1")


def numbered(suffix: str) -> Encoded:
    """Numbered variables of No and Yes without a set."""
    variables = _boxes(lambda q, label: f"{q.text} - {label}", lambda _: {0: "No", 1: "Yes"})
    return labelled(variables, suffix, by_code(), said=ALL)


def choices(suffix: str) -> Encoded:
    """As Qualtrics writes SPSS files: 1 or nothing, the label of 1 being the choice."""
    variables = _boxes(lambda q, label: f"{q.text} {label}", lambda label: {1: label}, None)
    return labelled(variables, suffix, by_code())


# Parquet, Feather and JSON


def _ticked(person: Person, question: Asked) -> list[str]:
    own = [person.write_in] if question.other and person.write_in else []
    return [*person.ticks.get(question.code, ()), *own]


def texts() -> tuple[pa.Table, Encoded]:
    """Every column text, as a table of a file is written by those who read it so."""
    encoded = google_forms(";")
    header, *body = rows_of(encoded)
    columns = zip(*body, strict=True)
    return pa.table(dict(zip(header, map(list, columns), strict=True))), encoded


def lists() -> tuple[pa.Table, Encoded]:
    """A column of lists a question, null for those not asked; the role from a dictionary."""
    table = {
        q.code: [_ticked(p, q) if q.code in p.shown else None for p in people()] for q in QUESTIONS
    }
    roles = pa.array([p.role or None for p in people()]).dictionary_encode()
    return pa.table(table | {"role": roles}), Encoded(b"", "plain table", by_code())


def booleans() -> tuple[pa.Table, Encoded]:
    """A column of true and false an option, null for those not asked."""
    table = {}
    for q in QUESTIONS:
        for label in (*q.labels, *(["Other"] if q.other else [])):
            boxes = [_box(person, q, label, 0.0) for person in people()]
            table[f"{q.code}: {label}"] = [None if box is None else bool(box) for box in boxes]
    table["role"] = [p.role or None for p in people()]
    return pa.table(table), Encoded(b"", "plain table", by_code(), said=ALL)


def columnar(write: Callable[..., Any], made: tuple[pa.Table, Encoded], **more: str) -> Encoded:
    table, encoded = made
    out = io.BytesIO()
    write(table, out, **more)
    return replace(encoded, data=out.getvalue())


def surveyjs() -> Encoded:
    """Values in lists, no name for what is not answered; labels stand in the form."""
    answers = []
    for p in people():
        one: dict[str, Any] = {}
        for q in QUESTIONS:
            values = [_value(q, tick) for tick in p.ticks.get(q.code, ())]
            values += ["other"] if q.other and p.write_in else []
            one |= {q.code: values} if values else {}
        one |= {"lang-Comment": p.write_in} if p.write_in else {}
        one |= {"role": f"r{ROLES.index(p.role)}"} if p.role else {}
        answers.append(one | ({"why": p.why} if p.why else {}))
    elements: list[dict[str, Any]] = [
        {
            "type": "checkbox",
            "name": q.code,
            "title": q.text,
            "choices": [{"value": _value(q, label), "text": label} for label in q.options],
            "hasOther": q.other,
            "hasNone": bool(q.none),
        }
        for q in QUESTIONS
    ]
    roles = [{"value": f"r{at}", "text": {"default": role}} for at, role in enumerate(ROLES)]
    elements.append({"type": "radiogroup", "name": "role", "title": ROLE[1], "choices": roles})
    form = {"pages": [{"name": "page1", "elements": elements}]}
    book = json.dumps(form).encode()
    return Encoded(json.dumps(answers).encode(), "plain table", by_code(), codebook=book)


def _value(question: Asked, label: str) -> str:
    return "none" if label == question.none else code_of(question, label)


def labelled_json(write: Callable[[list[dict[str, Any]]], str]) -> Encoded:
    answers: list[dict[str, Any]] = [
        {q.text: _ticked(p, q) for q in QUESTIONS} | {ROLE[1]: p.role or None} for p in people()
    ]
    return Encoded(write(answers).encode(), "plain table", by_text())


def state_of_js(levels: bool) -> Encoded:
    """A nested object a respondent: a level a tool, or lists of choices."""
    answers = []
    for p in people():
        one: dict[str, Any] = {"survey": "js2020", "user_info": {"job_title": p.role or None}}
        if not levels:
            one["tools"] = {q.code: {"choices": _ticked(p, q)} for q in QUESTIONS if _ticked(p, q)}
            answers.append(one)
            continue
        for q in QUESTIONS:
            if q.code in p.shown:
                one[q.code] = {
                    label: {"experience": "would_use" if p.ticked(q, label) else "never_heard"}
                    for label in q.options
                }
        answers.append(one)
    keys = {q.code: f"tools [{q.code}] [choices]" for q in QUESTIONS}
    keys["role"] = "user_info [job_title]"
    level: dict[str, Any] = {"level": "would_use", "no_none": True} if levels else {}
    return Encoded(json.dumps(answers).encode(), "State of JS, nested", keys, **level)


FORMATS: dict[str, Callable[[], Encoded]] = {
    "XLSX, SurveyMonkey": lambda: workbook(xlsx, surveymonkey(), "Sheet"),
    "XLSX, Google Forms with moments": lambda: workbook(
        xlsx, google_forms(", "), "Form Responses 1", moment
    ),
    "XLSX, Microsoft Forms": lambda: workbook(xlsx, microsoft_forms()),
    "XLSX, Qualtrics": lambda: workbook(xlsx, qualtrics("code")),
    "XLSX, 0 and 1": lambda: workbook(xlsx, plain_one_hot()),
    "XLS, SurveyMonkey": lambda: workbook(xls, surveymonkey()),
    "XLS, 0 and 1": lambda: workbook(xls, plain_one_hot()),
    "XLSB, SurveyMonkey": lambda: workbook(xlsb, surveymonkey()),
    "XLSB, 0 and 1": lambda: workbook(xlsb, plain_one_hot()),
    "ODS, SurveyMonkey": lambda: workbook(ods, surveymonkey()),
    "ODS, Google Forms with moments": lambda: workbook(ods, google_forms(", "), cell=moment),
    "ODS, 0 and 1": lambda: workbook(ods, plain_one_hot()),
    "SPSS .sav, set of dichotomies (D)": lambda: spss_set("D"),
    "SPSS .sav, set of labelled values (E)": lambda: spss_set("E"),
    "SPSS .sav, set of categories (C)": lambda: spss_set("C"),
    "SPSS .sav, numbered variables": lambda: numbered(".sav"),
    "SPSS .sav, Qualtrics": lambda: choices(".sav"),
    "SPSS .zsav, numbered variables": lambda: numbered(".zsav"),
    "SPSS .zsav, Qualtrics": lambda: choices(".zsav"),
    "Stata .dta, numbered variables": lambda: numbered(".dta"),
    "Stata .dta, labelled choices": lambda: choices(".dta"),
    "Parquet, text": lambda: columnar(parquet.write_table, texts()),
    "Parquet, lists": lambda: columnar(parquet.write_table, lists(), compression="zstd"),
    "Parquet, true and false": lambda: columnar(parquet.write_table, booleans()),
    "Feather, text": lambda: columnar(feather.write_feather, texts()),
    "Feather, lists": lambda: columnar(feather.write_feather, lists(), compression="zstd"),
    "Feather, true and false": lambda: columnar(feather.write_feather, booleans()),
    "JSON, SurveyJS with its form": surveyjs,
    "JSON, a list of objects": lambda: labelled_json(json.dumps),
    "JSON, within an object": lambda: labelled_json(
        lambda answers: json.dumps({"survey": "2020", "responses": answers})
    ),
    "JSON, one object a line": lambda: labelled_json(
        lambda answers: "\n".join(map(json.dumps, answers))
    ),
    "JSON, State of JS, levels": lambda: state_of_js(levels=True),
    "JSON, State of JS, choices": lambda: state_of_js(levels=False),
}
"""Every format in which the survey is written, by a name for the test's report."""


def in_zip(encoded: Encoded) -> Encoded:
    """As archives from a Mac have it: a folder, and a file that says nothing beside it."""
    files = {"export/survey": encoded.data, "__MACOSX/export/._survey": b"\0\5\x16\7"}
    return replace(encoded, data=zipped(files))


def in_gz(encoded: Encoded) -> Encoded:
    return replace(encoded, data=gzip.compress(encoded.data))


# Text

SENTENCES = {
    "utf-8": "Grüße – „süß“, ありがとう, Спасибо nr",
    "cp1252": "Grüße aus Zürich – naïve café, 5 € „gut“ nr",
    "latin-1": "Grüße aus Zürich, naïve café in Málaga nr",
    "mac_roman": "Grüße aus Zürich – naïve café, „gut“ nr",
    "cp932": "ありがとうございます、とても使いやすいです。日本語だけの回答",
}
THANKS = "Thank you, and good luck with number"

MARKED = {
    "UTF-8": ("utf-8", b"", "utf-8"),
    "UTF-8 with a mark": ("utf-8", codecs.BOM_UTF8, "utf-8"),
    "UTF-16 LE": ("utf-16-le", b"", "utf-8"),
    "UTF-16 LE with a mark": ("utf-16-le", codecs.BOM_UTF16_LE, "utf-8"),
    "UTF-16 BE": ("utf-16-be", b"", "utf-8"),
    "UTF-16 BE with a mark": ("utf-16-be", codecs.BOM_UTF16_BE, "utf-8"),
    "Windows-1252": ("cp1252", b"", "cp1252"),
    "Latin-1": ("latin-1", b"", "latin-1"),
    "Mac Roman": ("mac_roman", b"", "mac_roman"),
    "Shift-JIS": ("cp932", b"", "cp932"),
}
"""Encodings: codec, byte order mark, and whose sentence respondents write."""


def text_of(
    rows: Sequence[Row],
    delimiter: str = ",",
    end: str = "\n",
    quoting: Literal[0, 1, 2, 3] = csv.QUOTE_MINIMAL,
) -> str:
    """Rows as a text in which a cell with any line end is quoted, whatever ends the rows."""
    lines = []
    for row in rows:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator="\r\n", quoting=quoting).writerow(row)
        lines.append(out.getvalue().removesuffix("\r\n") + end)
    return "".join(lines)


SHAPES: dict[str, Callable[[list[Row]], str]] = {
    "commas": text_of,
    "semicolons": lambda rows: text_of(rows, ";"),
    "tabs": lambda rows: text_of(rows, "\t"),
    "bars, all quoted": lambda rows: text_of(rows, "|", quoting=csv.QUOTE_ALL),
    "sep=;": lambda rows: "sep=;\r\n" + text_of(rows, ";", "\r\n"),
    "title rows": lambda rows: 'Survey of tools\n"Exported, in June"\n\n' + text_of(rows),
    "title rows of full width": lambda rows: (
        text_of([["Survey of tools", *[""] * (len(rows[0]) - 1)]]) + "\n" + text_of(rows)
    ),
    "doubled line ends": lambda rows: text_of(rows, end="\r\r\n"),
    "bare carriage returns": lambda rows: text_of(rows, end="\r"),
    "blank last lines": lambda rows: text_of(rows, end="\r\n") + "\r\n\r\n",
}
"""How the rows of a table stand in a text."""


def as_text(encoded: Encoded, encoding: str, shape: str) -> tuple[Encoded, list[str]]:
    """The survey in that encoding and shape, and what respondents wrote at the end."""
    codec, mark, language = MARKED[encoding]
    sentence = SENTENCES[language]
    rows = [[cell.replace(THANKS, sentence) for cell in row] for row in rows_of(encoded)]
    data = mark + SHAPES[shape](rows).encode(codec)
    return replace(encoded, data=data), [p.why.replace(THANKS, sentence) for p in people()]
