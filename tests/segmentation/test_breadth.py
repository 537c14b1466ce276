"""The probability of each answer given only how many tools one uses, and distance beyond that."""

from itertools import product

import numpy as np
import pytest

from segmentation.breadth import expected, without_breadth
from segmentation.neighbours import find_neighbours
from segmentation.spec import ClusterSpec, NeighbourSpec, RunSpec
from tests.segmentation.builders import features


def ones(chosen: np.ndarray) -> np.ndarray:
    return np.ones(len(chosen), dtype=np.int64)


def varied(people: int, tools: int, seed: int = 0) -> np.ndarray:
    """Answers that breadth alone decides; nobody chose nothing."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(0, 0.8, (people, 1)) + rng.normal(-1, 0.8, tools)
    chosen = rng.random((people, tools)) < 1 / (1 + np.exp(-odds))
    return chosen[chosen.any(axis=1)]


def test_two_by_two_by_hand():
    """Two tools: who chose one of them chose it as often as all such people did."""
    chosen = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], dtype=bool)
    found = expected(chosen, np.ones_like(chosen), np.array([6, 2, 5, 5]))
    np.testing.assert_allclose(found, [[0.75, 0.25], [0.75, 0.25], [1, 1], [0, 0]], atol=1e-5)


@pytest.mark.parametrize("routed", [False, True])
def test_totals_are_those_observed(routed):
    chosen = varied(800, 20)
    asked = np.ones_like(chosen)
    if routed:
        asked = np.random.default_rng(1).random((len(chosen), 4))[:, np.arange(20) % 4] < 0.7
    found = expected(chosen, asked, ones(chosen))
    np.testing.assert_allclose(found.sum(axis=1), (chosen & asked).sum(axis=1), atol=1e-5)
    np.testing.assert_allclose(found.sum(axis=0), (chosen & asked).sum(axis=0), atol=1e-2)
    assert (found[~asked] == 0).all()
    assert ((found >= 0) & (found <= 1)).all()


def test_log_odds_are_a_sum_of_a_respondents_and_a_tools():
    """The double difference of log-odds over two people and two tools is nothing."""
    chosen = varied(500, 10)
    inside = chosen[~chosen.all(axis=1)]
    found = expected(inside, np.ones_like(inside), ones(inside))
    odds = np.log(found / (1 - found))
    rest = odds - odds.mean(axis=0) - odds.mean(axis=1)[:, None] + odds.mean()
    np.testing.assert_allclose(rest, 0, atol=1e-8)


def test_agrees_with_iterative_proportional_fitting():
    """The largest entropy with these totals, found another way: odds scaled in turn by row and
    column, here over all people without grouping."""
    chosen = varied(120, 6, seed=3)
    chosen = chosen[~chosen.all(axis=1)]
    level, odds = np.zeros((len(chosen), 1)), np.zeros(6)
    for _ in range(20_000):
        p = 1 / (1 + np.exp(-(level + odds)))
        level += 0.5 * np.log(chosen.sum(axis=1) / p.sum(axis=1))[:, None]
        p = 1 / (1 + np.exp(-(level + odds)))
        odds += 0.5 * np.log(chosen.sum(axis=0) / p.sum(axis=0))
    found = expected(chosen, np.ones_like(chosen), ones(chosen))
    np.testing.assert_allclose(found, p, atol=1e-5)


def test_a_count_is_that_many_people():
    chosen, count = varied(60, 8), np.random.default_rng(0).integers(1, 5, 200)
    count = count[: len(chosen)]
    together = expected(chosen, np.ones_like(chosen), count)
    repeated = np.repeat(chosen, count, axis=0)
    apart = expected(repeated, np.ones_like(repeated), ones(repeated))
    np.testing.assert_allclose(np.repeat(together, count, axis=0), apart, atol=1e-8)


def test_answers_on_a_ladder_have_no_finite_fit_and_are_left_as_they_are():
    """Guttman's scale: how many says which. Every row and column is decided in turn."""
    chosen = np.array(list(product([False, True], repeat=3)))
    ladder = chosen[(np.diff(chosen.astype(int), axis=1) <= 0).all(axis=1)]
    assert len(ladder) == 4
    np.testing.assert_array_equal(
        expected(ladder, np.ones_like(ladder), ones(ladder)), ladder.astype(float)
    )


def test_distance_by_hand():
    """(1 - z / sqrt(tools)) / 2 with z = sum (x - p)(y - q) / sqrt(sum p (1-p) q (1-q))."""
    chosen = varied(200, 8)
    asked = np.random.default_rng(2).random(chosen.shape) < 0.9
    asked |= ~(chosen & asked).any(axis=1)[:, None]
    found = find_neighbours(features(chosen & asked, asked), NeighbourSpec("breadth-free"))
    sets = found.patterns
    p = expected(sets.chosen, sets.asked, sets.count)
    for one in (0, 7, 90):
        for place in (1, 5, 60):
            other = found.indices[one, place]
            both = [t for t in range(8) if sets.asked[one, t] and sets.asked[other, t]]
            agree = sum(
                (sets.chosen[one, t] - p[one, t]) * (sets.chosen[other, t] - p[other, t])
                for t in both
            )
            spread = sum(
                p[one, t] * (1 - p[one, t]) * p[other, t] * (1 - p[other, t]) for t in both
            )
            by_hand = max(0.0, (1 - agree / np.sqrt(spread * len(both))) / 2)
            assert found.distances[one, place] == pytest.approx(by_hand, abs=1e-5)


def test_distances_lie_between_0_and_1_and_who_chose_all_is_compared_with_nobody():
    chosen = np.vstack([varied(300, 8), np.ones((1, 8), dtype=bool)])
    found = find_neighbours(features(chosen), NeighbourSpec("breadth-free"))
    assert ((found.distances >= 0) & (found.distances <= 1)).all()
    everything = found.patterns.of[-1]
    assert (found.distances[everything, 1:] == 1).all()
    assert (found.indices[:, 0] == np.arange(len(found.indices))).all()


def test_order_of_rows_changes_nothing():
    chosen = varied(300, 12)
    order = np.random.default_rng(5).permutation(len(chosen))
    one = find_neighbours(features(chosen), NeighbourSpec("breadth-free"))
    two = find_neighbours(features(chosen[order]), NeighbourSpec("breadth-free"))
    np.testing.assert_array_equal(one.indices, two.indices)
    np.testing.assert_array_equal(one.distances, two.distances)


@pytest.mark.parametrize(
    ("method", "then"),
    [("hdbscan", "hdbscan"), ("leiden", "leiden"), ("latent-class", "leiden")],
)
def test_settings_without_breadth(method, then):
    spec = RunSpec(cluster=ClusterSpec(method=method, unassigned="everyone"))
    found = without_breadth(spec)
    assert found.neighbours.metric == "breadth-free"
    assert (found.cluster.method, found.cluster.unassigned) == (then, "everyone")
    assert (found.encode, found.embed) == (spec.encode, spec.embed)
