"""A mapping laid on a survey: the tool each option counts for, and what does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterable

from segmentation.intake.labels import clean_label, match_key
from segmentation.intake.signs import is_none, is_other
from segmentation.intake.survey import Question, Survey
from segmentation.mapping.filters import filter_problems
from segmentation.mapping.model import Mapping, QuestionMapping
from segmentation.mapping.none_options import as_said
from segmentation.mapping.special import special_category
from segmentation.vocabulary import canonical


def tool_name(label: str, aliases: Iterable[tuple[str, str]] = (), category: str = "") -> str:
    """The tool that a label names: by alias, else by the vocabulary, else the label itself.

    "" when the alias leaves the label out. `category` helps where tools share a label.
    """
    key = match_key(label)
    for option, tool in aliases:
        if match_key(option) == key:
            return tool
    known = canonical(label, category)
    return known.name if known else clean_label(label)


def tools_of(question: Question, said: QuestionMapping) -> dict[str, str]:
    """The tool that each option of a question counts for; "" for an option that is no tool.

    Unless an alias says otherwise, these are no tools: the place for write-ins ("Other",
    "Other (please specify)") and statements ("I don't use any", "Not sure"). Nor are those that
    the entry names as none-type; what was detected as none-type and is not is among the options.
    """
    aliases = {match_key(option): tool for option, tool in said.aliases}
    found = dict.fromkeys(question.options, "")
    for option in as_said(question, said).options:
        key = match_key(option)
        if key in aliases:
            found[option] = aliases[key]
        else:
            found[option] = "" if is_no_tool(option) else tool_name(option, (), said.category)
    return found


_NO_TOOL = re.compile(
    r"others?(?: s)?(?: (?:please|specify|write|text|describe|not listed|options?|tools?)\b.*)?"
    r"|(?:i|we) (?:am|are|do|did|have|will|can) ?(?:not|nt)\b.*|(?:i|we) (?:dont|cant|havent)\b.*"
    r"|(?:i|we) (?:never|need|wish|want|only just)\b.*|(?:do not|dont) (?:know|use|have)\b.*"
    r"|no [a-z]+s"
    r"|(?:i am |im |we are )?(?:not|un) ?(?:sure|applicable|certain)\b.*|none\b.*"
)


def is_no_tool(option: str) -> bool:
    """Whether an option is a place for write-ins or a statement instead of a tool."""
    return is_other(option) or is_none(option) or bool(_NO_TOOL.fullmatch(match_key(option)))


def check_mapping(mapping: Mapping, survey: Survey) -> tuple[str, ...]:
    """What is wrong with a mapping for this survey, a sentence each; empty when it fits."""
    by_key = {question.key: question for question in survey.questions}
    problems: list[str] = []
    for said in mapping.questions:
        question = by_key.get(said.question)
        if question is None:
            problems += [f"The survey has no question {said.question!r}: remove it or rename it."]
        else:
            problems += _problems(said, question, survey)
    if not any(q.role == "tools" and q.question in by_key for q in mapping.questions):
        problems.append("No question is about tools: give at least one the role “tools”.")
    if sum(said.role == "weight" for said in mapping.questions) > 1:
        problems.append("Two questions have the role “weight”: keep one of them.")
    problems += filter_problems(mapping.filters, survey)
    return tuple(problems)


def _problems(said: QuestionMapping, question: Question, survey: Survey) -> Iterable[str]:
    name = f"Question {question.key!r}"
    if said.role == "tools":
        if not said.category:
            yield f"{name} has no category: name the group of its tools, such as “IDE”."
        if not any(tools_of(question, said).values()):
            yield f"{name} has no options that are tools: give it another role."
    if said.role == "attribute" and not question.options and question.kind != "number":
        yield f"{name} has neither options nor numbers to describe people with: ignore it."
    if said.role == "weight" and not is_weight(question, survey):
        yield f"{name} cannot be the weight: it must be a number of 0 or more in every row."
    special = special_category(question)
    if special and said.role == "tools":
        yield (
            f"{name} asks about {special}, which the law protects: make it an attribute, "
            "or ignore it."
        )
    yield from _slips(name, said, question)


def _slips(name: str, said: QuestionMapping, question: Question) -> Iterable[str]:
    """Options that the entry speaks of and the question does not have."""
    known = {match_key(option) for option in (*question.options, *question.none_options)}
    for option, _ in said.aliases:
        if match_key(option) not in known:
            yield f"{name} has no option {option!r}: remove its alias or correct the spelling."
    for option in said.none or ():
        if match_key(option) not in known:
            yield f"{name} has no option {option!r}: remove it from its none-type options."


def is_weight(question: Question, survey: Survey) -> bool:
    """Whether the answers can weight respondents: numbers of 0 or more, not all of them 0."""
    values = survey.cells[question.columns[0]].numbers()
    return bool(len(question.columns) == 1 and (values >= 0).all() and (values > 0).any())
