"""A saved set: JSON both ways, assignment by arithmetic alone, coverage."""

import json
import math

import numpy as np
import pytest

from segmentation.cohorts import CohortSet, assign, find_tools
from segmentation.cohorts.members import pack, unpack
from segmentation.encode import encode
from segmentation.errors import WorkbenchError
from segmentation.intake import read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.mixture import Mixture, person_fit
from segmentation.run import segment
from segmentation.spec import ClusterSpec, EncodeSpec, RunSpec
from segmentation.vocabulary import Tool
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


def test_no_answer_of_anybody_is_in_the_file(run):
    chosen, _ = planted()
    extra = {"What is your name?": [f"canary-{i}" for i in range(len(chosen))]}
    survey = read_survey(survey_csv(chosen, extra), "planted.csv")
    assert "canary" not in segment(survey, MAPPING, SPEC).cohorts.to_json()


def test_what_a_few_people_wrote_in_is_not_saved():
    chosen, _ = planted()
    names = [f"tool {i:02d}" for i in range(24)]
    cells = [[n for n, ticked in zip(names, row, strict=True) if ticked] for row in chosen]
    for row in range(4):
        cells[row].append("canary four")
    for row in range(5):
        cells[row].append("quintet")
    lines = ["Which tools do you use?", *(";".join(row) for row in cells)]
    survey = read_survey("\n".join(lines).encode(), "joined.csv")
    mapping = Mapping((QuestionMapping(survey.questions[0].key, "tools", "Tool"),))
    saved = segment(survey, mapping, SPEC).cohorts
    names_saved = {offered.tool.name for offered in saved.offered}
    assert {"tool 00", "quintet"} <= names_saved
    assert "canary" not in saved.to_json()


def test_every_tool_offered_is_saved_with_its_figures(run):
    features = run.features
    (offered,) = (o for o in run.cohorts.offered if o.tool.name == "t03")
    column = [tool.name for tool in features.tools].index("t03")
    assert (offered.everyone.base, offered.everyone.weight) == (400, 1)
    assert offered.everyone.prevalence == pytest.approx(features.chosen[:, column].mean())
    for cohort, observed in enumerate(offered.in_cohorts):
        member = run.clustering.labels == cohort
        assert observed.base == observed.effective == member.sum()
        assert observed.weight == pytest.approx(member.mean())
        assert observed.prevalence == pytest.approx(features.chosen[member, column].mean())
    assert offered.labels == ("t03",)
    assert offered.listed


def test_members_by_row_survive_the_file(run):
    saved = CohortSet.from_json(run.cohorts.to_json())
    assert saved.labels.tolist() == run.clustering.labels.tolist()


@pytest.mark.parametrize("rows", [3, 5])
def test_members_of_another_number_of_rows_are_refused(rows):
    with pytest.raises(ValueError, match="not as many"):
        unpack(pack(np.array([0, 1, -1, 2])), rows)


def test_members_that_would_unpack_to_far_more_are_refused():
    with pytest.raises(ValueError, match="not as many"):
        unpack(pack(np.zeros(1_000_000, dtype=np.int64)), 10)


@pytest.mark.parametrize("text", ["?", "AAAA", "eJwDAAAAAAE"])
def test_a_set_with_damaged_members_is_no_set(run, text):
    data = {**json.loads(run.cohorts.to_json()), "members": text}
    with pytest.raises(WorkbenchError, match="not a saved cohort set"):
        CohortSet.from_json(json.dumps(data))


def test_a_member_of_a_cohort_that_is_not_there_is_refused(run):
    labels = np.full(400, 4)
    data = {**json.loads(run.cohorts.to_json()), "members": pack(labels)}
    with pytest.raises(WorkbenchError, match="not a saved cohort set"):
        CohortSet.from_json(json.dumps(data))


def test_the_first_schema_is_read_and_assigns(run):
    data = json.loads(run.cohorts.to_json())
    for name in ("respondents_effective", "offered", "unlike_below", "members"):
        del data[name]
    old = CohortSet.from_json(json.dumps({**data, "schema": 1}))
    chosen, _ = planted()
    again, now = (assign(saved, features_of(chosen)) for saved in (old, run.cohorts))
    np.testing.assert_array_equal(again.cohort, now.cohort)
    assert old.labels is None
    assert not again.unlike.any(), "it keeps no limit"


def test_the_margin_is_best_less_second_best(run):
    chosen, _ = planted()
    found = assign(run.cohorts, features_of(chosen))
    ranked = np.sort(found.posterior, axis=1)
    np.testing.assert_allclose(found.margin, ranked[:, -1] - ranked[:, -2])


def test_about_one_in_a_hundred_of_the_training_respondents_is_unlike_any_cohort(run):
    chosen, _ = planted()
    assert assign(run.cohorts, features_of(chosen)).unlike.sum() == 4


def test_who_answers_against_every_cohort_is_unlike_any(run):
    chosen = np.zeros((2, 24), dtype=bool)
    chosen[0, :6] = True
    chosen[1, 1::2] = True
    found = assign(run.cohorts, features_of(chosen))
    assert found.unlike.tolist() == [False, True]


def test_who_was_asked_less_is_not_unlike_for_that(run):
    """Fit is standardised by what was asked: half the tools, the same share of odd answers."""
    chosen, _ = planted(seed=5)
    half = assign(run.cohorts, features_of(chosen[:, :18])).unlike.mean()
    assert half < 0.04


def test_the_fit_of_one_respondent_by_hand():
    mixture = Mixture(np.array([1.0]), np.array([[0.8, 0.3]]))
    chosen = np.array([[True, False], [False, True]])
    asked = np.array([[True, True], [True, False]])
    expected_1 = 0.8 * math.log(0.8) + 0.2 * math.log(0.2)
    expected_2 = 0.3 * math.log(0.3) + 0.7 * math.log(0.7)
    variance_1 = 0.8 * 0.2 * math.log(0.8 / 0.2) ** 2
    variance_2 = 0.3 * 0.7 * math.log(0.3 / 0.7) ** 2
    both = math.log(0.8) + math.log(0.7) - expected_1 - expected_2
    one = math.log(0.2) - expected_1
    by_hand = [both / math.sqrt(variance_1 + variance_2), one / math.sqrt(variance_1)]
    assert person_fit(mixture, chosen, asked).tolist() == pytest.approx(by_hand)


def test_an_even_chance_tells_nothing_of_fit():
    mixture = Mixture(np.array([1.0]), np.array([[0.5]]))
    assert person_fit(mixture, np.array([[True]]), np.array([[True]])).tolist() == [0.0]


def test_tools_of_one_name_are_told_apart_by_category_and_none_is_taken_twice():
    processor, gpu = Tool("Intel", "Processor"), Tool("Intel", "GPU")
    assert find_tools((gpu, processor), (processor,)).tolist() == [-1, 0]
    assert find_tools((gpu,), (processor,)).tolist() == [0]
    assert find_tools((gpu, processor), (Tool("Intel", "Chip"),)).tolist() == [-1, -1]
    assert find_tools((gpu,), (processor, Tool("Intel", "Chip"))).tolist() == [-1]


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
    with pytest.raises(WorkbenchError, match=r"only \d+ % of what tells .* lacks t0"):
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
