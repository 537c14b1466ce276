"""The layout of the Kaggle 2020 survey at its real size, filled with made-up people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import standin_kaggle
from benchmarks.standin_kaggle import AMONG_BIG_SPENDERS, BIG_SPEND, COHORTS, NONE, Standin
from segmentation import RunSpec, read_survey, segment, suggest_mapping
from segmentation.contrast import GroupProfile, profile_group
from segmentation.encode import encode
from segmentation.intake import Survey, clean_label, read_answers
from segmentation.mapping import AnswerFilter, Filters, Mapping, tools_of
from segmentation.respondents import gave_answer, included
from segmentation.spec import EncodeSpec
from tests.segmentation.intake.tables import counts

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made() -> Standin:
    if not standin_kaggle.FACTS.exists():
        pytest.skip("the layout and published counts of Kaggle 2020 are not beside this clone")
    return standin_kaggle.make()


@pytest.fixture(scope="module")
def survey(made, tmp_path_factory) -> Survey:
    path = tmp_path_factory.mktemp("kaggle") / "kaggle_survey_2020_responses.csv"
    made.write(path)
    return read_survey(path)


@pytest.fixture(scope="module")
def mapping(survey) -> Mapping:
    return suggest_mapping(survey)


def test_published_counts_are_planted_exactly(made):
    for code, published in standin_kaggle.read_counts().items():
        for choice, count in published.items():
            if code in made.single:
                assert (made.single[code] == choice).sum() == count, (code, choice)
            else:
                assert made.ticked[code][choice].sum() == count, (code, choice)


def test_the_file_is_read_as_it_was_written(made, survey):
    assert survey.reading.layout == "Kaggle, two header rows"
    assert survey.respondents == 20_036
    assert len(survey.answers.columns) == 355
    assert not survey.personal


def test_counts_per_choice_come_out_exact(made, survey):
    for question in made.questions:
        if question.several:
            found = survey.question(question.code)
            ticked = made.ticked[question.code]
            planted = {choice: int(ticks.sum()) for choice, ticks in ticked.items()}
            tools = {clean_label(c): n for c, n in planted.items() if c not in NONE}
            assert counts(found) == tools, question.code
            assert set(found.none_options) == {c for c in planted if c in NONE}
            assert found.answered == np.logical_or.reduce(list(ticked.values())).sum()


def test_never_asked_stays_never_asked(made, survey, mapping):
    features = encode(survey, mapping, EncodeSpec())
    of_category = {said.category: said.question for said in mapping.questions}
    for column, tool in enumerate(features.tools):
        asked = features.asked[:, column]
        code = of_category[tool.category]
        assert not (asked & ~made.asked[code]).any(), (tool, code)
        ticked = np.logical_or.reduce(list(made.ticked[code].values()))
        assert (asked == ticked).all(), "each of these questions offers a choice of none"


def test_prefixes_are_not_options(survey):
    languages, editors = counts(survey.question("Q7")), counts(survey.question("Q9"))
    assert (languages["C"], languages["C++"]) == (3315, 3827)
    assert (editors["Visual Studio"], editors["Visual Studio Code (VSCode)"]) == (2445, 5873)


def test_those_who_spent_most_can_be_told_from_the_rest(made, survey):
    spend = read_answers(survey, survey.question("Q25"))
    rich = spend.chosen[:, spend.options.index(BIG_SPEND)]
    assert rich.sum() == 729
    for (code, choice), share in AMONG_BIG_SPENDERS.items():
        found = read_answers(survey, survey.question(code))
        ticked = found.chosen[:, found.options.index(choice)]
        assert ticked[rich].mean() == pytest.approx(share, abs=0.001)
        assert ticked.sum() == made.ticked[code][choice].sum()


def test_the_main_job_finds_cohorts(made, survey, mapping):
    result = segment(survey, mapping, RunSpec())
    labels = result.clustering.labels
    assert len(result.features.chosen) == 20_036
    assert labels.max() >= 2
    planted = made.cohort[result.features.used][labels >= 0]
    found = labels[labels >= 0]
    table = np.zeros((found.max() + 1, len(standin_kaggle.COHORTS)))
    np.add.at(table, (found, planted), 1)
    usual = np.bincount(made.cohort).max() / len(made.cohort)
    assert table.max(axis=1).sum() / table.sum() > usual + 0.1, "cohorts follow those planted"


BIG_SPENDERS = AnswerFilter("Q25", (BIG_SPEND,))


@pytest.fixture(scope="module")
def big_spenders(survey, mapping) -> GroupProfile:
    features = encode(survey, mapping, EncodeSpec(0.0))
    return profile_group(features, gave_answer(survey, BIG_SPENDERS), "Spent most")


def columns_of(group: GroupProfile, survey: Survey, mapping: Mapping) -> dict[tuple[str, str], int]:
    """Question and choice -> the column of its tool."""
    at = {(tool.category, tool.name): column for column, tool in enumerate(group.tools)}
    return {
        (said.question, option): at[said.category, tool]
        for said in mapping.questions
        if said.role == "tools"
        for option, tool in tools_of(survey.question(said.question), said).items()
        if tool
    }


def test_those_who_spent_most_are_filtered_exactly(made, survey, mapping):
    rich = made.single["Q25"] == BIG_SPEND
    filtered = replace(mapping, filters=Filters((BIG_SPENDERS,)))
    found = included(survey, filtered)
    assert [(step.alone, step.left) for step in found.steps] == [(20_036 - 729, 729)]
    np.testing.assert_array_equal(found.kept, rich)
    features = encode(survey, filtered, EncodeSpec())
    np.testing.assert_array_equal(features.included, rich)
    categories = {said.category: said.question for said in mapping.questions}
    for column, tool in enumerate(features.tools):
        ticked = np.logical_or.reduce(list(made.ticked[categories[tool.category]].values()))
        assert features.base[column] == (ticked & rich).sum(), tool


def test_the_main_job_runs_on_those_who_spent_most(survey, mapping):
    result = segment(survey, replace(mapping, filters=Filters((BIG_SPENDERS,))), RunSpec())
    assert result.cohorts.respondents == 20_036
    assert result.cohorts.respondents_included == 729
    assert 0 < result.cohorts.respondents_used <= 729
    assert result.profiles.tool_rates.overall_base.max() <= 729


def test_their_published_shares_come_out_of_the_profile(big_spenders, survey, mapping):
    assert (big_spenders.size, big_spenders.rest) == (729, 19_307)
    at, inside = columns_of(big_spenders, survey, mapping), big_spenders.by_tool.inside
    for choice, share in AMONG_BIG_SPENDERS.items():
        people = inside.prevalence[0, at[choice]] * inside.base[0, at[choice]]
        assert people == pytest.approx(round(share * 729)), choice


def test_every_share_index_and_base_is_that_of_the_people_planted(
    made, big_spenders, survey, mapping
):
    rich = made.single["Q25"] == BIG_SPEND
    found = big_spenders.by_tool
    checked = 0
    for (code, choice), column in columns_of(big_spenders, survey, mapping).items():
        labels = [label for label in made.ticked[code] if clean_label(label) == choice]
        if len(labels) != 1:
            continue
        ticked = made.ticked[code][labels[0]]
        asked = np.logical_or.reduce(list(made.ticked[code].values()))
        if (ticked.sum(), asked.sum()) != (
            round(found.inside.overall[column] * found.inside.overall_base[column]),
            found.inside.overall_base[column],
        ):
            continue  # a tool that several questions offer
        here, there = ticked[asked & rich].mean(), ticked[asked & ~rich].mean()
        assert found.inside.base[0, column] == (asked & rich).sum()
        assert found.outside_base[column] == (asked & ~rich).sum()
        assert found.inside.prevalence[0, column] == pytest.approx(here)
        assert found.outside[column] == pytest.approx(there)
        assert found.inside.index[0, column] == pytest.approx(100 * here / ticked[asked].mean())
        checked += 1
    assert checked >= 100


def test_profiling_them_against_the_rest_finds_what_was_planted(big_spenders, survey, mapping):
    """The broadest cohorts were planted as those who spend most, so their own tools must show;
    what was published of the big spenders decides where it says otherwise."""
    at, marks = columns_of(big_spenders, survey, mapping), big_spenders.by_tool.inside.significant
    broadest = {tool for cohort in COHORTS if cohort.breadth > 1 for tool in cohort.tools}
    own = [key for key in at if key[1] in broadest and key not in AMONG_BIG_SPENDERS]
    assert len(own) >= 15
    assert all(marks[0, at[key]] == 1 for key in own)
    assert marks[0, at["Q31_A", "Tableau"]] == 1
    assert marks[0, at["Q26_A", "Microsoft Azure"]] == -1
    assert marks[0, at["Q31_A", "Microsoft Power BI"]] == 0
    assert marks[0, at["Q7", "Python"]] == 0
