"""A saved mapping on the next wave: reviewed before it is used, and undone afterwards."""

from __future__ import annotations

import json

import pytest

from segmentation.intake import read_survey
from segmentation.mapping import AnswerFilter, Filters, Mapping, QuestionMapping, Template
from tests.pages.test_mapping import edit, open_mapping, texts, workspace

THEN = (
    "Which languages do you use?,Which editors do you use?,What is your role?\n"
    "Python;R,RStudio,Analyst\n"
    "Python;SQL,VS Code;Vim,Engineer\n"
    "R;Perl,RStudio,Analyst\n"
    "Python;Julia,VS Code,Engineer\n"
    "SQL;R;Perl,RStudio;VS Code,Analyst\n"
    "Python;SQL,VS Code,Engineer\n"
)
LANGUAGES = "Which languages do you use?"
EDITORS = "Which editors do you use?"
PROGRAMS = "Your programs are written in?"
SAVED = Mapping(
    (
        QuestionMapping(LANGUAGES, "tools", "Language"),
        QuestionMapping(EDITORS, "tools", "IDE", aliases=(("RStudio", "RStudio IDE"),)),
        QuestionMapping("What is your role?", "attribute", name="Role title"),
    ),
    filters=Filters((AnswerFilter("What is your role?", ("Analyst", "Engineer")),)),
)


def saved_file(mapping=SAVED):
    return Template.of(mapping, read_survey(THEN.encode(), "then.csv")).to_json().encode()


def upload(test, data):
    name = f"mapping-file-{workspace(test).revision}"
    return test.file_uploader(key=name).upload("saved.json", data).run()


def review_table(test):
    return next(frame.value for frame in test.dataframe if "Saved question" in frame.value.columns)


@pytest.fixture
def next_wave(app):
    """Languages asked in other words; Perl is gone, Rust is new, RStudio has another name."""
    now = THEN.replace(LANGUAGES, PROGRAMS).replace("Perl", "Rust")
    now = now.replace("RStudio", "RStudio Desktop").replace("Which editors", "Q5. Which editors")
    return open_mapping(app, now.encode())


def test_a_mapping_that_fits_is_used_at_once(app):
    test = upload(open_mapping(app, THEN.encode()), saved_file())
    assert not test.exception
    assert workspace(test).mapping == SAVED


def test_the_next_wave_is_reviewed_and_nothing_changes_before_it_is_used(next_wave):
    before = workspace(next_wave).mapping
    test = upload(next_wave, saved_file())
    assert not test.exception
    assert "Review the saved mapping" in texts(test) + str([h.value for h in test.header])
    table = review_table(test)
    assert list(table["Saved question"]) == [LANGUAGES, EDITORS, "What is your role?"]
    assert list(table["Use"]) == [False, True, True]
    assert "confirm" in table["Match"].iloc[0]
    assert workspace(test).mapping == before
    test.button(key="cancel-review").click().run()
    assert not test.exception
    assert workspace(test).mapping == before
    assert test.button(key="undo")


def test_what_is_confirmed_is_used_and_can_be_undone(next_wave):
    before = workspace(next_wave).mapping
    test = upload(next_wave, saved_file())
    edit(test, f"review-questions-{workspace(test).revision}", {0: {"Use": True}})
    assert not test.exception
    changed = next(frame.value for frame in test.dataframe if "Counts as" in frame.value.columns)
    assert ["Perl", "no longer offered", "not asked"] in changed.iloc[:, 1:].to_numpy().tolist()
    assert ["Rust", "new", "Rust"] in changed.iloc[:, 1:].to_numpy().tolist()
    test.button(key="use-these").click().run()
    assert not test.exception
    mapping = workspace(test).mapping
    assert [entry.question for entry in mapping.questions] == [
        *(PROGRAMS, "Q5. Which editors do you use?", "What is your role?"),
    ]
    assert mapping.questions[1].aliases == (("RStudio Desktop", "RStudio IDE"),)
    assert mapping.filters == SAVED.filters
    test.button(key="undo").click().run()
    assert workspace(test).mapping == before


def test_what_is_not_ticked_is_not_mapped(next_wave):
    test = upload(next_wave, saved_file())
    test.button(key="use-these").click().run()
    assert PROGRAMS not in {entry.question for entry in workspace(test).mapping.questions}


def test_another_question_is_chosen_by_hand_and_none_is_named_twice(next_wave):
    test = upload(next_wave, saved_file())
    key = f"review-questions-{workspace(test).revision}"
    edit(test, key, {0: {"Use": True, "Question here": "What is your role?"}})
    assert not test.exception
    assert any("named twice" in error.value for error in test.error)
    edit(test, key, {0: {"Use": True, "Question here": "(none)"}})
    assert not any("named twice" in error.value for error in test.error)


def test_the_review_outlives_leaving_the_page(next_wave):
    test = upload(next_wave, saved_file())
    test.switch_page("pages/views/survey.py").run()
    test.switch_page("pages/views/mapping.py").run()
    assert list(review_table(test)["Use"]) == [False, True, True]


def test_a_broken_file_is_told(next_wave):
    test = upload(next_wave, b"{")
    assert not test.exception
    assert test.error


def test_the_download_holds_the_wording(next_wave):
    survey = read_survey(THEN.encode(), "then.csv")
    said = json.loads(Template.of(SAVED, survey).to_json())["asked"]
    assert said[LANGUAGES]["text"] == LANGUAGES


def test_levels_that_count_are_chosen_for_all_rows_at_once(app):
    asked = "Which of these projects does your company use? [{}]"
    header = ",".join(asked.format(tool) for tool in ("Kubernetes", "Helm", "Envoy"))
    rows = ["Evaluating,Using in production,", "Using in production,Evaluating,Evaluating"] * 8
    test = open_mapping(app, "\n".join([header, *rows, ",,Using in production"]).encode())
    assert not test.exception
    control = next(one for one in test.multiselect if one.label.startswith("Which of these"))
    assert control.value == ["Using in production"]
    control.set_value(["Using in production", "Evaluating"]).run()
    assert not test.exception
    for entry in workspace(test).mapping.questions:
        assert all(tool for _, tool in entry.aliases)
    test.button(key="undo").click().run()
    control = next(one for one in test.multiselect if one.label.startswith("Which of these"))
    assert control.value == ["Using in production"]
