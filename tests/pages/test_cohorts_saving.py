"""Cohorts saved as versions that stay, and drafts of what is not saved yet."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest
import streamlit as st

from db import drafts, lines, runs, surveys, versions
from db.errors import BusyError, DiskFullError, UnreachableError
from pages.shared import cache, saving
from segmentation.mapping import Mapping
from tests.pages.cohorts_walk import (
    buttons,
    edited,
    field,
    merge,
    name,
    press,
    said,
    save,
    store,
)
from tests.pages.walk import (
    COHORTS,
    SEGMENT,
    finish,
    keep,
    open_file,
    result,
    result_key,
    setting,
    texts,
    token,
    workspace,
)
from tests.segmentation.builders import planted, survey_csv

HOSTILE = "<script>alert(1)</script> [x](http://evil.example) $a$ :smile: %{customdata}"


@pytest.fixture
def test(app, planted_csv):
    return open_file(app, planted_csv, page=COHORTS)


def history(line="Mine"):
    found = lines.find_line(store(), line)
    return lines.history(store(), found.id) if found else ()


def content(line="Mine", number=-1):
    return versions.read(store(), history(line)[number].id).content


def kept_drafts(test):
    return drafts.offered(store(), token(test))


def test_a_version_holds_what_is_on_the_page(test):
    name(test, 0).set_value("First").run()
    test.text_area(key=field(test, "notes", 0)).set_value("To check").run()
    merge(test, 1, 2)
    press(test, "hide", 1)
    save(test, "Mine", "Ana", "A first look")
    assert not test.exception
    assert "Saved as v1 of Mine" in said(test)
    (record,) = history()
    assert (record.author, record.note, record.cohorts) == ("Ana", "A first look", 2)
    kept, shown = content(), edited(test).run
    assert [c.name for c in kept.cohorts.cohorts] == [c.name for c in shown.cohorts.cohorts]
    assert [c.size for c in kept.cohorts.cohorts] == shown.profiles.size.tolist()
    number = [c.name for c in kept.cohorts.cohorts].index("First")
    assert kept.looks[number].notes == "To check"
    assert [look.hidden for look in kept.looks].count(True) == 1
    members = versions.membership(store(), record.id)
    assert members is not None
    assert np.array_equal(members.cohort, shown.cohorts.labels)
    assert {share.attribute for share in kept.attributes} == {"Role title"}


def test_the_run_that_repeats_it_is_kept_once(test):
    save(test, "Mine")
    name(test, 0).set_value("First").run()
    save(test)
    one, other = history()
    assert one.run == other.run
    kept = runs.find(store(), one.run)
    assert kept.facts.spec == workspace(test).spec
    assert kept.facts.mapping == workspace(test).mapping
    assert kept.facts.data_sha256 == workspace(test).survey
    assert kept.facts.metrics["heldout_gain"] == result(test).validation.gain
    assert kept.facts.seconds["total"] >= 0
    assert "umap-learn" in kept.facts.libraries
    survey = surveys.find(store(), kept.survey_id).facts
    assert (survey.name, survey.respondents, survey.applicable) == ("tools.csv", 120, 120)


def test_fault_68_a_double_click_makes_one_version(test):
    test.button(key="save").click().run()
    now = test.button(key="save-now")
    now.click().run()
    assert "Saved as v1" in said(test)
    test.button(key="save").click().run()
    test.button(key="save-now").click().run()
    assert "Already saved as v1" in said(test)
    assert len(lines.saved_lines(store())[0:]) == 1
    assert lines.saved_lines(store())[0].versions == 1


def test_the_same_click_twice_makes_one_version(test, monkeypatch):
    calls = []
    once = saving.save

    def twice(shown, wish):
        for _ in range(2):
            once(shown, wish)
            calls.append(wish)

    monkeypatch.setattr(saving, "save", twice)
    save(test, "Mine")
    assert len(calls) == 2
    assert len(history()) == 1


def test_the_next_version_follows_the_one_before(test):
    save(test, "Mine")
    name(test, 0).set_value("First").run()
    assert "Unsaved changes since the last version of Mine" in texts(test)
    test.button(key="save").click().run()
    suggested = result(test).profiles.names[0].replace("+", "\\+")
    assert "What changed since v1" in texts(test)
    assert f"“{suggested}” is now called “First”\\." in texts(test)
    test.button(key="save-now").click().run()
    first, second = history()
    assert second.parent == first.id
    assert "Saved as v2 of Mine" in said(test)
    assert "Saved in Mine" in texts(test)


def test_what_changed_names_merges_and_settings(test):
    save(test, "Mine")
    merge(test, 0, 1)
    test.switch_page(SEGMENT).run()
    test.slider(key=setting(test, "min_samples")).set_value(11).run()
    finish(test)
    finish(test.switch_page(COHORTS).run())
    merge(test, 0, 1)
    test.button(key="save").click().run()
    test.selectbox(key="save-line").set_value("Mine")
    test.button(key="save").click().run()
    assert "are merged into" in texts(test)
    assert "Minimum samples\\: 10 → 11" in texts(test)


def test_fault_5_a_stale_parent_is_told_and_both_versions_are_kept(app, planted_csv, test):
    save(test, "Mine", "Ben")
    other = open_file(app, planted_csv, page=COHORTS)
    name(other, 0).set_value("Hers").run()
    save(other, "Mine", "Ana")
    assert "Saved as v2" in said(other)
    name(test, 0).set_value("His").run()
    test.button(key="save").click().run()
    assert "v2 by Ana was saved since your v1\\: yours will be v3" in said(test)
    test.button(key="save-now").click().run()
    assert "v2 by Ana exists; yours is v3" in said(test)
    assert [content(number=n).cohorts.cohorts[0].name for n in (1, 2)] == ["Hers", "His"]


def test_who_saves_is_remembered(test):
    save(test, "Mine", "Ana")
    name(test, 0).set_value("First").run()
    save(test)
    assert [record.author for record in history()] == ["Ana", "Ana"]


@pytest.mark.parametrize("failure", [BusyError, DiskFullError])
def test_after_a_failed_save_the_draft_is_there_and_a_retry_saves(test, monkeypatch, failure):
    name(test, 0).set_value("First").run()

    def fail(*_):
        raise failure("It did not work: try later.")

    with monkeypatch.context() as broken:
        broken.setattr(versions, "save", fail)
        save(test, "Mine", "Ana", "why")
    assert "Not saved" in said(test)
    assert "It did not work" in said(test)
    assert len(kept_drafts(test)) == 1
    assert name(test, 0).value == "First"
    downloads = {button.label for button in test.get("download_button")}
    assert "Download JSON" in downloads
    test.button(key="save-again").click().run()
    assert "Saved as v1 of Mine" in said(test)
    assert (history()[0].author, history()[0].note) == ("Ana", "why")
    assert kept_drafts(test) == ()


def test_fault_2_a_save_whose_answer_was_lost_is_not_done_twice(test, monkeypatch):
    name(test, 0).set_value("First").run()
    once = versions.save

    def lose_the_answer(*args):
        once(*args)
        raise UnreachableError("The line broke.")

    with monkeypatch.context() as broken:
        broken.setattr(versions, "save", lose_the_answer)
        save(test, "Mine")
    assert "Not saved" in said(test)
    test.button(key="save-again").click().run()
    assert "Already saved as v1 of Mine" in said(test)
    assert len(history()) == 1


def test_fault_13_a_database_that_was_deleted_is_not_made_anew(test, database):
    name(test, 0).set_value("First").run()
    database.unlink()
    test.button(key="save").click().run()
    assert not test.exception
    assert "save-now" not in buttons(test)
    assert "nothing was read or saved" in said(test)
    assert "Download JSON" in {button.label for button in test.get("download_button")}
    assert not database.exists()
    assert name(test, 0).value == "First"


def test_fault_10_where_the_database_cannot_be_opened_browsing_goes_on(
    app, planted_csv, monkeypatch, tmp_path
):
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database at all, but it is long enough to be looked at")
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", f"sqlite:///{broken}")
    test = open_file(app, planted_csv, page=COHORTS)
    assert not test.exception
    assert str(broken.name).replace(".", "\\.") in said(test)
    name(test, 0).set_value("First").run()
    assert not test.exception
    assert name(test, 0).value == "First"
    broken.unlink()
    test.button(key="open-database").click().run()
    save(test, "Mine")
    assert "Saved as v1" in said(test)


def restarted(app, test, data):
    """The same address after the server has lost its memory, with the file open again."""
    st.cache_resource.clear()
    again = app(w=token(test))
    again.query_params["w"] = token(test)
    again.file_uploader[0].upload("tools.csv", data).run()
    return finish(again.switch_page(COHORTS).run())


def test_fault_67_a_draft_is_offered_after_a_crash_and_taken_up(app, planted_csv, test):
    test.switch_page(SEGMENT).run()
    test.slider(key=setting(test, "min_samples")).set_value(11).run()
    finish(test)
    finish(test.switch_page(COHORTS).run())
    name(test, 0).set_value("First").run()
    merge(test, 1, 2)
    old = token(test)
    again = restarted(app, test, planted_csv)
    assert "Unsaved changes of" in texts(again)
    assert name(again, 0).value != "First"
    take = next(key for key in buttons(again) if key and key.startswith("take-"))
    again.button(key=take).click().run()
    finish(again)
    assert not again.exception
    assert workspace(again).spec.cluster.min_samples == 11
    assert name(again, 0).value == "First"
    assert len(edited(again).ids) == 2
    assert "Unsaved changes of" not in texts(again)
    assert token(again) != old
    assert drafts.offered(store(), old) == ()
    (kept,) = kept_drafts(again)
    assert kept.content["spec"]["cluster"]["min_samples"] == 11
    assert workspace(again).mapping == Mapping.from_json(json.dumps(kept.content["mapping"]))


def test_a_draft_brings_its_mapping_back(app, planted_csv, test):
    current = workspace(test)
    tools = dataclasses.replace(current.mapping.questions[1], category="Other category")
    changed = dataclasses.replace(current.mapping, questions=(current.mapping.questions[0], tools))
    keep(test, current.replaced(changed))
    finish(test)
    name(test, 0).set_value("First").run()
    again = restarted(app, test, planted_csv)
    assert workspace(again).mapping != changed
    take = next(key for key in buttons(again) if key and key.startswith("take-"))
    again.button(key=take).click().run()
    finish(again)
    assert workspace(again).mapping == changed
    assert name(again, 0).value == "First"


def test_a_draft_can_be_thrown_away(app, planted_csv, test):
    name(test, 0).set_value("First").run()
    again = restarted(app, test, planted_csv)
    throw = next(key for key in buttons(again) if key and key.startswith("throw-"))
    again.button(key=throw).click().run()
    assert "Unsaved changes of" not in texts(again)
    assert drafts.offered(store(), token(test)) == ()


def test_nothing_is_offered_while_the_changes_are_in_memory(app, test):
    name(test, 0).set_value("First").run()
    again = app(w=token(test)).switch_page(COHORTS)
    again.query_params["w"] = token(test)
    finish(again.run())
    assert name(again, 0).value == "First"
    assert "Unsaved changes of" not in texts(again)


def test_a_draft_goes_with_the_save_and_with_the_last_undo(test):
    name(test, 0).set_value("First").run()
    assert len(kept_drafts(test)) == 1
    test.button(key="undo").click().run()
    assert kept_drafts(test) == ()
    name(test, 0).set_value("First").run()
    save(test, "Mine")
    assert kept_drafts(test) == ()


def test_a_draft_that_cannot_be_kept_is_told_and_nothing_is_lost(test, monkeypatch):
    def fail(*_):
        raise BusyError("Busy.")

    monkeypatch.setattr(drafts, "keep", fail)
    name(test, 0).set_value("First").run()
    assert "in the memory of this server only" in said(test)
    assert name(test, 0).value == "First"


def test_fault_57_to_59_hostile_text_is_kept_and_shown_as_typed(test):
    name(test, 0).set_value(HOSTILE).run()
    save(test, HOSTILE, HOSTILE, HOSTILE)
    assert not test.exception
    assert content(HOSTILE).cohorts.cohorts[0].name == HOSTILE
    assert history(HOSTILE)[0].note == HOSTILE
    assert "](http" not in said(test)
    name(test, 0).set_value("Mild").run()
    test.button(key="save").click().run()
    assert "](http" not in texts(test)
    assert "<script>" not in texts(test).replace("\\<script\\>", "")


def test_nobodys_answers_are_in_the_database(app, database):
    chosen, truth = planted(3, 40, 12)
    people = [f"canary-{row}" for row in range(len(truth))]
    rare = ["" if row % 3 else f"seldom-{row}" for row in range(len(truth))]
    roles = [f"Role {place}" if row > 2 else f"onlyone-{row}" for row, place in enumerate(truth)]
    extra = {"What is your role?": roles, "Comment": people, "What is your team?": rare}
    test = open_file(app, survey_csv(chosen, extra), page=COHORTS)
    name(test, 0).set_value("First").run()
    kept = database.read_bytes()
    save(test, "Mine")
    assert "Saved as v1" in said(test)
    for text in (b"canary-", b"seldom-", b"onlyone-"):
        assert text not in kept
        assert text not in database.read_bytes()
    with closing(sqlite3.connect(database)) as bare:
        dump = "\n".join(bare.iterdump())
    assert not [text for text in ("canary-", "seldom-", "onlyone-") if text in dump]


def test_the_place_of_the_database_is_on_the_page(test, database):
    assert database.name.replace(".", "\\.") in texts(test)
    assert cache.database().store is not None
    assert result_key(test)
