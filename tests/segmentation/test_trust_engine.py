"""Trust of a whole result, on small surveys whose truth is known."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from segmentation.cluster import ClassFit
from segmentation.cohorts import CohortSet
from segmentation.errors import Cancelled
from segmentation.intake import read_survey
from segmentation.mapping import suggest_mapping
from segmentation.run import Segmentation, segment
from segmentation.spec import ClusterSpec, EncodeSpec, RunSpec, TrustSpec
from segmentation.trust.examine import examine
from segmentation.trust.how_many import chosen_by_bic, how_many
from segmentation.trust.methods import agreement, choose
from segmentation.trust.model import MethodTrust, Trust
from segmentation.trust.record import with_trust
from segmentation.trust.report import to_dict, to_json
from segmentation.trust.ruling import rule
from segmentation.trust.stability import Stability
from segmentation.trust.structure import Structure
from segmentation.trust.sweep import default_sweep, sweep
from tests.segmentation.builders import planted, survey_csv

SMALL = TrustSpec(resamples=6, shuffles=5)


def result_of(chosen: np.ndarray, **cluster) -> Segmentation:
    survey = read_survey(survey_csv(chosen), name="known.csv")
    spec = RunSpec(EncodeSpec(0.05), cluster=ClusterSpec(**cluster))
    return segment(survey, suggest_mapping(survey), spec)


@pytest.fixture(scope="module")
def planted_run() -> Segmentation:
    return result_of(planted(4, 60, 16)[0])


@pytest.fixture(scope="module")
def remembered() -> dict:
    return {}


@pytest.fixture(scope="module")
def known(planted_run, remembered) -> Trust:
    return examine(planted_run, SMALL, remembered=remembered)


@pytest.mark.slow
class TestExamine:
    def test_planted_cohorts_hold(self, known):
        assert known.complete
        assert known.structure.verdict == "structure"
        assert [cohort.ruling for cohort in known.cohorts] == ["holds"] * 4
        assert all(cohort.stability.jaccard > 0.85 for cohort in known.cohorts)
        assert all(cohort.over_neighbours > 0.8 for cohort in known.cohorts)

    def test_every_method_finds_them(self, known):
        rows = {row.method: row for row in known.methods.rows}
        assert {row.cohorts for row in rows.values()} == {4}
        assert all(row.agreement > 0.9 for row in rows.values())
        assert known.methods.best in rows
        assert known.how_many.lowest == known.how_many.suggested == 4

    def test_noise_is_no_structure(self):
        rng = np.random.default_rng(3)
        chosen = rng.random((240, 16)) < 0.35
        chosen[:, 0] |= ~chosen.any(axis=1)
        found = examine(result_of(chosen), SMALL)
        assert found.structure.verdict == "none"
        assert not any(cohort.ruling == "holds" for cohort in found.cohorts)

    def test_asking_again_computes_nothing_and_for_more_only_the_rest(
        self, planted_run, known, remembered
    ):
        before = dict(remembered)
        again = examine(planted_run, SMALL, remembered=remembered)
        assert dataclasses.replace(again, seconds=known.seconds) == known
        assert remembered == before
        more = examine(planted_run, TrustSpec(resamples=7, shuffles=6), remembered=remembered)
        assert len(remembered) == len(before) + 1 + 2
        assert more.structure.independent[:5] == known.structure.independent

    def test_figures_do_not_depend_on_the_number_of_workers(self, planted_run, known, monkeypatch):
        monkeypatch.setenv("WORKBENCH_WORKERS", "1")
        alone = to_dict(examine(planted_run, SMALL))
        there = to_dict(known)
        for data in (alone, there):
            data.pop("seconds")
            for row in data["methods"]:
                row.pop("seconds")
        assert alone == there

    def test_what_is_known_is_shown_structure_first(self, planted_run):
        seen: list[Trust] = []
        examine(planted_run, SMALL, show=seen.append)
        assert all(not trust.complete for trust in seen)
        with_structure = [trust.structure is not None for trust in seen]
        with_rulings = [any(c.ruling for c in trust.cohorts) for trust in seen]
        assert any(with_structure)
        assert not any(r and not s for s, r in zip(with_structure, with_rulings, strict=True))

    def test_a_cancel_ends_it(self, planted_run):
        def stop(step: str, share: float) -> None:
            if share > 0:
                raise Cancelled

        with pytest.raises(Cancelled):
            examine(planted_run, TrustSpec(resamples=50, shuffles=20), stop)

    def test_json_has_what_is_promised(self, known):
        data = json.loads(to_json(known))
        assert {"verdict", "gain", "se", "independent", "breadth_keeping"} <= set(data["structure"])
        assert len(data["structure"]["independent"]) == 5
        assert {"name", "size", "stability", "band", "fidelity"} <= set(data["cohorts"][0])
        assert len(data["methods"]) == 3
        assert data["role_independence"] is None


@pytest.mark.slow
class TestSweep:
    def test_every_cell_is_scored_and_adopting_one_is_its_settings(self, planted_run):
        asked = dataclasses.replace(
            default_sweep(planted_run.cohorts.spec),
            thresholds=(0.05, 0.3),
            neighbours=(8, 32),
            sizes=(0.02, 0.1),
            resamples=2,
        )
        maps = []
        found = sweep(planted_run, asked, keep_map=lambda spec, _: maps.append(spec))
        assert found.complete
        assert len(found.cells) == 8
        assert len(maps) == 4
        cell = next(c for c in found.cells if c.spec.embed.neighbors == 32 and c.size == 0.1)
        assert cell.spec.cluster.min_cluster_size == 0.1
        assert cell.spec.encode.threshold == 0.05
        assert cell.cohorts == 4
        assert cell.stability > 0.8

    @pytest.mark.parametrize(
        ("method", "size_of"), [("leiden", "resolution"), ("latent-class", "cohorts")]
    )
    def test_each_method_has_its_own_axis(self, method, size_of):
        asked = default_sweep(RunSpec(cluster=ClusterSpec(method)))
        assert asked.size_of == size_of
        assert 0 not in asked.sizes
        assert len(asked.neighbours) == (1 if method == "latent-class" else 3)


def fit(classes: int, bic: float, entropy: float = 0.9) -> ClassFit:
    return ClassFit(classes, -bic / 2, bic, entropy)


class TestHowMany:
    def test_the_lowest_bic_wins_where_it_is_clear(self):
        found = how_many([fit(1, 1000, 1.0), fit(2, 800), fit(3, 700), fit(4, 760)])
        assert (found.lowest, found.suggested) == (3, 3)

    def test_entropy_decides_among_those_that_bic_cannot_tell_apart(self):
        found = how_many([fit(1, 1000, 1.0), fit(2, 703, 0.95), fit(3, 700, 0.6)])
        assert (found.lowest, found.suggested) == (3, 2)
        assert "0.95" in found.reason
        assert "0.60" in found.reason

    def test_one_class_is_said(self):
        assert "no number of latent classes" in how_many([fit(1, 700, 1.0), fit(2, 720)]).reason

    def test_a_minimum_at_the_edge_is_said(self):
        assert "largest number" in how_many([fit(1, 900, 1.0), fit(2, 800)]).reason

    def test_the_search_stops_like_a_run(self):
        bics = [900, 800, 810, 805, 700]
        assert chosen_by_bic([fit(n, bic) for n, bic in enumerate(bics, start=1)]) == (2, 4)


def row(method, gain, stability, se=0.01, cohorts=4) -> MethodTrust:
    return MethodTrust(method, cohorts, gain, se, stability, 0.9, 0.0, 1.0)


class TestMethods:
    def test_gain_and_stability_both_count(self):
        rows = [row("hdbscan", 1.0, 0.4), row("leiden", 0.9, 0.8), row("latent-class", 0.5, 0.9)]
        found = choose(rows)
        assert found.best == "leiden"
        assert "0.80" in found.reason

    def test_none_is_best_where_none_tells_anything(self):
        found = choose([row("hdbscan", 0.01, 0.9, se=0.02), row("leiden", 1.0, 0.9, cohorts=1)])
        assert found.best is None
        assert "No method" in found.reason

    def test_agreement_is_the_mean_adjusted_rand_index(self):
        one = np.array([0, 0, 1, 1, -1], dtype=np.int16)
        assert agreement([one, one[::1]]) == 1.0
        swapped = np.array([1, 1, 0, 0, 0], dtype=np.int16)
        assert agreement([one, swapped]) == 1.0
        crossing = np.array([0, 1, 0, 1, -1], dtype=np.int16)
        assert agreement([one, crossing]) == pytest.approx(-0.5)  # by hand: (0 - 2/3) / (2 - 2/3)
        assert agreement([np.full(5, -1, dtype=np.int16)] * 2) is None


def stable(jaccard: float, resamples: int = 50) -> Stability:
    return Stability(jaccard, 0.01, 0.0, 1.0, resamples)


def structure(verdict: str) -> Structure:
    return Structure(verdict, 1.0, 0.1, (0.0,), (0.0,), 100, 100)


class TestRuling:
    @pytest.mark.parametrize(
        ("jaccard", "verdict", "over", "fidelity", "size", "expected"),
        [
            (0.9, "structure", 0.8, 0.9, 100, "holds"),
            (0.75, "structure", None, None, 100, "holds"),
            (0.7, "structure", 0.8, 0.9, 100, "pattern, members doubtful"),
            (0.5, "structure", 0.8, 0.9, 100, "do not use"),
            (0.9, "none", 0.8, 0.9, 100, "do not use"),
            (0.9, "breadth only", 0.8, 0.9, 100, "pattern, members doubtful"),
            (0.9, "unclear", 0.8, 0.9, 100, "pattern, members doubtful"),
            (0.9, "structure", 0.4, 0.9, 100, "pattern, members doubtful"),
            (0.9, "structure", 0.8, 0.3, 100, "pattern, members doubtful"),
            (0.9, "structure", 0.8, 0.9, 20, "pattern, members doubtful"),
        ],
    )
    def test_each_doubt_counts(self, jaccard, verdict, over, fidelity, size, expected):
        ruling, reason = rule(stable(jaccard), over, fidelity, size, structure(verdict))
        assert ruling == expected
        assert reason.endswith(".")

    def test_nothing_is_said_before_there_is_enough(self):
        assert rule(stable(0.9, 4), None, None, 100, structure("structure")) == (None, "")
        assert rule(stable(0.9), None, None, 100, None) == (None, "")


@pytest.mark.slow
def test_what_goes_along_with_the_cohorts_is_of_them(planted_run, known):
    found = with_trust(planted_run.cohorts, known)
    assert CohortSet.from_json(found.to_json()) == found
    assert found.trust is not None
    assert found.trust.verdict == known.structure.verdict
    assert found.trust.cohort(0).ruling == known.cohorts[0].ruling
    assert len(json.dumps(to_dict(known))) < 100_000, "a version can hold it"
    other = with_trust(result_of(planted(3, 60, 16)[0]).cohorts, known)
    assert other.trust is None
