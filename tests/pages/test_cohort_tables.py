"""Results as tables, and tables as HTML in which names are only ever text."""

from __future__ import annotations

import dataclasses
import html
import math
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from pages.shared import cohort_tables
from pages.shared.html_tables import html_table, swatch
from segmentation import RunSpec, read_survey, segment, suggest_mapping
from segmentation.palette import Mark, mark
from segmentation.profiles import profile
from segmentation.run import Segmentation
from tests.segmentation.builders import planted, survey_csv

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def run() -> Segmentation:
    chosen, truth = planted(3, 40, 12)
    roles = np.array(["Analyst", "Engineer", "Scientist"])[truth]
    survey = read_survey(survey_csv(chosen, {"What is your role?": list(roles)}), "s.csv")
    return segment(survey, suggest_mapping(survey), RunSpec())


def test_cohorts_and_the_unassigned_are_everybody(run):
    labels = np.where(np.arange(120) < 5, -1, run.clustering.labels)
    clustering = dataclasses.replace(run.clustering, labels=labels)
    described = profile(run.features, clustering)
    run = dataclasses.replace(run, clustering=clustering, profiles=described)
    names = [cohort.name for cohort in run.cohorts.cohorts]
    table = cohort_tables.cohorts_table(run, names, "light")
    assert list(table["Cohort"]) == [*names, "Unassigned"]
    assert table["People"].sum() == 120
    assert table["Share"].sum() == pytest.approx(100)
    assert list(table["No."]) == [*(str(i + 1) for i in range(len(names))), ""]
    assert math.isnan(table["Fidelity"].iloc[-1])


def test_the_tools_of_the_heatmap_differ_on_evidence_the_most_telling_first(run):
    order = cohort_tables.spread(run.profiles, None)
    assert order
    assert (run.profiles.tool_rates.significant[:, order] != 0).any(axis=0).all()
    assert cohort_tables.spread(run.profiles, "no such category") == []


def test_marked_tools_are_over_used_and_carry_their_base(run):
    table = cohort_tables.marked_tools(run.profiles, run.profiles.tool_rates, 0)
    assert (table["Index"] >= 120).all()
    assert (table["Here"] > table["Everyone"]).all()
    assert (table["Asked"] == run.profiles.size[0]).all()


def test_marked_answers_come_from_every_attribute_the_most_telling_first(run):
    table = cohort_tables.marked_levels(run.profiles, 0)
    assert list(table["Attribute"].unique()) == ["Role title"]
    assert (table["Index"] >= 120).all()


def test_usual_tools_name_the_most_common_of_each_category_and_who_was_asked(run):
    table = cohort_tables.usual_tools(run.profiles, 0)
    assert len(table) == len({tool.category for tool in run.profiles.tools})
    assert table["Most common"].iloc[0].count(",") == 2
    assert table["Asked"].iloc[0] == str(run.profiles.size[0])


def test_all_answers_to_an_attribute_are_listed(run):
    table = cohort_tables.levels_table(run.profiles.attributes[0], 0)
    assert list(table["Answer"]) == ["Analyst", "Engineer", "Scientist"]
    assert table["Here"].sum() == pytest.approx(100)


def test_fault_57_no_cell_label_or_heading_of_an_html_table_is_markup():
    table = pd.DataFrame({HOSTILE: [HOSTILE], "n": [1234.0]})
    shown = html_table(table, {HOSTILE: "text", "n": "number"}, HOSTILE)
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'onerror="' not in shown
    assert HOSTILE in html.unescape(shown)
    assert "1,234" in shown


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [(12.6, "percent", "13 %"), (np.int64(7), "number", "7"), (float("nan"), "percent", "–")],
)
def test_figures_are_written_for_reading(value, kind, text):
    assert f">{text}</td>" in html_table(pd.DataFrame({"a": [value]}), {"a": kind}, "t")


def test_a_bar_is_as_long_as_its_figure_says():
    shown = html_table(pd.DataFrame({"a": [140.0]}), {"a": "bar"}, "t", "#123456")
    assert "#1234563d 100%" in shown
    assert "140 %" in shown


def test_a_swatch_shows_the_mark_and_needs_no_request():
    pictures = {swatch(mark(cohort, "light")) for cohort in (0, 8, 16, 24)}
    assert len(pictures) == 4
    assert all(picture.startswith("data:image/svg+xml,") for picture in pictures)
    assert "#123456" in unquote(swatch(Mark("#123456", "star")))
