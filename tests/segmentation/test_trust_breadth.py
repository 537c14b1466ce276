"""Cohorts that merely tick more boxes, and a refit without."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.breadth import expected, without_breadth
from segmentation.spec import ClusterSpec, EncodeSpec, RunSpec
from segmentation.trust.audits import breadth
from tests.segmentation.builders import planted
from tests.segmentation.test_breadth import varied
from tests.segmentation.trust_runs import found, given


def settings(method: str) -> RunSpec:
    return RunSpec(EncodeSpec(0.0), cluster=ClusterSpec(method, min_cluster_size=0.05))


def explained(chosen: np.ndarray, labels: np.ndarray) -> float:
    """Share of the variance of the number of tools that lies between cohorts (eta squared)."""
    tools, inside = chosen.sum(axis=1), labels >= 0
    means = np.array([tools[labels == c].mean() for c in range(labels.max() + 1)])
    between = (means[labels[inside]] - tools[inside].mean()) ** 2
    return float(between.sum() / ((tools[inside] - tools[inside].mean()) ** 2).sum())


def test_share_and_tools_by_hand():
    """Six people, three tools. Cohort 0 chose one tool each, cohort 1 two; who chose how many is
    all there is to it, but that the second tool goes with cohort 1."""
    chosen = np.array([[1, 0, 0], [1, 0, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1]], bool)
    labels = np.array([0, 0, 0, 1, 1, 1])
    e = expected(chosen, np.ones_like(chosen), np.ones(6, dtype=np.int64))
    p = [[2 / 3, 0, 1 / 3], [2 / 3, 2 / 3, 2 / 3]]
    overall = [4 / 6, 2 / 6, 3 / 6]
    left = between = 0.0
    for c in (0, 1):
        for t in range(3):
            left += (p[c][t] - e[labels == c, t].mean()) ** 2
            between += (p[c][t] - overall[t]) ** 2
    run = given(chosen, labels, RunSpec(EncodeSpec(0.0)))
    result = breadth.audit(run)
    assert result.share == pytest.approx(1 - left / between)
    assert result.mean_tools == pytest.approx((1, 2))


def test_halves_by_breadth_alone_are_all_breadth():
    chosen = varied(2000, 20)
    tools = chosen.sum(axis=1)
    result = breadth.audit(given(chosen, np.where(tools > np.median(tools), 1, 0)))
    assert result.share > 0.95
    assert result.mean_tools[1] > 2 * result.mean_tools[0]


def test_planted_cohorts_are_not_breadth():
    chosen, truth = planted(size=200)
    assert breadth.audit(given(chosen, truth)).share < 0.05


def test_people_in_no_cohort_are_in_no_cohorts_mean():
    chosen, truth = planted(size=50)
    truth[::5] = -1
    result = breadth.audit(given(chosen, truth))
    members = [chosen[truth == c].sum(axis=1).mean() for c in range(4)]
    assert result.mean_tools == pytest.approx(members)


def test_one_cohort_of_all_differs_in_nothing():
    chosen, truth = planted(size=50)
    assert breadth.audit(given(chosen, np.zeros_like(truth))).share == 0


@pytest.mark.slow
@pytest.mark.parametrize("method", ["hdbscan", "leiden"])
def test_a_refit_without_breadth_no_longer_sorts_people_by_how_many_tools_they_use(method):
    chosen = varied(1000, 30)
    plain, without = (
        found(chosen, spec) for spec in (settings(method), without_breadth(settings(method)))
    )
    assert breadth.audit(plain).share > breadth.audit(without).share + 0.3
    assert explained(chosen, plain.clustering.labels) > 0.5
    assert explained(chosen, without.clustering.labels) < 0.2


@pytest.mark.slow
@pytest.mark.parametrize("method", ["hdbscan", "leiden"])
def test_a_refit_without_breadth_finds_planted_cohorts(method):
    chosen, truth = planted(size=200)
    run = found(chosen, without_breadth(settings(method)))
    labels = run.clustering.labels
    assert adjusted_rand_score(truth[labels >= 0], labels[labels >= 0]) > 0.9
    assert breadth.audit(run).share < 0.1
