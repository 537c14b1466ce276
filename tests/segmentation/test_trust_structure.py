"""The structure test: ties by hand and against scipy, the verdict, and when to stop."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from segmentation.spec import ClusterSpec, RunSpec
from segmentation.trust.chain import chain, everybody_placed
from segmentation.trust.people import People
from segmentation.trust.structure import (
    Looked,
    as_it_is,
    judge,
    judge_gain,
    shuffled,
    still_open,
    ties_of,
)
from segmentation.vocabulary import Tool
from tests.segmentation.builders import planted

NO_TIES = 1.0


def people(chosen: np.ndarray, asked: np.ndarray | None = None) -> People:
    tools = tuple(Tool(f"t{i:02d}", "Tool") for i in range(chosen.shape[1]))
    asked = np.ones_like(chosen) if asked is None else asked
    return People(tools, chosen & asked, asked, np.ones(len(chosen)))


def copies(*gains: float, ties: float = NO_TIES) -> list[Looked]:
    return [Looked(gain, 0.1, ties) for gain in gains]


@pytest.mark.parametrize(
    ("gain", "se", "independent", "breadth", "verdict"),
    [
        (1.0, 0.1, [-0.1, 0.0], [0.2, 0.79], "structure"),
        (1.0, 0.1, [-0.1, 0.0], [0.2, 0.81], "unclear"),
        (1.0, 0.1, [-0.1, 0.79], [0.2, 1.0], "breadth only"),
        (1.0, 0.1, [-0.1, 0.81], [0.2, 1.0], "unclear"),
        (1.0, 0.1, [-0.1, 0.9], [0.2, 0.3], "unclear"),
        (1.0, 0.1, [1.0], [0.2], "none"),
        (0.0, 0.0, [-1.0], [-1.0], "none"),
        (-0.1, 0.01, [-1.0], [-1.0], "none"),
    ],
)
def test_the_verdict_by_hand(gain, se, independent, breadth, verdict):
    assert judge(Looked(gain, se, NO_TIES), copies(*independent), copies(*breadth)) == verdict


@pytest.mark.parametrize(("gain", "verdict"), [(-0.1, "none"), (1.0, "breadth only")])
def test_ties_that_no_copy_has_are_never_called_nothing(gain, verdict):
    chance, breadth = copies(-0.2, 0.1), copies(0.0, 1.1, ties=1.5)
    assert judge(Looked(gain, 0.1, 1.5), chance, breadth) == verdict
    assert judge(Looked(gain, 0.1, 1.6), chance, breadth) == "unclear"


def test_ties_alone_are_no_structure():
    assert judge(Looked(1.0, 0.1, 99.0), copies(0.0), copies(0.9)) == "unclear"
    assert judge(Looked(1.0, 0.1, 0.5), copies(0.0), copies(0.1)) == "structure"


GAINS = st.lists(st.integers(-5, 20).map(lambda n: n / 10), min_size=1, max_size=8)
GAIN, SE = st.integers(-5, 20).map(lambda n: n / 10), st.integers(0, 3).map(lambda n: n / 10)


@given(GAIN, SE, GAINS, GAINS)
def test_more_copies_never_make_more_of_a_survey(gain, se, independent, breadth):
    """With every copy the claim gets weaker or stays, but that breadth may explain what was
    unclear."""
    fewer = judge_gain(gain, se, independent[:1], breadth[:1])
    more = judge_gain(gain, se, independent, breadth)
    if more == "structure":
        assert fewer == "structure"
    if fewer == "none":
        assert more == "none"


@given(GAIN, SE, GAINS, GAINS)
def test_a_survey_with_more_gain_is_never_judged_worse(gain, se, independent, breadth):
    rank = ["none", "breadth only", "unclear", "structure"]
    low = judge_gain(gain, se, independent, breadth)
    high = judge_gain(gain + 0.5, se, independent, breadth)
    if {low, high} != {"unclear", "breadth only"}:
        assert rank.index(high) >= rank.index(low)


@given(GAIN, SE, GAINS, GAINS)
def test_stopping_early_gives_the_verdict_of_all_copies(gain, se, independent, breadth):
    asked: dict[str, list[float]] = {"independent": [], "breadth-keeping": []}
    for kind, every in (("independent", independent), ("breadth-keeping", breadth)):
        for one in every:
            if kind not in still_open(gain, *asked.values()):
                break
            asked[kind].append(one)
    assert judge_gain(gain, se, *asked.values()) == judge_gain(gain, se, independent, breadth)


def test_ties_are_the_mean_chi_square_of_the_pairs():
    rng = np.random.default_rng(4)
    chosen = rng.random((60, 5)) < 0.4
    chosen[:, 1] |= chosen[:, 0]
    asked = rng.random((60, 5)) < 0.8
    expected = []
    for one, other in combinations(range(5), 2):
        both = asked[:, one] & asked[:, other]
        table = np.zeros((2, 2))
        np.add.at(table, (chosen[both, one].astype(int), chosen[both, other].astype(int)), 1)
        expected.append(chi2_contingency(table, correction=False).statistic)
    assert ties_of(people(chosen, asked)) == pytest.approx(np.mean(expected), rel=1e-5)


def test_pairs_that_nobody_was_asked_and_tools_that_all_chose_have_no_ties():
    chosen = np.array([[1, 0, 1], [0, 1, 1], [1, 0, 1], [0, 1, 1]], dtype=bool)
    assert ties_of(people(chosen)) == pytest.approx(4.0), "t00 and t01 exclude each other: n phi^2"
    apart = np.array([[1, 0], [0, 1]], dtype=bool)
    assert ties_of(people(apart, apart)) == 0.0


def test_ties_stay_finite_in_a_large_survey():
    chosen = np.random.default_rng(1).random((60_000, 4)) < 0.5
    assert 0 < ties_of(people(chosen)) < 10


def test_everybody_assigned_tells_more_than_the_core_alone():
    """300 people of three groups: core profiles promise more than they keep."""
    rng = np.random.default_rng(1088)
    truth = rng.integers(0, 3, 300)
    log_odds = rng.normal(-1, 0.5, 24) + rng.normal(0, 0.8, (3, 24))[truth]
    answers = people(rng.random((300, 24)) < 1 / (1 + np.exp(-log_odds)))
    core, everybody = chain(answers, RunSpec()), everybody_placed(answers, RunSpec())
    assert core.cohorts == everybody.cohorts
    assert (core.labels < 0).any()
    assert (everybody.labels >= 0).all()
    assert everybody.gain > core.gain


@pytest.mark.parametrize("method", ["leiden", "latent-class"])
def test_where_nobody_is_left_out_the_gain_is_the_one_that_is_shown(method):
    answers, spec = people(planted(3, 60, 12)[0]), RunSpec(cluster=ClusterSpec(method))
    assert as_it_is(answers, spec).gain == chain(answers, spec).gain


def test_a_copy_is_the_same_for_the_same_seed():
    answers = people(planted(3, 60, 12)[0])
    for kind in ("independent", "breadth-keeping"):
        one, again, other = (shuffled(answers, RunSpec(), kind, seed) for seed in (1, 1, 2))
        assert one == again != other


@pytest.mark.slow
def test_planted_cohorts_are_structure_and_their_shuffles_are_not():
    answers = people(planted(4, 60, 16)[0])
    breadth = np.random.default_rng(8).normal(0, 1.2, (400, 1))
    chance = 1 / (1 + np.exp(1 - breadth - np.zeros((1, 20))))
    many_boxes = people(np.random.default_rng(10).random((400, 20)) < chance)
    noise = people(np.random.default_rng(10).random((400, 20)) < 0.3)
    assert [_judged(survey) for survey in (answers, many_boxes, noise)] == [
        "structure",
        "breadth only",
        "none",
    ]


def _judged(survey: People) -> str:
    spec, kinds = RunSpec(), ("independent", "breadth-keeping")
    chance, breadth = ([shuffled(survey, spec, k, seed) for seed in range(8)] for k in kinds)
    return judge(as_it_is(survey, spec), chance, breadth)
