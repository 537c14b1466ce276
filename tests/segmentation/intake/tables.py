"""Small files in memory, and short ways to look at what was read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from segmentation.intake import Answers, Question, Survey, read_answers, read_survey


def csv_bytes(
    rows: Sequence[Sequence[str]],
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\n",
    quote_all: bool = False,
) -> bytes:
    """`rows` as a file; a cell with a line end is quoted, a row of one blank cell too."""
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=delimiter,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def read_rows(rows: Sequence[Sequence[str]]) -> Survey:
    return read_survey(csv_bytes(rows), "survey.csv")


def read_text(text: str) -> Survey:
    return read_survey(text.encode(), "survey.csv")


def counts(question: Question) -> dict[str, int]:
    return dict(zip(question.options, question.counts, strict=True))


def answers(survey: Survey, key: str) -> Answers:
    return read_answers(survey, survey.question(key))


def chosen(survey: Survey, key: str) -> list[set[str]]:
    """Per respondent the options that they chose."""
    found = answers(survey, key)
    return [
        {label for label, tick in zip(found.options, row, strict=True) if tick}
        for row in found.chosen
    ]
