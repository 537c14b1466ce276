"""Stability by hand, at its two ends, and against R."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage

from segmentation.trust.stability import (
    BANDS,
    band,
    best_overlaps,
    crossed,
    mistaken,
    overlaps,
    resampled,
    summary,
)

MINE = np.array([0, 0, 0, 0, 1, 1, 1, -1])
THEIRS = np.array([0, 0, 1, -1, 1, 1, -1, 0])


def test_overlaps_by_hand():
    table = crossed(MINE, 2, THEIRS, 2)
    assert table.tolist() == [[2, 1, 1], [0, 2, 1], [1, 0, 0]]
    np.testing.assert_allclose(overlaps(table), [[2 / 5, 1 / 6], [0, 2 / 4]])
    assert best_overlaps(MINE, 2, THEIRS, 2).tolist() == [2 / 5, 2 / 4]


def test_who_ends_up_in_whose_likeness_by_hand():
    """What was found first is likest cohort 0, what was found second is likest cohort 1."""
    assert mistaken(MINE, 2, THEIRS, 2).tolist() == [[2, 1, 1], [0, 2, 1]]
    assert mistaken(MINE, 2, np.full(8, -1), 0).tolist() == [[0, 0, 4], [0, 0, 3]]


def test_the_same_cohorts_under_other_numbers_overlap_wholly():
    labels = np.random.default_rng(0).integers(-1, 5, 300)
    renumbered = np.where(labels < 0, -1, 4 - labels)
    assert best_overlaps(labels, 5, renumbered, 5).tolist() == [1.0] * 5
    assert (np.diag(mistaken(labels, 5, renumbered, 5)) == np.bincount(labels[labels >= 0])).all()


def test_labels_at_random_overlap_as_chance_would_have_it():
    """Of two cohorts of 1/k each, put together at random, 1/k^2 are in both and (2k - 1)/k^2 in
    either: a Jaccard of 1/(2k - 1), and somewhat more for the best of k."""
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(4), 500)
    found = np.mean([best_overlaps(labels, 4, rng.permutation(labels), 4) for _ in range(50)])
    assert 1 / 7 < found < 1 / 7 + 0.02


def test_a_cohort_of_which_nobody_was_drawn_does_not_count():
    best = best_overlaps(np.array([0, 0, 2]), 3, np.array([0, 0, 1]), 2)
    assert best[[0, 2]].tolist() == [1, 1]
    assert np.isnan(best[1])
    nothing = best_overlaps(np.array([0, 0, 2]), 3, np.array([-1, -1, -1]), 0)
    assert nothing[[0, 2]].tolist() == [0, 0]
    assert np.isnan(nothing[1])
    stable = summary([best, nothing], 3)
    assert [cohort.resamples for cohort in stable] == [2, 0, 2]
    assert stable[1].jaccard is stable[1].se is stable[1].band is None


def test_the_summary_by_hand():
    (found,) = summary([np.array([value]) for value in (0.5, 0.75, 0.9, 0.45)], 1)
    assert found.jaccard == pytest.approx(0.65)
    assert found.se == pytest.approx(np.std([0.5, 0.75, 0.9, 0.45], ddof=1) / 2)
    assert (found.dissolved, found.recovered, found.resamples) == (0.5, 0.5, 4)
    assert found.band == "pattern"
    (once,) = summary([np.array([0.8])], 1)
    assert (once.jaccard, once.se) == (0.8, None)
    assert summary([], 2) == summary([np.full(2, np.nan)], 2)


@pytest.mark.parametrize(
    ("jaccard", "expected"),
    [
        (1.0, "highly stable"),
        (0.85, "highly stable"),
        (0.849, "stable"),
        (0.75, "stable"),
        (0.749, "pattern"),
        (0.6, "pattern"),
        (0.599, "not to be trusted"),
        (0.501, "not to be trusted"),
        (0.5, "dissolved"),
        (0.0, "dissolved"),
    ],
)
def test_bands_are_hennigs(jaccard, expected):
    assert band(jaccard) == expected
    assert [low for low, _ in BANDS] == sorted((low for low, _ in BANDS), reverse=True)


def test_what_is_always_found_again_is_stable():
    labels = np.repeat(np.arange(3), 40)
    (found, *_) = resampled(labels, lambda rows: labels[rows], 10, seed=1)
    assert (found.jaccard, found.se, found.recovered, found.resamples) == (1.0, 0.0, 1.0, 10)


REFERENCES = "tests/data/references"


@pytest.mark.parametrize("k", [2, 3, 4])
def test_stability_agrees_with_clusterboot(root, k):
    """Average linkage cut at k, halves without replacement, in R (fpc::clusterboot, 400 of them)
    and here: mean overlaps within 3.5 standard errors of a difference of two such means, shares
    dissolved and recovered likewise. That is one false alarm in about 2,000 figures."""
    folder = root / REFERENCES
    theirs = json.loads((folder / "stability.json").read_text("utf-8"))
    (run,) = [run for run in theirs["runs"] if run["k"] == k]
    points = np.loadtxt(folder / "overlapping_groups.csv", delimiter=",")
    labels = _cut(points, k)
    partition = np.array(run["partition"]) - 1
    match = np.array([labels[partition == c][0] for c in range(k)])
    np.testing.assert_array_equal(match[partition], labels, "the very same groups")
    half = resampled(labels, lambda rows: _cut(points[rows], k), theirs["B"], seed=5)
    ours = [half[c] for c in match]
    drawn = np.array([stable.resamples for stable in ours])
    assert (drawn == theirs["B"]).all()
    error = np.sqrt(np.array(run["sd"]) ** 2 / drawn + [stable.se**2 for stable in ours])
    assert (np.abs([s.jaccard for s in ours] - np.array(run["mean"])) < 3.5 * error).all()
    for share in ("dissolved", "recovered"):
        mine = np.array([getattr(stable, share) for stable in ours])
        other = np.array(run[share]) / drawn
        middle = (mine + other) / 2
        assert (np.abs(mine - other) <= 3.5 * np.sqrt(2 * middle * (1 - middle) / drawn)).all()


def _cut(points: np.ndarray, k: int) -> np.ndarray:
    return fcluster(linkage(points, "average"), k, "maxclust").astype(np.int64) - 1
