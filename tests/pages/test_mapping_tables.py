"""A mapping as tables, and tables edited by hand as a mapping again."""

from __future__ import annotations

import dataclasses

from pages.shared import mapping_tables
from segmentation.intake import read_survey
from segmentation.mapping import (
    Mapping,
    QuestionMapping,
    answers_to,
    check_mapping,
    none_counts,
    tools_of,
)

SURVEY = read_survey(
    b"Which languages?,Gender,Anything else?\n"
    b"Python;R,Woman,It is fine as it is\n"
    b"Python,Man,\n"
    b"Pyhton;R,Man,\n"
    b"None,Woman,I like it\n"
    b"None,Man,\n"
    b",Man,FINE thanks to all of you\n",
    "s.csv",
)
LANGUAGES = SURVEY.questions[0]
GENDER = SURVEY.questions[1].key
COMMENT = SURVEY.questions[2].key
ENTRY = QuestionMapping(LANGUAGES.key, "tools", "Language")
MAPPING = Mapping((ENTRY,))
COUNTS = none_counts(SURVEY, LANGUAGES)


def tools_table(entry=ENTRY):
    return mapping_tables.tools_table(LANGUAGES, entry, COUNTS)


def test_a_mapping_survives_its_table():
    assert (
        mapping_tables.with_table(MAPPING, mapping_tables.mapping_table(SURVEY, MAPPING)) == MAPPING
    )


def test_roles_categories_and_names_are_edited_in_the_table():
    table = mapping_tables.mapping_table(SURVEY, MAPPING)
    table.loc[COMMENT, ["Role", "Name"]] = ["attribute", " Remarks "]
    table.loc[LANGUAGES.key, "Category"] = None
    assert mapping_tables.with_table(MAPPING, table).questions == (
        QuestionMapping(LANGUAGES.key, "tools"),
        QuestionMapping(COMMENT, "attribute", name="Remarks"),
    )


def test_an_unknown_role_counts_as_ignored():
    table = mapping_tables.mapping_table(SURVEY, MAPPING)
    table.loc[LANGUAGES.key, "Role"] = "boss"
    assert mapping_tables.with_table(MAPPING, table).questions[0].role == "ignore"


def test_entries_for_questions_that_the_survey_lacks_are_kept():
    stranger = QuestionMapping("gone", "tools", "IDE")
    mapping = Mapping((stranger, ENTRY))
    assert (
        stranger
        in mapping_tables.with_table(
            mapping, mapping_tables.mapping_table(SURVEY, mapping)
        ).questions
    )


def test_an_edited_tool_becomes_an_alias_and_an_emptied_one_is_left_out():
    table = tools_table()
    table.loc["Pyhton", "Tool"] = "Python"
    table.loc["R", "Tool"] = None
    entry = mapping_tables.with_tools(MAPPING, LANGUAGES, table).questions[0]
    assert entry.aliases == (("Pyhton", "Python"), ("R", ""))
    assert tools_of(LANGUAGES, entry) == {"Python": "Python", "R": "", "Pyhton": "Python"}


def test_a_tool_put_back_is_no_alias_any_more():
    aliased = Mapping((dataclasses.replace(ENTRY, aliases=(("Pyhton", "Python"),)),))
    table = tools_table(aliased.questions[0])
    table.loc["Pyhton", "Tool"] = "Pyhton"
    assert mapping_tables.with_tools(aliased, LANGUAGES, table) == MAPPING


def test_an_untouched_table_of_tools_changes_nothing():
    table = tools_table()
    assert mapping_tables.with_tools(MAPPING, LANGUAGES, table) is MAPPING


def test_a_problem_names_the_question_by_what_was_asked():
    problem = check_mapping(Mapping((QuestionMapping(LANGUAGES.key, "tools"),)), SURVEY)[0]
    assert mapping_tables.by_text(problem, SURVEY).startswith("“Which languages?” has no category")


def test_none_type_options_stand_last_and_are_counted():
    table = tools_table()
    assert list(table.index) == ["Python", "R", "Pyhton", "None"]
    assert list(table["None"]) == [False, False, False, True]
    assert table.loc["None", "Chosen by"] == 2
    assert table.loc["None", "Tool"] == ""


def test_an_option_marked_as_none_is_no_tool_and_makes_blanks_not_asked():
    table = tools_table()
    table.loc["R", "None"] = True
    entry = mapping_tables.with_tools(MAPPING, LANGUAGES, table).questions[0]
    assert entry.none == ("None", "R")
    assert tools_of(LANGUAGES, entry) == {"Python": "Python", "R": "", "Pyhton": "Pyhton"}
    answers = answers_to(SURVEY, LANGUAGES, entry)
    assert answers.options == ("Python", "Pyhton")
    assert answers.offers_none
    assert answers.answered.sum() == 5


def test_a_wrongly_detected_none_is_unmarked_and_named_or_left_out():
    table = tools_table()
    table.loc["None", "None"] = False
    left_out = mapping_tables.with_tools(MAPPING, LANGUAGES, table).questions[0]
    assert left_out.none == ()
    assert tools_of(LANGUAGES, left_out)["None"] == ""
    assert not answers_to(SURVEY, LANGUAGES, left_out).offers_none
    table.loc["None", "Tool"] = "By hand"
    named = mapping_tables.with_tools(MAPPING, LANGUAGES, table).questions[0]
    assert tools_of(LANGUAGES, named)["None"] == "By hand"
    assert answers_to(SURVEY, LANGUAGES, named).chosen.sum(axis=0).tolist() == [2, 2, 1, 2]


def test_none_put_back_is_as_detected():
    unmarked = Mapping((dataclasses.replace(ENTRY, none=()),))
    table = tools_table(unmarked.questions[0])
    table.loc["None", "None"] = True
    assert mapping_tables.with_tools(unmarked, LANGUAGES, table) == MAPPING


def test_special_categories_are_flagged_and_ignored_until_made_an_attribute():
    table = mapping_tables.mapping_table(SURVEY, MAPPING)
    assert table.loc[GENDER, "Kind"] == "special: gender"
    assert table.loc[GENDER, "Role"] == "ignore"
    assert table.loc[COMMENT, "Kind"] == "single-select (3)"
    table.loc[GENDER, "Role"] = "attribute"
    assert check_mapping(mapping_tables.with_table(MAPPING, table), SURVEY) == ()
    table.loc[GENDER, ["Role", "Category"]] = ["tools", "Gender"]
    (problem,) = check_mapping(mapping_tables.with_table(MAPPING, table), SURVEY)
    assert "make it an attribute" in problem
