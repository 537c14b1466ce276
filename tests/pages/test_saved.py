"""The Saved page: versions opened without their survey, archived and exported; surveys."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import exchange, lines, surveys, versions
from segmentation.cohorts import CohortSet
from tests.db.builders import content, new_version, run_facts
from tests.pages.cohorts_walk import buttons, said, store
from tests.pages.walk import tables, texts

SAVED = "pages/views/saved.py"
HOSTILE = "<script>alert(1)</script> [x](http://evil.example) $a$"


@pytest.fixture
def mine(app):
    """Two versions of a line and one of another."""
    to = store()
    survey = surveys.remember(to, dataclasses.replace(facts(), wave="2020"))
    from db import runs

    run = runs.keep(to, survey.id, run_facts())
    first = versions.save(to, new_version("Mine", run=run.id)).version
    second = versions.save(to, new_version("Mine", parent=first.id, note="again")).version
    other = versions.save(to, new_version("Other")).version
    return first, second, other


def facts():
    cohorts = content().cohorts
    from db import SurveyFacts

    return SurveyFacts(cohorts.survey, cohorts.survey_sha256, respondents=12)


@pytest.fixture
def page(app, mine):
    test = app().switch_page(SAVED).run()
    assert not test.exception
    return test


def listed(test):
    return test.dataframe[0].value


def pick(test, row):
    key = next(frame.key for frame in test.dataframe if str(frame.key).startswith("versions"))
    test.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return test.run()


def open_tab(test, name):
    test.session_state["saved-tabs"] = name
    return test.run()


def test_without_anything_saved_the_way_to_it_is_said(app):
    test = app().switch_page(SAVED).run()
    assert not test.exception
    assert "Nothing is saved yet" in texts(test)


def test_versions_are_listed_line_by_line_the_newest_first(page):
    frame = listed(page)
    assert frame["Cohort set"].tolist() == ["Mine", "Mine", "Other"]
    assert frame["Version"].tolist() == ["v2", "v1", "v1"]
    assert frame["Note"].tolist()[0] == "again"
    assert frame["By"].tolist() == ["Ana"] * 3


def test_a_version_is_opened_without_its_survey(page):
    pick(page, 1)
    assert page.header[0].value == "Mine v1"
    shown = texts(page)
    assert "**2  Editors**" in shown
    assert shown.index("Editors**") < shown.index("Notebooks**")  # as they were put in order
    assert "note 0" in shown
    assert "**5 respondents**, 40.0 % of the 10 used (95 % interval 10.0 to 70.0 %)" in shown
    assert "held\\-out gain \\+0\\.30 nats" in shown
    assert "Student" in tables(page)
    assert "60 %" in tables(page)


def test_a_version_can_be_taken_away_as_it_was_saved(page, mine):
    pick(page, 0)
    kept = versions.read(store(), mine[1].id).content.cohorts
    assert f"json-{mine[1].id}" in {button.key for button in page.get("download_button")}
    assert CohortSet.from_json(kept.to_json()) == kept


def test_a_version_is_archived_and_the_way_back_is_offered(page, mine):
    pick(page, 0)
    page.button(key="archive-version").click().run()
    assert "v2 of Mine is archived" in said(page)
    assert listed(page)["Version"].tolist() == ["v1", "v1"]
    page.button(key="undo-saved").click().run()
    assert listed(page)["Version"].tolist() == ["v2", "v1", "v1"]
    assert versions.read(store(), mine[1].id).record.archived is False


def test_a_set_is_archived_shown_on_request_and_brought_back(page):
    pick(page, 2)
    page.button(key="archive-line").click().run()
    assert listed(page)["Cohort set"].tolist() == ["Mine", "Mine"]
    page.toggle(key="saved-archived").set_value(True).run()
    assert listed(page)["Cohort set"].tolist() == ["Mine", "Mine", "Other"]
    page.button(key="undo-saved").click().run()
    assert len(lines.saved_lines(store())) == 2


def test_a_set_is_renamed_unless_the_name_is_taken(page, mine):
    pick(page, 0)
    field = f"rename-{mine[0].line_id}"
    page.text_input(key=field).set_value(" other ")
    page.button(key="rename").click().run()
    assert "Another cohort set is called" in said(page)
    page.text_input(key=field).set_value(HOSTILE)
    page.button(key="rename").click().run()
    assert not page.exception
    assert lines.find_line(store(), HOSTILE) is not None
    assert "](http" not in said(page) + texts(page)


def test_fault_24_a_row_that_was_tampered_with_is_shown_as_such(page, mine, database):
    with closing(sqlite3.connect(database)) as bare:
        for (trigger,) in bare.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            bare.execute(f"DROP TRIGGER {trigger}")
        bare.execute("UPDATE cohort SET size = 99 WHERE version_id = ?", (mine[0].id,))
        bare.commit()
    pick(page, 1)
    assert not page.exception
    assert "is not what was saved" in said(page)


def test_a_backup_is_made_where_it_says(page, database):
    open_tab(page, "Backup and exchange")
    page.button(key="back-up").click().run()
    made = list(database.parent.rglob("workbench-*.db"))
    assert len(made) == 1
    assert made[0].stat().st_size > 0
    assert "Backed up to" in said(page)


def test_everything_is_exported_and_imported_once(page, mine):
    open_tab(page, "Backup and exchange")
    page.button(key="export").click().run()
    assert "download-export" in {button.key for button in page.get("download_button")}
    text = exchange.export_workspace(store())
    page.file_uploader(key="import-file").upload("w.json", text.encode()).run()
    page.button(key="import").click().run()
    assert "3 versions were here already" in said(page)


def test_a_file_that_is_no_export_is_refused(page):
    open_tab(page, "Backup and exchange")
    page.file_uploader(key="import-file").upload("w.json", b'{"a": 1}').run()
    page.button(key="import").click().run()
    assert not page.exception
    assert "no export of the workbench" in said(page)
    assert len(lines.saved_lines(store())) == 2


def test_one_set_is_exported_with_its_history(page, mine):
    pick(page, 0)
    page.button(key="export-line").click().run()
    assert "download-export" in {button.key for button in page.get("download_button")}
    data = json.loads(exchange.export_line(store(), mine[0].line_id))
    assert len(data["lines"][0]["versions"]) == 2


def test_what_is_known_of_a_survey_is_kept(page, mine):
    open_tab(page, "Surveys")
    survey = mine[0].survey_id
    page.text_input(key=f"fact-population-{survey}").set_value("Members")
    page.selectbox(key=f"fact-utility-{survey}").set_value("0 stars")
    page.number_input(key=f"fact-applicable-{survey}").set_value(9)
    page.text_area(key=f"fact-notes-{survey}").set_value(HOSTILE)
    page.button(key="keep-facts").click().run()
    assert not page.exception
    kept = surveys.find(store(), survey).facts
    assert (kept.population, kept.utility, kept.applicable) == ("Members", 0, 9)
    assert (kept.notes, kept.wave, kept.respondents) == (HOSTILE, "2020", 12)


def test_a_survey_known_only_from_a_report_is_added(page):
    open_tab(page, "Surveys")
    page.selectbox(key="survey-chosen").set_value("A survey known only from a report").run()
    open_tab(page, "Surveys")
    new = "A survey known only from a report"
    page.button(key="keep-facts").click().run()
    assert "name of the survey is empty" in said(page)
    page.text_input(key=f"fact-name-{new}").set_value("Old report")
    page.button(key="keep-facts").click().run()
    added = next(s.facts for s in surveys.saved_surveys(store()) if s.facts.name == "Old report")
    assert (added.has_raw_data, added.sha256, added.respondents) == (False, None, None)


def test_a_database_that_may_only_be_read_is_looked_at(app, mine, monkeypatch):
    from pages.shared import cache

    opened = cache.database().store
    assert opened is not None
    only = dataclasses.replace(opened, read_only=True)
    monkeypatch.setattr(cache, "database", lambda *_: cache.Opened(only))
    test = app().switch_page(SAVED).run()
    assert not test.exception
    assert "may be read but not written" in said(test)
    assert test.button(key="archive-version").disabled
    assert "Mine" in str(listed(test))


def test_a_database_that_is_gone_is_said(page, database: Path):
    database.unlink()
    page.run()
    assert not page.exception
    assert "nothing was read or saved" in said(page)
    assert not database.exists()
    assert "back-up" not in buttons(page)
