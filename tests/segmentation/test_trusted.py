"""How far cohorts can be trusted, as it goes along with a saved set."""

import dataclasses
import json

import pytest

from segmentation.cohorts import CohortSet, CohortTrusted, Trusted
from segmentation.cohorts.trusted import SENTENCES
from segmentation.errors import WorkbenchError
from tests.segmentation.cohort_sets import blocks, cohort_set

LABELS = [0] * 5 + [1] * 3 + [-1] * 2
VERDICTS = ["structure", "breadth only", "none", "unclear"]


def plain(labels=LABELS) -> CohortSet:
    names = tuple(f"t{i}" for i in range(4))
    return cohort_set(names, [0.6, 0.4], blocks(2, 2), people=10, labels=labels)


def trust_of(cohorts: CohortSet, verdict="none") -> Trusted:
    each = (CohortTrusted(0.9, "highly stable", "holds"), CohortTrusted(0.4, "dissolved"))
    return Trusted(cohorts.fingerprint, verdict, 0.25, 0.05, 10, 20, 50, each)


def checked(verdict="none") -> CohortSet:
    return plain().trusted(trust_of(plain(), verdict))


def test_it_goes_along_in_the_file():
    text = checked().to_json()
    again = CohortSet.from_json(text)
    assert again == checked()
    assert again.to_json() == text
    assert again.trust is not None
    assert again.trust.cohort(1) == CohortTrusted(0.4, "dissolved", None)


def test_a_set_that_was_not_looked_at_has_the_text_that_it_always_had():
    assert "trust" not in json.loads(plain().to_json())
    assert CohortSet.from_json(plain().to_json()).trust is None
    assert checked().trusted(None).to_json() == plain().to_json()


@pytest.mark.parametrize("verdict", VERDICTS)
def test_all_but_structure_is_a_caution(verdict):
    found = checked(verdict)
    assert found.trust is not None
    assert found.trust.sentence == SENTENCES[verdict]
    assert found.caution == ("" if verdict == "structure" else SENTENCES[verdict])
    assert SENTENCES[verdict] not in found.to_json(), "it is derived, and not stored"


def test_without_a_verdict_there_is_no_caution():
    assert plain().caution == ""


def test_other_names_keep_it():
    assert checked().renamed({0: "Another"}, {}).trust == checked().trust


def test_it_is_dropped_where_others_are_in_the_cohorts():
    other = plain([0] * 5 + [1] * 4 + [-1])
    assert other.trusted(trust_of(plain())).trust is None
    assert other.fingerprint != plain().fingerprint


def test_it_is_dropped_where_there_are_other_cohorts():
    one = dataclasses.replace(trust_of(plain()), cohorts=(CohortTrusted(),))
    assert plain().trusted(one).trust is None


def test_as_long_as_nothing_is_known_of_the_cohorts_none_has_a_ruling():
    found = plain().trusted(dataclasses.replace(trust_of(plain()), cohorts=()))
    assert found.trust is not None
    assert found.trust.cohort(1) == CohortTrusted(None, None, None)
    assert CohortSet.from_json(found.to_json()) == found


HOSTILE = {
    "no object": None,
    "a list": [],
    "a text": "structure",
    "empty": {},
    "unknown verdict": {"verdict": "proven"},
    "verdict is a list": {"verdict": ["none"]},
    "unknown band": {"cohorts": [{"band": "rock solid"}] * 2},
    "unknown ruling": {"cohorts": [{"ruling": "<b>holds</b>"}] * 2},
    "stability above one": {"cohorts": [{"stability": 1.5}] * 2},
    "stability is a truth": {"cohorts": [{"stability": True}] * 2},
    "more than a cohort has": {"cohorts": [{"answers": [1]}] * 2},
    "too few cohorts": {"cohorts": [{}]},
    "cohorts are a text": {"cohorts": "ab"},
    "of others": {"of": "0" * 16},
    "of a number": {"of": 7},
    "gain is no number": {"gain": float("nan")},
    "gain without end": {"gain": float("inf")},
    "gain of 400 digits": {"gain": 10**400},
    "gain is a text": {"gain": "0.3"},
    "negative error": {"se": -0.1},
    "half a respondent": {"respondents": 0.5},
    "shuffles are a truth": {"shuffles": True},
    "fewer than no resamples": {"resamples": -1},
    "more than there is": {"caution": ""},
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_set_with_another_sort_of_trust_is_no_set(how):
    data = json.loads(checked().to_json())
    said = HOSTILE[how]
    data["trust"] = {**data["trust"], **said} if isinstance(said, dict) and said else said
    with pytest.raises(WorkbenchError, match="not a saved cohort set"):
        CohortSet.from_json(json.dumps(data))
