"""Surveys and mappings as tables, and tables edited by hand as mappings again. No Streamlit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd

from segmentation.encode import Features
from segmentation.intake import Answers, Question, Survey
from segmentation.intake.labels import match_key
from segmentation.mapping import Mapping, QuestionMapping, Role, tools_of
from segmentation.mixture import Bools

ROLES: tuple[Role, ...] = get_args(Role)
IGNORE: Role = "ignore"


def questions_table(survey: Survey) -> pd.DataFrame:
    """One row a question, in the order of the file; shares of all respondents in per cent."""
    everyone = max(survey.respondents, 1)
    return pd.DataFrame(
        {
            "Question": [question.text for question in survey.questions],
            "Answered by": [100 * question.answered / everyone for question in survey.questions],
            "Kind": [question.kind for question in survey.questions],
            "Options": [len(question.options) for question in survey.questions],
            "Answered": [question.answered for question in survey.questions],
        }
    )


def options_table(question: Question) -> pd.DataFrame:
    """One row an option; shares of those who answered the question, in per cent."""
    answered = max(question.answered, 1)
    return pd.DataFrame(
        {
            "Option": list(question.options),
            "Share of answers": [100 * count / answered for count in question.counts],
            "Chosen by": list(question.counts),
        }
    )


def reading_table(survey: Survey) -> pd.DataFrame:
    """How the bytes were understood, one fact a row."""
    reading = survey.reading
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    facts = {
        "Layout": reading.layout,
        "Certainty": certainty(reading.confidence),
        "Text encoding": reading.encoding,
        "Delimiter": names.get(reading.delimiter, reading.delimiter),
        "Header rows": str(reading.header_rows),
        "Columns": str(len(survey.answers.columns) + len(survey.personal)),
    }
    return pd.DataFrame({"Found": facts.values()}, index=pd.Index(facts, name="Reading"))


def certainty(confidence: float) -> str:
    """In words, from 0 to 1."""
    if confidence >= 0.9:
        return "certain"
    if confidence >= 0.7:
        return "fairly certain"
    return "a guess: check the questions"


def personal_table(survey: Survey) -> pd.DataFrame:
    """The columns that were left out and what gave them away."""
    return pd.DataFrame(
        {
            "Column left out": [personal.column for personal in survey.personal],
            "Looks like": [personal.reason for personal in survey.personal],
        }
    )


def kinds(survey: Survey) -> dict[str, int]:
    """How many questions there are of each kind, most frequent first."""
    found = pd.Series([question.kind for question in survey.questions], dtype=object)
    return {str(kind): int(count) for kind, count in found.value_counts().items()}


def matching(survey: Survey, answers: Answers | None, options: Sequence[str], text: str) -> Bools:
    """Respondents who chose any of the options and have the text in any cell: (respondents,).

    Without options, all who answered the question; without `answers`, everyone. Upper and lower
    case are the same.
    """
    keep = np.ones(survey.respondents, dtype=bool)
    if answers is not None:
        columns = [answers.options.index(option) for option in options]
        keep &= answers.chosen[:, columns].any(axis=1) if options else answers.answered
    wanted = text.strip().casefold()
    if wanted:
        found = np.zeros(survey.respondents, dtype=bool)
        for name in survey.answers.columns:
            cells = survey.answers[name].str.casefold()
            found |= cells.str.contains(wanted, regex=False).to_numpy(dtype=bool)
        keep &= found
    return keep


def mapping_table(survey: Survey, mapping: Mapping) -> pd.DataFrame:
    """One row a question of the survey, indexed by its key, with what the mapping says of it."""
    entries = {entry.question: entry for entry in mapping.questions}
    blank = QuestionMapping("", IGNORE)
    said = [entries.get(question.key, blank) for question in survey.questions]
    facts = questions_table(survey)
    table = facts[["Question"]].assign(
        Role=[entry.role for entry in said],
        Category=[entry.category for entry in said],
        Name=[entry.name for entry in said],
    )
    table = table.join(facts[["Kind", "Options", "Answered"]])
    table.index = pd.Index([question.key for question in survey.questions], name="key")
    return table


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


def tools_table(question: Question, entry: QuestionMapping) -> pd.DataFrame:
    """One row an option, indexed by its label: the tool it counts for, "" where it is left out."""
    tools = tools_of(question, entry)
    return pd.DataFrame(
        {
            "Tool": [tools.get(option, option) for option in question.options],
            "Chosen by": list(question.counts),
        },
        index=pd.Index(question.options, name="Option"),
    )


def with_tools(mapping: Mapping, question: Question, table: pd.DataFrame) -> Mapping:
    """The mapping with an alias for every option whose tool differs from the default one."""
    old = next(entry for entry in mapping.questions if entry.question == question.key)
    default = tools_of(question, dataclasses.replace(old, aliases=()))
    here = {match_key(option) for option in question.options}
    elsewhere = [alias for alias in old.aliases if match_key(alias[0]) not in here]
    edited = [(str(option), _text(tool)) for option, tool in table["Tool"].items()]
    aliases = [(option, tool) for option, tool in edited if tool != default.get(option, option)]
    entry = dataclasses.replace(old, aliases=tuple(sorted(elsewhere + aliases)))
    if entry == old:
        return mapping
    entries = tuple(entry if known is old else known for known in mapping.questions)
    return dataclasses.replace(mapping, questions=entries)


def prevalence_table(features: Features) -> pd.DataFrame:
    """One row a tool, most prevalent first, in per cent of those asked."""
    table = pd.DataFrame(
        {
            "Tool": [tool.name for tool in features.tools],
            "Prevalence": 100 * features.prevalence,
            "Use": np.where(features.kept, "forms cohorts", "described only"),
            "Category": [tool.category for tool in features.tools],
            "Asked": features.base.astype(int),
        }
    )
    return table.sort_values(["Prevalence", "Tool"], ascending=[False, True], ignore_index=True)


def categories(mapping: Mapping) -> list[str]:
    """Categories in use, by name."""
    return sorted({entry.category for entry in tool_questions(mapping) if entry.category})


def tool_questions(mapping: Mapping) -> Iterable[QuestionMapping]:
    return (entry for entry in mapping.questions if entry.role == "tools")


def _role(cell: object) -> Role:
    """An editor may be sent anything; what is no role leaves the question out."""
    return next((role for role in ROLES if role == cell), IGNORE)


def _text(cell: Any) -> str:
    """An emptied cell of an editor is None or NaN."""
    return cell.strip() if isinstance(cell, str) else ""
