"""The order of rows and columns decides nobody's cohort, and a shuffle would tell if it did."""

import numpy as np
import pytest

from segmentation.encode import features_of
from segmentation.spec import ClusterSpec, EncodeSpec, NeighbourSpec, RunSpec
from segmentation.trust.audits import order
from segmentation.trust.audits.model import OrderProof
from segmentation.trust.chain import Found, chain
from segmentation.trust.people import People
from tests.segmentation.trust_runs import tools_named

METHODS = ("hdbscan", "leiden", "latent-class")


def people(seed: int = 0) -> People:
    """A survey without clear cohorts, where ties and chance have most to say; some were not asked
    everything, and weights differ."""
    rng = np.random.default_rng(seed)
    asked = rng.random((400, 14)) < 0.9
    chosen = asked & (rng.random((400, 14)) < np.linspace(0.15, 0.6, 14))
    return People(tools_named(14), chosen, asked, rng.choice([0.5, 1.1, 1.7], 400))


def found(labels: list[int]) -> Found:
    return Found(np.array(labels), max(labels) + 1, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("metric", ["jaccard", "breadth-free"])
@pytest.mark.parametrize("method", METHODS)
def test_shuffling_rows_and_columns_moves_nobody(method, metric):
    survey = people()
    spec = RunSpec(
        EncodeSpec(0.1), NeighbourSpec(metric), cluster=ClusterSpec(method, unassigned="likely")
    )
    as_it_is = chain(survey, spec)
    assert as_it_is.cohorts > 0
    assert [order.moved(survey, spec, as_it_is, seed) for seed in (1, 2)] == [0, 0]


def test_a_shuffle_is_of_the_same_people_and_tools():
    survey = people()
    other, rows = order.shuffled(survey, seed=3)
    assert other.tools != survey.tools
    assert (rows != np.arange(len(rows))).mean() > 0.9
    columns = [other.tools.index(tool) for tool in survey.tools]
    back = np.argsort(rows)
    np.testing.assert_array_equal(other.chosen[back][:, columns], survey.chosen)
    np.testing.assert_array_equal(other.asked[back][:, columns], survey.asked)
    np.testing.assert_array_equal(other.weight[back], survey.weight)


def test_whoever_is_elsewhere_counts_whatever_the_cohorts_are_called():
    as_it_is = found([0, 0, 0, 1, 1, -1, -1])
    assert order.differing(as_it_is, np.array([1, 1, 1, 0, 0, -1, -1]), 2) == 0
    assert order.differing(as_it_is, np.array([0, 0, 1, 1, 1, -1, 0]), 2) == 2
    assert order.differing(as_it_is, np.array([0, 0, 0, 0, 0, 0, 0]), 1) == 4
    assert order.differing(as_it_is, np.full(7, -1), 0) == 5
    assert order.differing(as_it_is, np.array([0, 0, 2, 1, 1, -1, -1]), 3) == 1


def test_a_chain_that_hangs_on_the_order_is_found_out(monkeypatch):
    """Cohorts that are the halves of the file, whoever stands there."""
    survey = people()
    halves = found([0] * 200 + [1] * 200)
    monkeypatch.setattr(order, "chain", lambda *_: halves)
    assert order.moved(survey, RunSpec(), halves, seed=1) > 100


def test_the_shuffles_together():
    assert order.proof([0, 0, 7, 2], 400) == OrderProof(4, 2, 7, 400)
    assert order.proof([], 400) == OrderProof(0, 0, 0, 400)


def test_tools_stand_by_name_whatever_order_they_come_in():
    survey = people()
    other, rows = order.shuffled(survey, seed=4)
    one, two = (
        features_of(p.tools, p.chosen, p.asked, p.weight, EncodeSpec()) for p in (survey, other)
    )
    assert one.tools == two.tools == tools_named(14)
    np.testing.assert_array_equal(one.chosen[rows], two.chosen)
    np.testing.assert_array_equal(one.kept, two.kept)
    np.testing.assert_allclose(one.prevalence, two.prevalence)
