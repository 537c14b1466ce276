"""The mapping that an analyst would probably make, from option labels and question texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from segmentation.intake.survey import Question, Survey
from segmentation.mapping.attributes import short_name, suggest_attributes
from segmentation.mapping.fit import is_no_tool, is_weight, tools_of
from segmentation.mapping.grids import grids_of, parted_tools, tool_grid
from segmentation.mapping.model import Mapping, QuestionMapping, Role
from segmentation.mapping.special import special_category
from segmentation.mapping.wording import (
    asked,
    asks_for_tools,
    category_asked,
    singular,
    thing_asked,
)
from segmentation.vocabulary import canonical

FEWEST_ANSWERS = 0.05
"""Share of respondents below which a question tells too little to be suggested."""

KNOWN_SHARE = 0.5
"""Share of the choices that must fall on known tools for a question to be about tools."""

KNOWN_SHARE_SINGLE = 0.7
"""The same for a question with one choice; it also needs three known tools."""

COMMON_SHARE = 0.7
"""Share of the choices that common options must hold; below it, answers are free text."""

SAME_TOOLS = 0.5
"""Share of the smaller question's tools that the other must offer too to be its double."""


def suggest_mapping(survey: Survey) -> Mapping:
    """Which questions are about tools, describe people, weight or identify them.

    Tools that people plan, want or learned first are left out where the survey also asks what
    they use. Free text, times, special categories and opinions are ignored, as is whatever is
    not listed. Where nothing is about known tools, the questions with several choices stand in.
    """
    questions = [q for q in survey.questions if _is_answered(q, survey)]
    entries = _special(questions, survey)
    entries += [said for grid in grids_of(questions, several=True) for said in tool_grid(grid)]
    taken = {said.question for said in entries}
    by_level = (parted_tools(question) for question in questions if question.key not in taken)
    entries += [said for said in by_level if said]
    taken = {said.question for said in entries}
    found: list[_Found] = []
    others: list[tuple[Question, str]] = []
    for question in (q for q in questions if q.key not in taken):
        category = tool_category(question)
        if category:
            found.append(_Found(question, QuestionMapping(question.key, "tools", category)))
        else:
            others.append((question, ""))
    tools, single = _keep_apart(found)
    if not (tools or any(said.role == "tools" for said in entries)):
        tools = _stand_ins(questions)
    stand_ins = {said.question for said in tools}
    others = [(question, name) for question, name in others if question.key not in stand_ins]
    entries += [*tools, *suggest_attributes([*single, *others])]
    by_key = {said.question: said for said in entries}
    entries = [by_key[q.key] for q in survey.questions if q.key in by_key]
    return Mapping(tuple(entries), reading=survey.reading.chosen)


def _is_answered(question: Question, survey: Survey) -> bool:
    """Whether enough respondents gave an answer that is no none-type option and may be used."""
    chosen = sum(question.counts) if question.options else question.answered
    enough = min(question.answered, chosen) >= FEWEST_ANSWERS * survey.respondents
    left_out = asked("leave", question.text) or special_category(question)
    return enough and question.answered > 0 and not left_out


def _special(questions: Sequence[Question], survey: Survey) -> list[QuestionMapping]:
    """The weight and the id: the first column that is called so and can be it."""
    found: dict[Role, QuestionMapping] = {}
    for question in questions:
        if len(question.columns) != 1:
            continue
        if asked("weight", question.text) and is_weight(question, survey):
            found.setdefault("weight", QuestionMapping(question.key, "weight"))
        elif asked("id", question.text) and survey.cells[question.columns[0]].are_unique:
            found.setdefault("id", QuestionMapping(question.key, "id"))
    return list(found.values())


def tool_category(question: Question) -> str:
    """The category of a question about tools; "" when it is about something else.

    A multi-select question is about tools when most choices fall on known tools or the text asks
    which tools are used; a single choice only when nearly all of its options are known.
    """
    several = question.kind == "multi-select"
    if not (several or question.kind == "single-select") or asked("people", question.text):
        return ""
    if not several and asked("attribute", question.text):
        return ""
    ticks, known = _ticks_by_category(question)
    total = ticks.total()
    if not total or _common_ticks(question) < COMMON_SHARE * total:
        return ""
    share = 1 - ticks.pop("", 0) / total
    if several:
        about = (share >= KNOWN_SHARE and known >= 2) or asks_for_tools(question.text)
    else:
        about = share >= KNOWN_SHARE_SINGLE and known >= 3
    if not about:
        return ""
    (winner, count), *_ = ticks.most_common(1) or [("", 0)]
    by_labels = winner if count >= 0.75 * total else ""
    by_text = category_asked(question.text)
    return by_text or by_labels or asked("generic", question.text) or winner or "Tool"


def _ticks_by_category(question: Question) -> tuple[Counter[str], int]:
    """Choices by the category of the tool chosen ("" for unknown ones), and known tools chosen."""
    ticks: Counter[str] = Counter()
    known = 0
    for option, count in zip(question.options, question.counts, strict=True):
        if not is_no_tool(option):
            tool = canonical(option)
            ticks[tool.category if tool else ""] += count
            known += tool is not None and count > 0
    return ticks, known


def _common_ticks(question: Question) -> int:
    """Choices of options that at least one in a hundred of those who answered chose."""
    return sum(count for count in question.counts if count >= 0.01 * question.answered)


def _stand_ins(questions: Sequence[Question]) -> list[QuestionMapping]:
    """Questions with several choices that may be about tools nobody told the vocabulary of."""
    found = []
    for question in questions:
        about_else = asked("attribute", question.text) or asked("opinion", question.text)
        if question.kind == "multi-select" and len(question.options) >= 3 and not about_else:
            name = singular(thing_asked(question.text) or short_name(question))
            found.append(QuestionMapping(question.key, "tools", name))
    return found


@dataclass(frozen=True)
class _Found:
    """A question that asks for tools, with the entry suggested so far."""

    question: Question
    said: QuestionMapping

    @property
    def when(self) -> str:
        """ "first" or "wanted"; "" for tools in use."""
        return asked("wanted", self.question.text)

    @property
    def tools(self) -> frozenset[str]:
        """Tools that at least one in a hundred of those who answered chose."""
        tools = tools_of(self.question, self.said)
        least = 0.01 * self.question.answered
        chosen = zip(self.question.options, self.question.counts, strict=True)
        return frozenset(tools[option] for option, count in chosen if count >= least) - {""}


def _keep_apart(
    found: Sequence[_Found],
) -> tuple[list[QuestionMapping], list[tuple[Question, str]]]:
    """Entries for tool questions, and single choices that are attributes (question, name).

    Questions that offer the same tools must not be taken for one. What is used comes before what
    is wanted, several choices before one: a double that is about wanted or first tools is
    dropped, a double that is a single choice becomes an attribute, another double is renamed.
    """
    kept: list[_Found] = []
    single: list[tuple[Question, str]] = []
    for one in sorted(found, key=lambda f: (bool(f.when), f.question.kind == "single-select")):
        doubles = [f for f in kept if not f.when and _overlap(one, f) >= SAME_TOOLS]
        if one.when == "first" or (one.when and doubles):
            continue
        if doubles and one.question.kind == "single-select":
            single.append((one.question, f"{doubles[0].said.category} used most"))
            continue
        category = one.said.category + (" (planned)" if one.when else "")
        namesakes = [f for f in kept if f.said.category == category]
        mixed = next((f for f in namesakes if _overlap(one, f) >= 0.2), None)
        if mixed:
            category = f"{category} ({_own_word(one.question, mixed.question)})"
        kept.append(_Found(one.question, replace(one.said, category=category)))
    return [one.said for one in kept], single


def _overlap(one: _Found, other: _Found) -> float:
    """Tools that both offer, as a share of the smaller set."""
    return len(one.tools & other.tools) / (min(len(one.tools), len(other.tools)) or 1)


def _own_word(question: Question, other: Question) -> str:
    """The longest word that only this question's text has, else its key."""
    theirs = set(re.findall(r"\w+", other.text.casefold()))
    words = re.findall(r"[^\W\d_]{4,}", question.text)
    return max((w for w in words if w.casefold() not in theirs), key=len, default=question.key)
