"""Which columns make up a question, where the analyst knows better."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.shared import opening, state, widgets
from segmentation.intake import Question, QuestionColumns, ReadOptions, Survey

SEPARATORS = {
    "": "nothing: one answer a cell",
    ";": "a semicolon",
    ", ": "a comma and a space",
    ",": "a comma",
    "\n": "a line break",
    "|": "a bar",
    "/": "a slash",
    " ": "a space",
}
NAMED, LONGEST = 4, 60
"""Columns named in a line, and characters of each."""


def grouping(survey: Survey) -> None:
    """Put columns together as a question, take a question apart, and undo either."""
    options = survey.reading.chosen
    hint = f" ({len(options.questions)} by hand)" if options.questions else ""
    with st.expander(f"Which columns make up a question?{hint}", key="check-columns"):
        left, right = st.columns(2)
        with left:
            together(survey, options)
        with right:
            apart(survey, options)
        by_hand(survey, options)


def together(survey: Survey, options: ReadOptions) -> None:
    revision = state.workspace().revision
    columns = st.multiselect(
        "Put columns together",
        list(survey.cells),
        key=f"columns-{revision}",
        placeholder="Search columns",
        help="Several columns: one option each of one question. One column: say what stands "
        "between its answers.",
    )
    if len(columns) == 1:
        separator = st.selectbox(
            "Its answers are separated by",
            list(SEPARATORS),
            key=f"separator-{revision}",
            format_func=lambda value: SEPARATORS.get(value, value),
            accept_new_options=True,
        )
        if st.button("Read its cells so", key="read-cells"):
            read_as(options.together(QuestionColumns(tuple(columns), separator=separator or "")))
        return
    text = st.text_input(
        "Wording of the question",
        key=f"wording-{revision}",
        placeholder="As in the headers",
        max_chars=300,
    )
    if st.button("Put together as one question", key="put-together", disabled=len(columns) < 2):
        read_as(options.together(QuestionColumns(tuple(columns), text.strip())))


def apart(survey: Survey, options: ReadOptions) -> None:
    joined = [q for q in survey.questions if len(q.columns) > 1 or q.encoding == "joined"]
    place = st.selectbox(
        "Take a question apart",
        range(len(joined)),
        None,
        key=f"apart-{state.workspace().revision}",
        format_func=lambda at: joined[at].text,
        placeholder="Search questions",
        help="Each of its columns becomes a question of its own; answers joined in one cell stay "
        "together as one answer.",
    )
    if st.button("Take apart", key="take-apart", disabled=place is None) and place is not None:
        read_as(options.together(*pieces(joined[place])))


def pieces(question: Question) -> list[QuestionColumns]:
    """The columns of a question, each by itself; a cell with several answers is one answer."""
    separator = "" if question.encoding == "joined" else None
    return [QuestionColumns((column,), separator=separator) for column in question.columns]


def by_hand(survey: Survey, options: ReadOptions) -> None:
    """What was put together or taken apart, each with a way back."""
    alone = tuple(one for one in options.questions if len(one.columns) == 1 and not one.separator)
    others = [one for one in options.questions if one not in alone]
    for at, one in enumerate(others):
        line(f"{_text(survey, one)}: {_said(one)}", f"undo-columns-{at}", options, (one,))
    if alone:
        names = _named([column for one in alone for column in one.columns])
        line(f"Questions of their own: {names}", "undo-alone", options, alone)


def line(text: str, key: str, options: ReadOptions, what: Sequence[QuestionColumns]) -> None:
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.markdown(widgets.plain(text))
    if right.button("Undo", key=key, icon=":material/undo:"):
        read_as(options.without(*what))


def read_as(options: ReadOptions) -> None:
    opening.reread(options)
    st.rerun()


def _text(survey: Survey, one: QuestionColumns) -> str:
    found = (q.text for q in survey.questions if set(q.columns) == set(one.columns))
    return one.text or next(found, one.columns[0])


def _said(one: QuestionColumns) -> str:
    if len(one.columns) > 1:
        return f"{len(one.columns)} columns, {_named(one.columns)}"
    parts = one.separator or ""
    return f"answers separated by {SEPARATORS.get(parts, repr(parts))}"


def _named(columns: Sequence[str]) -> str:
    short = [f"{name[:LONGEST]}…" if len(name) > LONGEST else name for name in columns[:NAMED]]
    shown = ", ".join(short)
    return shown if len(columns) <= NAMED else f"{shown} and {len(columns) - NAMED} more"
