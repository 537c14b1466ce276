"""Levels of use: which answers ("Evaluating", "Using in production") count as using a tool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from segmentation.intake.labels import clean_label, match_key
from segmentation.intake.survey import Question, Survey
from segmentation.mapping.fit import is_no_tool, tool_name
from segmentation.mapping.grids import grids_of, parted
from segmentation.mapping.model import Mapping, QuestionMapping
from segmentation.vocabulary import canonical


@dataclass(frozen=True)
class Answer:
    """An option that says `level` of `tool`."""

    question: str
    option: str
    level: str
    tool: str


@dataclass(frozen=True)
class Levels:
    """The levels that several tools are asked about at once, in a grid or in one question.

    `title`: what all of them are asked. `levels`: most chosen first, one spelling each.
    """

    title: str
    levels: tuple[str, ...]
    answers: tuple[Answer, ...]

    def counted(self, mapping: Mapping) -> tuple[str, ...]:
        """The levels that count as using the tool: those that count for any of the tools."""
        said = {entry.question: _aliases(entry) for entry in mapping.questions}
        keys = {
            match_key(answer.level)
            for answer in self.answers
            if said[answer.question].get(match_key(answer.option), not is_no_tool(answer.option))
        }
        return tuple(level for level in self.levels if match_key(level) in keys)


def levels_of(survey: Survey, mapping: Mapping) -> list[Levels]:
    """The levels among the questions that the mapping says are about tools."""
    entries = {entry.question: entry for entry in mapping.questions if entry.role == "tools"}
    questions = [question for question in survey.questions if question.key in entries]
    found = []
    for grid in grids_of(questions, several=True):
        rows = [(question, row) for question, row in grid.rows if not _lists_tools(question)]
        pairs = [(question, option, row) for question, row in rows for option in question.options]
        triples = [(question, option, option, row) for question, option, row in pairs]
        title = grid.stem or "One question for each of " + _some(row for _, row in rows)
        if rows:
            found.append(_levels(title, triples, entries))
    taken = {answer.question for levels in found for answer in levels.answers}
    for question in questions:
        options = parted(question) if question.key not in taken else {}
        if options:
            triples = [(question, option, level, row) for option, (row, level) in options.items()]
            found.append(_levels(question.text, triples, entries))
    return found


def with_levels(mapping: Mapping, levels: Levels, counted: Collection[str]) -> Mapping:
    """The mapping in which these levels count as using the tool, and the others do not."""
    wanted = {match_key(level) for level in counted}
    new: dict[str, dict[str, str]] = {}
    for answer in levels.answers:
        tool = answer.tool if match_key(answer.level) in wanted else ""
        new.setdefault(answer.question, {})[answer.option] = tool

    def edited(entry: QuestionMapping) -> QuestionMapping:
        said = new.get(entry.question, {})
        here = {match_key(option) for option in said}
        others = [alias for alias in entry.aliases if match_key(alias[0]) not in here]
        return replace(entry, aliases=tuple(sorted((*others, *said.items())))) if said else entry

    return replace(mapping, questions=tuple(map(edited, mapping.questions)))


def _levels(
    title: str,
    answers: list[tuple[Question, str, str, str]],
    entries: dict[str, QuestionMapping],
) -> Levels:
    """`answers`: question, option, level and the thing that the level is said of."""
    counts: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    options: dict[tuple[str, str], list[str]] = {}
    for question, option, _, thing in answers:
        options.setdefault((question.key, thing), []).append(option)
    found = []
    for question, option, level, thing in answers:
        key = match_key(level)
        counts[key] += dict(zip(question.options, question.counts, strict=True))[option]
        spelt.setdefault(key, clean_label(level))
        tool = _tool(thing, options[question.key, thing], entries[question.key])
        found.append(Answer(question.key, option, level, tool))
    return Levels(title, tuple(spelt[key] for key, _ in counts.most_common()), tuple(found))


def _tool(thing: str, options: Iterable[str], entry: QuestionMapping) -> str:
    """The tool that options of a thing count for: the one that any counts for, else its own."""
    aliases = _aliases(entry)
    named = (tool for option in options if (tool := aliases.get(match_key(option))))
    return next(named, tool_name(thing, (), entry.category))


def _aliases(entry: QuestionMapping) -> dict[str, str]:
    return {match_key(option): tool for option, tool in entry.aliases}


def _lists_tools(question: Question) -> bool:
    """Whether most options are known tools, so that they are no levels."""
    known = sum(canonical(option) is not None for option in question.options)
    return 2 * known > len(question.options)


def _some(rows: Iterable[str]) -> str:
    return ", ".join(list(rows)[:3]) + ", …"
