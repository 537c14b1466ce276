"""One question's answers in three states, for everybody in file order."""

from __future__ import annotations

from segmentation.intake.cells import Cells
from segmentation.intake.joined import Splitter
from segmentation.intake.labels import match_key
from segmentation.intake.layouts import named
from segmentation.intake.survey import Answers, Question, Survey
from segmentation.intake.ticks import Ticks, indicator_columns, one_cell, option_columns, where_done
from segmentation.intake.unshown import unshown_boxes, unshown_questions

_OFFERED = 0.005


def read_answers(survey: Survey, question: Question, at_least: int = 0) -> Answers:
    """Who chose what, who answered, who was not asked; arrays of one row a respondent.

    `at_least`: leave out options that fewer respondents chose, so that thousands of one-off
    write-ins need no memory. Numbers and free text have no options.
    """
    not_shown = named(survey.reading.layout).not_shown
    signs = survey.reading.missing + not_shown
    columns = [survey.cells[name].missing_as(signs) for name in question.columns]
    options = tuple(
        label
        for label, count in zip(question.options, question.counts, strict=True)
        if count >= at_least
    )
    ticks = _ticks(columns, question, options)
    if question.form:
        ticks = where_done(ticks, survey.cells[question.form].missing_as(()))
    at = {key: position for position, key in enumerate(ticks.keys)}
    none = [at[match_key(label)] for label in question.none_options]
    wanted = [at[match_key(label)] for label in options]
    in_order = wanted == list(range(len(wanted)))
    chosen = ticks.chosen[:, : len(wanted)] if in_order else ticks.chosen.T[wanted].T
    chose_none = int(ticks.chosen[:, none].any(axis=1).sum())
    return Answers(
        options=options,
        chosen=chosen,
        answered=ticks.answered,
        not_asked=unshown_questions(columns, question, not_shown) & ~ticks.answered,
        offers_none=offers_none(question, chose_none),
        unshown=unshown_boxes(columns, question, not_shown, options, chosen),
        chose_none=chose_none,
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


def offers_none(question: Question, chose_none: int) -> bool:
    """Whether a none-type option was on offer, not just written in by a few."""
    if question.encoding in ("label columns", "indicator columns"):
        return bool(question.none_options)
    return chose_none >= max(2, _OFFERED * question.answered)
