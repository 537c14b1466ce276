"""The index table: figures only where they are evidence, names only ever text."""

from __future__ import annotations

import html
import re

import numpy as np
import pytest

from pages.shared.index_table import SCALE, index_table

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)">'


def cells(shown):
    return re.findall(
        r'<td title="([^"]*)" style="[^"]*background:(#\w+);[^"]*">([^<]*)</td>', shown
    )


def test_figures_stand_only_where_they_are_evidence():
    shown = index_table(np.array([[150.0, 90.0]]), np.array([[1, 0]]), ["A"], ["x", "y"], "light")
    assert [(said, figure) for said, _, figure in cells(shown)] == [
        ("index 150", "150"),
        ("index 90", ""),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_follow_the_doublings_and_end_at_a_quarter_and_four_times(theme):
    index = np.array([[1.0, 25.0, 50.0, 100.0, 200.0, 400.0, 9_000.0, np.nan]])
    shown = index_table(index, np.zeros((1, 8), int), ["A"], list("abcdefgh"), theme)
    low, below, even, above, high = SCALE[theme]
    assert [colour for _, colour, _ in cells(shown)] == [
        *(low, low, below, even, above, high, high, even)
    ]
    assert cells(shown)[-1][0] == "not asked"


def test_fault_57_names_of_tools_and_cohorts_are_text():
    shown = index_table(np.full((1, 1), 150.0), np.ones((1, 1), int), [HOSTILE], [HOSTILE], "dark")
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'onerror="' not in shown
    assert HOSTILE in html.unescape(shown)


def test_equal_names_stay_apart():
    shown = index_table(
        np.full((2, 2), 150.0), np.ones((2, 2), int), ["A", "A"], ["x", "x"], "light"
    )
    assert re.findall(r'<th scope="col" title="(.*?)"', shown) == ["1  A", "2  A"]
    assert len(cells(shown)) == 4
