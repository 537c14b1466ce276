"""Survey + mapping -> features: one column a tool, three answer states, the threshold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from segmentation.errors import MappingError, SegmentError
from segmentation.figures import percent
from segmentation.intake import Answers, Question, Survey
from segmentation.mapping import Mapping, QuestionMapping, answers_to, tools_of
from segmentation.mixture import Bools, Floats, Ints
from segmentation.respondents import included
from segmentation.scales import natural_order
from segmentation.spec import EncodeSpec
from segmentation.vocabulary import Tool

MAX_LEVELS = 30
"""Levels of an attribute shown apart; rarer ones are gathered under OTHER_LEVELS."""

OTHER_LEVELS = "All other answers"

NUMBER_BANDS = 5

NO_WEIGHT = "All weights are zero: give the weight question another role."

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

    @property
    def title(self) -> bool:
        """Whether it sounds like a role or a job title."""
        return re.search(r"\b(role|title|job)", self.name.lower()) is not None


@dataclass(frozen=True, eq=False)
class Features:
    """What the survey says about tools, one row a respondent in file order.

    `included`: (respondents,), whom the filters let count; all others have a row too, in which
    nothing is asked, chosen or answered and the weight is 0.
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
    included: Bools
    attributes: tuple[Attribute, ...]

    @cached_property
    def chosen_kept(self) -> Bools:
        """(respondents used, tools kept); made once, for reading only."""
        return _part(self.chosen, self.used, self.kept)

    @cached_property
    def asked_kept(self) -> Bools:
        """(respondents used, tools kept); made once, for reading only."""
        return _part(self.asked, self.used, self.kept)

    @property
    def tools_kept(self) -> tuple[Tool, ...]:
        return tuple(t for t, kept in zip(self.tools, self.kept, strict=True) if kept)


def _part(matrix: Bools, rows: Bools, columns: Bools) -> Bools:
    """Some rows and columns, row after row in memory, as respondents are looked at."""
    part: Bools = np.ascontiguousarray(matrix[:, columns][rows])
    return part


def encode(survey: Survey, mapping: Mapping, spec: EncodeSpec) -> Features:
    """One-hot features of the mapped tools, with the threshold applied.

    Raises MappingError when no tool question is mapped or a filter does not fit the survey, and
    SegmentError when filters or the threshold leave no tool or no respondent; all say what to
    change.
    """
    counted = included(survey, mapping).kept
    if not counted.any():
        raise SegmentError(nobody_left(survey.respondents))
    tools, chosen, asked = tool_columns(mapping, list(tool_replies(survey, mapping)), counted)
    weight = weights(survey, mapping, counted)
    if not weight.any():
        raise MappingError(NO_WEIGHT)
    found = features_of(tools, chosen, asked, weight, spec)
    attributes = tuple(_attributes(survey, mapping, counted))
    return replace(found, included=counted, attributes=attributes)


def nobody_left(respondents: int) -> str:
    return (
        f"Nobody is left: the filters together leave out all {respondents:,} "
        "respondents. Take one of them away, or let it include more."
    )


def features_of(
    tools: tuple[Tool, ...],
    chosen: Bools,
    asked: Bools,
    weight: Floats,
    spec: EncodeSpec,
) -> Features:
    """Features of answers that are at hand as matrices, everybody included, without attributes.

    Tools may come in any order. Raises SegmentError like `encode`.
    """
    order = in_order(tools)
    if order != list(range(len(tools))):
        tools = tuple(tools[column] for column in order)
        chosen, asked = chosen[:, order], asked[:, order]
    prevalence, kept = over_threshold(totals(weight, chosen), totals(weight, asked), spec)
    used = uses(chosen, weight, kept)
    check_something_left(spec, prevalence, kept, bool(used.any()))
    return Features(
        tools=tools,
        chosen=chosen,
        asked=asked,
        weight=weight,
        base=totals(np.ones(len(asked)), asked),
        prevalence=prevalence,
        kept=kept,
        used=used,
        included=np.ones(len(chosen), dtype=bool),
        attributes=(),
    )


def over_threshold(choices: Floats, asked: Floats, spec: EncodeSpec) -> tuple[Floats, Bools]:
    """Prevalence and whether it is kept, (tools,), from the weight of who chose and was asked."""
    prevalence = np.divide(choices, asked, out=np.zeros(len(asked)), where=asked > 0)
    return prevalence, (prevalence >= spec.threshold - ROUNDING) & (prevalence > 0)


def uses(chosen: Bools, weight: Floats, kept: Bools) -> Bools:
    """(respondents,): who counts and chose at least one kept tool."""
    found: Bools = chosen[:, kept].any(axis=1) & (weight > 0)
    return found


@dataclass(frozen=True, eq=False)
class Reply:
    """What everybody said to one mapped question. `numbers`: (respondents,), nan where there is
    none, for a question for a number, which has no options; else None."""

    question: Question
    entry: QuestionMapping
    answers: Answers
    numbers: Floats | None = None


def tool_replies(survey: Survey, mapping: Mapping) -> Iterator[Reply]:
    """What was said to each question about tools, by key."""
    for question, entry in _mapped(survey, mapping, "tools"):
        yield Reply(question, entry, answers_to(survey, question, entry))


def attribute_replies(survey: Survey, mapping: Mapping) -> Iterator[Reply]:
    """What was said to each question that describes people, by key."""
    for question, entry in _mapped(survey, mapping, "attribute"):
        if question.kind == "number":
            values = survey.cells[question.columns[0]].numbers()
            none, known = np.zeros((len(values), 0), dtype=bool), np.isfinite(values)
            yield Reply(question, entry, Answers((), none, known, ~known), values)
        elif question.options:
            yield Reply(question, entry, answers_to(survey, question, entry))


def tool_columns(
    mapping: Mapping, replies: Sequence[Reply], counted: Bools
) -> tuple[tuple[Tool, ...], Bools, Bools]:
    """The tools, and (respondents, tools) who chose and who was asked of those who count."""
    if not replies:
        raise MappingError(
            "No question is mapped to tools: on the mapping, give at least one multi-select "
            "question the role “tools” and a category."
        )
    asked = [was_asked & counted for was_asked in _asked(mapping, [r.answers for r in replies])]
    chosen_by: dict[Tool, Bools] = {}
    asked_by: dict[Tool, Bools] = {}
    for reply, was_asked in zip(replies, asked, strict=True):
        entry, answer = reply.entry, reply.answers
        names = tools_of(reply.question, entry)
        for column, option in enumerate(answer.options):
            if not names.get(option, option):
                continue
            tool = Tool(names.get(option, option), entry.category)
            ticked = answer.chosen[:, column]
            chosen_by[tool] = ticked | chosen_by[tool] if tool in chosen_by else ticked
            shown = was_asked if answer.unshown is None else was_asked & ~answer.unshown[:, column]
            asked_by[tool] = shown | asked_by[tool] if tool in asked_by else shown
    if not chosen_by:
        raise MappingError(
            "The questions mapped to tools have no options left: give at least one option a tool."
        )
    found = list(chosen_by)
    tools = tuple(found[place] for place in in_order(found))
    shape = len(counted), len(tools)
    chosen, was_asked_all = np.empty(shape, bool, order="F"), np.empty(shape, bool, order="F")
    for column, tool in enumerate(tools):
        was_asked_all[:, column] = asked_by[tool]
        np.logical_and(chosen_by[tool], was_asked_all[:, column], out=chosen[:, column])
    return tools, chosen, was_asked_all


def in_order(tools: Sequence[Tool]) -> list[int]:
    """Places of the tools by name, then category: whatever the order of questions and options, they
    stand like this."""
    return sorted(range(len(tools)), key=lambda place: (tools[place].name, tools[place].category))


def totals(weight: Floats, matrix: Bools) -> Floats:
    """Weight of the respondents that are true in each column: (columns,)."""
    if (weight == 1).all():
        return np.array([np.count_nonzero(column) for column in matrix.T], dtype=float)
    return np.array([weight @ column for column in matrix.T])


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


def weights(survey: Survey, mapping: Mapping, counted: Bools) -> Floats:
    """The weight of each respondent, 1 without a weight question; 0 for those who do not count.

    Raises MappingError when a weight is not a number or is negative.
    """
    mapped = list(_mapped(survey, mapping, "weight"))
    if not mapped:
        return counted.astype(float)
    if len(mapped) > 1:
        raise MappingError("Two questions have the role “weight”: keep one of them.")
    column = mapped[0][0].columns[0]
    values = survey.cells[column].numbers()
    values = np.where(counted, values, 0.0)
    wrong = np.flatnonzero(~np.isfinite(values) | (values < 0))
    if len(wrong):
        raise MappingError(
            f"The weight column has {len(wrong):,} cells that are blank, negative or not a number "
            f"(first in row {wrong[0] + 1}): correct them or give the question another role."
        )
    return values


def check_something_left(spec: EncodeSpec, prevalence: Floats, kept: Bools, used: bool) -> None:
    if not prevalence.any():
        raise SegmentError(
            "Nobody chose any of the mapped tools: check which questions are mapped to tools."
        )
    if not kept.any():
        raise SegmentError(
            f"No tool reaches the threshold of {percent(spec.threshold)} (the most common one has "
            f"{100 * prevalence.max():.1f} %): lower the prevalence threshold."
        )
    if not used:
        raise SegmentError(
            "No respondent with a weight above zero chose a tool that reaches the threshold: "
            "lower the prevalence threshold."
        )


def _attributes(survey: Survey, mapping: Mapping, counted: Bools) -> Iterator[Attribute]:
    for reply in attribute_replies(survey, mapping):
        if reply.numbers is None:
            counts = (reply.answers.chosen & counted[:, None]).sum(axis=0)
            levels = levels_of(reply.answers.options, counts)
        else:
            values = reply.numbers[counted]
            levels = bands_of(*np.unique(values[np.isfinite(values)], return_counts=True))
        yield attribute_of(reply, levels, counted)


@dataclass(frozen=True)
class AttributeLevels:
    """The levels of an attribute in order. Of options, each is an option, but for a last one of all
    others if there is a `rest`; of numbers, `edges` are the largest value in each."""

    names: tuple[str, ...]
    rest: bool = False
    edges: tuple[float, ...] | None = None


def levels_of(options: Sequence[str], counts: Sequence[int] | Ints) -> AttributeLevels:
    """The MAX_LEVELS options that most chose, in their natural order if they have one."""
    frequent = sorted(range(len(counts)), key=lambda i: (-counts[i], options[i]))
    common = [options[i] for i in frequent[:MAX_LEVELS]]
    order = natural_order(common)
    names = common if order is None else [common[place] for place in order]
    rest = len(frequent) > MAX_LEVELS
    return AttributeLevels((*names, OTHER_LEVELS) if rest else tuple(names), rest)


def bands_of(values: Floats, counts: Ints) -> AttributeLevels:
    """Up to NUMBER_BANDS bands of about equally many respondents, cut at the quantiles, between
    values as `pandas.qcut` does; `counts`: respondents with each of the ascending `values`."""
    if not len(values):
        return AttributeLevels((), edges=())
    upto = np.cumsum(counts)
    place, part = np.divmod(np.arange(1, NUMBER_BANDS + 1) * (upto[-1] - 1), NUMBER_BANDS)
    low, high = (
        values[np.searchsorted(upto, at, side="right")] for at in (place, place + (part > 0))
    )
    cuts = np.unique(low + (high - low) * (part / NUMBER_BANDS))
    last = np.unique(np.searchsorted(values, cuts[cuts > values[0]], side="right") - 1)
    first = np.append(0, last[:-1] + 1)[: len(last)]
    ends = zip(values[first].tolist(), values[last].tolist(), strict=True)
    names = tuple(f"{low:g}" if low == high else f"{low:g} to {high:g}" for low, high in ends)
    return AttributeLevels(names, edges=tuple(values[last].tolist()))


def attribute_of(reply: Reply, levels: AttributeLevels, counted: Bools) -> Attribute:
    """The attribute that a question is, with these levels, of those who count."""
    answers, name = reply.answers, reply.entry.name or reply.question.text
    if reply.numbers is not None:
        band = np.searchsorted(np.array(levels.edges, dtype=float), reply.numbers, side="left")
        answered = counted & (band < len(levels.names))
        member = (band[:, None] == np.arange(len(levels.names))) & answered[:, None]
        return Attribute(name, levels.names, member, answered, multiple=False)
    at = {option: column for column, option in enumerate(answers.options)}
    apart = [at[level] for level in levels.names[: -1 if levels.rest else None]]
    chosen = answers.chosen & counted[:, None]
    member = chosen[:, apart]
    if levels.rest:
        others = np.setdiff1d(np.arange(len(at)), apart)
        member = np.column_stack([member, chosen[:, others].any(axis=1)])
    multiple = reply.question.kind == "multi-select"
    return Attribute(name, levels.names, member, answers.answered & counted, multiple)
