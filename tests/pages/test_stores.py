"""What the server holds in memory, and the choices made in a workspace."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest

from pages.shared.labelling import Labelling
from pages.shared.stores import (
    LABELLINGS,
    UNDO_STEPS,
    SurveyStore,
    Wanted,
    Workspace,
    WorkspaceStore,
    carried_over,
)
from segmentation.edits import Edits
from segmentation.intake import Preview, ReadOptions, Survey
from segmentation.intake.cells import Cells
from segmentation.intake.survey import Reading
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.spec import EncodeSpec, RunSpec


def a_mapping(category: str) -> Mapping:
    return Mapping((QuestionMapping("q", "tools", category),))


def a_survey(sha256: str) -> Survey:
    reading = Reading("utf-8", ",", 1, "delimited", 1.0)
    return Survey("s.csv", sha256, 1, {"q": Cells.of(["a"])}, (), reading)


FIRST, SECOND, THIRD = (a_mapping(name) for name in ("Language", "IDE", "Cloud"))


def test_opening_a_survey_starts_from_the_suggestion():
    workspace = Workspace().opened("a", "a.csv", FIRST)
    assert (workspace.survey, workspace.survey_name) == ("a", "a.csv")
    assert workspace.mapping == FIRST


def test_the_same_survey_again_keeps_its_mapping():
    workspace = Workspace().opened("a", "a.csv", FIRST).mapped(SECOND)
    assert workspace.opened("a", "renamed.csv", THIRD).mapping == SECOND


def test_a_survey_that_was_open_before_has_its_mapping_back():
    workspace = Workspace().opened("a", "a.csv", FIRST).mapped(SECOND).opened("b", "b.csv", THIRD)
    assert workspace.mapping == THIRD
    assert workspace.past == ()
    assert workspace.opened("a", "a.csv", FIRST).mapping == SECOND


def test_settings_stay_when_another_survey_is_opened():
    spec = RunSpec(encode=EncodeSpec(0.2))
    assert Workspace().tuned(spec).opened("a", "a.csv", FIRST).spec == spec


def test_every_edit_can_be_undone_one_by_one():
    edited = Workspace().opened("a", "a.csv", FIRST).mapped(SECOND).replaced(THIRD)
    once = edited.undone()
    assert (once.mapping, once.undone().mapping) == (SECOND, FIRST)
    assert once.undone().undone() == once.undone()


def test_an_edit_that_changes_nothing_is_no_step():
    workspace = Workspace().opened("a", "a.csv", FIRST)
    assert workspace.mapped(a_mapping("Language")) is workspace


def test_undo_has_an_end():
    workspace = Workspace().opened("a", "a.csv", FIRST)
    for step in range(2 * UNDO_STEPS):
        workspace = workspace.mapped(a_mapping(str(step)))
    assert len(workspace.past) == UNDO_STEPS


@pytest.mark.parametrize(
    "change",
    [lambda w: w.replaced(SECOND), lambda w: w.mapped(SECOND).undone()],
    ids=["replaced", "undone"],
)
def test_editors_are_redrawn_when_something_else_changes_the_mapping(change):
    workspace = Workspace().opened("a", "a.csv", FIRST)
    assert change(workspace).revision > workspace.revision


def test_an_edit_by_hand_leaves_the_editor_in_place():
    workspace = Workspace().opened("a", "a.csv", FIRST)
    assert workspace.mapped(SECOND).revision == workspace.revision


def test_the_workspace_unused_for_longest_goes_first():
    store = WorkspaceStore(limit=2)
    store.put("a", Workspace(survey="1"))
    store.put("b", Workspace(survey="2"))
    assert store.get("a") is not None
    store.put("c", Workspace(survey="3"))
    assert (store.get("b"), store.get("a").survey, store.get("c").survey) == (None, "1", "3")


def test_tokens_are_long_and_never_alike():
    tokens = {WorkspaceStore.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 20


def test_surveys_are_bounded_by_size_and_the_newest_always_stays():
    store = SurveyStore(limit_bytes=100)
    store.put(Wanted("a"), a_survey("a"), 60)
    store.put(Wanted("b"), a_survey("b"), 60)
    assert store.get(Wanted("a")) is None
    store.put(Wanted("huge"), a_survey("huge"), 1000)
    assert (store.get(Wanted("b")), store.get(Wanted("huge")).sha256) == (None, "huge")


def test_surveys_are_bounded_by_number():
    store = SurveyStore(limit=2)
    for sha256 in "abc":
        store.put(Wanted(sha256), a_survey(sha256), 1)
    assert [store.get(Wanted(sha256)) is not None for sha256 in "abc"] == [False, True, True]


def test_a_file_read_in_two_ways_is_two_surveys():
    store, other = SurveyStore(), ReadOptions(header_rows=2)
    store.put(Wanted("a"), a_survey("a"), 1)
    assert store.get(Wanted("a", other)) is None
    store.put(Wanted("a", other), a_survey("a"), 1)
    assert store.get(Wanted("a", other)) is not store.get(Wanted("a"))


def test_bytes_of_files_and_code_books_count_too():
    store = SurveyStore(limit_bytes=100)
    sha256 = store.put_file(b"x" * 60)
    assert store.file(sha256) == b"x" * 60
    book = store.put_codebook(b"y" * 60)
    assert (store.file(sha256), store.codebook(book)) == (None, b"y" * 60)
    assert store.codebook(None) is None


def test_a_survey_in_use_keeps_its_file_and_its_preview():
    store = SurveyStore(limit=4)
    sha256 = store.put_file(b"a")
    store.put_preview(Wanted(sha256), Preview(width=1))
    store.put(Wanted(sha256), a_survey(sha256), 1)
    for at in range(6):
        store.put_file(str(at).encode())
        assert store.get(Wanted(sha256)) is not None
    assert store.file(sha256) == b"a"
    assert store.preview(Wanted(sha256)) == Preview(width=1)


def test_what_was_read_without_its_code_book_goes_when_that_comes():
    store = SurveyStore()
    sha256 = hashlib.sha256(b"book").hexdigest()
    without = Wanted("a", ReadOptions(codebook=sha256))
    store.put(without, a_survey("a"), 1)
    store.put(Wanted("a"), a_survey("a"), 1)
    assert store.put_codebook(b"book") == sha256
    assert store.get(without) is None
    assert store.get(Wanted("a")) is not None
    store.put(without, a_survey("a"), 1)
    store.put_codebook(b"book")
    assert store.get(without) is not None, "now it was read with the code book"


def test_how_a_survey_is_read_is_part_of_its_mapping():
    reading = ReadOptions(encoding="cp1252")
    workspace = Workspace().opened("a", "a.csv", FIRST)
    assert workspace.wanted == Wanted("a")
    workspace = workspace.replaced(dataclasses.replace(FIRST, reading=reading))
    assert workspace.wanted == Wanted("a", reading)
    elsewhere = workspace.opened("b", "b.csv", SECOND)
    assert elsewhere.reading_of("a") == reading
    assert elsewhere.reading_of("never seen") == ReadOptions()
    assert workspace.undone().wanted == Wanted("a")


def test_another_reading_keeps_what_was_said_and_takes_suggestions_for_what_is_new():
    entries = {key: QuestionMapping(key, "tools", key.upper()) for key in ("kept", "gone")}
    mapping = Mapping(tuple(entries.values()), blank="not asked")
    reading = ReadOptions(header_rows=2)
    suggestion = Mapping(
        tuple(QuestionMapping(key, "attribute", name="?") for key in ("kept", "off", "new")),
        reading=reading,
    )
    found = carried_over(mapping, {"kept", "gone", "off"}, ["off", "new", "kept"], suggestion)
    assert found == Mapping(
        (QuestionMapping("new", "attribute", name="?"), entries["kept"]),
        blank="not asked",
        reading=reading,
    )


def test_what_was_changed_about_a_result_is_found_by_its_key():
    changed = Labelling("r").changed(Edits().relabelled(0, name="A"))
    workspace = Workspace().labelled(changed)
    assert workspace.labelling("r") == changed
    assert workspace.labelling("other") == Labelling("other")
    assert workspace.relabelled(changed).revision > workspace.revision


def test_only_the_results_changed_last_keep_their_changes():
    workspace = Workspace()
    for number in range(LABELLINGS + 1):
        workspace = workspace.labelled(Labelling(f"r{number}"))
    assert len(workspace.labellings) == LABELLINGS
    assert workspace.labellings[-1].result == f"r{LABELLINGS}"
    assert "r0" not in {one.result for one in workspace.labellings}


def test_changes_are_undone_and_redone_one_by_one():
    first, second = Edits().relabelled(0, name="A"), Edits().relabelled(0, name="B")
    labelling = Labelling("r").changed(first).changed(second)
    assert labelling.undone().edits == first
    assert labelling.undone().undone().edits == Edits()
    assert labelling.undone().undone().undone().edits == Edits()
    assert labelling.undone().redone().edits == second
    assert labelling.redone() == labelling
    assert labelling.undone().changed(second).ahead == ()
    assert labelling.changed(second) == labelling


def test_every_state_has_a_key_of_its_own_to_save_it_by():
    labelling = Labelling("r").changed(Edits().relabelled(0, name="A"))
    others = (labelling.undone(), labelling.undone().redone(), labelling.changed(Edits()))
    assert len({labelling.key, *(other.key for other in others)}) == 4
    assert labelling.kept_as("Line", "id", labelling.edits).key == labelling.key


def test_what_is_not_saved_is_known():
    labelling = Labelling("r").changed(Edits().relabelled(0, name="A"))
    assert labelling.unsaved
    saved = labelling.kept_as("Line", "id", labelling.edits)
    assert not saved.unsaved
    assert saved.undone().unsaved
    assert not Labelling("r").unsaved


def test_settings_from_elsewhere_renew_the_controls():
    spec = RunSpec(encode=EncodeSpec(0.2))
    assert Workspace().retuned(spec).revision > Workspace().tuned(spec).revision
