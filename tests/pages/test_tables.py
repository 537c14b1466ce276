"""Surveys and mappings as tables and back."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from pages.shared import tables
from segmentation.intake import Question, Survey, read_answers, read_survey
from segmentation.intake.survey import Reading
from segmentation.mapping import Mapping, QuestionMapping, check_mapping, tools_of

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
    pd.DataFrame(
        {"lang": ["Python;R", "Python", "Pyhton", ""], "note": ["Fine", "", "", "FINE, thanks"]},
        dtype=object,
    ),
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


def test_a_mapping_survives_its_table():
    assert tables.with_table(MAPPING, tables.mapping_table(SURVEY, MAPPING)) == MAPPING


def test_roles_categories_and_names_are_edited_in_the_table():
    table = tables.mapping_table(SURVEY, MAPPING)
    table.loc["note", ["Role", "Name"]] = ["attribute", " Remarks "]
    table.loc["lang", "Category"] = None
    assert tables.with_table(MAPPING, table).questions == (
        QuestionMapping("lang", "tools"),
        QuestionMapping("note", "attribute", name="Remarks"),
    )


def test_an_unknown_role_counts_as_ignored():
    table = tables.mapping_table(SURVEY, MAPPING)
    table.loc["lang", "Role"] = "boss"
    assert tables.with_table(MAPPING, table).questions[0].role == "ignore"


def test_entries_for_questions_that_the_survey_lacks_are_kept():
    stranger = QuestionMapping("gone", "tools", "IDE")
    mapping = Mapping((stranger, ENTRY))
    assert stranger in tables.with_table(mapping, tables.mapping_table(SURVEY, mapping)).questions


def test_an_edited_tool_becomes_an_alias_and_an_emptied_one_is_left_out():
    table = tables.tools_table(LANGUAGES, ENTRY)
    table.loc["Pyhton", "Tool"] = "Python"
    table.loc["R", "Tool"] = None
    entry = tables.with_tools(MAPPING, LANGUAGES, table).questions[0]
    assert entry.aliases == (("Pyhton", "Python"), ("R", ""))
    assert tools_of(LANGUAGES, entry) == {"Python": "Python", "R": "", "Pyhton": "Python"}


def test_a_tool_put_back_is_no_alias_any_more():
    aliased = Mapping((dataclasses.replace(ENTRY, aliases=(("Pyhton", "Python"),)),))
    table = tables.tools_table(LANGUAGES, aliased.questions[0])
    table.loc["Pyhton", "Tool"] = "Pyhton"
    assert tables.with_tools(aliased, LANGUAGES, table) == MAPPING


def test_an_untouched_table_of_tools_changes_nothing():
    table = tables.tools_table(LANGUAGES, ENTRY)
    assert tables.with_tools(MAPPING, LANGUAGES, table) is MAPPING


@pytest.mark.parametrize(
    ("confidence", "words"), [(1.0, "certain"), (0.8, "fairly certain"), (0.2, "a guess")]
)
def test_confidence_is_said_in_words(confidence, words):
    assert tables.certainty(confidence).startswith(words)


def test_a_problem_names_the_question_by_what_was_asked():
    problem = check_mapping(Mapping((QuestionMapping("lang", "tools"),)), SURVEY)[0]
    assert tables.by_text(problem, SURVEY).startswith("“Which languages?” has no category")
