"""The Respondents page: who counts is seen, changed, undone, and carried to the other pages."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from pages.shared import cache
from segmentation.intake import Survey
from segmentation.mapping import AnswerFilter, Filters
from segmentation.outputs import group_table, to_csv
from tests.pages.walk import COHORTS, SEGMENT, finish, keep, open_file, tables, texts, workspace
from tests.segmentation.builders import planted, survey_csv

PAGE = "pages/views/respondents.py"
ROLE = "What is your role?"


@pytest.fixture
def careful_csv() -> bytes:
    """120 people in three cohorts with role, duration, a sign of submission and a grid."""
    chosen, truth = planted(3, 40, 12)
    line = ["Yes" if i % 4 else ("No", "Maybe", "Yes")[i // 4 % 3] for i in range(120)]
    extra = {
        ROLE: list(np.array(["Analyst", "Engineer", "Scientist"])[truth]),
        "Duration (in seconds)": [str(20 if i < 6 else 100 + i) for i in range(120)],
        "Finished": ["True" if i >= 12 else "False" for i in range(120)],
        "Spend": [("$0", "$1-$99", "$100 or more")[i % 3] for i in range(120)],
        **{f"Agree [{row}]": line if row < "c" else line[::-1] for row in "abcd"},
    }
    return survey_csv(chosen, extra)


@pytest.fixture
def test(app, careful_csv):
    return open_file(app, careful_csv, page=PAGE)


def filters(test) -> Filters:
    mapping = workspace(test).mapping
    assert mapping is not None
    return mapping.filters


def key(test, name):
    return f"{name}-{workspace(test).revision}"


def widget(elements, part):
    return next(one for one in elements if part in one.key)


def choose(test, prefix, question, *answers):
    """Pick a question by its place among those on offer, and answers."""
    box = widget(test.selectbox, f"{prefix}-{workspace(test).revision}-question")
    place = next(i for i, text in enumerate(box.options) if question in text)
    box.set_value(place).run()
    if answers:
        widget(test.multiselect, f"{prefix}-").set_value(list(answers)).run()
    assert not test.exception


def add(test, question, *answers):
    choose(test, "add", question, *answers)
    test.button(key="add").click().run()
    assert not test.exception
    return test


def test_without_a_survey_the_page_leads_to_one(app):
    test = app().switch_page(PAGE).run()
    assert not test.exception
    assert "No survey is open yet" in texts(test)


def test_everybody_counts_at_first(test):
    assert not test.exception
    assert "All 120 respondents count" in texts(test)
    assert filters(test) == Filters()
    assert test.button(key="undo").disabled
    assert not any(toggle.value for toggle in test.toggle)


def test_a_filter_says_what_it_would_keep_before_it_is_added(test):
    assert test.button(key="add").disabled
    choose(test, "add", "role", "Analyst")
    assert "it would keep 40 respondents and leave out 80" in texts(test)
    assert filters(test) == Filters()


def test_filters_are_added_switched_off_removed_and_undone(test):
    add(test, "role", "Analyst", "Engineer")
    assert filters(test).answers == (AnswerFilter(ROLE, ("Analyst", "Engineer")),)
    assert "80 of 120 respondents count" in texts(test)
    assert "leaves out 40 by itself · **80 remain**" in texts(test)
    add(test, "Spend", "$0")
    assert "leaves out 80 by itself · **27 remain**" in texts(test)
    widget(test.toggle, "on-0-").set_value(False).run()
    assert "40 of 120 respondents count" in texts(test)
    assert "switched off" in texts(test)
    test.button(key="undo").click().run()
    assert "27 of 120 respondents count" in texts(test)
    widget(test.button, "remove-1-").click().run()
    assert [one.question for one in filters(test).answers] == [ROLE]
    assert "80 of 120 respondents count" in texts(test)
    for _ in range(2):
        test.button(key="undo").click().run()
    assert "80 of 120 respondents count" in texts(test)
    test.button(key="undo").click().run()
    assert "All 120 respondents count" in texts(test)
    assert not test.exception


def test_respondents_are_left_out_by_an_answer(test):
    choose(test, "add", "role", "Analyst")
    test.radio(key=key(test, "add-way")).set_value("Leave out").run()
    assert "keep 80 respondents and leave out 40" in texts(test)
    test.button(key="add").click().run()
    assert filters(test).answers == (AnswerFilter(ROLE, ("Analyst",), leave_out=True),)


def test_steps_of_a_scale_are_chosen_from_one_upward(test):
    choose(test, "add", "Spend")
    way = next(radio for radio in test.radio if "From … upward" in radio.options)
    way.set_value("From … upward").run()
    step = widget(test.selectbox, "-step")
    step.set_value("$1-$99").run()
    test.button(key="add").click().run()
    assert filters(test).answers == (AnswerFilter("Spend", ("$1-$99", "$100 or more")),)
    assert "80 of 120 respondents count" in texts(test)


def test_a_range_of_numbers_is_chosen(test):
    choose(test, "add", "Duration")
    widget(test.number_input, "-low").set_value(150.0).run()
    test.button(key="add").click().run()
    assert filters(test).answers == (AnswerFilter("Duration (in seconds)", low=150.0),)
    assert "70 of 120 respondents count" in texts(test)


def test_each_quality_filter_says_what_it_would_leave_out_before_it_is_on(test):
    shown = texts(test)
    assert "Would leave out **12 respondents** by itself" in shown  # not finished
    assert "Would leave out **6 respondents** by itself" in shown  # faster than half the median
    assert "Would leave out **0 respondents** by itself" in shown  # everybody answered everything
    assert "“Finished” is True" in shown.replace("\\", "")
    assert filters(test) == Filters()


@pytest.mark.parametrize(
    ("name", "count"), [("submitted", 108), ("duration", 114), ("completeness", 120)]
)
def test_a_quality_filter_is_switched_on_and_undone(test, name, count):
    test.toggle(key=key(test, f"quality-{name}")).set_value(True).run()
    assert not test.exception
    assert getattr(filters(test), name) is not None
    assert (f"{count} of 120" if count < 120 else "All 120") in texts(test)
    test.button(key="undo").click().run()
    assert filters(test) == Filters()
    assert not test.toggle(key=key(test, f"quality-{name}")).value


def test_a_setting_of_a_filter_that_is_on_changes_it(test):
    test.toggle(key=key(test, "quality-duration")).set_value(True).run()
    test.selectbox(key=key(test, "quality-duration-limit")).set_value("A number of seconds").run()
    test.number_input(key=key(test, "quality-duration-seconds")).set_value(150.0).run()
    assert filters(test).duration.seconds == 150
    assert "70 of 120 respondents count" in texts(test)


def test_straight_lines_are_found_in_grids(test):
    assert "“Agree” (4 rows)" in texts(test).replace("\\", "")
    toggle = test.toggle(key=key(test, "quality-lines"))
    toggle.set_value(True).run()
    assert filters(test).straight_lining is not None
    count = cache.included(open_survey(test), workspace(test).mapping).count
    assert 0 < count < 120
    assert f"{count} of 120 respondents count" in texts(test)


def open_survey(test) -> Survey:
    found = cache.surveys().get(workspace(test).wanted)
    assert found is not None
    return found


def test_what_is_not_in_the_file_is_said(app, small):
    shown = texts(open_file(app, small, page=PAGE))
    assert "No column of this file says who sent the form off" in shown
    assert "No column of this file says how long it took" in shown
    assert "No grid of 3 rows or more was found" in shown


def test_nobody_left_is_said_here_and_on_the_segment_page(test):
    add(test, "role", "Analyst")
    add(test, "role", "Engineer")
    assert "Nobody is left" in texts(test)
    finish(test.switch_page(SEGMENT).run())
    assert not test.exception
    assert "the filters together leave out all 120 respondents" in texts(test)


def test_a_filter_that_does_not_fit_is_said_and_can_be_removed(test):
    mapping = workspace(test).mapping
    other = Filters((AnswerFilter("Shoe size", ("44",)),))
    keep(test, workspace(test).replaced(type(mapping)(mapping.questions, filters=other)))
    test.run()
    assert not test.exception
    assert "no such question" in texts(test)
    widget(test.button, "remove-0-").click().run()
    assert "All 120 respondents count" in texts(test)


def test_the_pages_downstream_tell_who_counts(test):
    add(test, "role", "Analyst", "Engineer")
    for page in (SEGMENT, COHORTS):
        finish(test.switch_page(page).run())
        assert not test.exception
        shown = texts(test).replace("\\", "")
        assert "80 of 120 respondents: " in shown
        assert "Analyst or Engineer" in shown


def test_filters_outlive_leaving_the_page(test):
    add(test, "role", "Analyst")
    test.switch_page("pages/views/survey.py").run()
    test.switch_page(PAGE).run()
    assert "40 of 120 respondents count" in texts(test)


def test_a_group_is_compared_with_the_rest(test):
    choose(test, "group", "role", "Analyst")
    assert "40 respondents, against 80 others who count" in texts(test)
    table = tables(test)
    assert "Tools that mark the group" in table
    assert "t00" in table
    assert filters(test) == Filters()


def test_a_group_of_nobody_or_everybody_has_nothing_to_compare(test):
    add(test, "role", "Analyst")
    choose(test, "group", "role", "Engineer")
    assert "Nobody who counts gave this answer" in texts(test)
    widget(test.multiselect, "group-").set_value(["Analyst"]).run()
    assert "there is nobody to compare with" in texts(test)
    assert not test.exception


def test_the_figures_of_a_group_can_be_downloaded_and_are_no_formulas(app):
    chosen, truth = planted(3, 40, 12)
    roles = np.array(["=HYPERLINK(1)", "Engineer", "Scientist"])[truth]
    test = open_file(app, survey_csv(chosen, {ROLE: list(roles)}), page=PAGE)
    choose(test, "group", "role", "Engineer")
    survey, work = open_survey(test), workspace(test)
    said = AnswerFilter(ROLE, ("Engineer",))
    text = to_csv(group_table(cache.group_profile(survey, work.mapping, work.spec, said)))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["name"] for row in rows} >= {"'=HYPERLINK(1)", "Engineer", "t04"}
    own = next(row for row in rows if row["name"] == "t04")
    assert (own["group_base"], own["rest_base"], own["significant"]) == ("40", "80", "1")
