"""Survey: open an export; what was read, what was changed, what was left out; the answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from pages.shared import cache, columns, opening, reading, state, tables, widgets
from segmentation.intake import Question, Survey, how_sure, summary

ROWS_SHOWN = 1000
HEIGHT = 400


def start() -> None:
    """No survey yet: the upload, and the sample in one click."""
    with st.container(width=640):
        opening.uploader("Survey export")
    if st.button("Open the sample survey", key="open-sample", type="primary"):
        opening.open_sample()
        st.rerun()
    st.caption("The sample is the Jupyter community survey of 2020, in the public domain (CC0).")


def empty_heading() -> None:
    widgets.header("Survey")
    if state.lost() or state.workspace().survey:
        st.markdown("The answers of this work are no longer in memory: open its file again.")
    else:
        st.markdown("Open a survey export to see what it asks, what was answered, and by how many.")


def heading(survey: Survey) -> None:
    people = widgets.count(survey.respondents, "respondent")
    questions = widgets.count(len(survey.questions), "question")
    with widgets.header_with_action("Survey", survey.name, people, questions):
        if st.button("Continue to mapping", key="to-mapping", type="primary"):
            state.go(widgets.MAPPING_PAGE)
    st.markdown(f"**{widgets.plain(summary(survey))}**")
    st.caption(widgets.plain(how_sure(survey)))


def figures(survey: Survey) -> None:
    kinds = tables.kinds(survey)
    personal = len(survey.personal)
    grid = st.grid(4, min_column_width=110)
    grid.metric("Respondents", widgets.number(survey.respondents), border=True, height="stretch")
    grid.metric(
        "Questions",
        widgets.number(len(survey.questions)),
        border=True,
        height="stretch",
        help=", ".join(f"{count} {kind}" for kind, count in kinds.items()),
    )
    grid.metric(
        "Multi-select questions", kinds.get("multi-select", 0), border=True, height="stretch"
    )
    grid.metric(
        "Personal columns",
        personal,
        border=True,
        height="stretch",
        help="Columns that may identify people. They were left out of everything.",
    )


def questions(survey: Survey) -> None:
    """All questions, and beside them the options of one."""
    grid = st.grid(5, min_column_width=180)
    with grid.cell(column_span=3):
        st.header("Questions", anchor=False)
        st.dataframe(
            tables.questions_table(survey),
            key="questions",
            hide_index=True,
            height=widgets.table_height(len(survey.questions), HEIGHT),
            column_config={
                "Question": st.column_config.TextColumn(width=240),
                "Answered": st.column_config.NumberColumn(format="localized"),
                "Answered by": widgets.bar_column(),
            },
            alt="Questions of the survey with kind, number of options and answers",
        )
    with grid.cell(column_span=2):
        options(survey)


def options(survey: Survey) -> None:
    with_options = [question for question in survey.questions if question.options]
    st.header("Options", anchor=False)
    if not with_options:
        st.markdown("No question of this survey has options to choose from.")
        return
    question = pick("Question", with_options, key=f"options-of-{survey.key[:12]}")
    answered = f"Shares are of the {widgets.count(question.answered, 'respondent')} who answered."
    not_asked = int(cache.answers(survey, question.key).not_asked.sum())
    if not_asked:
        answered += f" The export says that {widgets.number(not_asked)} were not asked."
    st.dataframe(
        tables.options_table(question),
        key="options",
        hide_index=True,
        height=widgets.table_height(len(question.options), HEIGHT - 104),
        column_config={
            "Option": st.column_config.TextColumn(width=95),
            "Chosen by": st.column_config.NumberColumn(format="localized"),
            "Share of answers": widgets.bar_column(),
        },
        alt="Options of the question with the number of respondents who chose them",
    )
    st.caption(answered)


def pick(label: str, among: list[Question], key: str) -> Question:
    """Choose a question, the first multi-select one at the start."""
    kinds = [question.kind for question in among]
    first = kinds.index("multi-select") if "multi-select" in kinds else 0
    place = st.selectbox(
        label, range(len(among)), first, key=key, format_func=lambda i: among[i].text
    )
    return among[place or 0]


def answers(survey: Survey) -> None:
    """Every answer as it stands in the file, by filter and search."""
    st.header("Answers", anchor=False)
    with_options = [question for question in survey.questions if question.options]
    by, chosen, search = st.columns([2, 2, 2])
    with by:
        place = st.selectbox(
            "Only those who answered",
            range(len(with_options)),
            None,
            format_func=lambda i: with_options[i].text,
            placeholder="Any question",
            key="filter-question",
        )
    question = None if place is None else with_options[place]
    with chosen:
        labels = with_any_of(question, place) if question else []
    with search:
        text = st.text_input("and with the text", placeholder="Search all answers", key="search")
    found = cache.matching(survey, question.key if question else "", tuple(labels), text)
    answer_rows(survey, np.flatnonzero(found))


def with_any_of(question: Question, place: int | None) -> list[str]:
    return st.multiselect(
        "with any of",
        question.options,
        placeholder="Any option",
        key=f"filter-options-{place}",
    )


def answer_rows(survey: Survey, rows: np.ndarray) -> None:
    before = widgets.count(survey.respondents, "respondent")
    shown = f"; the first {widgets.number(ROWS_SHOWN)} are shown" if len(rows) > ROWS_SHOWN else ""
    st.caption(f"{widgets.number(len(rows))} of {before}{shown}. Personal columns are not in here.")
    if not len(rows):
        st.markdown("No respondent fits: take away a filter, or search for less.")
        return
    table = survey.rows(rows[:ROWS_SHOWN])
    table.index = pd.Index(table.index + 1, name="Row")
    st.dataframe(
        table,
        key="answers",
        height=widgets.table_height(len(table), HEIGHT),
        alt="Answers of the respondents that fit the filters",
    )


def how_read(survey: Survey) -> None:
    """How the bytes were understood, what was changed, and what was left out."""
    st.header("How the file was read", anchor=False)
    how, left_out = st.columns(2)
    with how:
        st.dataframe(tables.reading_table(survey), key="reading", alt="How the file was read")
        for note in survey.notes:
            st.text(f"• {note}")
        if not survey.notes:
            st.caption("Nothing was changed in reading.")
    with left_out:
        if survey.personal:
            st.caption("These columns may identify people. They are in no table and no result.")
            st.dataframe(
                tables.personal_table(survey),
                key="personal",
                hide_index=True,
                alt="Columns of personal data that were left out",
            )
        else:
            st.caption("No column looked as if it identified people; none was left out.")
        special(survey)


def special(survey: Survey) -> None:
    """Questions about what the law protects most."""
    table = tables.special_table(survey)
    if table.empty:
        return
    st.caption(
        "These questions ask about special categories of personal data. They are off until you "
        "make one an attribute in the mapping."
    )
    st.dataframe(
        table,
        key="special",
        hide_index=True,
        alt="Questions about special categories of personal data, which are off",
    )


def page(survey: Survey) -> None:
    figures(survey)
    questions(survey)
    columns.grouping(survey)
    answers(survey)
    how_read(survey)
    with st.expander("Open another survey", key="open-another"):
        opening.uploader("Survey export")
        if st.button("Open the sample survey", key="open-sample"):
            opening.open_sample()
            st.rerun()


title = st.container(key="survey-title")
survey = opening.current()
with title:
    if survey is None:
        empty_heading()
    else:
        heading(survey)
guided = reading.put_right(opening.failed())
if survey is None:
    start()
else:
    if not guided:
        reading.check(survey)
    page(survey)
