"""Surveys and features as tables. No Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from segmentation.encode import Features
from segmentation.intake import Answers, Preview, Question, Survey
from segmentation.intake.records import DELIMITERS
from segmentation.intake.summary import layout_title
from segmentation.mapping.special import special_category
from segmentation.mixture import Bools


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
    facts = {
        "Kind of file": reading.format,
        "Layout": layout_title(survey),
        "Text encoding": reading.encoding,
        "Delimiter": dict(DELIMITERS).get(reading.delimiter, reading.delimiter),
        "Header rows": str(reading.header_rows),
        "Columns": str(len(survey.cells) + len(survey.personal)),
    }
    facts = {name: fact for name, fact in facts.items() if fact}
    return pd.DataFrame({"Found": facts.values()}, index=pd.Index(facts, name="Reading"))


def preview_table(preview: Preview, marks: dict[str, str]) -> pd.DataFrame:
    """The first rows of a file, indexed by their number in it; first what each row is."""
    width = max((len(row.cells) for row in preview.rows), default=0)
    cells = [[*row.cells, *[""] * (width - len(row.cells))] for row in preview.rows]
    names = ["Text"] if preview.rows[0].mark == "line" else [str(at + 1) for at in range(width)]
    table = pd.DataFrame(cells, columns=names, dtype=object)
    table.insert(0, "Taken for", [marks[row.mark] for row in preview.rows])
    table.index = pd.Index([row.line for row in preview.rows], name="Line")
    return table


def personal_table(survey: Survey) -> pd.DataFrame:
    """The columns that were left out and what gave them away."""
    return pd.DataFrame(
        {
            "Column left out": [personal.column for personal in survey.personal],
            "Looks like": [personal.reason for personal in survey.personal],
        }
    )


def special_table(survey: Survey) -> pd.DataFrame:
    """Questions about what the law protects most, and which of these each asks about."""
    found = [(question.text, special_category(question)) for question in survey.questions]
    return pd.DataFrame(
        [pair for pair in found if pair[1]], columns=["Question", "Asks about"], dtype=object
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
        for cells in survey.cells.values():
            found |= np.array([wanted in one.casefold() for one in cells.texts])[cells.codes]
        keep &= found
    return keep


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
