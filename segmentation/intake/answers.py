"""One question's answers in three states, for everybody in file order."""

from __future__ import annotations

import numpy as np

from segmentation.intake.cells import Cells
from segmentation.intake.joined import Splitter
from segmentation.intake.labels import match_key
from segmentation.intake.layouts import named
from segmentation.intake.signs import is_unticked
from segmentation.intake.survey import Answers, Question, Survey
from segmentation.intake.ticks import Ticks, indicator_columns, one_cell, option_columns, where_done

_OFFERED = 0.005


def read_answers(survey: Survey, question: Question, at_least: int = 0) -> Answers:
    """Who chose what, who answered, who was not asked; arrays of one row a respondent.

    `at_least`: leave out options that fewer respondents chose, so that thousands of one-off
    write-ins need no memory. Numbers and free text have no options.
    """
    not_shown = named(survey.reading.layout).not_shown
    signs = survey.reading.missing + not_shown
    columns = [Cells.of(survey.answers[name], signs) for name in question.columns]
    options = tuple(
        label
        for label, count in zip(question.options, question.counts, strict=True)
        if count >= at_least
    )
    ticks = _ticks(columns, question, options)
    if question.form:
        ticks = where_done(ticks, Cells.of(survey.answers[question.form]))
    at = {key: position for position, key in enumerate(ticks.keys)}
    none = [at[match_key(label)] for label in question.none_options]
    return Answers(
        options=options,
        chosen=ticks.chosen[:, [at[match_key(label)] for label in options]],
        answered=ticks.answered,
        not_asked=_not_asked(columns, question, not_shown) & ~ticks.answered,
        offers_none=_offers_none(question, int(ticks.chosen[:, none].any(axis=1).sum())),
    )


def _ticks(columns: list[Cells], question: Question, options: tuple[str, ...]) -> Ticks:
    if question.encoding == "label columns":
        return option_columns(columns, question.column_options)
    if question.encoding == "indicator columns":
        return indicator_columns(columns, question.column_options)
    labels = options + question.none_options
    splitter = None
    if question.encoding == "joined":
        splitter = Splitter(question.separator, question.options + question.none_options)
    return one_cell(columns[0], [match_key(label) for label in labels], splitter)


def _not_asked(columns: list[Cells], question: Question, not_shown: tuple[str, ...]) -> np.ndarray:
    """Where the export says "not shown", for respondents without an answer.

    By a sign of its own ("N/A"), or because boxes that were shown say "0", "No" or "-99".
    """
    if question.encoding in ("label columns", "indicator columns"):
        pairs = zip(columns, question.column_options, strict=True)
        if 2 * sum(_says_no(cells, label) for cells, label in pairs) >= len(columns):
            return np.ones(len(columns[0].codes), dtype=bool)
    hidden = np.zeros(len(columns[0].codes), dtype=bool)
    for cells in columns:
        hidden |= np.array([text.strip() in not_shown for text in cells.texts])[cells.codes]
    return hidden


def _says_no(cells: Cells, label: str) -> bool:
    """Whether a box that is not ticked says so instead of staying blank."""
    own = match_key(label)
    return any(is_unticked(text) and match_key(text) != own for text, _ in cells.filled)


def _offers_none(question: Question, chose_none: int) -> bool:
    """Whether a none-type option was on offer, not just written in by a few."""
    if question.encoding in ("label columns", "indicator columns"):
        return bool(question.none_options)
    return chose_none >= max(2, _OFFERED * question.answered)
