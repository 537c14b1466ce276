import math

import numpy as np
import pytest

from segmentation.mixture import fit_mixture, score

CHOSEN = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=bool)
ASKED = np.ones_like(CHOSEN)
ONES = np.ones(4)
LABELS = np.array([0, 0, 1, -1])


def test_rates_are_laplace_smoothed_counts_of_core_members():
    mixture = fit_mixture(CHOSEN, ASKED, ONES, LABELS, 2)
    # Cohort 0: two members, tool 0 chosen by both, tool 1 by one. Cohort 1: one member.
    assert mixture.rate.tolist() == [[3 / 4, 2 / 4], [1 / 3, 2 / 3]]
    assert mixture.share.tolist() == [3 / 5, 2 / 5]


def test_posterior_is_bayes_by_hand():
    mixture = fit_mixture(CHOSEN, ASKED, ONES, LABELS, 2)
    scores = score(mixture, CHOSEN[:1], ASKED[:1])
    one = 3 / 5 * 3 / 4 * 2 / 4
    two = 2 / 5 * 1 / 3 * 2 / 3
    assert scores.posterior[0] == pytest.approx([one / (one + two), two / (one + two)])
    assert scores.loglik[0] == pytest.approx(math.log(one + two))


def test_a_tool_not_asked_drops_out():
    mixture = fit_mixture(CHOSEN, ASKED, ONES, LABELS, 2)
    asked = np.array([[True, False]])
    scores = score(mixture, np.array([[True, False]]), asked)
    one, two = 3 / 5 * 3 / 4, 2 / 5 * 1 / 3
    assert scores.posterior[0] == pytest.approx([one / (one + two), two / (one + two)])


def test_respondents_are_scored_one_at_a_time():
    rng = np.random.default_rng(1)
    asked = rng.random((50, 6)) < 0.8
    chosen = asked & (rng.random((50, 6)) < 0.5)
    mixture = fit_mixture(chosen, asked, np.ones(50), rng.integers(-1, 3, 50), 3)
    together = score(mixture, chosen, asked).posterior
    alone = np.vstack(
        [score(mixture, chosen[i : i + 1], asked[i : i + 1]).posterior for i in range(50)]
    )
    np.testing.assert_allclose(together, alone)


def test_doubling_every_weight_changes_nothing():
    rng = np.random.default_rng(2)
    chosen = rng.random((40, 5)) < 0.5
    labels = rng.integers(0, 2, 40)
    weight = rng.random(40) + 0.5
    once = fit_mixture(chosen, np.ones_like(chosen), weight, labels, 2)
    twice = fit_mixture(chosen, np.ones_like(chosen), 2 * weight, labels, 2)
    np.testing.assert_allclose(once.rate, twice.rate)
