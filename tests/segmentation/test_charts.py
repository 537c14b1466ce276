import html
import json

import numpy as np
import pytest

from segmentation.charts import (
    cohort_groups,
    cohort_mixture,
    level_groups,
    plain,
    respondent_map,
    standalone_html,
)
from segmentation.palette import mark

HOSTILE = '<script>alert(1)</script><a href="http://x.example">x</a>'
POSITIONS = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0], [3.0, 1.0]])
LABELS = np.array([0, 0, 1, -1])


def test_plain_leaves_no_markup():
    assert "<" not in plain(HOSTILE)


def test_a_cohort_has_its_colour_and_the_unassigned_lie_underneath():
    groups = cohort_groups(LABELS, ["A", "B"], "light")
    assert [group.name for group in groups] == ["Unassigned", "A", "B"]
    assert groups[1].colour == mark(0, "light").colour
    assert groups[1].rows.tolist() == [0, 1]


def test_every_point_carries_its_respondent():
    figure = respondent_map(
        POSITIONS, cohort_groups(LABELS, ["A", "B"], "light"), ["x"] * 4, "light"
    )
    rows = np.concatenate([trace.customdata for trace in figure.data])
    assert sorted(rows.tolist()) == [0, 1, 2, 3]
    for trace in figure.data:
        drawn = np.column_stack([trace.x, trace.y])
        between = np.linalg.norm(drawn[0] - drawn, axis=1)
        there = POSITIONS[trace.customdata]
        np.testing.assert_allclose(between, np.linalg.norm(there[0] - there, axis=1), atol=1e-6)


def test_the_map_is_wider_than_high_whatever_way_it_came():
    tall = POSITIONS[:, ::-1] * [1, 5]
    for points in (tall, tall[:, ::-1]):
        figure = respondent_map(
            points, cohort_groups(LABELS, ["A", "B"], "light"), ["x"] * 4, "light"
        )
        x = np.concatenate([trace.x for trace in figure.data])
        y = np.concatenate([trace.y for trace in figure.data])
        assert np.ptp(x) > np.ptp(y)


def test_uploaded_text_is_data_in_every_figure():
    figures = [
        respondent_map(
            POSITIONS, cohort_groups(LABELS, [HOSTILE, "B"], "light"), [HOSTILE] * 4, "light"
        ),
        cohort_mixture(np.full((1, 2), 0.5), [HOSTILE], [10], [HOSTILE, "B"], "dark"),
    ]
    for figure in figures:
        text = figure.to_json()
        assert "<script" not in text
        assert "<a " not in json.loads(json.dumps(text))
        assert "&lt;script" in text


@pytest.mark.parametrize("name", ["%{customdata}", "$\\href{javascript:alert(1)}{x}$", "a $x$ b"])
def test_a_name_is_neither_a_template_nor_a_formula(name):
    figures = [
        respondent_map(POSITIONS, cohort_groups(LABELS, [name, "B"], "light"), [name] * 4, "light"),
        cohort_mixture(np.full((1, 2), 0.5), [name], [10], [name, "B"], "dark"),
    ]
    for figure in figures:
        text = figure.to_json()
        assert "$" not in text
        assert "%{customdata}" not in text
        assert html.unescape(plain(name)) == name


def test_beyond_the_palette_cohorts_of_one_colour_differ_in_pattern_and_number():
    figure = cohort_mixture(
        np.full((1, 9), 1 / 9), ["Dev"], [40], [f"c{i}" for i in range(9)], "light"
    )
    first, ninth = figure.data[0], figure.data[8]
    assert first.marker.color == ninth.marker.color
    assert first.marker.pattern.shape != ninth.marker.pattern.shape
    assert ninth.marker.pattern.fillmode == "overlay"  # else the colour is not drawn
    assert (first.text[0], ninth.text[0]) == ("1", "9")


def test_levels_of_few_people_are_faded():
    figure = cohort_mixture(np.full((2, 1), 1.0), ["many", "few"], [30, 29], ["A"], "light")
    assert figure.data[0].marker.opacity[0] > figure.data[0].marker.opacity[1]


def test_levels_draw_each_respondent_once():
    member = np.array([[1, 0], [1, 1], [0, 0], [1, 0]], dtype=bool)
    groups = level_groups(("common", "rare"), member, "light")
    assert {group.name: group.rows.tolist() for group in groups} == {
        "Others": [2],
        "common": [0, 3],
        "rare": [1],
    }


def test_a_page_fetches_nothing_from_elsewhere():
    figure = respondent_map(
        POSITIONS, cohort_groups(LABELS, ["A", "B"], "light"), ["x"] * 4, "light"
    )
    page = standalone_html(figure, HOSTILE)
    assert "<script src=" not in page
    assert "<title>&lt;script&gt;" in page
