"""Drafts that survive, and what is known of surveys."""

import dataclasses

import pytest

from db import DraftKey, SurveyFacts, drafts, surveys
from db.errors import StoreError

KEY = DraftKey("ana", "sha-of-survey", "result")
REPORT = SurveyFacts(
    name="Anaconda State of Data Science",
    wave="2022",
    population="Data scientists",
    description="From the published report",
    respondents=3493,
    has_raw_data=False,
    utility=2,
    notes="no microdata",
)


def test_a_draft_is_kept_as_typed_and_offered_again(store, opened, url):
    drafts.keep(store, KEY, {"names": {"0": "Note"}})
    drafts.keep(store, KEY, {"names": {"0": "Notebooks\x00 <b>"}, "merged": [[1, 2]]})
    again = opened(url)
    (draft,) = drafts.offered(again, "ana")
    assert draft.key == KEY
    assert draft.content == {"names": {"0": "Notebooks\x00 <b>"}, "merged": [[1, 2]]}


def test_drafts_are_offered_to_their_owner_for_their_survey(store):
    other_survey = dataclasses.replace(KEY, survey="another")
    for key in (KEY, other_survey, dataclasses.replace(KEY, owner="ben")):
        drafts.keep(store, key, {})
    assert [d.key for d in drafts.offered(store, "ana")] == [other_survey, KEY]
    assert [d.key for d in drafts.offered(store, "ana", "another")] == [other_survey]


def test_a_draft_can_be_thrown_away(store):
    drafts.keep(store, KEY, {})
    drafts.drop(store, KEY)
    drafts.drop(store, KEY)
    assert drafts.find(store, KEY) is None


def test_the_same_bytes_are_the_same_survey(store):
    first = surveys.remember(store, SurveyFacts("Kaggle", "abc", respondents=9))
    again = surveys.remember(store, SurveyFacts("Kaggle, renamed file", "abc", respondents=9))
    assert again == first
    assert surveys.by_hash(store, "abc") == first
    assert surveys.by_hash(store, "abd") is None


def test_a_survey_known_from_a_report_is_kept_with_all_that_is_said_of_it(store):
    kept = surveys.remember(store, REPORT)
    assert surveys.find(store, kept.id).facts == REPORT
    another = surveys.remember(store, REPORT)
    assert [survey.id for survey in surveys.saved_surveys(store)] == [another.id, kept.id]


def test_what_is_known_of_a_survey_may_change_but_not_its_bytes(store):
    kept = surveys.remember(store, SurveyFacts("Kaggle", "abc"))
    changed = surveys.change(store, kept.id, dataclasses.replace(REPORT, sha256="other"))
    assert changed.facts == dataclasses.replace(REPORT, sha256="abc")
    assert surveys.find(store, kept.id) == changed
    assert changed.changed_at > kept.changed_at


@pytest.mark.parametrize("stars", [-1, 5])
def test_utility_is_nought_to_four_stars(store, stars):
    with pytest.raises(StoreError, match="0 to 4 stars"):
        surveys.remember(store, dataclasses.replace(REPORT, utility=stars))
