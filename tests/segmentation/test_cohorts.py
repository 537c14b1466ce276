"""A saved set: JSON both ways, assignment by arithmetic alone, coverage."""

import json
import math

import numpy as np
import pytest

from segmentation.cohorts import CohortSet, assign
from segmentation.encode import encode
from segmentation.errors import WorkbenchError
from segmentation.intake import read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.run import segment
from segmentation.spec import ClusterSpec, EncodeSpec, RunSpec
from tests.segmentation.builders import planted, survey_csv

MAPPING = Mapping((QuestionMapping("Tools", "tools", "Tool"),))
SPEC = RunSpec(cluster=ClusterSpec("latent-class", cohorts=4, unassigned="everyone"))


@pytest.fixture(scope="module")
def run():
    chosen, _ = planted()
    survey = read_survey(survey_csv(chosen), "planted.csv")
    return segment(survey, MAPPING, SPEC)


def features_of(chosen: np.ndarray):
    survey = read_survey(survey_csv(chosen), "again.csv")
    return encode(survey, MAPPING, EncodeSpec(0.0))


def test_json_round_trip(run):
    text = run.cohorts.to_json()
    again = CohortSet.from_json(text)
    assert again == run.cohorts
    assert again.to_json() == text


def test_saved_cohorts_hold_no_respondent(run):
    data = json.loads(run.cohorts.to_json())
    longest = max(len(value) for value in data.values() if isinstance(value, list))
    assert longest <= 24, "nothing in the file is as long as the respondents are many"


def test_the_training_survey_is_put_back_where_it_was(run):
    chosen, _ = planted()
    assignment = assign(run.cohorts, features_of(chosen))
    assert assignment.coverage == pytest.approx(1)
    assert (assignment.cohort == run.clustering.posterior.argmax(axis=1)).all()


def test_assignment_is_the_documented_arithmetic(run):
    """Ten lines of plain Python give the same posterior, from the JSON alone."""
    data = json.loads(run.cohorts.to_json())
    chosen, _ = planted()
    found = assign(run.cohorts, features_of(chosen)).posterior[0]
    has = {f"t{i:02d}": bool(ticked) for i, ticked in enumerate(chosen[0])}
    scores = []
    for cohort in data["cohorts"]:
        total = math.log(cohort["mixture_share"])
        for tool, rate in zip(data["tools"], cohort["rate"], strict=True):
            total += math.log(rate if has[tool["name"]] else 1 - rate)
        scores.append(math.exp(total))
    assert found == pytest.approx([score / sum(scores) for score in scores])


def test_an_answer_does_not_depend_on_the_batch(run):
    chosen, _ = planted()
    everyone = assign(run.cohorts, features_of(chosen))
    some = assign(run.cohorts, features_of(chosen[::7]))
    np.testing.assert_allclose(everyone.posterior[::7], some.posterior)


def test_absent_tools_are_not_asked_and_coverage_says_how_much_is_left(run):
    chosen, truth = planted()
    assignment = assign(run.cohorts, features_of(chosen[:, :18]))
    assert 0.5 < assignment.coverage < 0.9
    assert assignment.missing == tuple(f"t{i}" for i in range(18, 24))
    first = truth == 0
    right = assignment.cohort[first] == run.clustering.labels[first]
    assert right[assignment.cohort[first] >= 0].mean() > 0.9


def test_too_little_coverage_is_refused_with_what_lacks(run):
    chosen, _ = planted()
    with pytest.raises(WorkbenchError, match=r"only \d+% of what tells .* lacks t0"):
        assign(run.cohorts, features_of(chosen[:, 18:]))


def test_renaming_changes_names_alone(run):
    renamed = run.cohorts.renamed({0: "Analysts"}, {1: "They cook."})
    assert renamed.cohorts[0].name == "Analysts"
    assert renamed.cohorts[1].description == "They cook."
    assert renamed.cohorts[2:] == run.cohorts.cohorts[2:]
    assert renamed.cohorts[0].rate == run.cohorts.cohorts[0].rate


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 99}', '{"schema": 1}', "no json"])
def test_a_file_that_is_no_cohort_set_is_said(text):
    with pytest.raises(WorkbenchError, match=r"cohort"):
        CohortSet.from_json(text)
