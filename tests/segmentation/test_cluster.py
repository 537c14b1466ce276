import json

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.cluster import cluster, fit_classes
from segmentation.embed import embed
from segmentation.errors import SegmentError
from segmentation.neighbours import Patterns, find_neighbours
from segmentation.spec import ClusterSpec, EmbedSpec, NeighbourSpec
from tests.segmentation.builders import features, planted

METHODS = ["hdbscan", "leiden", "latent-class"]


def run(chosen: np.ndarray, spec: ClusterSpec, asked: np.ndarray | None = None):
    found = features(chosen, asked)
    neighbours = find_neighbours(found, NeighbourSpec())
    embedding = embed(neighbours, EmbedSpec(neighbors=15), epochs=100)
    return cluster(found, neighbours.patterns, embedding, spec, seed=42)


def spec(method: str, **changes) -> ClusterSpec:
    return ClusterSpec(method, **{"min_cluster_size": 0.1, "resolution": 0.5, **changes})


@pytest.mark.parametrize("method", METHODS)
def test_planted_cohorts_are_found(method):
    chosen, truth = planted()
    found = run(chosen, spec(method, unassigned="everyone"))
    assert adjusted_rand_score(truth, found.labels) > 0.9
    assert found.cohorts == 4


@pytest.mark.parametrize("method", METHODS)
def test_identical_answers_share_a_cohort(method):
    chosen, _ = planted(size=30, tools=8)
    chosen = np.vstack([chosen, chosen, chosen[:40]])
    for policy in ("keep", "likely", "everyone"):
        labels = run(chosen, spec(method, unassigned=policy)).labels
        by_answers: dict[bytes, set[int]] = {}
        for row, label in zip(chosen, labels, strict=True):
            by_answers.setdefault(row.tobytes(), set()).add(int(label))
        assert all(len(found) == 1 for found in by_answers.values())


@pytest.mark.parametrize("method", METHODS)
def test_shuffled_rows_give_the_same_partition_and_two_runs_the_same_labels(method):
    chosen, _ = planted(size=60)
    order = np.random.default_rng(7).permutation(len(chosen))
    one, again = run(chosen, spec(method)), run(chosen, spec(method))
    shuffled = run(chosen[order], spec(method))
    np.testing.assert_array_equal(one.labels, again.labels)
    np.testing.assert_array_equal(one.labels[order], shuffled.labels)


def test_cohorts_are_numbered_by_size():
    chosen = np.vstack([planted(size=size, seed=size)[0][:size] for size in (40,)])
    big, _ = planted(size=100)
    chosen = np.vstack([big, chosen])
    labels = run(chosen, spec("latent-class", cohorts=4)).core
    sizes = np.bincount(labels)
    assert (np.diff(sizes) <= 0).all()


def test_policies_take_in_more_and_more():
    chosen, _ = planted()
    noise = np.random.default_rng(5).random((80, 24)) < 0.3
    noise[:, 0] |= ~noise.any(axis=1)
    both = np.vstack([chosen, noise])
    keep, likely, everyone = (
        run(both, spec("hdbscan", min_samples=20, unassigned=policy))
        for policy in ("keep", "likely", "everyone")
    )
    np.testing.assert_array_equal(keep.core, everyone.core)
    assert keep.unassigned_share > likely.unassigned_share >= everyone.unassigned_share == 0
    taken_in = (keep.labels < 0) & (likely.labels >= 0)
    assert (likely.posterior[taken_in].max(axis=1) >= 0.5).all()


def test_latent_classes_take_the_number_asked_for():
    chosen, _ = planted()
    assert run(chosen, spec("latent-class", cohorts=2)).cohorts == 2


@pytest.mark.parametrize("share_asked", [1.0, 0.8])
def test_latent_classes_of_many_patterns_start_on_a_part_and_end_as_well(monkeypatch, share_asked):
    chosen, truth = planted(4, 150, 24)
    asked = np.random.default_rng(3).random(chosen.shape) < share_asked
    answers = features(chosen & asked, asked)
    patterns = find_neighbours(answers, NeighbourSpec()).patterns
    plain = fit_classes(patterns, 4, seed=42)
    monkeypatch.setattr("segmentation.cluster.MANY_PATTERNS", 200)
    monkeypatch.setattr("segmentation.cluster.STARTING_PATTERNS", 150)
    started = fit_classes(patterns, 4, seed=42)
    assert started == fit_classes(patterns, 4, seed=42)
    assert started.loglik == pytest.approx(plain.loglik, rel=1e-4)
    found = run(chosen & asked, spec("latent-class", cohorts=4), asked)
    assert adjusted_rand_score(truth[answers.used], found.labels) > 0.9


def test_latent_classes_leave_unasked_tools_out():
    """Half of each cohort was not asked the second half of the tools: still four cohorts."""
    chosen, truth = planted(size=150)
    asked = np.ones_like(chosen)
    asked[::2, 20:] = False
    chosen &= asked
    found = run(chosen, spec("latent-class", cohorts=4), asked)
    assert adjusted_rand_score(truth, found.labels) > 0.9


def test_no_cohort_is_smaller_than_the_minimum():
    """Popular identical answers are where votes could leave a splinter."""
    rng = np.random.default_rng(3)
    patterns = np.unique(rng.random((60, 9)) < 0.4, axis=0)
    patterns = patterns[patterns.any(axis=1)]
    popular = np.repeat(patterns, rng.geometric(0.08, len(patterns)), axis=0)
    for min_samples in (1, 3, 10):
        found = run(popular, ClusterSpec(min_cluster_size=0.03, min_samples=min_samples))
        assert np.bincount(found.core[found.core >= 0]).min() >= round(0.03 * len(popular))


def test_a_handful_of_people_is_no_cohort_in_a_small_survey_either():
    chosen, _ = planted(size=15)
    found = run(chosen, ClusterSpec(min_cluster_size=0.02, min_samples=2))
    assert np.bincount(found.core[found.core >= 0]).min() >= 10


def test_nobody_assigned_is_said():
    rng = np.random.default_rng(4)
    chosen = rng.random((300, 20)) < 0.4
    with pytest.raises(SegmentError, match="Nobody could be assigned"):
        run(chosen, ClusterSpec("hdbscan", min_cluster_size=0.25, min_samples=100))


@pytest.mark.parametrize("classes", [1, 2, 3])
def test_latent_classes_fit_as_well_as_those_of_r(root, classes):
    """Log-likelihood and BIC against e1071::lca, the likeliest of 12 starts, with 9 parameters a
    class less one. Ours stops when a step gains under 0.00001 nats a respondent: within 0.3 of all
    500 together, and never above the maximum by more than R's own last digits. There are three
    classes: of more, four starts may miss the likeliest fit, which makes their BIC no lower."""
    folder = root / "tests/data/references"
    (known,) = [
        run
        for run in json.loads((folder / "latent_classes.json").read_text("utf-8"))["runs"]
        if run["classes"] == classes
    ]
    answers = np.loadtxt(folder / "yes_and_no.csv", delimiter=",").astype(bool)
    chosen, of, count = np.unique(answers, axis=0, return_inverse=True, return_counts=True)
    found = fit_classes(Patterns(chosen, np.ones_like(chosen), of, count), classes, seed=42)
    assert -0.3 < found.loglik - known["loglik"] < 0.01
    assert -0.02 < found.bic - known["bic"] < 0.6
    assert known["parameters"] == 9 * classes - 1
    penalty = known["parameters"] * np.log(500)
    assert found.bic == pytest.approx(-2 * found.loglik + penalty)
