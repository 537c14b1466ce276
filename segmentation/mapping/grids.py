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


@dataclass(frozen=True)
class Grid:
    """`stem` is what all rows share of their texts ("" when only their levels are the same);
    `rows` are the questions with the words of their own, in the order of the survey."""

    stem: str
    rows: tuple[tuple[Question, str], ...]


def grids_of(questions: Sequence[Question]) -> list[Grid]:
    """The grids among a survey's single choices, of FEWEST_ROWS rows or more."""
    groups: dict[tuple[str, frozenset[str]], list[tuple[Question, str]]] = {}
    for question in questions:
        if question.kind == "single-select":
            stem, row = _stem_and_row(question.text)
            levels = frozenset(match_key(option) for option in question.options)
            if stem or len(levels) >= 3:
                same = (stem, frozenset() if stem else levels)
                groups.setdefault(same, []).append((question, row))
    return [Grid(stem, tuple(g)) for (stem, _), g in groups.items() if len(g) >= FEWEST_ROWS]


def _stem_and_row(text: str) -> tuple[str, str]:
    """ "Rank these [Logs]" and "Logs. - Rank these" are both ("Rank these", "Logs")."""
    bracket = re.fullmatch(r"(.+?)[ :]*\[(.+)\]\s*", text)
    if bracket:
        return bracket[1], bracket[2]
    row, dash, stem = text.partition(" - ")
    return (stem.strip(), row.strip(" .:")) if dash else ("", text.strip(" .:"))


_USED = re.compile(r"\b(us(e|es|ed|ing)|production|adopted|daily|weekly|monthly|often|currently)\b")
_NOT_USED = re.compile(
    r"\b(not|never|no|evaluat\w+|plan\w*|future|consider\w*|interested|want\w*|would|heard|stopped"
    r"|dont|cant|past|previously|trial|learn\w*)\b"
)


def tool_grid(grid: Grid) -> list[QuestionMapping]:
    """A question about tools for each row of a grid that asks how far known tools are used.

    Levels of use ("Using in production") count for the row's tool, the others ("Evaluating",
    "Planned") do not. Empty when the grid is about something else.
    """
    levels = {option for question, _ in grid.rows for option in question.options}
    found = [tool for _, row in grid.rows if (tool := canonical(row))]
    if len(found) < max(FEWEST_ROWS, len(grid.rows) / 2) or not any(map(_is_use, levels)):
        return []
    common = Counter(tool.category for tool in found).most_common(1)[0][0]
    category = category_asked(grid.stem) or asked("generic", grid.stem) or common
    return [_row_entry(question, row, category) for question, row in grid.rows]


def _is_use(level: str) -> bool:
    key = match_key(level)
    return bool(_USED.search(key)) and not _NOT_USED.search(key)


def _row_entry(question: Question, row: str, category: str) -> QuestionMapping:
    tool = tool_name(row, (), category)
    aliases = ((option, tool if _is_use(option) else "") for option in question.options)
    return QuestionMapping(question.key, "tools", category, aliases=tuple(sorted(aliases)))
