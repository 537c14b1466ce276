"""Survey: open an export; what was read, what was changed, what was left out; the answers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.shared import cache, opening, state, tables, widgets
from segmentation.intake import Question, Survey

ROWS_SHOWN = 1000
HEIGHT = 400


def empty() -> None:
    """No survey yet: one sentence, the upload, and the sample in one click."""
    widgets.header("Survey")
    if state.lost() or state.workspace().survey:
        st.markdown("The answers of this work are no longer in memory: open its file again.")
    else:
        st.markdown("Open a survey export to see what it asks, what was answered, and by how many.")
    with st.container(width=640):
        opening.uploader("Survey export")
    if st.button("Open the sample survey", key="open-sample", type="primary"):
        opening.open_sample()
        st.rerun()
    st.caption("The sample is the Jupyter community survey of 2020, in the public domain (CC0).")


def heading(survey: Survey) -> None:
    people = widgets.count(survey.respondents, "respondent")
    questions = widgets.count(len(survey.questions), "question")
    with widgets.header_with_action("Survey", survey.name, people, questions):
        if st.button("Continue to mapping", key="to-mapping", type="primary"):
            state.go(widgets.MAPPING_PAGE)


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
    left, right = st.columns([3, 2])
    with left:
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
    with right:
        options(survey)


def options(survey: Survey) -> None:
    with_options = [question for question in survey.questions if question.options]
    st.header("Options", anchor=False)
    if not with_options:
        st.markdown("No question of this survey has options to choose from.")
        return
    question = pick("Question", with_options, key="options-of")
    answered = f"Shares are of the {widgets.count(question.answered, 'respondent')} who answered."
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
    answer_rows(survey, survey.answers[found])


def with_any_of(question: Question, place: int | None) -> list[str]:
    return st.multiselect(
        "with any of",
        question.options,
        placeholder="Any option",
        key=f"filter-options-{place}",
    )


def answer_rows(survey: Survey, rows: pd.DataFrame) -> None:
    before = widgets.count(survey.respondents, "respondent")
    shown = f"; the first {widgets.number(ROWS_SHOWN)} are shown" if len(rows) > ROWS_SHOWN else ""
    st.caption(f"{widgets.number(len(rows))} of {before}{shown}. Personal columns are not in here.")
    if rows.empty:
        st.markdown("No respondent fits: take away a filter, or search for less.")
        return
    table = rows.head(ROWS_SHOWN)
    table.index = pd.Index(table.index + 1, name="Row")
    st.dataframe(
        table,
        key="answers",
        height=widgets.table_height(len(table), HEIGHT),
        alt="Answers of the respondents that fit the filters",
    )


def reading(survey: Survey) -> None:
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
            st.caption("These columns may identify people. Their cells were not kept anywhere.")
            st.dataframe(
                tables.personal_table(survey),
                key="personal",
                hide_index=True,
                alt="Columns of personal data that were left out",
            )
        else:
            st.caption("No column looked as if it identified people; none was left out.")


survey = opening.current()
if survey is None:
    empty()
else:
    heading(survey)
    figures(survey)
    questions(survey)
    answers(survey)
    reading(survey)
    with st.expander("Open another survey", key="open-another"):
        opening.uploader("Survey export")
        if st.button("Open the sample survey", key="open-sample"):
            opening.open_sample()
            st.rerun()
