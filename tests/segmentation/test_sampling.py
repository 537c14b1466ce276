"""Fitted on a sample, and everybody else placed by their answers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from segmentation.cohorts import assign
from segmentation.edits import Edits, apply_edits, pick_whole
from segmentation.encode import encode
from segmentation.intake import read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.outputs import map_points, write_run
from segmentation.run import segment
from segmentation.sampling import draw, in_force, in_words, on_map, order_keys, weight_bands
from segmentation.spec import ClusterSpec, EmbedSpec, EncodeSpec, FitSpec, RunSpec
from tests.segmentation.builders import features, planted, survey_csv

MAPPING = Mapping((QuestionMapping("Tools", "tools", "Tool"),))
METHODS = {
    "hdbscan": ClusterSpec(min_cluster_size=0.1),
    "leiden": ClusterSpec("leiden"),
    "latent-class": ClusterSpec("latent-class", cohorts=4),
}
SAMPLE = FitSpec(160)
methods = pytest.mark.parametrize("method", METHODS)


def spec_of(method: str, size: int = 160, **cluster) -> RunSpec:
    changed = ClusterSpec(**{**vars(METHODS[method]), **cluster})
    return RunSpec(embed=EmbedSpec(neighbors=15), cluster=changed, fit=FitSpec(size))


@pytest.fixture(scope="module")
def answers():
    """Four planted cohorts of 120, some people with identical answers, and who is in which."""
    chosen, truth = planted(size=120)
    chosen[100:112] = chosen[100]
    return chosen, truth


@pytest.fixture(scope="module")
def survey(answers):
    return read_survey(survey_csv(answers[0]), "planted.csv")


@pytest.fixture(scope="module")
def run(survey):
    return segment(survey, MAPPING, spec_of("hdbscan"))


def labels_of(run) -> np.ndarray:
    labels = np.full(len(run.features.used), -1)
    labels[run.features.used] = run.clustering.labels
    return labels


def weighted(chosen, weight):
    found = features(chosen)
    return type(found)(**{**vars(found), "weight": np.asarray(weight, dtype=float)})


class TestDraw:
    def test_everybody_is_fitted_up_to_the_size_of_the_sample(self):
        found = features(planted()[0])
        used = int(found.used.sum())
        for size in (0, used, used + 1):
            assert not in_force(found, FitSpec(size))
            assert draw(found, FitSpec(size), 42).sampled is None
        assert len(draw(found, FitSpec(used - 1), 42).people) == used - 1

    def test_a_frequent_answer_is_drawn_as_often_as_its_share_says(self):
        chosen = np.repeat(np.eye(4, dtype=bool), [500, 300, 150, 50], axis=0)
        patterns = draw(features(chosen), FitSpec(100), 7)
        assert sorted(patterns.count.tolist()) == [5, 15, 30, 50]

    def test_each_band_of_weight_is_drawn_in_its_share(self):
        rng = np.random.default_rng(1)
        chosen = rng.random((1000, 8)) < 0.5
        chosen[:, 0] = True
        weight = np.repeat([0.2, 1.0, 6.0], [700, 200, 100])
        found = weighted(chosen, rng.permutation(weight))
        patterns = draw(found, FitSpec(50), 3)
        drawn = found.weight[found.used][patterns.people]
        assert [int((drawn == w).sum()) for w in (0.2, 1.0, 6.0)] == [35, 10, 5]

    def test_everybody_is_as_likely_to_be_drawn(self):
        rng = np.random.default_rng(2)
        found = weighted(
            np.column_stack([np.ones(60, dtype=bool), rng.random((60, 9)) < 0.5]),
            rng.lognormal(size=60),
        )
        times = np.zeros(60)
        for seed in range(2000):
            times[draw(found, FitSpec(24), seed).people] += 1
        assert np.abs(times / 2000 - 24 / 60).max() < 5 * np.sqrt(0.4 * 0.6 / 2000)

    def test_shuffled_rows_give_the_same_answers_and_weights(self):
        rng = np.random.default_rng(4)
        chosen = rng.random((900, 5)) < 0.4
        weight = rng.choice([0.5, 1.0, 1.5, 2.0], 900)
        order = rng.permutation(900)
        one = draw(weighted(chosen, weight), FitSpec(100), 42)
        found = weighted(chosen[order], weight[order])
        two = draw(found, FitSpec(100), 42)
        np.testing.assert_array_equal(one.chosen, two.chosen)
        np.testing.assert_array_equal(one.count, two.count)
        sums = [
            np.bincount(p.of_people, weights=f.weight[f.used][p.people])
            for p, f in ((one, weighted(chosen, weight)), (two, found))
        ]
        np.testing.assert_allclose(*sums)

    def test_of_equal_respondents_the_first_are_drawn(self):
        chosen = np.repeat(np.eye(3, dtype=bool), [50, 30, 20], axis=0)
        people = draw(features(chosen), FitSpec(10), 5).people
        assert people.tolist() == [0, 1, 2, 3, 4, 50, 51, 52, 80, 81]

    def test_the_order_is_random_and_the_same_wherever_somebody_stands(self):
        chosen = np.unpackbits(np.arange(4096, dtype=">u2").view(np.uint8)).reshape(4096, 16) > 0
        asked, weight = np.ones_like(chosen), np.ones(4096)
        keys = order_keys(chosen, asked, weight, 42)
        np.testing.assert_array_equal(
            keys[99:300], order_keys(chosen[99:300], asked[99:300], weight[99:300], 42)
        )
        assert len(np.unique(keys)) == 4096
        eighths = np.bincount((keys >> np.uint64(61)).astype(int), minlength=8)
        assert ((eighths - 512) ** 2 / 512).sum() < 24.3, "chi-square, 7 degrees, 0.1 %"
        for other in (
            order_keys(chosen, asked, weight, 43),
            order_keys(chosen, asked, 2 * weight, 42),
            order_keys(chosen, ~asked, weight, 42),
        ):
            assert not (other == keys).any()

    def test_bands_of_weight_part_each_doubling_in_four(self):
        bands = weight_bands(np.array([0.5, 1.0, 1.2, 1.25, 1.5, 1.75, 1.99, 2.0]))
        assert (bands - bands[1]).tolist() == [-4, 0, 0, 1, 2, 3, 3, 4]

    def test_another_seed_draws_others(self):
        found = features(planted()[0])
        one, two = (draw(found, FitSpec(40), seed).people for seed in (1, 2))
        assert set(one) != set(two)


class TestSampledRun:
    @methods
    def test_two_runs_and_shuffled_rows_give_the_same_labels(self, answers, survey, method):
        order = np.random.default_rng(5).permutation(len(answers[0]))
        spec = spec_of(method)
        one, again = (labels_of(segment(survey, MAPPING, spec)) for _ in range(2))
        shuffled = read_survey(survey_csv(answers[0][order]), "planted.csv")
        np.testing.assert_array_equal(one, again)
        np.testing.assert_array_equal(one[order], labels_of(segment(shuffled, MAPPING, spec)))

    @methods
    @pytest.mark.parametrize("unassigned", ["keep", "likely", "everyone"])
    def test_identical_answers_share_a_cohort(self, answers, survey, method, unassigned):
        found = segment(survey, MAPPING, spec_of(method, unassigned=unassigned))
        labels = labels_of(found)
        for pattern in np.unique(answers[0], axis=0):
            assert len(set(labels[(answers[0] == pattern).all(axis=1)])) == 1

    @methods
    def test_planted_cohorts_are_found_outside_the_sample_too(self, answers, survey, method):
        from sklearn.metrics import adjusted_rand_score

        found = segment(survey, MAPPING, spec_of(method, unassigned="everyone"))
        others = np.flatnonzero(found.neighbours.patterns.of < 0)
        truth = answers[1][found.features.used][others]
        assert len(others) > 200
        assert adjusted_rand_score(truth, found.clustering.labels[others]) > 0.8

    def test_the_policy_means_the_same_for_both(self, survey):
        left_out = {}
        for policy in ("keep", "likely", "everyone"):
            found = segment(survey, MAPPING, spec_of("hdbscan", unassigned=policy)).clustering
            outside = np.ones(len(found.core), dtype=bool)
            outside[found.sampled] = False
            for which in (outside, ~outside):
                core, labels = found.core[which], found.labels[which]
                best = found.posterior[which].max(axis=1)
                np.testing.assert_array_equal(labels[core >= 0], core[core >= 0])
                taken = labels[core < 0] >= 0
                expected = {"keep": 2.0, "likely": 0.5, "everyone": 0.0}[policy]
                np.testing.assert_array_equal(taken, best[core < 0] >= expected)
            left_out[policy] = (found.labels < 0).mean()
        assert left_out["keep"] >= left_out["likely"] >= left_out["everyone"] == 0

    def test_who_is_like_those_left_out_is_left_out(self):
        """Two tight cohorts, and people who tick anything: the method leaves these out, and so it
        is outside the sample."""
        rng = np.random.default_rng(6)
        tight = np.repeat(np.eye(2, dtype=bool), 6, axis=1)[rng.integers(0, 2, 400)]
        tight ^= rng.random(tight.shape) < 0.06
        chosen = np.vstack([tight, rng.random((300, 12)) < 0.5])
        spec = spec_of("hdbscan", size=350)
        found = segment(read_survey(survey_csv(chosen), "s.csv"), MAPPING, spec)
        outside = np.setdiff1d(np.arange(len(found.clustering.core)), found.clustering.sampled)
        stray = np.flatnonzero(found.features.used)[outside] >= 400
        left_out = found.clustering.core[outside] < 0
        inside = (found.clustering.core[found.clustering.sampled] < 0).mean()
        assert left_out[stray].mean() > 2 * left_out[~stray].mean()
        assert abs(left_out.mean() - inside) < 0.15

    def test_profiles_count_everybody(self, answers, run):
        labels = labels_of(run)
        for cohort in range(run.clustering.cohorts):
            mine = answers[0][labels == cohort]
            assert run.profiles.size[cohort] == len(mine)
            np.testing.assert_allclose(
                run.profiles.tool_rates.prevalence[cohort], mine.mean(axis=0)
            )
        assert run.cohorts.respondents_used == int(run.features.used.sum())

    def test_the_saved_definition_places_those_outside_the_sample_alike(self, survey):
        found = segment(survey, MAPPING, spec_of("latent-class"))
        placed = assign(found.cohorts, encode(survey, MAPPING, EncodeSpec(threshold=0.0)))
        outside = found.neighbours.patterns.of < 0
        used = np.flatnonzero(found.features.used)
        np.testing.assert_array_equal(
            placed.posterior[used][outside].argmax(axis=1), found.clustering.labels[outside]
        )

    def test_cohorts_can_be_merged_and_split(self, survey, run):
        merged = apply_edits(survey, run, Edits().merged(0, 1)).run
        assert merged.clustering.cohorts == run.clustering.cohorts - 1
        people, _ = map_points(run)
        picked = people[run.clustering.core[people] == 0][:15]
        chosen = pick_whole(run, picked.tolist())
        of = run.neighbours.patterns.of
        assert chosen.people == np.isin(of, of[picked]).sum()
        edits = Edits().split(chosen.patterns, range(run.clustering.cohorts))
        split = apply_edits(survey, run, edits).run.clustering
        assert len(set(split.core[picked].tolist())) == 1
        assert split.cohorts == run.clustering.cohorts + 1

    def test_files_say_what_is_exact(self, run, tmp_path):
        write_run(run, tmp_path)
        metrics = json.loads((tmp_path / "metrics.json").read_text())
        assert metrics["respondents_fitted"] == 160
        assert "prevalence" in metrics["sampling"]["exact"]
        assert "heldout_gain" in metrics["sampling"]["estimated"]
        assert "sample of 160 of the" in metrics["sampling"]["in_words"]


def test_a_map_of_too_many_shows_some_of_them():
    patterns = draw(features(planted()[0]), FitSpec(0), 42)
    assert len(on_map(patterns, 42)) == len(patterns.of)
    shown = on_map(patterns, 42, most=50)
    assert len(set(shown.tolist())) == 50
    assert in_words(patterns, 42) == ""
