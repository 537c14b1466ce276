"""Filters laid on a survey: who counts, how many each filter leaves out, and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from segmentation.errors import MappingError
from segmentation.intake import Question, Survey, match_key, read_answers
from segmentation.mapping import (
    AnswerFilter,
    Completeness,
    Duration,
    Filter,
    Mapping,
    Submitted,
    answer_problems,
    filter_problems,
    is_numeric,
)
from segmentation.mixture import Bools, Floats
from segmentation.quality import (
    fastest_allowed,
    grids_for_lines,
    in_one_line,
    seconds_taken,
    share_answered,
    was_submitted,
    with_none_options,
)

MOST_NAMED = 3
LONGEST = 60


@dataclass(frozen=True)
class Step:
    """One filter at work. `alone`: respondents whom it would leave out by itself; `left`: how many
    remain after it and those before it. One that is not active leaves out nobody in turn."""

    filter: Filter
    words: str
    alone: int
    left: int


@dataclass(frozen=True, eq=False)
class Included:
    """`kept`: bool (respondents,), who counts; `steps`: a step a filter, in order."""

    kept: Bools
    steps: tuple[Step, ...] = ()

    @property
    def count(self) -> int:
        return int(self.kept.sum())

    @property
    def words(self) -> tuple[str, ...]:
        """What the active filters say."""
        return tuple(step.words for step in self.steps if is_active(step.filter))


def included(survey: Survey, mapping: Mapping) -> Included:
    """Who counts: everybody whom all active filters keep.

    Raises MappingError when a filter does not fit the survey.
    """
    problem = next(iter(filter_problems(mapping.filters, survey)), None)
    if problem:
        raise MappingError(problem)
    kept = np.ones(survey.respondents, dtype=bool)
    steps = []
    for one in mapping.filters.each:
        fits = not (isinstance(one, AnswerFilter) and any(answer_problems(one, survey)))
        own = keeps(survey, mapping, one) if fits else np.ones_like(kept)
        kept = kept & own if is_active(one) else kept
        words = in_words(survey, mapping, one)
        steps.append(Step(one, words, int((~own).sum()), int(kept.sum())))
    return Included(kept, tuple(steps))


def is_active(one: Filter) -> bool:
    return not isinstance(one, AnswerFilter) or one.active


def keeps(survey: Survey, mapping: Mapping, one: Filter) -> Bools:
    """(respondents,): whom one filter keeps, active or not.

    Raises MappingError when it does not fit the survey.
    """
    if isinstance(one, AnswerFilter):
        found = gave_answer(survey, one)
        return ~found if one.leave_out else found
    if isinstance(one, Submitted):
        return was_submitted(survey, one)
    if isinstance(one, Completeness):
        return np.asarray(share_answered(survey, mapping) >= one.least - 1e-9)
    if isinstance(one, Duration):
        return np.asarray(~(seconds_taken(survey, one.columns) < fastest_allowed(survey, one)))
    lines = np.zeros(survey.respondents, dtype=bool)
    for grid in grids_for_lines(survey, mapping, one.rows):
        lines |= in_one_line(survey, grid, one.rows)
    return ~lines


def gave_answer(survey: Survey, said: AnswerFilter) -> Bools:
    """(respondents,): who chose any of the options, or gave a number in the range.

    A none-type option counts as an option here. Raises MappingError when the survey has no such
    question or option.
    """
    problem = next(iter(answer_problems(said, survey)), None)
    if problem:
        raise MappingError(problem)
    question = survey.question(said.question)
    if not said.options:
        values = numbers_of(survey, question)
        low = -np.inf if said.low is None else said.low
        high = np.inf if said.high is None else said.high
        return np.asarray((values >= low) & (values <= high))
    wanted = {match_key(option) for option in said.options}
    answers = read_answers(survey, with_none_options(question))
    columns = [i for i, option in enumerate(answers.options) if match_key(option) in wanted]
    return np.asarray(answers.chosen[:, columns].any(axis=1))


def numbers_of(survey: Survey, question: Question) -> Floats:
    """(respondents,): the answers to a question for a number; nan where there is none."""
    return survey.cells[question.columns[0]].numbers()


def in_words(survey: Survey, mapping: Mapping, one: Filter) -> str:
    """What a filter keeps, in a few words: "Cloud spend: $100,000 or more"."""
    if isinstance(one, AnswerFilter):
        name = f"{name_of(survey, mapping, one.question)}: "
        what = _any_of(one.options) if one.options else _range(one)
        return name + (f"not {what}" if one.leave_out else what)
    if isinstance(one, Submitted):
        return f"submitted ({', '.join(one.columns)})"
    if isinstance(one, Completeness):
        return f"at least {100 * one.least:.0f} % of the questions answered"
    if isinstance(one, Duration):
        if one.of_median is None:
            return f"no faster than {one.seconds:g} seconds"
        return f"no faster than {100 * one.of_median:.0f} % of the median duration"
    return f"no straight line through a grid of {one.rows} rows or more"


def name_of(survey: Survey, mapping: Mapping, key: str) -> str:
    """A question's name as an attribute, else its wording, else its key, not too long."""
    names = {entry.question: entry.name for entry in mapping.questions}
    texts = {question.key: question.text for question in survey.questions}
    name = names.get(key) or texts.get(key) or key
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def _any_of(options: tuple[str, ...]) -> str:
    if len(options) > MOST_NAMED + 1:
        rest = len(options) - MOST_NAMED
        return f"{', '.join(options[:MOST_NAMED])} or {rest} more"
    return " or ".join(filter(None, (", ".join(options[:-1]), options[-1])))


def _range(one: AnswerFilter) -> str:
    if one.low is None:
        return f"{one.high:g} or less"
    return f"{one.low:g} or more" if one.high is None else f"{one.low:g} to {one.high:g}"


def with_filters(survey: Survey, mapping: Mapping, typed: Iterable[str]) -> Mapping:
    """The mapping with filters added as they are typed; raises like `where`."""
    more = tuple(where(text, survey, mapping) for text in typed)
    filters = replace(mapping.filters, answers=(*mapping.filters.answers, *more))
    return replace(mapping, filters=filters)


def where(text: str, survey: Survey, mapping: Mapping) -> AnswerFilter:
    """A filter as it is typed: "QUESTION=Option|Option", "QUESTION!=Option", "QUESTION=18..30".

    The question by its key, wording or name in the mapping, options by their labels; one side of a
    range may be empty. Raises MappingError when it names no question or no option of the survey.
    """
    named = _named(survey, mapping)
    cuts = (place for place, character in enumerate(text) if character == "=")
    for place in cuts:
        leave_out = text[:place].endswith("!")
        question = named.get(match_key(text[:place].removesuffix("!")))
        if question is not None:
            return _typed(question, text[place + 1 :].strip(), leave_out)
    raise MappingError(
        f"The filter {text!r} names no question of this survey: write it as "
        '"QUESTION=Option|Option", the question as inspect shows it.'
    )


def _named(survey: Survey, mapping: Mapping) -> dict[str, Question]:
    found: dict[str, Question] = {}
    by_key = {question.key: question for question in survey.questions}
    called = [(entry.name, by_key.get(entry.question)) for entry in mapping.questions]
    for name, question in (
        *((q.key, q) for q in survey.questions),
        *((q.text, q) for q in survey.questions),
        *called,
    ):
        if name and question is not None:
            found.setdefault(match_key(name), question)
    return found


def _typed(question: Question, said: str, leave_out: bool) -> AnswerFilter:
    labels = {match_key(o): o for o in (*question.options, *question.none_options)}
    if labels and not (is_numeric(question) and ".." in said):
        pieces = [said] if match_key(said) in labels else said.split("|")
        return AnswerFilter(
            question.key, tuple(_label(p, labels) for p in pieces), leave_out=leave_out
        )
    low, dots, high = said.partition("..")
    try:
        ends = [float(end) if end.strip() else None for end in (low, high if dots else low)]
    except ValueError:
        ends = [None, None]
    if ends == [None, None]:
        raise MappingError(
            f"{said!r} is no range of numbers for {question.key!r}: write it as 18..30, 18.. or "
            "..30."
        )
    return AnswerFilter(question.key, (), ends[0], ends[1], leave_out)


def _label(piece: str, labels: dict[str, str]) -> str:
    found = labels.get(match_key(piece))
    if found is None:
        raise MappingError(
            f"There is no option {piece.strip()!r}: choose from {_listed(labels.values())}."
        )
    return found


def _listed(labels: Iterable[str], most: int = 12) -> str:
    names = [repr(label) for label in labels]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if names[most:] else "")
