"""The Mapping page: edits are kept, can be undone, and say at once what they do."""

from __future__ import annotations

import json

import pytest

from pages.shared import cache

PAGE = "pages/views/mapping.py"


def open_mapping(app, data):
    test = app()
    test.file_uploader[0].upload("small.csv", data).run()
    return test.switch_page(PAGE).run()


def workspace(test):
    return cache.workspaces().get(test.query_params["w"])


def editor(test, name):
    return f"{name}-{workspace(test).revision}"


def edit(test, key, rows):
    test.session_state[key] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    return test.run()


def role_of(test, key):
    roles = {entry.question: entry.role for entry in workspace(test).mapping.questions}
    return roles.get(key, "ignore")


def texts(test):
    kinds = (test.title, test.markdown, test.caption, test.error)
    return " ".join(str(element.value) for kind in kinds for element in kind)


@pytest.fixture
def test(app, small):
    return open_mapping(app, small)


def test_without_a_survey_the_page_leads_to_one(app):
    test = app().switch_page(PAGE).run()
    assert not test.exception
    assert "No survey is open yet" in texts(test)
    test.button(key="open-a-survey").click().run()
    assert "Open a survey export" in texts(test)


def test_the_suggestion_is_shown_with_the_tools_that_stay(test):
    assert not test.exception
    assert "tools stay at 10 %" in texts(test)
    assert role_of(test, "Which languages do you use?") == "tools"


def test_a_role_is_edited_kept_and_undone(test):
    before = workspace(test).mapping
    edit(test, editor(test, "questions"), {0: {"Role": "ignore"}})
    assert not test.exception
    assert role_of(test, "Which languages do you use?") == "ignore"
    test.run()
    assert role_of(test, "Which languages do you use?") == "ignore"
    test.button(key="undo").click().run()
    assert workspace(test).mapping == before
    assert test.button(key="undo").disabled


def test_reset_goes_back_to_the_suggestion_and_can_be_undone_too(test):
    suggestion = workspace(test).mapping
    edited = workspace(edit(test, editor(test, "questions"), {0: {"Role": "ignore"}})).mapping
    test.button(key="reset").click().run()
    assert workspace(test).mapping == suggestion
    test.button(key="undo").click().run()
    assert workspace(test).mapping == edited


def test_a_tool_is_renamed_for_one_option(test):
    place = test.selectbox(key="tools-of").value
    edit(test, editor(test, f"tools-{place}"), {0: {"Tool": "Serpent"}})
    assert not test.exception
    table = next(f.value for f in test.dataframe if "Prevalence" in f.value.columns)
    assert "Serpent" in list(table["Tool"])


def test_no_tool_question_left_is_said_with_what_to_do(test):
    rows = {row: {"Role": "ignore"} for row in range(4)}
    edit(test, editor(test, "questions"), rows)
    assert not test.exception
    assert any("tools" in error.value for error in test.error)


def test_the_threshold_is_live(test):
    test.slider(key="threshold").set_value(50.0).run()
    assert not test.exception
    assert "tools stay at 50 %" in texts(test)
    assert workspace(test).spec.encode.threshold == 0.5


def test_a_saved_mapping_is_taken_and_a_broken_one_refused(test):
    saved = json.loads(workspace(test).mapping.to_json())
    saved["questions"] = saved["questions"][:1]
    name = f"mapping-file-{workspace(test).revision}"
    test.file_uploader(key=name).upload("bad.json", b"{").run()
    assert not test.exception
    assert test.error
    test.file_uploader(key=name).upload("good.json", json.dumps(saved).encode()).run()
    assert len(workspace(test).mapping.questions) == 1


def test_edits_outlive_leaving_the_page(test):
    edit(test, editor(test, "questions"), {0: {"Role": "ignore"}})
    test.switch_page("pages/views/survey.py").run()
    test.switch_page(PAGE).run()
    assert role_of(test, "Which languages do you use?") == "ignore"
