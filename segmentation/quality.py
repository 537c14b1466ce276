"""How carefully a form was filled in: sent off, how fast, how completely, in one line.

Which columns and grids tell is found here, by their headers; whom a filter leaves out is said in
`segmentation.respondents`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from segmentation.intake import Question, Survey, match_key, read_answers
from segmentation.intake.cells import Cells
from segmentation.intake.layouts import named
from segmentation.intake.metadata import is_metadata
from segmentation.intake.personal import header_words
from segmentation.mapping import Duration, Mapping, Submitted
from segmentation.mapping.grids import Grid, grids_of
from segmentation.mixture import Bools, Floats

DURATION = re.compile(
    r"(?:q )?(?:total )?duration.*|time from start to finish.*|interview ?time|total ?time|dauer.*"
    r"|time (?:taken|spent).*|time to complete.*|dur\u00e9e.*|duraci\u00f3n.*|dura\u00e7\u00e3o.*"
)
START = re.compile(
    r"(?:start|started)(?: ?date| ?time)?(?: utc)?|(?:time|date) started|anfangsdatum"
)
END = re.compile(
    r"(?:end|submit|completion|submission) ?(?:date|time)?(?: utc)?|enddatum"
    r"|(?:date|time) (?:submitted|completed|finished)"
)
_MINUTES = re.compile(r"\b(?:minutes?|minuten|mins?)\b")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)")
FEWEST_IN_LINE = 3
"""Fewer rows than these make no grid."""

_MOST = 0.5
"""A column tells durations when so many of its cells can be read as one."""


@dataclass(frozen=True)
class Sign:
    """A column by whose cells a platform says that a form was sent off; without `told`: by any."""

    header: str
    told: frozenset[str]


_YES = frozenset({"true", "1", "1.0", "yes", "ja", "wahr", "oui", "finished"})
_DONE = frozenset({"complete", "completed", "vollst\u00e4ndig", "submitted"})
SIGNS = (
    Sign(r"finished|beendet|completed|is complete", _YES),
    Sign(r"progress|aktueller stand", frozenset({"100", "100.0", "100 %", "100%"})),
    Sign(r"(?:response |completion )?status|response type", _DONE),
    Sign(r".+ complete|complete(?: \d+)?", _DONE | {"2"}),
    Sign(r"submit ?date(?: utc)?|date submitted|submission ?(?:date|time)", frozenset()),
)
"""The surest first. Only the first that a file has is proposed."""


def submitted_sign(survey: Survey) -> Submitted | None:
    """The columns by which this file tells who sent the form off; None when none does.

    Several columns are several forms, all of which have to be done (REDCap).
    """
    headers = list(_headers(survey))
    for sign in SIGNS:
        columns: list[str] = []
        texts: set[str] = set()
        for column, words in headers:
            if any(re.fullmatch(sign.header, text) for text in words):
                cells = {text.strip() for text, _ in survey.cells[column].filled}
                fit = {c for c in cells if match_key(c) in sign.told} if sign.told else cells
                if fit:
                    columns.append(column)
                    texts |= fit if sign.told else set()
        if columns:
            several = columns if "complete" in sign.header and len(columns) > 1 else columns[:1]
            return Submitted(tuple(several), tuple(sorted(texts)))
    return None


def was_submitted(survey: Survey, by: Submitted) -> Bools:
    """(respondents,)"""
    keys = {match_key(text) for text in by.texts}
    done = np.ones(survey.respondents, dtype=bool)
    for column in by.columns:
        cells = survey.cells[column]
        told = np.array([match_key(text) in keys for text in cells.texts], dtype=bool)
        done &= (told if keys else cells.is_filled)[cells.codes]
    return done


def duration_columns(survey: Survey) -> list[tuple[str, ...]]:
    """Columns that tell how long it took, the likeliest first; start and end make a pair."""
    headers = list(_headers(survey))
    single = [column for column, words in headers if any(map(DURATION.fullmatch, words))]
    starts = [column for column, words in headers if any(map(START.fullmatch, words))]
    ends = [column for column, words in headers if any(map(END.fullmatch, words))]
    found: list[tuple[str, ...]] = [(column,) for column in single]
    found += [(start, end) for start in starts[:1] for end in ends if end != start]
    return [columns for columns in found if _tells(survey, columns)]


def _tells(survey: Survey, columns: tuple[str, ...]) -> bool:
    known = int(np.isfinite(seconds_taken(survey, columns)).sum())
    return bool(known and known >= _MOST * survey.cells[columns[0]].answered)


def seconds_taken(survey: Survey, columns: tuple[str, ...]) -> Floats:
    """(respondents,): seconds from start to end; nan where they are not known or not above 0."""
    if len(columns) > 1:
        seconds = _between(survey.cells[columns[0]], survey.cells[columns[1]])
    else:
        cells = survey.cells[columns[0]]
        clock = np.array([_on_the_clock(text.strip()) for text in cells.texts], dtype=float)
        unit = 60 if _MINUTES.search(header_words(columns[0])) else 1
        numbers = cells.numbers() * unit
        seconds = np.where(np.isnan(numbers), clock[cells.codes], numbers)
    return np.where(seconds > 0, seconds, np.nan)


def _on_the_clock(text: str) -> float:
    """Seconds of "1:02:03" or "02:03"; nan for anything else."""
    found = _CLOCK.fullmatch(text)
    if not found:
        return float("nan")
    hours, minutes, seconds = found.groups(default="0")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)


def _between(start: Cells, end: Cells) -> Floats:
    """Seconds between two columns of times, days first or months first: whichever fits more rows,
    then whichever makes less of it."""
    readings = []
    for dayfirst in (False, True):
        began, ended = (
            pd.to_datetime(
                cells.texts, format="mixed", dayfirst=dayfirst, errors="coerce", utc=True
            )[cells.codes]
            for cells in (start, end)
        )
        seconds = (ended - began).total_seconds().to_numpy(dtype=float)
        fits = seconds > 0
        readings.append((-fits.sum(), seconds[fits].sum(), dayfirst, seconds))
    best: Floats = np.asarray(min(readings, key=lambda reading: reading[:3])[3])
    return best


def fastest_allowed(survey: Survey, said: Duration) -> float:
    """Seconds under which somebody is left out; nan when no duration is known."""
    if said.seconds is not None:
        return said.seconds
    seconds = seconds_taken(survey, said.columns)
    known = seconds[np.isfinite(seconds)]
    return float((said.of_median or 0) * np.median(known)) if len(known) else float("nan")


def closed_questions(survey: Survey, mapping: Mapping) -> list[Question]:
    """Questions with options or numbers, without those about the filling-in, weight and id."""
    layout = named(survey.reading.layout)
    roles = {entry.question: entry.role for entry in mapping.questions}
    times = {column for columns in duration_columns(survey) for column in columns}
    return [
        question
        for question in survey.questions
        if question.kind not in ("text", "empty")
        and roles.get(question.key) not in ("weight", "id")
        and not times & set(question.columns)
        and not any(is_metadata(column, layout) for column in question.columns)
    ]


def share_answered(survey: Survey, mapping: Mapping) -> Floats:
    """(respondents,): questions answered of those put to the respondent, 0 to 1; 0 without any.

    Only `closed_questions` count. A blank one was not put to them where the file says so, or where
    a none-type option was on offer among several; any other blank one was, and was passed over.
    """
    answered = np.zeros(survey.respondents)
    put = np.zeros(survey.respondents)
    nothing = survey.respondents + 1  # no option is wanted, only who answered
    for question in closed_questions(survey, mapping):
        answers = read_answers(survey, question, at_least=nothing)
        skipped = answers.offers_none and question.kind == "multi-select"
        answered += answers.answered
        put += answers.answered if skipped else answers.answered | ~answers.not_asked
    return np.divide(answered, put, out=np.zeros(survey.respondents), where=put > 0)


def grids_for_lines(survey: Survey, mapping: Mapping, rows: int) -> list[Grid]:
    """Grids of so many rows or more with three levels or more, in which one line is a sign.

    Grids of tools are none of them: "not used" all the way down is an answer.
    """
    tools = {entry.question for entry in mapping.questions if entry.role == "tools"}
    closed = [q for q in closed_questions(survey, mapping) if q.key not in tools]
    return [
        grid
        for grid in grids_of(closed)
        if len(grid.rows) >= rows
        and len({match_key(o) for question, _ in grid.rows for o in question.options}) >= 3
    ]


def in_one_line(survey: Survey, grid: Grid, rows: int) -> Bools:
    """(respondents,): who answered `rows` of the grid or more, and all of them the same."""
    codes: dict[str, int] = {}
    highest = np.full(survey.respondents, -1)
    lowest = np.full(survey.respondents, np.iinfo(np.int64).max)
    count = np.zeros(survey.respondents, dtype=np.int64)
    for question, _ in grid.rows:
        answers = read_answers(survey, with_none_options(question))
        level = np.array([codes.setdefault(match_key(o), len(codes)) for o in answers.options])
        given = answers.chosen.any(axis=1)
        value = level[answers.chosen.argmax(axis=1)]
        highest = np.where(given, np.maximum(highest, value), highest)
        lowest = np.where(given, np.minimum(lowest, value), lowest)
        count += given
    return np.asarray((count >= rows) & (highest == lowest))


def with_none_options(question: Question) -> Question:
    """The question with its none-type options as options like all others."""
    more = question.none_options
    counts = (*question.counts, *(0 for _ in more))
    return replace(question, options=question.options + more, counts=counts, none_options=())


def _headers(survey: Survey) -> Iterator[tuple[str, tuple[str, str]]]:
    """Columns that stand alone, with their name and wording in lower-case words."""
    for question in survey.questions:
        if len(question.columns) == 1:
            column = question.columns[0]
            yield column, (header_words(column), header_words(question.text))
