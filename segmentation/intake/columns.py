"""Header rows -> what each column is: its unique name, its question and its option."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from segmentation.intake.labels import clean_label, clean_text
from segmentation.intake.layouts import SLASH, Layout

_SHOWN = 8
_LAST_SLASH = re.compile(r"(?P<key>.*\S)/(?P<option>[^/\s][^/]*(?:\s/\s[^/]*)*)", re.S)
_LONG, _START, _END = 5_000, 4_000, 900
"""Characters of a header that is too long, and how many of its start and end are kept."""


@dataclass(frozen=True)
class Column:
    """One column as its header describes it.

    `name`: unique in the file. `key`: the question's code or wording. `option`: what the header
    says this column stands for, "" for a whole question. `rest`: an option if the cells bear it
    out, else the wording. `block`: tells apart questions of the same wording in filled-right
    headers. `code`: the option's number, when the header has no label. `stands_alone`: `option`
    is a question of its own unless the cells bear it out. `joined_by`: what is known to part
    several answers in a cell. `form`: the column that says whether this one's form was filled
    in. `personal`: why a code book says that the column identifies people. `grid`: the question
    of which this column is a row.
    """

    name: str
    key: str
    text: str
    option: str = ""
    rest: str = ""
    code: str = ""
    block: int = 0
    stands_alone: bool = False
    joined_by: str = ""
    form: str = ""
    personal: str = ""
    grid: str = ""


def describe(header: Sequence[Sequence[str]], layout: Layout) -> tuple[list[Column], list[str]]:
    """One `Column` for each column of the header rows, and notes about renamed headers."""
    width = len(header[0])
    rows = [[clean_text(cell) for cell in row] for row in header]
    rows, shortened = _shortened(rows)
    if layout.fill_right:
        parts = _filled_right(rows, layout)
    else:
        parts = [_parts([row[i] for row in rows], layout) for i in range(width)]
        parts = _within_groups(parts, rows[0]) if SLASH in layout.headings else parts
    names, notes = _unique([_name(part, rows[0][i], layout) for i, part in enumerate(parts)])
    columns = []
    for name, part in zip(names, parts, strict=True):
        text = part.text or part.key or name
        columns.append(replace(part, name=name, key=part.key or text, text=text))
    return _with_forms(columns, rows[0], layout), shortened + notes


def _shortened(rows: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """Header rows without the middle of what is too long for a question, and a note about that."""
    long = [cells for cells in zip(*rows, strict=True) if max(map(len, cells)) > _LONG]
    if not long:
        return rows, []
    short = [
        [f"{c[:_START]} ... {c[-_END:]}" if len(c) > _LONG else c for c in row] for row in rows
    ]
    note = (
        f"{_columns(len(long))} a header of more than {_LONG:,} characters, shortened to its start "
        f"and its end: {_listed([max(cells, key=len) for cells in long])}."
    )
    return short, [note]


def _within_groups(parts: list[Column], headers: Sequence[str]) -> list[Column]:
    """Columns of a form whose questions stand in groups: "group/question/option".

    What stands before the last slash is a question if several headers share it; a slash of a
    label ("C/C++") does not part several, and one with spaces around it parts nothing.
    """
    cut = [_LAST_SLASH.fullmatch(header) for header in headers]
    before = Counter(found["key"] for found in cut if found)
    inner = {key: _LAST_SLASH.fullmatch(key) for key, count in before.items() if count > 1}
    groups = {found["key"] for found in inner.values() if found}
    columns = []
    for part, header, found in zip(parts, headers, cut, strict=True):
        if found and inner.get(found["key"]):
            option = clean_label(found["option"])
            columns.append(replace(part, key=found["key"], option=option))
        elif any(header.startswith(f"{group}/") for group in groups):
            columns.append(replace(part, key=header, option=""))
        else:
            columns.append(part)
    return columns


def _with_forms(columns: list[Column], headers: Sequence[str], layout: Layout) -> list[Column]:
    """Columns that know which later one says whether their form was filled in."""
    form, found = "", []
    for column, header in zip(reversed(columns), reversed(headers), strict=True):
        ends = layout.form_ends and re.fullmatch(layout.form_ends, header)
        form = column.name if ends else form
        found.append(column if ends or not form else replace(column, form=form))
    return found[::-1]


def _name(part: Column, header: str, layout: Layout) -> str:
    if not layout.fill_right:
        return header
    return f"{part.text} [{part.option}]" if part.option else part.text


def _filled_right(rows: Sequence[Sequence[str]], layout: Layout) -> list[Column]:
    """Columns below questions that stand above their first column only."""
    question, block = "", 0
    columns: list[Column] = []
    plain = re.compile(layout.no_option)
    for above, below in zip(rows[0], rows[1], strict=True):
        if above:
            question, block = above, block + 1
        if not question:
            columns.append(Column("", below, below, block=-len(columns) - 1))
        elif plain.fullmatch(below):
            columns.append(Column("", question, question, block=block))
        else:
            option = clean_label(below)
            alone = layout.rows_stand_alone
            columns.append(Column("", question, question, option, block=block, stands_alone=alone))
    return columns


def _parts(cells: Sequence[str], layout: Layout) -> Column:
    """What the header cells of one column say by the layout's headings."""
    found: dict[str, str] = {}
    read: set[int] = set()
    for heading in layout.headings:
        match = re.fullmatch(heading.pattern, cells[heading.row], re.S)
        if match and heading.row not in read:
            read.add(heading.row)
            found.update({name: part.strip() for name, part in match.groupdict("").items()})
    text = found.get("text", "")
    if not text and "rest" not in found and not (layout.text_row == 0 and "key" in found):
        text = cells[layout.text_row]
    wording = found.get("text", "") if layout.text_row == 0 else ""
    key = found.get("key") or wording or cells[0] or text
    option, rest = found.get("option", ""), found.get("rest", "")
    option = re.sub(r"^_(?=\w)", "-", option)
    return Column("", key, text, clean_label(option), rest, found.get("code", ""))


def _unique(headers: Sequence[str]) -> tuple[list[str], list[str]]:
    """Unique names for `headers`, and a note for each kind of renaming."""
    taken = Counter(headers)
    names: list[str] = []
    seen: set[str] = {header for header in headers if header and taken[header] == 1}
    blank, doubled = [], []
    count: Counter[str] = Counter()
    for position, header in enumerate(headers, 1):
        name = header or f"Column {position}"
        if not header:
            blank.append(name)
        count[name] += 1
        if header and taken[header] > 1 and count[name] > 1:
            doubled.append(header)
            name = f"{header} ({count[header]})"
        while name in seen and name != header:
            name += "'"
        seen.add(name)
        names.append(name)
    notes = []
    if blank:
        notes.append(f"{_columns(len(blank))} no header, named {_listed(blank)}.")
    if doubled:
        notes.append(
            f"{_columns(len(doubled))} the header of an earlier column, numbered: "
            f"{_listed(doubled)}."
        )
    return names, notes


def _columns(count: int) -> str:
    return f"{count} columns have" if count > 1 else "1 column has"


def _listed(names: Sequence[str]) -> str:
    """Names in quotes, a few of them, long ones cut."""
    shown = [f'"{name if len(name) <= 60 else name[:57] + "..."}"' for name in names[:_SHOWN]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
