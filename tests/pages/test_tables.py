"""Surveys and mappings as tables and back."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pages.shared import tables
from segmentation.intake import Question, Survey, read_answers, read_survey
from segmentation.intake.cells import Cells
from segmentation.intake.survey import Reading
from segmentation.mapping import Mapping, QuestionMapping

LANGUAGES = Question(
    key="lang",
    text="Which languages?",
    kind="multi-select",
    encoding="joined",
    columns=("lang",),
    options=("Python", "R", "Pyhton"),
    counts=(2, 1, 1),
    answered=3,
    separator=";",
)
LAYOUT = read_survey(b"a,b\n1,2\n", "any.csv").reading.layout
COMMENT = Question("note", "Anything else?", "text", "cell", ("note",), answered=2)
SURVEY = Survey(
    "s.csv",
    "0" * 64,
    4,
    {
        "lang": Cells.of(["Python;R", "Python", "Pyhton", ""]),
        "note": Cells.of(["Fine", "", "", "FINE, thanks"]),
    },
    (LANGUAGES, COMMENT),
    Reading("utf-8", ",", 1, LAYOUT, 1.0),
)
ENTRY = QuestionMapping("lang", "tools", "Language")
MAPPING = Mapping((ENTRY,))


def test_questions_say_how_many_answered():
    table = tables.questions_table(SURVEY)
    assert list(table["Question"]) == ["Which languages?", "Anything else?"]
    assert list(table["Answered by"]) == [75, 50]


def test_options_are_shared_by_those_who_answered():
    assert list(tables.options_table(LANGUAGES)["Share of answers"]) == [200 / 3, 100 / 3, 100 / 3]


def test_a_question_that_nobody_answered_divides_by_nothing():
    nobody = dataclasses.replace(LANGUAGES, counts=(0, 0, 0), answered=0)
    assert list(tables.options_table(nobody)["Share of answers"]) == [0, 0, 0]


@pytest.mark.parametrize(
    ("options", "text", "rows"),
    [
        (None, "", [0, 1, 2, 3]),
        ((), "", [0, 1, 2]),
        (("Python",), "", [0, 1]),
        (("R", "Pyhton"), "", [0, 2]),
        (None, "fine", [0, 3]),
        (("Python",), " FINE ", [0]),
        ((), "no such thing", []),
        ((), "(", []),
    ],
)
def test_filters_and_search(options, text, rows):
    answers = None if options is None else read_answers(SURVEY, LANGUAGES)
    found = tables.matching(SURVEY, answers, options or (), text)
    assert list(np.flatnonzero(found)) == rows
