"""Survey + mapping -> features: one column a tool, three answer states, the threshold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.errors import MappingError, SegmentError
from segmentation.intake import Answers, Question, Survey, read_answers
from segmentation.mapping import Mapping, QuestionMapping, tools_of
from segmentation.mixture import Bools, Floats
from segmentation.spec import EncodeSpec
from segmentation.vocabulary import Tool

MAX_LEVELS = 30
"""Levels of an attribute shown apart; rarer ones are gathered under OTHER_LEVELS."""

OTHER_LEVELS = "All other answers"

NUMBER_BANDS = 5

ROUNDING = 1e-9
"""Far above the rounding of weighted sums, which the order of the rows decides, and far below
the share that one respondent is."""


@dataclass(frozen=True, eq=False)
class Attribute:
    """A question that describes people and never forms cohorts.

    `member`: bool (respondents, levels); `answered`: bool (respondents,), the base of every
    share. With `multiple`, a respondent may be in several levels.
    """

    name: str
    levels: tuple[str, ...]
    member: Bools
    answered: Bools
    multiple: bool


@dataclass(frozen=True, eq=False)
class Features:
    """What the survey says about tools, one row a respondent in file order.

    `tools`: sorted by name, then category. `chosen`, `asked`: bool (respondents, tools); chosen
    is never true where asked is not. `weight`: (respondents,), 1 without a weight column.
    `base`: (tools,), respondents asked, unweighted. `prevalence`: (tools,), 0 to 1,
    sum(w chosen) / sum(w asked). `kept`: (tools,), prevalence at or above the threshold; only
    these form cohorts. `used`: (respondents,), chose at least one kept tool.
    """

    tools: tuple[Tool, ...]
    chosen: Bools
    asked: Bools
    weight: Floats
    base: Floats
    prevalence: Floats
    kept: Bools
    used: Bools
    attributes: tuple[Attribute, ...]

    @property
    def chosen_kept(self) -> Bools:
        """(respondents used, tools kept)"""
        return self.chosen[np.ix_(self.used, self.kept)]

    @property
    def asked_kept(self) -> Bools:
        """(respondents used, tools kept)"""
        return self.asked[np.ix_(self.used, self.kept)]

    @property
    def tools_kept(self) -> tuple[Tool, ...]:
        return tuple(t for t, kept in zip(self.tools, self.kept, strict=True) if kept)


def encode(survey: Survey, mapping: Mapping, spec: EncodeSpec) -> Features:
    """One-hot features of the mapped tools, with the threshold applied.

    Raises MappingError when no tool question is mapped and SegmentError when the threshold
    leaves no tool or no respondent; both say what to change.
    """
    tools, chosen, asked = _tool_columns(survey, mapping)
    weight = _weights(survey, mapping)
    totals = weight @ asked
    prevalence = np.divide(weight @ chosen, totals, out=np.zeros(len(tools)), where=totals > 0)
    kept = (prevalence >= spec.threshold - ROUNDING) & (prevalence > 0)
    used = chosen[:, kept].any(axis=1) & (weight > 0)
    _check_something_left(spec, prevalence, kept, used)
    return Features(
        tools=tools,
        chosen=chosen,
        asked=asked,
        weight=weight,
        base=asked.sum(axis=0).astype(float),
        prevalence=prevalence,
        kept=kept,
        used=used,
        attributes=tuple(_attributes(survey, mapping)),
    )


def _tool_columns(survey: Survey, mapping: Mapping) -> tuple[tuple[Tool, ...], Bools, Bools]:
    mapped = list(_mapped(survey, mapping, "tools"))
    if not mapped:
        raise MappingError(
            "No question is mapped to tools: on the mapping, give at least one multi-select "
            "question the role “tools” and a category."
        )
    answers = [read_answers(survey, question) for question, _ in mapped]
    asked = _asked(mapping, answers)
    chosen_by: dict[Tool, Bools] = {}
    asked_by: dict[Tool, Bools] = {}
    for (question, entry), answer, was_asked in zip(mapped, answers, asked, strict=True):
        names = tools_of(question, entry)
        for column, option in enumerate(answer.options):
            if not names.get(option, option):
                continue
            tool = Tool(names.get(option, option), entry.category)
            ticked = answer.chosen[:, column]
            chosen_by[tool] = ticked | chosen_by[tool] if tool in chosen_by else ticked
            asked_by[tool] = was_asked | asked_by[tool] if tool in asked_by else was_asked
    if not chosen_by:
        raise MappingError(
            "The questions mapped to tools have no options left: give at least one option a tool."
        )
    tools = tuple(sorted(chosen_by, key=lambda tool: (tool.name, tool.category)))
    chosen = np.column_stack([chosen_by[tool] for tool in tools])
    was_asked_all = np.column_stack([asked_by[tool] for tool in tools])
    return tools, chosen & was_asked_all, was_asked_all


def _mapped(
    survey: Survey, mapping: Mapping, role: str
) -> Iterable[tuple[Question, QuestionMapping]]:
    """The survey's questions with that role, ordered by key so that column order is nothing."""
    by_key = {question.key: question for question in survey.questions}
    for entry in sorted(mapping.questions, key=lambda entry: entry.question):
        if entry.role == role and entry.question in by_key:
            yield by_key[entry.question], entry


def _asked(mapping: Mapping, answers: list[Answers]) -> list[Bools]:
    """Per question, who was asked it: (respondents,) bool each.

    An answered question was asked. A blank one was not where the export says so or a none-type
    option was on offer; else the mapping decides.
    """
    answered = np.column_stack([a.answered for a in answers])
    anywhere = answered.any(axis=1)
    result = []
    for answer in answers:
        blank_counts = {
            "not chosen if answered elsewhere": anywhere,
            "not chosen": np.ones_like(anywhere),
            "not asked": np.zeros_like(anywhere),
        }[mapping.blank]
        if answer.offers_none:
            blank_counts = np.zeros_like(anywhere)
        result.append(answer.answered | (blank_counts & ~answer.not_asked))
    return result


def _weights(survey: Survey, mapping: Mapping) -> Floats:
    """The weight of each respondent, 1 without a weight question.

    Raises MappingError when a weight is not a number or is negative, or when all are zero.
    """
    mapped = list(_mapped(survey, mapping, "weight"))
    if not mapped:
        return np.ones(survey.respondents)
    if len(mapped) > 1:
        raise MappingError("Two questions have the role “weight”: keep one of them.")
    column = mapped[0][0].columns[0]
    values = pd.to_numeric(survey.answers[column].str.strip(), errors="coerce").to_numpy(float)
    wrong = np.flatnonzero(~np.isfinite(values) | (values < 0))
    if len(wrong):
        raise MappingError(
            f"The weight column has {len(wrong):,} cells that are blank, negative or not a number "
            f"(first in row {wrong[0] + 1}): correct them or give the question another role."
        )
    if not values.any():
        raise MappingError("All weights are zero: give the weight question another role.")
    return values


def _check_something_left(spec: EncodeSpec, prevalence: Floats, kept: Bools, used: Bools) -> None:
    if not prevalence.any():
        raise SegmentError(
            "Nobody chose any of the mapped tools: check which questions are mapped to tools."
        )
    if not kept.any():
        raise SegmentError(
            f"No tool reaches the threshold of {spec.threshold:.0%} (the most common one has "
            f"{prevalence.max():.1%}): lower the prevalence threshold."
        )
    if not used.any():
        raise SegmentError(
            "No respondent with a weight above zero chose a tool that reaches the threshold: "
            "lower the prevalence threshold."
        )


def _attributes(survey: Survey, mapping: Mapping) -> Iterable[Attribute]:
    for question, entry in _mapped(survey, mapping, "attribute"):
        name = entry.name or question.text
        if question.kind == "number":
            yield _numeric_attribute(survey, question, name)
        elif question.options:
            yield _option_attribute(survey, question, name)


def _option_attribute(survey: Survey, question: Question, name: str) -> Attribute:
    answers = read_answers(survey, question)
    counts = answers.chosen.sum(axis=0)
    frequent = np.argsort(-counts, kind="stable")
    rest = frequent[MAX_LEVELS:]
    common = _natural_order([(column, answers.options[column]) for column in frequent[:MAX_LEVELS]])
    levels = [answers.options[column] for column in common]
    member = answers.chosen[:, common]
    if len(rest):
        levels.append(OTHER_LEVELS)
        member = np.column_stack([member, answers.chosen[:, rest].any(axis=1)])
    multiple = question.kind == "multi-select"
    return Attribute(name, tuple(levels), member, answers.answered, multiple)


def _natural_order(levels: list[tuple[int, str]]) -> list[int]:
    """Levels that mostly carry a number ("1 to 2 years") go by it; others stay by frequency."""
    numbers = [_leading_number(label) for _, label in levels]
    if sum(number is not None for number in numbers) * 2 <= len(levels):
        return [column for column, _ in levels]
    ranked = zip(levels, numbers, strict=True)
    by_number = sorted(ranked, key=lambda pair: np.inf if pair[1] is None else pair[1])
    return [column for (column, _), _ in by_number]


def _leading_number(label: str) -> float | None:
    """The first number in a label; "less than 1" lies just below 1."""
    found = re.search(r"\d+(,\d{3})*(\.\d+)?", label)
    if not found:
        return None
    below = re.match(r"\W*(less|under|below|fewer|up to|<)", label, re.IGNORECASE)
    return float(found.group().replace(",", "")) - (0.5 if below else 0.0)


def _numeric_attribute(survey: Survey, question: Question, name: str) -> Attribute:
    """A number cut into up to NUMBER_BANDS bands of about equally many respondents."""
    values = pd.to_numeric(survey.answers[question.columns[0]].str.strip(), errors="coerce")
    bands = pd.qcut(values, NUMBER_BANDS, duplicates="drop")
    codes = bands.cat.codes.to_numpy()
    levels = tuple(_band_name(values[codes == i]) for i in range(len(bands.cat.categories)))
    member = codes[:, None] == np.arange(len(levels))
    return Attribute(name, levels, member, codes >= 0, multiple=False)


def _band_name(values: pd.Series) -> str:
    low, high = values.min(), values.max()
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
