"""A mapping as tables, and tables edited by hand as a mapping again. No Streamlit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from collections.abc import Mapping as Pairs
from typing import Any, get_args

import numpy as np
import pandas as pd

from pages.shared.tables import questions_table
from segmentation.intake import Question, Survey
from segmentation.intake.labels import match_key
from segmentation.mapping import (
    Mapping,
    QuestionMapping,
    Role,
    as_said,
    special_category,
    tools_of,
)

ROLES: tuple[Role, ...] = get_args(Role)
IGNORE: Role = "ignore"


def mapping_table(survey: Survey, mapping: Mapping) -> pd.DataFrame:
    """One row a question of the survey, indexed by its key, with what the mapping says of it.

    "Kind" tells the number of options too, or the special category of personal data that a
    question asks about.
    """
    entries = {entry.question: entry for entry in mapping.questions}
    blank = QuestionMapping("", IGNORE)
    said = [entries.get(question.key, blank) for question in survey.questions]
    facts = questions_table(survey)
    table = facts[["Question"]].assign(
        Role=[entry.role for entry in said],
        Category=[entry.category for entry in said],
        Name=[entry.name for entry in said],
    )
    table["Kind"] = [_kind(question) for question in survey.questions]
    table["Answered"] = facts["Answered"]
    table.index = pd.Index([question.key for question in survey.questions], name="key")
    return table


def _kind(question: Question) -> str:
    special = special_category(question)
    if special:
        return f"special: {special}"
    number = len(question.options)
    return f"{question.kind} ({number})" if number else question.kind


def with_table(mapping: Mapping, table: pd.DataFrame) -> Mapping:
    """The mapping with role, category and name as the table has them; aliases stay."""
    entries = {entry.question: entry for entry in mapping.questions}
    edited = []
    for key, row in table.iterrows():
        old = entries.pop(str(key), None)
        entry = dataclasses.replace(
            old or QuestionMapping(str(key), IGNORE),
            role=_role(row["Role"]),
            category=_text(row["Category"]),
            name=_text(row["Name"]),
        )
        if old is not None or entry.role != IGNORE:
            edited.append(entry)
    return dataclasses.replace(mapping, questions=(*edited, *entries.values()))


def by_text(problem: str, survey: Survey) -> str:
    """A sentence of `check_mapping` with the question named by what was asked, as on the page."""
    for question in survey.questions:
        problem = problem.replace(f"Question {question.key!r}", f"“{question.text}”")
    return problem


def tools_table(
    question: Question, entry: QuestionMapping, none_counts: Pairs[str, int]
) -> pd.DataFrame:
    """One row an option, none-type ones last, indexed by its label.

    "Tool": what it counts for, "" where it is left out. "None": whether it says that none is used.
    `none_counts`: how many chose each of the none-type options that were detected.
    """
    said = as_said(question, entry)
    tools, none = tools_of(question, entry), set(said.none_options)
    counts = dict(zip(question.options, question.counts, strict=True)) | dict(none_counts)
    labels = (*question.options, *question.none_options)
    return pd.DataFrame(
        {
            "Tool": ["" if label in none else tools.get(label, label) for label in labels],
            "None": [label in none for label in labels],
            "Chosen by": [counts.get(label, 0) for label in labels],
        },
        index=pd.Index(labels, name="Option"),
    )


def with_tools(mapping: Mapping, question: Question, table: pd.DataFrame) -> Mapping:
    """The mapping with an alias for every option whose tool differs from the default one.

    None-type options are listed in it where they are others than detected.
    """
    old = next(entry for entry in mapping.questions if entry.question == question.key)
    ticked = tuple(sorted(str(option) for option, none in table["None"].items() if _yes(none)))
    as_detected = set(ticked) == set(question.none_options)
    bare = dataclasses.replace(old, aliases=(), none=None if as_detected else ticked)
    default = tools_of(question, bare)
    here = {match_key(str(option)) for option in table.index}
    elsewhere = [alias for alias in old.aliases if match_key(alias[0]) not in here]
    edited = [(str(option), _text(tool)) for option, tool in table["Tool"].items()]
    aliases = [(o, tool) for o, tool in edited if o in default and tool != default[o]]
    entry = dataclasses.replace(bare, aliases=tuple(sorted(elsewhere + aliases)))
    if entry == old:
        return mapping
    entries = tuple(entry if known is old else known for known in mapping.questions)
    return dataclasses.replace(mapping, questions=entries)


def tool_questions(mapping: Mapping) -> Iterable[QuestionMapping]:
    return (entry for entry in mapping.questions if entry.role == "tools")


def _role(cell: object) -> Role:
    """An editor may be sent anything; what is no role leaves the question out."""
    return next((role for role in ROLES if role == cell), IGNORE)


def _yes(cell: Any) -> bool:
    """A box never touched may be empty."""
    return bool(cell) if isinstance(cell, bool | np.bool_) else False


def _text(cell: Any) -> str:
    """An emptied cell of an editor is None or NaN."""
    return cell.strip() if isinstance(cell, str) else ""
