"""One survey with a known answer, in every layout: the features that come out are the same."""

from __future__ import annotations

import pytest

from segmentation.intake import read_survey
from tests.segmentation.intake.same_features import assert_same_features
from tests.segmentation.reencode import WRITE_INS, WRITERS, people


@pytest.mark.parametrize("name", WRITERS)
def test_every_layout_gives_the_same_features(name):
    assert_same_features(WRITERS[name]())


@pytest.mark.parametrize("name", WRITERS)
def test_no_layout_lets_personal_data_through(name):
    encoded = WRITERS[name]()
    survey = read_survey(encoded.data, "survey.csv", codebook=encoded.codebook)
    held = "\n".join(survey.answers.astype(str).agg("\n".join))
    assert "@example.org" not in held
    assert "192.0.2." not in held


def test_the_survey_has_everything_that_makes_layouts_differ():
    everyone = people()
    assert len(everyone) == 60
    assert sum(not person.shown for person in everyone) == 1
    assert any("None" in person.ticks.get("lang", ()) for person in everyone)
    assert any("None of these" in person.ticks.get("cloud", ()) for person in everyone)
    assert any(person.shown >= {"data"} and not person.ticks["data"] for person in everyone)
    assert {person.write_in for person in everyone} == {"", *WRITE_INS}
