"""Grids: one question asked of several things, stored as a column each with a level in the cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from segmentation.intake.labels import match_key
from segmentation.intake.survey import Question
from segmentation.mapping.fit import tool_name
from segmentation.mapping.model import QuestionMapping
from segmentation.mapping.wording import asked, category_asked
from segmentation.vocabulary import canonical

FEWEST_ROWS = 3

MOST_LEVELS = 8

EXPERIENCE = "experience"
"""Ends the stem of a grid whose levels are those of State of JS."""


@dataclass(frozen=True)
class Grid:
    """`stem` is what all rows share of their texts ("" when only their levels are the same);
    `rows` are the questions with the words of their own, in the order of the survey."""

    stem: str
    rows: tuple[tuple[Question, str], ...]


def grids_of(questions: Sequence[Question], *, several: bool = False) -> list[Grid]:
    """The grids among a survey's single choices, of FEWEST_ROWS rows or more.

    With `several`, also those with up to MOST_LEVELS levels of which a row may have several.
    """
    groups: dict[tuple[str, frozenset[str]], list[tuple[Question, str]]] = {}
    for question in questions:
        stem, row = stem_and_row(question.text)
        levels = frozenset(match_key(o) for o in (*question.options, *question.none_options))
        if question.kind == "single-select" and (stem or len(levels) >= 3):
            same = (stem, frozenset() if stem else levels)
        elif several and question.kind == "multi-select" and 2 <= len(levels) <= MOST_LEVELS:
            same = (stem, levels)
        else:
            continue
        groups.setdefault(same, []).append((question, row))
    return [Grid(stem, tuple(g)) for (stem, _), g in groups.items() if len(g) >= FEWEST_ROWS]


def stem_and_row(text: str) -> tuple[str, str]:
    """What a row of a grid shares with the others, and its own words; ("", text) without a sign.

    "Rank these [Logs]" and "Logs. - Rank these" are both ("Rank these", "Logs");
    "tools.React.experience" is ("tools experience", "React").
    """
    bracket = re.fullmatch(r"(.+?)[ :]*\[(.+)\]\s*", text)
    if bracket:
        return bracket[1], bracket[2]
    dotted = re.fullmatch(r"(\w+)\.(.+)\.experience", text)
    if dotted:
        return f"{dotted[1]} {EXPERIENCE}", dotted[2]
    row, dash, stem = text.partition(" - ")
    return (stem.strip(), row.strip(" .:")) if dash else ("", text.strip(" .:"))


_USED = re.compile(r"\b(us(e|es|ed|ing)|production|adopted|daily|weekly|monthly|often|currently)\b")
_NOT_USED = re.compile(
    r"\b(not|never|no|evaluat\w+|plan\w*|future|consider\w*|interested|want\w*|would|heard|stopped"
    r"|dont|cant|past|previously|trial|learn\w*)\b"
)
_AGAIN = ("would use", "used", "used it", "used would use again")
"""Levels of use in State of JS: "would use" is said of what one has used."""


def is_use(level: str, stem: str = "") -> bool:
    """Whether a level says that the thing is in use, as far as its words tell."""
    key = match_key(level)
    if stem.endswith(EXPERIENCE) and key in _AGAIN:
        return True
    return bool(_USED.search(key)) and not _NOT_USED.search(key)


def tool_grid(grid: Grid) -> list[QuestionMapping]:
    """A question about tools for each row of a grid that asks how far known tools are used.

    Levels of use ("Using in production") count for the row's tool, the others ("Evaluating",
    "Planned") do not. Empty when the grid is about something else.
    """
    levels = {option for question, _ in grid.rows for option in question.options}
    found = [tool for _, row in grid.rows if (tool := canonical(row))]
    if len(found) < max(FEWEST_ROWS, len(grid.rows) / 2):
        return []
    if not any(is_use(level, grid.stem) for level in levels):
        return []
    common = Counter(tool.category for tool in found).most_common(1)[0][0]
    category = category_asked(grid.stem) or asked("generic", grid.stem) or common
    return [_row_entry(question, row, category, grid.stem) for question, row in grid.rows]


def _row_entry(question: Question, row: str, category: str, stem: str) -> QuestionMapping:
    tool = tool_name(row, (), category)
    pairs = ((option, tool if is_use(option, stem) else "") for option in question.options)
    return QuestionMapping(question.key, "tools", category, aliases=tuple(sorted(pairs)))


_PARTED = re.compile(r"(.+?)(?: [-\u2013\u2014:] |: | ?\[| ?\()([^()\[\]]+?)[)\]]?")


def parted(question: Question) -> dict[str, tuple[str, str]]:
    """Option -> (tool, level) where options are both at once: "Kubernetes - Evaluating".

    Empty unless all options part so, at levels that FEWEST_ROWS things or more share.
    """
    found: dict[str, tuple[str, str]] = {}
    for option in question.options:
        match = _PARTED.fullmatch(option)
        if match:
            found[option] = (match[1].strip(), match[2].strip())
    things = Counter(match_key(level) for _, level in found.values())
    shared = [level for level, count in things.items() if count >= FEWEST_ROWS]
    fits = len(found) == len(question.options) and 2 <= len(shared) == len(things) <= MOST_LEVELS
    return found if fits else {}


def parted_tools(question: Question) -> QuestionMapping | None:
    """An entry for a question whose options are a known tool and a level of use each."""
    options = parted(question)
    things = {thing for thing, _ in options.values()}
    found = [tool for thing in things if (tool := canonical(thing))]
    used = any(is_use(level) for _, level in options.values())
    if not used or len(found) < max(FEWEST_ROWS, len(things) / 2):
        return None
    common = Counter(tool.category for tool in found).most_common(1)[0][0]
    category = category_asked(question.text) or asked("generic", question.text) or common
    pairs = (
        (option, tool_name(thing, (), category) if is_use(level) else "")
        for option, (thing, level) in options.items()
    )
    return QuestionMapping(question.key, "tools", category, aliases=tuple(sorted(pairs)))
