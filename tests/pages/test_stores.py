"""What the server holds in memory, and the choices made in a workspace."""

from __future__ import annotations

import pandas as pd
import pytest

from pages.shared.stores import (
    EDITS,
    UNDO_STEPS,
    CohortEdit,
    SurveyStore,
    Workspace,
    WorkspaceStore,
)
from segmentation.intake import Survey
from segmentation.intake.survey import Reading
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.spec import EncodeSpec, RunSpec


def a_mapping(category: str) -> Mapping:
    return Mapping((QuestionMapping("q", "tools", category),))


def a_survey(sha256: str) -> Survey:
    reading = Reading("utf-8", ",", 1, "delimited", 1.0)
    return Survey("s.csv", sha256, pd.DataFrame({"q": ["a"]}, dtype=object), (), reading)


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
    store.put(a_survey("a"), 60)
    store.put(a_survey("b"), 60)
    assert store.get("a") is None
    store.put(a_survey("huge"), 1000)
    assert (store.get("b"), store.get("huge").sha256) == (None, "huge")


def test_surveys_are_bounded_by_number():
    store = SurveyStore(limit=2)
    for sha256 in "abc":
        store.put(a_survey(sha256), 1)
    assert [store.get(sha256) is not None for sha256 in "abc"] == [False, True, True]


def test_a_cohort_is_labelled_and_labelled_again():
    first = Workspace().labelled(CohortEdit("r", 0, "A", "old"))
    again = first.labelled(CohortEdit("r", 0, "B", "new"))
    assert again.edits_of("r") == {0: CohortEdit("r", 0, "B", "new")}


def test_labels_never_move_to_the_cohort_of_another_result():
    workspace = Workspace().labelled(CohortEdit("r", 0, "A"))
    assert workspace.edits_of("other") == {}


def test_a_label_that_says_nothing_is_none():
    workspace = Workspace().labelled(CohortEdit("r", 0, "A"))
    assert workspace.labelled(CohortEdit("r", 0)).edits == ()


def test_suggested_names_again_keeps_descriptions_and_other_results():
    workspace = Workspace().labelled(CohortEdit("r", 0, "A", "said"))
    workspace = workspace.labelled(CohortEdit("r", 1, "B")).labelled(CohortEdit("s", 0, "C"))
    unnamed = workspace.unnamed("r")
    assert unnamed.edits_of("r") == {0: CohortEdit("r", 0, "", "said")}
    assert unnamed.edits_of("s") == workspace.edits_of("s")
    assert unnamed.revision > workspace.revision


def test_only_the_newest_labels_are_kept():
    workspace = Workspace()
    for cohort in range(EDITS + 1):
        workspace = workspace.labelled(CohortEdit("r", cohort, "x"))
    assert len(workspace.edits) == EDITS
    assert 0 not in workspace.edits_of("r")


def test_settings_from_elsewhere_renew_the_controls():
    spec = RunSpec(encode=EncodeSpec(0.2))
    assert Workspace().retuned(spec).revision > Workspace().tuned(spec).revision
