"""Choosing an answer: a question, and some of its options or a range of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from pages.shared import widgets
from segmentation.intake import Question, Survey
from segmentation.mapping import AnswerFilter, Mapping, is_numeric
from segmentation.respondents import name_of, numbers_of
from segmentation.scales import natural_order

ANY, UPWARD, DOWNWARD = "Any of these", "From … upward", "Up to …"
"""Ways to choose among steps of a scale."""


def pick_answer(
    survey: Survey, mapping: Mapping, key: str, counted: bool = False
) -> AnswerFilter | None:
    """A question and what was answered to it; None while something is left to choose.

    `key` begins the keys of the widgets; `counted`: say how many of all respondents chose each
    option.
    """
    among = answerable(survey, mapping)
    names = [_label(survey, mapping, question) for question in among]
    left, right = st.columns(2)
    place = left.selectbox(
        "Question",
        range(len(among)),
        None,
        format_func=lambda i: names[i],
        placeholder="Choose a question, or type a part of it",
        key=f"{key}-question",
    )
    if place is None:
        return None
    question = among[place]
    own = f"{key}-{place}"
    if question.kind == "number" or (is_numeric(question) and not question.none_options):
        with right:
            return _range(survey, question, own)
    with right:
        options = _options(question, own, counted)
    return AnswerFilter(question.key, options) if options else None


def answerable(survey: Survey, mapping: Mapping) -> list[Question]:
    """Questions to filter by: attributes first, then all others with options or numbers."""
    attributes = {e.question for e in mapping.questions if e.role == "attribute"}
    fit = [q for q in survey.questions if q.options or q.none_options or is_numeric(q)]
    return sorted(fit, key=lambda question: question.key not in attributes)


def _label(survey: Survey, mapping: Mapping, question: Question) -> str:
    name = name_of(survey, mapping, question.key)
    return (
        question.text
        if question.text.startswith(name.rstrip("…"))
        else (f"{name}: {question.text}")
    )


def _options(question: Question, key: str, counted: bool) -> tuple[str, ...]:
    counts = dict(zip(question.options, question.counts, strict=True)) if counted else {}
    order = natural_order(question.options)
    options = [question.options[i] for i in order] if order else list(question.options)
    way = ANY
    if order and question.kind == "single-select" and len(options) > 2:
        way = st.radio(
            "Which of its steps",
            (ANY, UPWARD, DOWNWARD),
            horizontal=True,
            key=f"{key}-way",
        )

    def shown(option: str) -> str:
        return f"{option} ({widgets.number(counts[option])})" if option in counts else option

    if way == ANY:
        return tuple(
            st.multiselect(
                "Answers",
                [*options, *question.none_options],
                format_func=shown,
                placeholder="Any of these answers",
                key=f"{key}-options",
            )
        )
    steps = [option for option in options if _is_step(option)]
    step = st.selectbox(
        "From" if way == UPWARD else "Up to",
        steps,
        None,
        format_func=shown,
        placeholder="Choose an answer",
        key=f"{key}-step",
    )
    if step is None:
        return ()
    at = steps.index(step)
    return tuple(steps[at:] if way == UPWARD else steps[: at + 1])


def _is_step(option: str) -> bool:
    return natural_order([option]) is not None


def _range(survey: Survey, question: Question, key: str) -> AnswerFilter | None:
    values = numbers_of(survey, question)
    values = values[np.isfinite(values)]
    if not len(values):
        st.markdown("Nobody answered this with a number.")
        return None
    low, high = _ends(values, key)
    if low is None and high is None:
        return None
    return AnswerFilter(question.key, (), low, high)


def _ends(values: Sequence[float] | np.ndarray, key: str) -> tuple[float | None, float | None]:
    left, right = st.columns(2)
    least, most = float(np.min(values)), float(np.max(values))
    low = left.number_input(
        "From", value=None, placeholder=f"{least:g} is the least", format="%g", key=f"{key}-low"
    )
    high = right.number_input(
        "To", value=None, placeholder=f"{most:g} is the most", format="%g", key=f"{key}-high"
    )
    return low, high
