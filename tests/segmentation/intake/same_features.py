"""Whether a file of the known survey gives the features that it must give."""

from __future__ import annotations

import numpy as np

from segmentation.encode import encode
from segmentation.intake import Question, Survey, match_key, read_survey
from segmentation.mapping import Mapping, QuestionMapping, tool_name
from segmentation.spec import EncodeSpec
from tests.segmentation.reencode import QUESTIONS, WRITE_INS, Asked, Encoded, expected


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
            names = (
                f"{asked.text} [{label}]",
                f"{asked.code}.{label}.experience",
                f"{asked.code} [{label}] [experience]",
            )
            (question,) = (q for q in survey.questions if q.key in names)
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


def assert_same_features(encoded: Encoded, name: str = "survey.csv") -> Survey:
    """Reads the file and holds tools, ticks, who was asked and roles against what is known."""
    survey = read_survey(encoded.data, name, codebook=encoded.codebook)
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
    return survey
