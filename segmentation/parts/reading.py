"""One part, read where it is: what it says stays there, how much of what it says comes back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from segmentation.encode import Reply, attribute_replies, tool_replies, weights
from segmentation.errors import MappingError, WorkbenchError
from segmentation.intake import Answers, Question, QuestionColumns, ReadOptions, Survey, read_survey
from segmentation.intake.labels import match_key
from segmentation.intake.survey import Kind
from segmentation.mapping import (
    Filters,
    Mapping,
    QuestionMapping,
    Review,
    Template,
    reuse,
    suggest_mapping,
)
from segmentation.mixture import Bools, Floats, Ints
from segmentation.parts.bits import Bits
from segmentation.parts.files import PartFile
from segmentation.respondents import included, with_filters

DISTINCT = 20_000
"""Numbers that differ in one part; of more, four figures are kept to cut bands by."""


@dataclass(frozen=True)
class Asked:
    """What the analyst wants of a survey in parts: how its files are read, which mapping is laid on
    them (None for the suggested one) and how boldly, and filters as they are typed."""

    options: ReadOptions = field(default_factory=ReadOptions)
    codebook: bytes | None = None
    template: Template | None = None
    similar: bool = False
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """How every part is read, and what its questions are used for, as one part shows it, the
    `model`. `kinds`: of the questions mapped; `notes`: on the model."""

    model: str
    mapping: Mapping
    options: ReadOptions
    codebook: bytes | None
    kinds: dict[str, Kind]
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Kept:
    """A `Reply`, held small."""

    question: Question
    entry: QuestionMapping
    chosen: Bits
    answered: Bits
    not_asked: Bits
    unshown: Bits | None
    offers_none: bool
    numbers: Floats | None

    @classmethod
    def of(cls, reply: Reply) -> Kept:
        said = reply.answers
        return cls(
            replace(reply.question, options=said.options, counts=()),
            reply.entry,
            Bits.of(said.chosen),
            Bits.of(said.answered),
            Bits.of(said.not_asked),
            None if said.unshown is None else Bits.of(said.unshown),
            said.offers_none,
            reply.numbers,
        )

    def reply(self) -> Reply:
        answers = Answers(
            options=self.question.options,
            chosen=self.chosen.table(),
            answered=self.answered.column(),
            not_asked=self.not_asked.column(),
            offers_none=self.offers_none,
            unshown=None if self.unshown is None else self.unshown.table(),
        )
        return Reply(self.question, self.entry, answers, self.numbers)


@dataclass(frozen=True, eq=False)
class Told:
    """How much was said to one question. `counts`: of those who count, who chose each option;
    `chose_none`: who chose a none-type option; `offers_none`: the analyst says that one was on
    offer; `numbers`: distinct ones, and how many of those who count gave each."""

    question: Question
    entry: QuestionMapping
    counts: Ints
    chose_none: int
    offers_none: bool
    numbers: tuple[Floats, Ints] | None


@dataclass(frozen=True, eq=False)
class Summary:
    """How much a part says."""

    name: str
    sha256: str
    respondents: int
    included: int
    tools: tuple[Told, ...]
    attributes: tuple[Told, ...]


@dataclass(frozen=True, eq=False)
class Read:
    """What a part says, all of it, held small. `weight`: None where everybody counts alike."""

    summary: Summary
    included: Bits
    weight: Floats | None
    tools: tuple[Kept, ...]
    attributes: tuple[Kept, ...]


def plan_of(part: PartFile, asked: Asked) -> Plan:
    """What one part shows, for all of them."""
    data = part.read()
    survey = read_survey(data, part.name, asked.options, codebook=asked.codebook)
    notes: tuple[str, ...] = ()
    if asked.template is None:
        mapping = suggest_mapping(survey)
        notes = (f"No mapping was given, so one was suggested from the largest part, {part.name}.",)
    else:
        carried = reuse(Review.of(asked.template, survey), similar=asked.similar)
        mapping = replace(carried.mapping, reading=survey.reading.chosen)
        notes = carried.notes
    mapping = with_filters(survey, mapping, asked.where)
    duration = mapping.filters.duration
    if duration is not None and duration.of_median is not None:
        raise MappingError(
            "The filter on duration looks at the median of everybody, which no part knows: set its "
            'least duration in seconds ("seconds" instead of "of_median").'
        )
    options = _pinned(data, part.name, asked, survey, mapping)
    mapped = {entry.question for entry in mapping.questions}
    kinds: dict[str, Kind] = {
        q.key: q.kind for q in survey.questions if q.key in mapped and q.kind != "empty"
    }
    return Plan(part.name, mapping, options, asked.codebook, kinds, (*notes, *survey.notes))


def _pinned(data: bytes, name: str, asked: Asked, survey: Survey, mapping: Mapping) -> ReadOptions:
    """Options under which other parts are read like the model: its layout, and what parts answers
    that are joined in a cell, which a part with few answers might not show."""
    mapped = {entry.question for entry in mapping.questions}
    joined = [
        QuestionColumns(question.columns, "", question.separator)
        for question in survey.questions
        if question.key in mapped and question.encoding == "joined"
    ]
    options = asked.options.over(ReadOptions(layout=survey.reading.options.layout))
    if not joined:
        return options
    more = options.together(*joined)
    again = read_survey(data, name, more, codebook=asked.codebook)
    same = [(q.key, q.options) for q in again.questions if q.key in mapped]
    return (
        more
        if same == [(q.key, q.options) for q in survey.questions if q.key in mapped]
        else options
    )


def read_part(part: PartFile, plan: Plan) -> Read:
    """Read a part. Raises WorkbenchError that names it."""
    survey = read_survey(part.read(), part.name, plan.options, codebook=plan.codebook)
    try:
        return _read(_like_the_model(survey, plan), plan.mapping)
    except WorkbenchError as error:
        raise type(error)(f"In {part.name}: {error}") from error


def _like_the_model(survey: Survey, plan: Plan) -> Survey:
    """The survey with mapped questions of the model's kind. What few people answered may look like
    choices where it is a number, or like a number where it is choices."""
    questions = []
    for question in survey.questions:
        kind, only = plan.kinds.get(question.key, question.kind), question.encoding == "cell"
        if not only or "number" not in {kind, question.kind} or kind == question.kind:
            questions.append(question)
            continue
        cells = survey.cells[question.columns[0]].missing_as(survey.reading.missing)
        if kind == "number":
            known = int(np.isfinite(cells.numbers()).sum())
            if known < question.answered:
                raise MappingError(
                    f"“{question.text}” is not always a number, as it is in {plan.model}: ignore "
                    "it, or make it the same in all parts."
                )
            questions.append(replace(question, kind=kind, options=(), counts=(), none_options=()))
        else:
            options, counts = zip(*cells.filled, strict=True)
            questions.append(replace(question, kind=kind, options=options, counts=counts))
    return replace(survey, questions=tuple(questions))


def _read(survey: Survey, mapping: Mapping) -> Read:
    keys = {question.key for question in survey.questions}
    if not any(entry.role == "tools" and entry.question in keys for entry in mapping.questions):
        raise MappingError(
            "none of the tool questions of the mapping is there: leave this file out, or give a "
            "mapping that fits all parts."
        )
    weight = [entry.question for entry in mapping.questions if entry.role == "weight"]
    if not keys.issuperset(weight):
        raise MappingError("the weight is not there: leave this file out, or add its weights.")
    counted = _included(survey, mapping)
    heavy = weights(survey, mapping, counted)
    tools, attributes, told = [], [], []
    for reply in tool_replies(survey, mapping):
        tools.append(Kept.of(reply))
        told.append(_told(reply, counted))
    about = []
    for reply in attribute_replies(survey, mapping):
        attributes.append(Kept.of(reply))
        about.append(_told(reply, counted))
    summary = Summary(
        survey.name,
        survey.sha256,
        survey.respondents,
        int(counted.sum()),
        tuple(told),
        tuple(about),
    )
    return Read(
        summary, Bits.of(counted), heavy if weight else None, tuple(tools), tuple(attributes)
    )


def summary_of(read: Read) -> Summary:
    return read.summary


def _told(reply: Reply, counted: Bools) -> Told:
    said, numbers = reply.answers, None
    if reply.numbers is not None:
        values, counts = np.unique(_finite(reply.numbers[counted]), return_counts=True)
        if len(values) > DISTINCT:
            values, place = np.unique(_four_figures(values), return_inverse=True)
            counts = np.bincount(place, weights=counts).astype(np.int64)
        numbers = values, counts
    return Told(
        reply.question,
        reply.entry,
        np.array([np.count_nonzero(column & counted) for column in said.chosen.T], dtype=np.int64),
        said.chose_none,
        said.offers_none and reply.entry.none is not None,
        numbers,
    )


def _finite(values: Floats) -> Floats:
    found: Floats = values[np.isfinite(values)]
    return found


def _four_figures(values: Floats) -> Floats:
    size = np.floor(np.log10(np.maximum(np.abs(values), 1e-300)))
    rounded: Floats = np.round(values / 10.0 ** (size - 3)) * 10.0 ** (size - 3)
    return rounded


def _included(survey: Survey, mapping: Mapping) -> Bools:
    """Who counts. A question or an option that this part lacks was answered by nobody in it."""
    offered = {
        q.key: {match_key(o) for o in (*q.options, *q.none_options)} for q in survey.questions
    }
    nobody, fitting = False, []
    for one in mapping.filters.answers:
        here = offered.get(one.question)
        if here is not None and (not one.options or not one.active):
            fitting.append(one)
            continue
        options = tuple(o for o in one.options if match_key(o) in (here or ()))
        if options:
            fitting.append(replace(one, options=options))
        elif one.active and not one.leave_out:
            nobody = True
    filters: Filters = replace(mapping.filters, answers=tuple(fitting))
    if nobody:
        return np.zeros(survey.respondents, dtype=bool)
    return included(survey, replace(mapping, filters=filters)).kept
