"""Tools that mark cohorts: those that formed them, all others, and whether they do so again."""

import numpy as np
import pytest

from segmentation.spec import ClusterSpec, EncodeSpec, RunSpec
from segmentation.trust.audits import marks
from tests.segmentation.builders import planted
from tests.segmentation.trust_runs import found, given

CLASSES = RunSpec(EncodeSpec(0.10), cluster=ClusterSpec("latent-class", cohorts=4))


def with_rare() -> tuple[np.ndarray, np.ndarray]:
    """Four planted cohorts of 250 and six tools each; two rare tools go with the second."""
    chosen, truth = planted(size=250)
    rare = np.zeros((1000, 2), dtype=bool)
    rare[250:310, 0] = True
    rare[250:290, 1] = True
    return np.hstack([chosen, rare]), truth


def test_forming_tools_are_counted_apart_from_others():
    chosen, truth = with_rare()
    result = marks.audit(given(chosen, truth, CLASSES))
    assert [mark.number for mark in result] == [0, 1, 2, 3]
    assert [mark.forming for mark in result] == [6, 6, 6, 6]
    assert [mark.others for mark in result] == [0, 2, 0, 0]
    assert result[1].others_names == ("t24", "t25")
    assert {(mark.again, mark.tested) for mark in result} == {(None, None)}


def test_planted_cohorts_show_the_same_marks_in_the_other_half():
    chosen, truth = with_rare()
    result = marks.again(given(chosen, truth, CLASSES), seed=0)
    assert all(mark.tested >= 6 for mark in result)
    assert sum(mark.again for mark in result) == sum(mark.tested for mark in result)
    assert result[1].tested == 8


def test_cohorts_of_noise_have_marks_that_the_other_half_does_not_show():
    """Twenty independent tools, and four classes made of them: each is full of marks, which all
    people of the half were sorted by."""
    chosen = np.random.default_rng(0).random((2000, 20)) < 0.3
    run = found(chosen[chosen.any(axis=1)], CLASSES)
    assert sum(mark.forming for mark in marks.audit(run)) > 15
    halves = marks.on_halves(run, seed=0)
    assert halves.tested.sum() > 15
    assert halves.again.sum() < 0.1 * halves.tested.sum()


def test_a_cohort_that_half_of_the_people_do_not_give_is_not_tested():
    """A cohort of people of all kinds, whom three planted cohorts lack."""
    chosen, truth = planted(cohorts=3, size=300)
    mixed = np.where(np.arange(len(truth)) % 3 == 0, 3, truth)
    run = given(chosen, mixed, CLASSES)
    tested = [mark.tested for mark in marks.again(run, seed=0)]
    assert tested[3] == 0
    assert min(tested[:3]) >= 6


@pytest.mark.parametrize("seed", [0, 1])
def test_the_seed_repeats_the_halves(seed):
    chosen, truth = with_rare()
    run = given(chosen, truth, CLASSES)
    assert marks.again(run, seed) == marks.again(run, seed)
