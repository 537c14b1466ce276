"""Special categories of personal data: recognised in several languages, off by suggestion."""

from __future__ import annotations

import pytest

from segmentation.intake import read_survey
from segmentation.mapping import (
    Mapping,
    QuestionMapping,
    check_mapping,
    special_category,
    suggest_mapping,
)
from tests.segmentation.test_mapping import survey_of

CELLS = ("A", "B", "C", "A;B")


def category_of(text, cells=CELLS):
    return special_category(survey_of({text: cells, "Other": ("x", "y")}).questions[0])


@pytest.mark.parametrize(
    ("text", "category"),
    [
        *(("What is your gender? - Selected Choice", "gender"), ("Sex", "gender")),
        *(("Geschlecht", "gender"), ("Sexe", "gender"), ("Género", "gender"), ("性别", "gender")),
        *(("Quel est votre genre ?", "gender"), ("Geslacht", "gender"), ("Gênero", "gender")),
        *(("Do you identify as transgender?", "gender"), ("Your pronouns", "gender")),
        ("Which of the following describe your ethnicity?", "ethnicity"),
        *(("Race", "ethnicity"), ("RaceEthnicity", "ethnicity"), ("Origine ethnique", "ethnicity")),
        *(("Ethnische Herkunft", "ethnicity"), ("Raza o etnia", "ethnicity")),
        ("What is your sexual orientation?", "sexual orientation"),
        *(("Sexuelle Orientierung", "sexual orientation"), ("Sexuality", "sexual orientation")),
        ("Orientación sexual", "sexual orientation"),
        *(("Do you have a disability?", "health"), ("MentalHealth", "health")),
        ("Is your work affected by a chronic illness?", "health"),
        *(("Haben Sie eine Behinderung?", "health"), ("¿Tiene alguna discapacidad?", "health")),
        *(("What is your religion?", "religion"), ("Konfession", "religion")),
        *(("Religião", "religion"), ("宗教", "religion")),
        ("Which political party do you feel closest to?", "political opinions"),
        *(("Politics", "political opinions"), ("Opinions politiques", "political opinions")),
        *(("Are you a member of a trade union?", "union membership"),),
        *(("Sind Sie Mitglied einer Gewerkschaft?", "union membership"),),
    ],
)
def test_what_the_law_protects_is_recognised_by_the_wording(text, category):
    assert category_of(text) == category
    found = suggest_mapping(survey_of({"Languages": ("Python;R", "R;SQL"), text: CELLS}))
    assert [entry.question for entry in found.questions] == ["Languages"]


@pytest.mark.parametrize(
    "text",
    [
        *("Which tools find race conditions?", "Do you work in health care?", "Industry"),
        *("How do you transform data?", "Which unions of tables do you need?", "Data sources"),
        *("Which search engines do you use?", "Object orientation", "What generic types?"),
        *("How do you trace requests?", "What is the health of your build system?", "Sextant"),
        *("What is the share of women in your team?", "General experience", "Region"),
    ],
)
def test_what_only_sounds_like_it_is_not(text):
    assert category_of(text) == ""


def test_a_coded_question_is_told_by_its_answers():
    assert category_of("Q2", ("Man", "Woman", "Man", "Nonbinary")) == "gender"
    assert category_of("Q2", ("Python", "Man", "R", "SQL")) == ""


def test_it_may_be_an_attribute_and_never_a_category_of_tools():
    survey = survey_of({"Languages": ("Python;R", "R;SQL"), "Gender": ("Woman", "Man")})
    languages = QuestionMapping("Languages", "tools", "Language")
    as_attribute = Mapping((languages, QuestionMapping("Gender", "attribute", name="Gender")))
    assert check_mapping(as_attribute, survey) == ()
    as_tools = Mapping((languages, QuestionMapping("Gender", "tools", "Gender")))
    assert "gender" in check_mapping(as_tools, survey)[0]


REAL = {
    "stackoverflow_2019/tools.csv": set(),
    "jupyter_2020/all_responses.csv": set(),
    "quantipy/example_a_300.csv": {"gender", "ethnicity", "religion"},
}


@pytest.mark.parametrize("file", REAL)
def test_special_categories_of_real_surveys(file, shared_data):
    survey = read_survey(shared_data(file))
    found = {special_category(question) for question in survey.questions} - {""}
    assert found == REAL[file]
    special = {question.key for question in survey.questions if special_category(question)}
    assert not special & {entry.question for entry in suggest_mapping(survey).questions}
