"""Shuffled copies keep what they promise, and nothing else."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import chisquare

from segmentation.trust.people import People
from segmentation.trust.shuffles import SMALLEST_GROUP, breadth_keeping, independent
from segmentation.vocabulary import Tool

KINDS = [independent, breadth_keeping]


def people(chosen: np.ndarray, asked: np.ndarray | None = None) -> People:
    tools = tuple(Tool(f"t{i:02d}", "Tool") for i in range(chosen.shape[1]))
    asked = np.ones_like(chosen) if asked is None else asked
    return People(tools, chosen & asked, asked, np.linspace(0.5, 1.5, len(chosen)))


def routed(respondents: int = 200, seed: int = 0) -> People:
    """Two large sets of tools asked, and five small ones."""
    rng = np.random.default_rng(seed)
    asked = np.ones((respondents, 8), dtype=bool)
    asked[: respondents // 2, 4:] = False
    for small in range(5):
        asked[-(small + 1) * 6 : respondents - small * 6, small] = False
    return people(rng.random(asked.shape) < rng.uniform(0.1, 0.7, 8), asked)


SURVEYS = st.tuples(st.integers(1, 70), st.integers(1, 6)).flatmap(
    lambda shape: st.tuples(
        arrays.arrays(bool, shape),
        arrays.arrays(bool, shape, elements=st.sampled_from([True, True, True, False])),
    )
)


@pytest.mark.parametrize("kind", KINDS)
@given(answers=SURVEYS, seed=st.integers(0, 1_000))
def test_a_copy_has_the_same_prevalence_and_asks_the_same(kind, answers, seed):
    survey = people(*answers)
    before = survey.chosen.copy()
    copy = kind(survey, seed)
    np.testing.assert_array_equal(copy.asked, survey.asked)
    np.testing.assert_array_equal(copy.weight, survey.weight)
    assert copy.tools == survey.tools
    assert not (copy.chosen & ~copy.asked).any()
    np.testing.assert_array_equal(copy.chosen.sum(axis=0), survey.chosen.sum(axis=0))
    np.testing.assert_array_equal(survey.chosen, before)


@given(answers=SURVEYS, seed=st.integers(0, 1_000))
def test_with_breadth_kept_everybody_chooses_as_many_tools(answers, seed):
    survey = people(*answers)
    copy = breadth_keeping(survey, seed)
    np.testing.assert_array_equal(copy.chosen.sum(axis=1), survey.chosen.sum(axis=1))


def test_with_breadth_kept_what_differs_between_sets_of_questions_stays():
    survey = routed()
    copy = breadth_keeping(survey, 3)
    sets, group = np.unique(survey.asked, axis=0, return_inverse=True)
    large = [g for g in range(len(sets)) if (group == g).sum() >= SMALLEST_GROUP]
    assert len(large) == 2
    for g in large:
        rows = group == g
        np.testing.assert_array_equal(
            copy.chosen[rows].sum(axis=0), survey.chosen[rows].sum(axis=0)
        )
        assert (copy.chosen[rows] != survey.chosen[rows]).any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_one_copy_and_another_seed_another(kind):
    survey = routed()
    one, again, other = kind(survey, 1), kind(survey, 1), kind(survey, 2)
    np.testing.assert_array_equal(one.chosen, again.chosen)
    assert (one.chosen != other.chosen).any()


@pytest.mark.parametrize("kind", KINDS)
def test_no_tool_goes_with_another_afterwards(kind):
    chosen = np.zeros((400, 4), dtype=bool)
    chosen[:200, :2] = chosen[200:, 2:] = True
    copy = kind(people(chosen), 5)
    assert np.corrcoef(copy.chosen[:, 0], copy.chosen[:, 1])[0, 1] < 0.2
    assert np.corrcoef(people(chosen).chosen[:, 0], chosen[:, 1])[0, 1] == pytest.approx(1)


@pytest.mark.parametrize("kind", KINDS)
def test_one_respondent_stays_as_they_are(kind):
    alone = people(np.array([[True, False, True]]))
    np.testing.assert_array_equal(kind(alone, 0).chosen, alone.chosen)


def test_trades_reach_every_survey_with_the_same_totals_equally_often():
    """Rows of 1, 2, 1 and columns of 2, 1, 1 choices: all such 3 x 3 tables, each as often."""
    start = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]], dtype=bool)
    rows, columns = start.sum(axis=1), start.sum(axis=0)
    tables = [np.array(cells, dtype=bool).reshape(3, 3) for cells in product((0, 1), repeat=9)]
    same = [
        table.tobytes()
        for table in tables
        if (table.sum(axis=1) == rows).all() and (table.sum(axis=0) == columns).all()
    ]
    assert len(same) == 5
    copies = 3_000
    seen = Counter(breadth_keeping(people(start), s).chosen.tobytes() for s in range(copies))
    assert set(seen) == set(same)
    assert chisquare([seen[table] for table in same]).pvalue > 0.01
