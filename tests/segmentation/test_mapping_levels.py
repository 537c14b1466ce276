"""Levels of use: which answers count as using a tool, as suggested and as the analyst says."""

from __future__ import annotations

import pytest

from segmentation.encode import encode
from segmentation.intake import read_survey
from segmentation.mapping import (
    Mapping,
    QuestionMapping,
    check_mapping,
    levels_of,
    suggest_mapping,
    with_levels,
)
from segmentation.spec import EncodeSpec
from segmentation.vocabulary import Tool
from tests.segmentation.reencode import state_of_js_levels
from tests.segmentation.test_mapping import survey_of

ASKED = "Which of these cloud native projects does your company use? [{}]"
TOOLS = ("Kubernetes", "Helm", "Envoy")
LEVELS = ("Using in production", "Evaluating", "", "Planned", "Using in production", "Evaluating")
GRID = {ASKED.format(tool): LEVELS[at:] + LEVELS[:at] for at, tool in enumerate(TOOLS)}


def users(survey, mapping):
    """Tool -> how many count as using it."""
    features = encode(survey, mapping, EncodeSpec(0.0))
    counts = features.chosen.sum(axis=0)
    return {tool.name: int(n) for tool, n in zip(features.tools, counts, strict=True)}


def test_the_suggestion_counts_use_and_the_analyst_adds_evaluating_for_all_rows_at_once():
    survey = survey_of(GRID)
    mapping = suggest_mapping(survey)
    (found,) = levels_of(survey, mapping)
    assert set(found.levels) == {"Using in production", "Evaluating", "Planned"}
    assert found.counted(mapping) == ("Using in production",)
    assert users(survey, mapping) == {"Kubernetes": 20, "Helm": 20, "Envoy": 20}
    both = with_levels(mapping, found, ("Using in production", "Evaluating"))
    assert set(found.counted(both)) == {"Using in production", "Evaluating"}
    assert users(survey, both) == {"Kubernetes": 40, "Helm": 40, "Envoy": 40}
    assert with_levels(both, found, found.counted(mapping)) == mapping
    assert check_mapping(both, survey) == ()


def test_a_tool_named_by_hand_keeps_its_name_when_levels_change():
    survey = survey_of(GRID)
    key = ASKED.format("Helm")
    aliases = (("Evaluating", ""), ("Planned", ""), ("Using in production", "Helm charts"))
    entries = [
        QuestionMapping(key, "tools", "Project", aliases=aliases) if said.question == key else said
        for said in suggest_mapping(survey).questions
    ]
    mapping = Mapping(tuple(entries))
    (found,) = levels_of(survey, mapping)
    assert "Helm charts" in users(survey, with_levels(mapping, found, ("Evaluating",)))


def test_no_level_at_all_leaves_the_rows_without_tools():
    survey = survey_of(GRID)
    mapping = suggest_mapping(survey)
    (found,) = levels_of(survey, mapping)
    problems = check_mapping(with_levels(mapping, found, ()), survey)
    assert len(problems) == 3
    assert all("no options that are tools" in problem for problem in problems)


def test_options_that_are_tool_and_level_at_once_are_parted():
    columns = {
        f"Which projects do you use? [{tool} - {level}]": tuple(
            f"{tool} - {level}" if (at + place) % 3 == turn else "" for place in range(6)
        )
        for at, tool in enumerate(TOOLS)
        for turn, level in enumerate(("Evaluating", "Using in production", "Not using"))
    }
    survey = survey_of(columns)
    mapping = suggest_mapping(survey)
    assert users(survey, mapping) == {"Kubernetes": 20, "Helm": 20, "Envoy": 20}
    (found,) = levels_of(survey, mapping)
    assert found.counted(mapping) == ("Using in production",)
    both = with_levels(mapping, found, ("Evaluating", "Using in production"))
    assert users(survey, both) == {"Kubernetes": 40, "Helm": 40, "Envoy": 40}


def test_rows_that_take_several_levels_are_a_grid_too():
    columns = {
        f"{tool} [{level}]": tuple(level if (at + place) % 3 != turn else "" for place in range(6))
        for at, tool in enumerate(TOOLS)
        for turn, level in enumerate(("Evaluating", "Using in production", "Not using"))
    }
    survey = survey_of(columns)
    assert {question.kind for question in survey.questions} == {"multi-select"}
    mapping = suggest_mapping(survey)
    (found,) = levels_of(survey, mapping)
    assert found.counted(mapping) == ("Using in production",)
    assert users(survey, mapping) == {"Kubernetes": 40, "Helm": 40, "Envoy": 40}


def test_experience_levels_of_state_of_js():
    survey = read_survey(state_of_js_levels().data, "state.csv")
    mapping = suggest_mapping(survey)
    grids = levels_of(survey, mapping)
    assert [found.title for found in grids] == [
        *("lang experience", "edit experience", "cloud experience", "data experience"),
    ]
    assert {found.counted(mapping) for found in grids} == {("would_use",)}
    tools = {entry.category for entry in mapping.questions if entry.role == "tools"}
    assert tools == {"Language", "IDE", "Cloud", "Database"}
    wanted = with_levels(mapping, grids[0], ("would_use", "interested"))
    assert users(survey, wanted)["Python"] > users(survey, mapping)["Python"]


def test_separate_questions_with_the_same_tools_are_no_levels():
    cells = ("AWS", "Azure", "GCP", "AWS")
    entries = tuple(QuestionMapping(key, "tools", key) for key in ("Dev", "Test", "Live"))
    survey = survey_of({entry.question: cells for entry in entries})
    assert levels_of(survey, Mapping(entries)) == []


def test_used_and_planned_stay_apart_until_they_have_one_category():
    columns = {
        "Which languages do you use?": ("Python;R", "Python", "R;SQL", "SQL"),
        "Which languages do you plan to use?": ("SQL;R", "Python;R", "Python", "R"),
    }
    survey = survey_of(columns)
    apart = Mapping(
        tuple(
            QuestionMapping(key, "tools", category)
            for key, category in zip(columns, ("Language", "Language (planned)"), strict=True)
        )
    )
    assert len(encode(survey, apart, EncodeSpec(0.0)).tools) == 6
    merged = Mapping(tuple(QuestionMapping(key, "tools", "Language") for key in columns))
    features = encode(survey, merged, EncodeSpec(0.0))
    assert Tool("Python", "Language") in features.tools
    assert len(features.tools) == 3


@pytest.mark.parametrize(
    ("file", "counted"),
    [
        ("cncf/cncf_2018.csv", [("Using in Production?",), ("Using in production?",)]),
        ("cncf/strimzi_2022.csv", []),
        ("datanerds_2021/datanerds2021.csv", []),
    ],
)
def test_levels_of_real_surveys(file, counted, shared_data):
    survey = read_survey(shared_data(file))
    mapping = suggest_mapping(survey)
    assert [found.counted(mapping) for found in levels_of(survey, mapping)] == counted
