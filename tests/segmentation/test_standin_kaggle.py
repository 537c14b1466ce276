"""The layout of the Kaggle 2020 survey at its real size, filled with made-up people."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import standin_kaggle
from benchmarks.standin_kaggle import AMONG_BIG_SPENDERS, BIG_SPEND, NONE, Standin
from segmentation import RunSpec, read_survey, segment, suggest_mapping
from segmentation.encode import encode
from segmentation.intake import Survey, clean_label, read_answers
from segmentation.mapping import Mapping
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
