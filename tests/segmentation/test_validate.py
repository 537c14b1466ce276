import numpy as np
import pytest

from segmentation.validate import validate
from tests.segmentation.builders import planted


def gain(chosen: np.ndarray, labels: np.ndarray, **changes):
    arguments = {"asked": np.ones_like(chosen), "weight": np.ones(len(chosen)), **changes}
    count = int(labels.max()) + 1
    return validate(chosen, arguments["asked"], arguments["weight"], labels, count, seed=42)


def test_true_cohorts_tell_about_new_people():
    chosen, truth = planted()
    result = gain(chosen, truth)
    assert result.gain > 3 * result.gain_se > 0
    assert result.fidelity > 0.95
    assert len(result.cohort_fidelity) == 4


def test_labels_of_a_survey_without_cohorts_tell_nothing():
    rng = np.random.default_rng(0)
    result = gain(rng.random((400, 24)) < 0.3, rng.integers(0, 4, 400))
    assert result.gain < 0
    assert result.fidelity < 0.5


def test_wrong_labels_tell_far_less_than_the_true_ones():
    chosen, truth = planted()
    wrong = np.random.default_rng(0).permutation(truth)
    assert gain(chosen, wrong).gain < gain(chosen, truth).gain / 10


def test_one_cohort_of_everybody_gains_nothing():
    chosen, _ = planted()
    assert gain(chosen, np.zeros(len(chosen), dtype=int)).gain == pytest.approx(0)


def test_gain_by_hand_in_expectation():
    """Two cohorts that never share a tool, two tools: knowing the mixture is worth log 2 nats
    (the second tool follows from the first), less what smoothing costs."""
    labels = np.arange(2000) % 2
    chosen = np.column_stack([labels == 0, labels == 1])
    assert gain(chosen, labels).gain == pytest.approx(np.log(2), abs=0.01)


def test_shuffled_rows_change_nothing():
    chosen, truth = planted(size=40)
    order = np.random.default_rng(3).permutation(len(chosen))
    one, two = gain(chosen, truth), gain(chosen[order], truth[order])
    assert one.gain == pytest.approx(two.gain)
    assert one.fidelity == pytest.approx(two.fidelity)


def test_weights_weigh():
    chosen, truth = planted(size=40)
    weight = np.where(truth == 0, 3.0, 1.0)
    assert gain(chosen, truth, weight=weight).gain != pytest.approx(gain(chosen, truth).gain)
    assert gain(chosen, truth, weight=2 * np.ones(len(chosen))).gain == pytest.approx(
        gain(chosen, truth).gain
    )


def test_unassigned_respondents_count_in_the_gain_but_not_in_fidelity():
    chosen, truth = planted()
    labels = np.where(np.arange(len(truth)) % 5 == 0, -1, truth)
    result = gain(chosen, labels)
    assert result.gain > 0
    assert result.fidelity > 0.95
