"""SPSS and Stata files -> columns with labels for codes, and multiple-response sets as questions.

Four header rows say what is known of each column: its name, its question's key, the wording, and
the option it stands for; see the layout "labelled columns".
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyreadstat

from segmentation.errors import ReadError
from segmentation.intake.values import duration_text, moment_text, text_of
from segmentation.intake.wire import Columns, Facts, Request, check_table

LAYOUT = "labelled columns"

_STATA = re.compile(rb"<stata_dta>|[\x69-\x73]")
_DAYS = re.compile(r"(?:A|E|J|S)?DATE\d*|%-?t?d.*|MOYR\d*|QYR\d*|WKYR\d*")
_MOMENTS = re.compile(r"(?:DATETIME|YMDHMS)[\d.]*|%-?t[cC].*")
_TIMES = re.compile(r"D?TIME[\d.]*|MTIME[\d.]*")
_NUMBERED = re.compile(r"(?P<key>.+?)_?(?P<code>\d+)")
_SPSS_DAY, _STATA_DAY = dt.datetime(1582, 10, 14), dt.datetime(1960, 1, 1)
_TICKED, _UNTICKED = "1", "0"
_LISTED = 8


@dataclass(eq=False)
class Variable:
    """One variable: raw values, None where there is none, and what the file says about it.

    `labels`: by value. `text`: what makes a value text. `blank`: how many values are declared
    missing, by their label or themselves.
    """

    name: str
    wording: str
    values: list[Any]
    labels: Mapping[Any, str]
    text: Callable[[Any], str]
    blank: Counter[str] = field(default_factory=Counter)

    def cells(self) -> list[str]:
        known: dict[Any, str] = {None: ""}
        cells = []
        for value in self.values:
            if value not in known:
                known[value] = self.labels.get(value) or self.text(value)
            cells.append(known[value])
        return cells


def read(data: bytes, request: Request) -> tuple[Columns, Facts]:
    """Every variable, and every multiple-response set in place of its variables.

    Raises ReadError for a file that is damaged or beyond the limits.
    """
    is_stata = _STATA.match(data) is not None
    reader: Any = pyreadstat.read_dta if is_stata else pyreadstat.read_sav
    options = {"output_format": "dict", "disable_datetime_conversion": True, "user_missing": True}
    try:
        _, about = reader(io.BytesIO(data), metadataonly=True, **options)
        names = about.column_names
        check_table(max(about.number_rows or 0, 1), len(names), request.name, request.limits)
        found, meta = reader(io.BytesIO(data), **options)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise ReadError(
            f"{request.name} is damaged; save it again, or export the answers as CSV."
        ) from error
    notes: list[str] = []
    epoch = _STATA_DAY if is_stata else _SPSS_DAY
    variables = {name: _variable(name, found[name], meta, epoch, notes) for name in names}
    columns = Columns()
    sets = _defined_sets(variables, meta) if meta.mr_sets else {}
    sets |= _implied_sets([v for name, v in variables.items() if name not in sets])
    written: set[str] = set()
    for name, variable in variables.items():
        if name not in sets:
            _add(columns, name, "", variable.wording, "", variable.cells())
            continue
        key, add = sets[name]
        if key not in written:
            written.add(key)
            add(columns)
    notes += _missing_notes(variables.values())
    return columns, Facts(meta.file_encoding or "utf-8", LAYOUT, notes=tuple(notes))


def _add(
    columns: Columns, name: str, key: str, wording: str, option: str, cells: Sequence[str]
) -> None:
    columns.add_column([name, key, wording, option, *cells])


def _variable(
    name: str, values: Sequence[Any], meta: Any, epoch: dt.datetime, notes: list[str]
) -> Variable:
    """A variable whose missing values are None, whatever kind of missing they were."""
    labels = meta.variable_value_labels.get(name, {})
    wording = meta.column_names_to_labels.get(name) or name
    kind = meta.original_variable_types.get(name) or ""
    is_text = meta.readstat_variable_types.get(name) == "string"
    variable = Variable(name, wording, [], labels, _writer(kind, epoch, name, notes))
    ranges = meta.missing_ranges.get(name, [])
    letters = set() if is_text else set(meta.missing_user_values.get(name, []))
    for value in values:
        gone = value is None or value != value or value == ""
        if not gone and (value in letters or any(_within(value, span) for span in ranges)):
            shown = f".{value}" if value in letters else text_of(value)
            label = labels.get(value)
            variable.blank[f"{shown} ({label})" if label else shown] += 1
            gone = True
        variable.values.append(None if gone else value)
    return variable


def _within(value: Any, span: Mapping[str, Any]) -> bool:
    if isinstance(value, str) != isinstance(span["lo"], str):
        return False
    return bool(span["lo"] <= value <= span["hi"])


def _writer(kind: str, epoch: dt.datetime, name: str, notes: list[str]) -> Callable[[Any], str]:
    """What turns a value of that display format into text."""
    per_day = 1 if epoch == _STATA_DAY else 86_400
    per_second = 1000 if epoch == _STATA_DAY else 1
    if _TIMES.fullmatch(kind):
        return lambda value: duration_text(dt.timedelta(seconds=value))
    if _DAYS.fullmatch(kind):
        return lambda value: _moment(value, value / per_day * 86_400, epoch, name, notes)[:10]
    if _MOMENTS.fullmatch(kind):
        return lambda value: _moment(value, value / per_second, epoch, name, notes)
    return text_of


def _moment(value: float, seconds: float, epoch: dt.datetime, name: str, notes: list[str]) -> str:
    try:
        return moment_text(epoch + dt.timedelta(seconds=seconds))
    except OverflowError:
        note = f'"{name}" holds dates that cannot be, kept as the numbers that stand for them.'
        if note not in notes:
            notes.append(note)
        return text_of(value)


_Sets = dict[str, tuple[str, Callable[[Columns], None]]]


def _defined_sets(variables: Mapping[str, Variable], meta: Any) -> _Sets:
    """For each variable of a multiple-response set the set's name, and what writes its columns."""
    by_folded = {name.casefold(): variable for name, variable in variables.items()}
    sets: _Sets = {}
    for key, said in meta.mr_sets.items():
        members = [by_folded.get(name.casefold()) for name in said["variable_list"]]
        known = [member for member in members if member is not None]
        if not known or any(member.name in sets for member in known):
            continue
        wording = said["label"] or _shared_wording(known) or key
        if said["is_dichotomy"]:
            write = _dichotomies(key, wording, known, said["counted_value"], said["type"])
        else:
            write = _categories(key, wording, known)
        sets |= {member.name: (key, write) for member in known}
    return sets


def _implied_sets(variables: Sequence[Variable]) -> _Sets:
    """Numbered variables with one labelled value each, which is all they hold: choices."""
    numbered: defaultdict[str, list[Variable]] = defaultdict(list)
    for variable in variables:
        match = _NUMBERED.fullmatch(variable.name)
        held = set(variable.values) - {None}
        if match and len(variable.labels) == 1 and held <= set(variable.labels):
            numbered[match["key"]].append(variable)
    sets: _Sets = {}
    for key, members in numbered.items():
        options = [next(iter(member.labels.values())) for member in members]
        if len(members) > 1 and len(set(options)) == len(options):
            wording = _shared_wording(members) or key
            write = _labelled(key, wording, members, options)
            sets |= {member.name: (key, write) for member in members}
    return sets


def _dichotomies(
    key: str, wording: str, members: Sequence[Variable], counted: Any, kind: str
) -> Callable[[Columns], None]:
    """One column an option, ticked where a variable has the counted value."""

    def write(columns: Columns) -> None:
        for member in members:
            option = member.wording
            if kind == "E":
                option = next(
                    (text for value, text in member.labels.items() if _same(value, counted)), option
                )
            ticks = [
                "" if value is None else _TICKED if _same(value, counted) else _UNTICKED
                for value in member.values
            ]
            _add(columns, member.name, key, wording, option, ticks)

    return write


def _labelled(
    key: str, wording: str, members: Sequence[Variable], options: Sequence[str]
) -> Callable[[Columns], None]:
    def write(columns: Columns) -> None:
        for member, option in zip(members, options, strict=True):
            _add(columns, member.name, key, wording, option, member.cells())

    return write


def _categories(key: str, wording: str, members: Sequence[Variable]) -> Callable[[Columns], None]:
    """One column with a list of every label that one of the variables has."""

    def write(columns: Columns) -> None:
        rows = zip(*(member.cells() for member in members), strict=True)
        lists = [list(dict.fromkeys(filter(None, row))) for row in rows]
        cells = [json.dumps(found, ensure_ascii=False) if found else "" for found in lists]
        _add(columns, key, "", wording, "", cells)

    return write


def _same(value: Any, counted: Any) -> bool:
    return text_of(value).strip() == text_of(counted).strip()


def _shared_wording(members: Sequence[Variable]) -> str:
    """What the wordings of variables begin with, up to a joint between question and option."""
    first, last = min(v.wording for v in members), max(v.wording for v in members)
    same = next(
        (at for at, two in enumerate(zip(first, last, strict=False)) if len(set(two)) > 1),
        len(first),
    )
    joint = max((match.end() for match in re.finditer(r"[-?.:]\s*", first[:same])), default=0)
    return first[:joint].strip(" -:.")


def _missing_notes(variables: Any) -> list[str]:
    found = {variable.name: variable.blank for variable in variables if variable.blank}
    if not found:
        return []
    values: Counter[str] = Counter()
    for blank in found.values():
        values.update(blank)
    shown = ", ".join(value for value, _ in values.most_common(_LISTED))
    count = values.total()
    told = "answers in" if count > 1 else "answer in"
    are = "are" if count > 1 else "is"
    note = (
        f"{count:,} {told} {len(found)} column(s) {are} declared missing in the file and read as "
        f"blank: {shown}."
    )
    return [note]
