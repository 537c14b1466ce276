"""Statistics against hand calculation, scipy and statsmodels' published values."""

import json

import numpy as np
import pytest
from scipy.stats import binomtest, chi2_contingency

from segmentation.cluster import Clustering
from segmentation.encode import Attribute
from segmentation.mixture import fit_mixture, score
from segmentation.profiles import _evidence, profile, rates, two_proportion_p, wilson
from tests.segmentation.builders import features, planted


def clustering_of(found, labels: np.ndarray) -> Clustering:
    chosen, asked = found.chosen_kept, found.asked_kept
    mixture = fit_mixture(chosen, asked, found.weight[found.used], labels, int(labels.max()) + 1)
    posterior = score(mixture, chosen, asked).posterior.astype(np.float32)
    return Clustering(labels, labels, posterior, mixture)


@pytest.mark.parametrize(("yes", "n"), [(0, 10), (3, 10), (81, 263), (15, 148), (10, 10)])
def test_wilson_agrees_with_scipy(yes, n):
    low, high = wilson(np.array(yes / n), n)
    expected = binomtest(yes, n).proportion_ci(method="wilson")
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_agrees_with_newcombe_1998():
    """Newcombe (1998), table I, method 3: 81/263 gives 0.2553 to 0.3662."""
    low, high = wilson(np.array(81 / 263), 263)
    assert (round(float(low), 4), round(float(high), 4)) == (0.2553, 0.3662)


def test_two_proportion_test_is_the_chi_square_of_the_table():
    p = two_proportion_p(np.array(45 / 100), np.array(100.0), np.array(60 / 220), np.array(220.0))
    table = [[45, 55], [60, 160]]
    assert float(p) == pytest.approx(chi2_contingency(table, correction=False).pvalue)


@pytest.fixture(scope="module")
def from_r(root) -> dict:
    return json.loads((root / "tests/data/references/intervals.json").read_text("utf-8"))


def test_wilson_agrees_with_r(from_r):
    for known in from_r["wilson"]:
        found = wilson(np.array(known["yes"] / known["of"]), known["of"])
        assert [float(bound) for bound in found] == pytest.approx(known["interval"], abs=1e-10)


def test_the_two_proportion_test_agrees_with_r(from_r):
    for known in from_r["two_proportions"]:
        (yes, others), (n, rest) = known["yes"], known["of"]
        p = two_proportion_p(np.array(yes / n), np.array(n), np.array(others / rest), rest)
        assert float(p) == pytest.approx(known["p"], rel=1e-9)


def test_the_false_discovery_rate_agrees_with_r(from_r):
    """Benjamini and Hochberg's own example: four of fifteen."""
    p = np.array([from_r["p"]])
    plenty = np.full(p.shape, 200.0)
    marked = _evidence(plenty, plenty, plenty, plenty, p)[0] == 1
    assert marked.tolist() == [adjusted <= 0.05 for adjusted in from_r["adjusted"]]
    assert marked.sum() == 4


def test_prevalence_index_and_base_by_hand():
    chosen = np.array([[1, 0], [1, 1], [0, 1], [0, 0]], dtype=bool)
    asked = np.array([[1, 1], [1, 1], [1, 1], [1, 0]], dtype=bool)
    labels = np.array([0, 0, 1, 1])
    found = rates(chosen, asked, np.ones(4), labels, 2)
    assert found.prevalence.tolist() == [[1.0, 0.5], [0.0, 1.0]]
    assert found.base.tolist() == [[2, 2], [2, 1]]
    assert found.overall.tolist() == pytest.approx([0.5, 2 / 3])
    assert found.index[0].tolist() == pytest.approx([200, 75])
    assert found.overall_base.tolist() == [4, 3]
    assert (found.significant == 0).all(), "no base reaches 30"


def test_weighted_prevalence_by_hand():
    chosen = np.array([[1], [0], [1]], dtype=bool)
    weight = np.array([3.0, 1.0, 1.0])
    found = rates(chosen, np.ones_like(chosen), weight, np.array([0, 0, -1]), 1)
    assert found.prevalence[0, 0] == 0.75
    assert found.overall[0] == 0.8
    assert found.base[0, 0] == 2
    low, high = wilson(np.array(0.75), 16 / 10)  # Kish: (3 + 1)^2 / (9 + 1)
    assert (found.low[0, 0], found.high[0, 0]) == (float(low), float(high))


def test_every_respondent_twice_gives_the_same_shares_and_narrower_intervals():
    chosen, truth = planted(size=50)
    once = rates(chosen, np.ones_like(chosen), np.ones(len(chosen)), truth, 4)
    twice_chosen, twice_truth = np.repeat(chosen, 2, axis=0), np.repeat(truth, 2)
    twice = rates(
        twice_chosen, np.ones_like(twice_chosen), np.ones(len(twice_chosen)), twice_truth, 4
    )
    np.testing.assert_allclose(once.prevalence, twice.prevalence)
    np.testing.assert_allclose(once.index, twice.index)
    assert (twice.high - twice.low < once.high - once.low).all()


def test_only_planted_differences_are_evidence():
    chosen, truth = planted(size=150)
    found = rates(chosen, np.ones_like(chosen), np.ones(len(chosen)), truth, 4)
    for cohort in range(4):
        own = slice(cohort * 6, cohort * 6 + 6)
        assert (found.significant[cohort, own] == 1).all()
        assert (np.delete(found.significant[cohort], np.r_[own]) <= 0).all()


def test_noise_is_seldom_evidence():
    """At a false discovery rate of 5 %, pure noise shows evidence in few surveys."""
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(100):
        chosen = rng.random((400, 20)) < 0.3
        labels = rng.integers(0, 4, 400)
        found = rates(chosen, np.ones_like(chosen), np.ones(400), labels, 4)
        alarms += bool(found.significant.any())
    assert alarms <= 12


def test_one_person_is_no_evidence():
    """A tool that one of 40 and nobody else chose has a tiny p-value and an index of 1,000."""
    chosen = np.zeros((400, 2), dtype=bool)
    chosen[:, 1] = True
    chosen[0, 0] = True
    labels = np.arange(400) // 40
    found = rates(chosen, np.ones_like(chosen), np.ones(400), labels, 10)
    assert found.index[0, 0] == pytest.approx(1000)
    assert found.significant[0, 0] == 0
    chosen[:6, 0] = True
    assert rates(chosen, np.ones_like(chosen), np.ones(400), labels, 10).significant[0, 0] == 1


def test_profile_describes_every_tool_the_dropped_ones_too():
    chosen, truth = planted(size=100)
    rare = np.zeros((len(chosen), 1), dtype=bool)
    rare[:20] = True
    found = features(np.hstack([chosen, rare]), threshold=0.1)
    assert not found.kept[-1]
    result = profile(found, clustering_of(found, truth))
    assert result.tool_rates.prevalence.shape == (4, 25)
    assert result.tool_rates.prevalence[0, -1] == pytest.approx(0.2)
    assert result.size.tolist() == [100] * 4
    assert result.share.sum() == pytest.approx(1)
    assert (result.share_low < result.share).all()
    assert (result.share < result.share_high).all()


def test_names_come_from_characteristic_tools_and_are_unique():
    chosen, truth = planted(size=100)
    found = features(chosen)
    result = profile(found, clustering_of(found, truth))
    assert len(set(result.names)) == 4
    for cohort, name in enumerate(result.names):
        block = {f"t{i:02d}" for i in range(cohort * 6, cohort * 6 + 6)}
        assert set(name.split(" + ")) <= block
        assert len(name.split(" + ")) == 3


def test_a_cohort_without_evidence_is_named_by_what_it_uses():
    chosen, _ = planted(size=100)
    found = features(chosen)
    labels = np.random.default_rng(0).integers(0, 2, len(chosen))
    names = profile(found, clustering_of(found, labels)).names
    assert all(name.startswith("Few tools, mostly t") for name in names)
    assert names[0] != names[1]


def test_a_cohort_too_small_for_evidence_is_named_by_what_it_overuses():
    chosen, truth = planted(size=100)
    keep = (truth != 3) | (np.arange(len(truth)) >= 380)
    found = features(chosen[keep])
    names = profile(found, clustering_of(found, truth[keep])).names
    assert set(names[3].split(" + ")) <= {f"t{i}" for i in range(18, 24)}


def test_attribute_mixture_is_the_mean_posterior_of_each_title():
    chosen, truth = planted(size=100)
    title = np.column_stack([truth < 2, truth >= 2])
    attribute = Attribute("Role title", ("A", "B"), title, np.ones(len(truth), dtype=bool), False)
    found = features(chosen, attributes=(attribute,))
    clustering = clustering_of(found, truth)
    result = profile(found, clustering).attributes[0]
    np.testing.assert_allclose(result.mixture.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(
        result.mixture[0], clustering.posterior[title[:, 0]].mean(axis=0), atol=1e-5
    )
    assert result.mixture[0, :2].sum() > 0.95
    assert result.rates.prevalence[0].tolist() == [1.0, 0.0]


def test_typical_members_are_distinct_and_carry_their_cohorts_tools():
    chosen, truth = planted(size=100)
    found = features(chosen)
    result = profile(found, clustering_of(found, truth))
    for cohort, sets in enumerate(result.typical):
        assert len(sets) == len(set(sets)) == 5
        block = {f"t{i:02d}" for i in range(cohort * 6, cohort * 6 + 6)}
        assert len(block & set(sets[0])) >= 5


def test_the_light_functions_are_those_of_scipy_stats():
    from scipy import special, stats

    from segmentation.compare.evidence import USUAL
    from segmentation.profiles import false_discovery

    p = np.random.default_rng(0).random(200) ** 3
    p[:5] = p[5:10]
    np.testing.assert_array_equal(false_discovery(p), stats.false_discovery_control(p))
    z = np.linspace(0, 12, 500)
    np.testing.assert_array_equal(special.ndtr(-z), stats.norm.sf(z))
    assert special.ndtri(0.975) == stats.norm.ppf(0.975)
    assert stats.chi2.ppf(0.5, 1) == USUAL
    for groups in (1, 3, 40):
        np.testing.assert_array_equal(special.chdtrc(groups, z**2), stats.chi2.sf(z**2, groups))
