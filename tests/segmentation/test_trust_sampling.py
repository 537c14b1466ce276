"""Trust of cohorts that were fitted on a sample: each resample is fitted on one too."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.intake import read_survey
from segmentation.mapping import suggest_mapping
from segmentation.run import Segmentation, segment
from segmentation.spec import ClusterSpec, EmbedSpec, FitSpec, RunSpec, TrustSpec
from segmentation.trust.audits import breadth, marks, order
from segmentation.trust.chain import chain
from segmentation.trust.examine import examine
from segmentation.trust.how_many import fit_of
from segmentation.trust.people import who_form
from segmentation.trust.structure import keeping_all
from segmentation.trust.sweep import default_sweep, sweep
from tests.segmentation.builders import planted, survey_csv

SAMPLE = 160
SPEC = RunSpec(embed=EmbedSpec(neighbors=15), cluster=ClusterSpec("leiden"), fit=FitSpec(SAMPLE))


@pytest.fixture(scope="module")
def answers():
    return planted(size=120)


@pytest.fixture(scope="module")
def run(answers) -> Segmentation:
    survey = read_survey(survey_csv(answers[0]), "planted.csv")
    return segment(survey, suggest_mapping(survey), SPEC)


def test_a_resample_places_those_outside_its_sample(answers, run):
    found = chain(who_form(run.features), keeping_all(SPEC))
    outside = np.ones(len(found.labels), dtype=bool)
    outside[run.clustering.sampled] = False
    truth = answers[1][run.features.used]
    assert adjusted_rand_score(truth[outside], found.labels[outside]) > 0.8


def test_the_chain_on_everybody_gives_the_cohorts_of_the_run(run):
    found = chain(who_form(run.features), keeping_all(SPEC))
    np.testing.assert_array_equal(found.labels, run.clustering.labels)
    assert found.gain == pytest.approx(run.validation.gain)


def test_order_moves_nobody(run):
    people, spec = who_form(run.features), keeping_all(SPEC)
    assert order.moved(people, spec, chain(people, spec), seed=3) == 0


def test_numbers_of_classes_are_tried_on_the_sample(run):
    people = who_form(run.features)
    fits = [fit_of(people, dataclasses.replace(SPEC, fit=FitSpec(n)), 4) for n in (SAMPLE, 0)]
    each = [fit.fit.loglik / n for fit, n in zip(fits, (SAMPLE, len(people)), strict=True)]
    assert each[0] == pytest.approx(each[1], rel=0.1)


def test_breadth_is_audited_where_the_cohorts_were_made(answers, run):
    found = breadth.audit(run)
    tools, labels = answers[0][run.features.used].sum(axis=1), run.clustering.labels
    means = [tools[labels == cohort].mean() for cohort in range(run.clustering.cohorts)]
    assert found.mean_tools == pytest.approx(means)
    assert found.share < 0.1


def test_marks_of_one_half_are_shown_by_the_other(run):
    assert all(cohort.again == cohort.tested > 0 for cohort in marks.again(run))


@pytest.mark.slow
def test_planted_cohorts_hold(run):
    found = examine(run, TrustSpec(resamples=5, shuffles=5))
    assert found.complete
    assert found.structure.verdict == "structure"
    assert {cohort.ruling for cohort in found.cohorts} == {"holds"}
    assert found.audits.order.moved == 0


@pytest.mark.slow
def test_a_map_of_a_sweep_is_that_of_the_run(answers):
    survey = read_survey(survey_csv(answers[0]), "planted.csv")
    spec = dataclasses.replace(SPEC, cluster=ClusterSpec(min_cluster_size=0.1))
    run = segment(survey, suggest_mapping(survey), spec)
    asked = dataclasses.replace(
        default_sweep(spec),
        thresholds=(spec.encode.threshold,),
        neighbours=(15,),
        sizes=(0.1,),
        resamples=1,
    )
    maps = []
    found = sweep(run, asked, keep_map=lambda spec, positions: maps.append((spec, positions)))
    assert found.cells[0].spec == maps[0][0] == spec
    np.testing.assert_array_equal(maps[0][1], run.embedding.positions)
