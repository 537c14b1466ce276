import numpy as np
import pytest
from scipy.spatial.distance import cdist

from segmentation.errors import SegmentError
from segmentation.neighbours import find_neighbours
from segmentation.spec import NeighbourSpec
from tests.segmentation.builders import features

METRICS = ["jaccard", "hamming", "cosine", "dice"]


def random_survey(seed: int = 0, rows: int = 300, tools: int = 15) -> np.ndarray:
    chosen = np.random.default_rng(seed).random((rows, tools)) < 0.3
    chosen[:, 0] |= ~chosen.any(axis=1)
    return chosen


@pytest.mark.parametrize("metric", METRICS)
def test_distances_agree_with_scipy(metric):
    found = find_neighbours(features(random_survey()), NeighbourSpec(metric))
    sets = found.patterns.chosen
    reference = cdist(sets.astype(float) if metric == "cosine" else sets, sets, metric)
    np.fill_diagonal(reference, 0)
    expected = np.sort(reference, axis=1)[:, : found.indices.shape[1]]
    np.testing.assert_allclose(found.distances, expected, atol=2e-5)
    picked = np.take_along_axis(reference, found.indices.astype(np.int64), axis=1)
    np.testing.assert_allclose(found.distances, picked, atol=2e-5)


def test_each_pattern_is_its_own_first_neighbour():
    found = find_neighbours(features(random_survey()), NeighbourSpec())
    assert (found.indices[:, 0] == np.arange(len(found.indices))).all()
    assert (found.distances[:, 0] == 0).all()


def test_identical_answers_are_one_pattern():
    chosen = np.repeat(random_survey(rows=40), 3, axis=0)
    patterns = find_neighbours(features(chosen), NeighbourSpec()).patterns
    assert patterns.count.sum() == 120
    assert len(np.unique(patterns.chosen, axis=0)) == len(patterns.chosen)
    np.testing.assert_array_equal(patterns.chosen[patterns.of], chosen)


def test_shuffled_rows_give_the_same_neighbours():
    chosen = random_survey()
    order = np.random.default_rng(5).permutation(len(chosen))
    one = find_neighbours(features(chosen), NeighbourSpec())
    two = find_neighbours(features(chosen[order]), NeighbourSpec())
    np.testing.assert_array_equal(one.indices, two.indices)
    np.testing.assert_array_equal(one.patterns.of[order], two.patterns.of)


def test_only_tools_asked_of_both_count():
    # Respondents 0 and 1 agree on all they were both asked; tool 2 was asked of 0 alone.
    chosen = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    asked = np.ones_like(chosen)
    asked[1, 2] = False
    found = find_neighbours(features(chosen, asked), NeighbourSpec())
    zero, one = found.patterns.of[0], found.patterns.of[1]
    place = list(found.indices[zero]).index(one)
    assert found.distances[zero, place] == 0


def test_ties_do_not_all_go_to_the_same_pattern():
    """With every distance tied, no pattern may be among everybody's nearest."""
    found = find_neighbours(features(np.eye(200, dtype=bool)), NeighbourSpec())
    nearest = found.indices[:, 1:11]
    assert np.bincount(nearest.ravel(), minlength=200).max() < 60


def test_too_few_different_answers_is_said():
    chosen = np.tile(np.array([[1, 0], [0, 1], [1, 1]], dtype=bool), (50, 1))
    with pytest.raises(SegmentError, match="only 3 different combinations"):
        find_neighbours(features(chosen), NeighbourSpec())
