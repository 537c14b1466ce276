"""One survey with a known answer, in every layout: the features that come out are the same."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.encode import encode
from segmentation.intake import Question, Survey, match_key, read_survey
from segmentation.mapping import Mapping, QuestionMapping, tool_name
from segmentation.spec import EncodeSpec
from tests.segmentation.reencode import (
    QUESTIONS,
    WRITE_INS,
    WRITERS,
    Asked,
    Encoded,
    expected,
    people,
)


def tool_of(label: str, category: str) -> str:
    return tool_name(label, (), category)


def find(survey: Survey, key: str) -> Question:
    """The question of that key or text, or the multi-select one with that option."""
    for question in survey.questions:
        if key in (question.key, question.text):
            return question
    for question in survey.questions:
        if question.kind == "multi-select" and key in question.options:
            return question
    raise AssertionError(f"no question {key!r} among {[q.key for q in survey.questions]}")


def entry(question: Question, asked: Asked, encoded: Encoded) -> QuestionMapping:
    """The question's tools; write-ins are left out, and codes without labels get their names."""
    known = {match_key(option): option for option in question.options + question.none_options}
    aliases = {}
    for option in (*WRITE_INS, *(f"Other: {text}" for text in WRITE_INS), "o97"):
        if match_key(option) in known:
            aliases[option] = ""
    for code, label in encoded.labels.items():
        of, _, option = code.partition(" ")
        if of == asked.code and match_key(option) in known:
            tool = tool_of(label, asked.category) if label in asked.options else ""
            aliases[option] = tool
    return QuestionMapping(
        question.key, "tools", asked.category, aliases=tuple(sorted(aliases.items()))
    )


def grid_entries(survey: Survey, encoded: Encoded) -> list[QuestionMapping]:
    """A question for each tool, of which one level counts."""
    found = []
    for asked in QUESTIONS:
        for label in asked.options:
            (question,) = (
                q
                for q in survey.questions
                if q.key in (f"{asked.text} [{label}]", f"{asked.code}.{label}.experience")
            )
            tool = tool_of(label, asked.category)
            aliases = dict.fromkeys(question.options, "") | {encoded.level: tool}
            said = QuestionMapping(
                question.key, "tools", asked.category, "", tuple(aliases.items())
            )
            found.append(said)
    return found


def mapping_for(survey: Survey, encoded: Encoded) -> Mapping:
    if encoded.level:
        tools = grid_entries(survey, encoded)
    else:
        tools = [entry(find(survey, encoded.keys[q.code]), q, encoded) for q in QUESTIONS]
    role = find(survey, encoded.keys["role"])
    return Mapping((*tools, QuestionMapping(role.key, "attribute", name="Role title")))


@pytest.mark.parametrize("name", WRITERS)
def test_every_layout_gives_the_same_features(name):
    encoded = WRITERS[name]()
    survey = read_survey(encoded.data, "survey.csv", codebook=encoded.codebook)
    assert survey.reading.layout == encoded.layout
    features = encode(survey, mapping_for(survey, encoded), EncodeSpec(threshold=0.01))
    truth = expected(encoded, tool_of)
    assert [(tool.name, tool.category) for tool in features.tools] == truth.tools
    for column, tool in enumerate(truth.tools):
        wrong = np.flatnonzero(features.chosen[:, column] != truth.chosen[:, column])
        assert not len(wrong), f"{tool} differs for respondents {wrong[:5] + 1}"
        wrong = np.flatnonzero(features.asked[:, column] != truth.asked[:, column])
        assert not len(wrong), f"who was asked {tool} differs for respondents {wrong[:5] + 1}"
    (role,) = features.attributes
    names = {option.partition(" ")[2]: label for option, label in encoded.labels.items()}
    found = [
        next((names.get(level, level) for at, level in enumerate(role.levels) if row[at]), "")
        for row in role.member
    ]
    assert found == truth.roles


@pytest.mark.parametrize("name", WRITERS)
def test_no_layout_lets_personal_data_through(name):
    encoded = WRITERS[name]()
    survey = read_survey(encoded.data, "survey.csv", codebook=encoded.codebook)
    held = "\n".join(survey.answers.astype(str).agg("\n".join))
    assert "@example.org" not in held
    assert "192.0.2." not in held


def test_the_survey_has_everything_that_makes_layouts_differ():
    everyone = people()
    assert len(everyone) == 60
    assert sum(not person.shown for person in everyone) == 1
    assert any("None" in person.ticks.get("lang", ()) for person in everyone)
    assert any("None of these" in person.ticks.get("cloud", ()) for person in everyone)
    assert any(person.shown >= {"data"} and not person.ticks["data"] for person in everyone)
    assert {person.write_in for person in everyone} == {"", *WRITE_INS}
