"""Questions that describe people are named by what they ask, in the spellings of real surveys."""

from __future__ import annotations

import pytest

from segmentation.mapping import suggest_mapping
from segmentation.mapping.wording import asked
from tests.segmentation.test_mapping import LANGUAGES, survey_of

SPELLINGS = {
    "Role title": (
        "Select the title most similar to your current role (or most recent title):",
        "What is your job title?",
        "Job role",
        "DevType",
        "What kind of user are you?",
        "Which of the following best describes your current job role?",
        "user_info.job_title",
        "What is your profession?",
        "What best describes your position?",
        "JobFunction",
        "What is your job function? Pick all that apply.",
        "Primary role",
    ),
    "Cloud spend": (
        "Approximately how much money have you (or your team) spent on cloud computing services?",
        "What is your annual budget for cloud services?",
        "Cloud spend per year",
        "How much does your company spend on cloud?",
        "Monthly cloud expenditure",
        "cloud_costs",
    ),
    "Tasks": (
        "Select any activities that make up an important part of your role at work: (Select all)",
        "Which of these tasks do you do?",
        "What do you use Python for the most?",
        "What are your main responsibilities?",
        "What are your primary application areas?",
    ),
    "Compute": (
        "What type of computing platform do you use most often for your data science projects?",
        "Which computing resources do you have?",
        "Compute environment",
        "Where do you run your computations?",
    ),
    "Storage": (
        "Where do you store your data?",
        "How is your data stored?",
        "Which data storage do you rely on?",
    ),
    "Team size": (
        "Approximately how many individuals are responsible for data science workloads?",
        "How many people are on your team?",
        "Team size",
        "TeamSize",
        "How large is your team?",
        "What is the size of your team?",
        "Number of people in your team",
    ),
    "Experience": (
        "For how many years have you been writing code and/or programming?",
        "YearsCodePro",
        "Years of experience",
        "How long have you been using Jupyter?",
        "For how many years have you used machine learning methods?",
        "work_experience",
    ),
    "Industry": (
        "In what industry is your current employer (or your most recent employer if retired)?",
        "Industry",
        "What sector do you work in?",
        "What industry does your company/organization belong to?",
        "Which field do you work in?",
        "What is your line of business?",
    ),
    "Education": (
        "What is the highest level of formal education that you have attained or plan to attain?",
        "EdLevel",
        "What is your highest degree?",
        "Level of education",
        "Educational attainment",
        "Highest qualification",
    ),
    "Company size": (
        "What is the size of the company where you are employed?",
        "OrgSize",
        "How many employees does your organization have?",
        "Company size",
        "How big is your company?",
    ),
    "Country": (
        "In which country do you currently reside?",
        "Country",
        "Where do you live?",
        "What is your geographic location?",
    ),
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in SPELLINGS.items() for text in texts]
)
def test_an_attribute_is_named_by_its_wording(name, text):
    assert asked("attribute", text) == name


@pytest.mark.parametrize(
    "text",
    [
        *("Which languages do you use?", "Which databases have you worked with?", "Editors"),
        *("Which package do you like best?", "What is missing?", "Do you use Docker?"),
    ],
)
def test_what_is_no_attribute_gets_no_name(text):
    assert asked("attribute", text) == ""


@pytest.mark.parametrize("name", SPELLINGS)
def test_the_suggestion_uses_the_short_name(name):
    text = SPELLINGS[name][0]
    levels = ("Level one", "Level two", "Level three", "Level four")
    found = suggest_mapping(survey_of({"Which languages do you use?": LANGUAGES, text: levels}))
    assert [
        (e.role, e.name) for e in found.questions if e.question != "Which languages do you use?"
    ] == [("attribute", name)]


@pytest.mark.parametrize(
    "header",
    ["weight", "Weight", "wgt", "survey_weight", "weight_a", "PostStratWeight", "w8", "gewicht"],
)
def test_weights_by_their_names(header):
    cells = tuple(f"{0.5 + n / 60:.3f}" for n in range(60))
    found = suggest_mapping(survey_of({"Which languages do you use?": LANGUAGES, header: cells}))
    assert {e.question: e.role for e in found.questions}[header] == "weight"


@pytest.mark.parametrize("header", ["Record number", "CaseNo", "row_id", "#id", "Nr", "case"])
def test_ids_by_their_names(header):
    cells = tuple(f"{n:03}" for n in range(60))
    survey = survey_of({"Which languages do you use?": LANGUAGES, header: cells})
    found = {e.question: e.role for e in suggest_mapping(survey).questions}
    assert found.get(header) == "id" or any(p.column == header for p in survey.personal)
