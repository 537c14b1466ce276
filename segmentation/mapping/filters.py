"""Which respondents count, as plain values; `segmentation.respondents` lays them on a survey."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from segmentation.intake.labels import match_key
from segmentation.intake.survey import Question, Survey

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class AnswerFilter:
    """Respondents by their answer to one question: any of `options`, or a number in a range.

    `low` and `high` are both included; None leaves that side open. With `leave_out`, those who
    gave such an answer are left out instead of kept. Who did not answer is never kept by a filter
    and never left out by one. One that is not `active` is only remembered.
    """

    question: str
    options: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    leave_out: bool = False
    active: bool = True


@dataclass(frozen=True)
class Submitted:
    """Only those who sent the form off: every one of `columns` holds one of `texts`, or anything
    at all where no texts are named."""

    columns: tuple[str, ...]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Completeness:
    """Only those who answered at least this share, 0 to 1, of the questions put to them."""

    least: float


@dataclass(frozen=True)
class Duration:
    """Nobody who was faster than this share of the median duration, or than so many seconds.

    `columns`: the one with the duration, or those with start and end. One of the two limits is
    given.
    """

    columns: tuple[str, ...]
    of_median: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class StraightLining:
    """Nobody who gave one and the same answer all through a grid, having answered `rows` of its
    rows or more."""

    rows: int


Filter = AnswerFilter | Submitted | Completeness | Duration | StraightLining


@dataclass(frozen=True)
class Filters:
    """Respondents to include: those whom every filter keeps. Without any, everybody."""

    answers: tuple[AnswerFilter, ...] = ()
    submitted: Submitted | None = None
    completeness: Completeness | None = None
    duration: Duration | None = None
    straight_lining: StraightLining | None = None

    @property
    def each(self) -> tuple[Filter, ...]:
        """Every filter, in the order in which they are counted; those not active too."""
        by_quality = (self.submitted, self.completeness, self.duration, self.straight_lining)
        return (*self.answers, *(one for one in by_quality if one is not None))

    def to_dict(self) -> dict[str, Any]:
        """The filters as plain values for JSON; {} without any."""
        parts = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {
            name: [_said(one) for one in part] if name == "answers" else _said(part)
            for name, part in parts.items()
            if part
        }

    @classmethod
    def from_dict(cls, data: Any) -> Filters:
        """Inverse of `to_dict`. Raises ValueError or TypeError on anything else."""
        if not isinstance(data, dict) or not isinstance(data.get("answers", []), list):
            raise TypeError("filters are an object, and filters by answer a list")
        kinds = {
            "submitted": Submitted,
            "completeness": Completeness,
            "duration": Duration,
            "straight_lining": StraightLining,
        }
        if unknown := sorted(set(data) - {"answers", *kinds}):
            raise ValueError(f"{unknown[0]!r} is no filter")
        answers = tuple(_made(AnswerFilter, one) for one in data.get("answers", []))
        return cls(answers, **{n: _made(kind, data[n]) for n, kind in kinds.items() if n in data})


def _said(part: Any) -> dict[str, Any]:
    """The fields that differ from their defaults."""
    found = {}
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        if value != field.default:
            found[field.name] = list(value) if isinstance(value, tuple) else value
    return found


def _made(kind: type, data: Any) -> Any:
    if not isinstance(data, dict):
        raise TypeError("a filter is an object")
    for name, value in data.items():
        if name not in {f.name for f in dataclasses.fields(kind)} or not _CHECKS[name](value):
            raise ValueError(f"{name!r}: {value!r} is no part of a filter")
    parts = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}
    made = kind(**parts)
    if isinstance(made, AnswerFilter) and bool(made.options) == _has_range(made):
        raise ValueError("a filter by answer names options, or a range of numbers")
    if isinstance(made, Duration) and (made.of_median is None) == (made.seconds is None):
        raise ValueError("a filter by duration names a share of the median, or seconds")
    return made


def _has_range(one: AnswerFilter) -> bool:
    return one.low is not None or one.high is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "question": lambda value: isinstance(value, str),
    "options": _is_texts,
    "low": _is_number,
    "high": _is_number,
    "leave_out": lambda value: isinstance(value, bool),
    "active": lambda value: isinstance(value, bool),
    "columns": lambda value: _is_texts(value) and bool(value),
    "texts": _is_texts,
    "least": lambda value: _is_number(value) and 0 < value <= 1,
    "of_median": lambda value: _is_number(value) and 0 < value < 1,
    "seconds": lambda value: _is_number(value) and value > 0,
    "rows": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 2,
}
"""What each part of a filter may be."""


def filter_problems(filters: Filters, survey: Survey) -> Iterable[str]:
    """What does not fit this survey, a sentence for each filter that cannot be used."""
    for one in filters.each:
        if isinstance(one, AnswerFilter):
            yield from answer_problems(one, survey) if one.active else ()
        elif isinstance(one, Submitted | Duration):
            for column in one.columns:
                if column not in survey.cells:
                    yield (
                        f"A filter needs the column {column!r}, which the survey does not have: "
                        "choose another column or remove the filter."
                    )


def is_numeric(question: Question) -> bool:
    """Whether a range of numbers can be chosen: of a measurement, or of a scale of numbers."""
    whole = all(_NUMBER.fullmatch(option) for option in question.options)
    return question.kind == "number" or (question.kind == "single-select" and whole)


def answer_problems(one: AnswerFilter, survey: Survey) -> Iterable[str]:
    """As `filter_problems`, for one filter by answer."""
    question = next((q for q in survey.questions if q.key == one.question), None)
    if question is None:
        yield (
            f"A filter asks for {one.question!r}, and the survey has no such question: remove the "
            "filter or choose another question."
        )
        return
    name = f"Question {question.key!r}"
    known = {match_key(option) for option in (*question.options, *question.none_options)}
    if not known and not is_numeric(question):
        yield f"{name} has neither options nor numbers to filter by: remove its filter."
    elif _has_range(one) and not is_numeric(question):
        yield f"{name} has options, and its filter a range of numbers: choose options instead."
    elif not known and one.options:
        yield f"{name} has numbers, and its filter names options: choose a range instead."
    for option in one.options if known else ():
        if match_key(option) not in known:
            yield (
                f"{name} has no option {option!r}, which a filter names: choose its options anew "
                "or remove the filter."
            )
