"""The Apply page: people placed in saved cohorts, with coverage, or refused under the floor."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from db import Content, NewVersion, versions
from pages.shared import applying
from segmentation.cohorts import assign
from segmentation.encode import encode
from segmentation.intake import read_survey
from segmentation.outputs import to_csv
from segmentation.spec import EncodeSpec
from tests.pages.cohorts_walk import name, said, save, store
from tests.pages.walk import COHORTS, figures, finish, open_file, result, tables, texts, workspace
from tests.segmentation.builders import planted, survey_csv

APPLY = "pages/views/apply.py"


@pytest.fixture
def saved(app, planted_csv):
    """Three cohorts of 12 tools, the first with a name that a spreadsheet would run."""
    test = open_file(app, planted_csv, page=COHORTS)
    name(test, 0).set_value("=1+1").run()
    save(test, "Mine")
    return test


def survey_of(tools: int) -> bytes:
    """Other people, asked about the first of the tools only."""
    chosen, _ = planted(3, 40, 12, seed=1)
    return survey_csv(chosen[:, :tools])


def applied(app, data):
    return open_file(app, data, "next.csv", page=APPLY)


def test_everybody_is_placed_and_the_figures_are_those_of_the_engine(app, saved):
    test = applied(app, survey_of(12))
    assert not test.exception
    run = result(saved)
    survey = read_survey(survey_of(12), "next.csv")
    features = encode(survey, workspace(test).mapping, EncodeSpec(0.0))
    expected = assign(run.cohorts, features)
    assert figures(test)["Coverage"] == "100 %"
    assert figures(test)["In a cohort"] == str(int((expected.cohort >= 0).sum()))
    assert figures(test)["Unlike any cohort"] == str(int(expected.unlike.sum()))
    for size in np.bincount(expected.cohort[expected.cohort >= 0]):
        assert f">{size}<" in tables(test)


def test_missing_tools_are_named_and_lower_the_coverage(app, saved):
    test = applied(app, survey_of(8))
    assert not test.exception
    assert 50 <= int(figures(test)["Coverage"].split()[0]) < 100
    assert "Not asked in this survey\\: t08, t09, t10, t11\\." in texts(test)


def test_under_the_floor_nobody_is_placed_and_it_is_said_why(app, saved):
    test = applied(app, survey_of(4))
    assert "This survey carries only" in said(test)
    assert "it lacks t04" in said(test)
    assert figures(test) == {}
    test.slider(key="apply-floor").set_value(10).run()
    assert figures(test)["Coverage"].endswith("%")


def test_the_list_of_everybody_holds_no_formula(app, saved):
    record = store_version("Mine")
    survey = read_survey(survey_of(12), "next.csv")
    test = applied(app, survey_of(12))
    features = encode(survey, workspace(test).mapping, EncodeSpec(0.0))
    cohorts = record.content.cohorts
    text = to_csv(applying.named(cohorts, assign(cohorts, features)))
    lines = pd.read_csv(io.StringIO(text))
    assert len(lines) == 120
    assert set(lines.columns) >= {"row", "cohort", "name", "probability", "margin"}
    assert "'=1+1" in set(lines["name"].dropna())
    assert "=1+1" not in set(lines["name"].dropna())


def store_version(line):
    from db import lines

    found = lines.find_line(store(), line)
    return versions.read(store(), found.latest.id)


def test_a_file_serves_as_well_as_a_saved_version(app, planted_csv):
    test = open_file(app, planted_csv, page=COHORTS)
    cohorts = result(test).cohorts.to_json()
    finish(test.switch_page(APPLY).run())
    assert "Open the cohorts.json of a run" in texts(test)
    test.file_uploader(key="apply-file").upload("cohorts.json", cohorts.encode()).run()
    assert figures(test)["Coverage"] == "100 %"


def test_a_file_that_is_none_is_refused(app, planted_csv):
    test = open_file(app, planted_csv, page=APPLY)
    test.file_uploader(key="apply-file").upload("cohorts.json", b"[1]").run()
    assert not test.exception
    assert "not a saved cohort set" in said(test)


def test_without_a_survey_the_page_leads_to_one(app):
    test = app().switch_page(APPLY).run()
    assert not test.exception
    assert "No survey is open yet" in texts(test)


def test_cohorts_of_which_nobody_is_found_have_a_row_too(app, saved):
    cohorts = result(saved).cohorts
    assert NewVersion("x", Content(cohorts), "k").content.cohorts == cohorts
    chosen = np.zeros((30, 12), dtype=bool)
    chosen[:, :4] = True
    chosen[:5, 3] = False
    test = applied(app, survey_csv(chosen))
    assert not test.exception
    assert figures(test)["In a cohort"] == "30"
    assert ">–<" in tables(test)
