"""What is known of the surveys behind saved cohorts, to read and to write down."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
import streamlit as st

from db import SavedSurvey, Store, SurveyFacts, surveys
from db.errors import StoreError
from pages.shared import saved_actions, state, widgets
from pages.shared.state import Notice

NEW = "A survey known only from a report"
STARS = ("Not judged", "0 stars", "1 star", "2 stars", "3 stars", "4 stars")
LIST_HEIGHT = 260


def panel(store: Store) -> None:
    """The surveys, and the facts of one of them in a form."""
    known = surveys.saved_surveys(store)
    if known:
        st.dataframe(
            _table(known),
            hide_index=True,
            height=widgets.table_height(len(known), LIST_HEIGHT),
            key="surveys",
            column_config={
                name: st.column_config.NumberColumn(format="localized")
                for name in ("Respondents", "Applicable")
            },
        )
    options = [*(survey.id for survey in known), NEW]
    facts = {survey.id: survey.facts for survey in known}
    chosen = st.selectbox(
        "Write down what is known of",
        options,
        format_func=lambda one: _named(facts[one]) if one in facts else NEW,
        key="survey-chosen",
    )
    new = SurveyFacts(name="", has_raw_data=False)
    form(store, chosen, facts.get(str(chosen), new))


def form(store: Store, survey: str, facts: SurveyFacts) -> None:
    """The facts of one survey; an empty number is not known."""
    with st.form(f"facts-{survey}", border=True):
        left, right = st.columns(2)
        with left:
            st.text_input("Name", facts.name, key=f"fact-name-{survey}", max_chars=200)
            st.text_input("Wave", facts.wave, key=f"fact-wave-{survey}", max_chars=100)
            st.text_input(
                "Population",
                facts.population,
                key=f"fact-population-{survey}",
                max_chars=500,
                placeholder="Who was asked, and how",
            )
            st.selectbox(
                "Utility",
                STARS,
                0 if facts.utility is None else facts.utility + 1,
                key=f"fact-utility-{survey}",
                help="How much it tells for your question, by your own judgement.",
            )
        with right:
            for field, label in (("respondents", "Respondents"), ("applicable", "Applicable")):
                st.number_input(
                    label,
                    min_value=0,
                    value=getattr(facts, field),
                    step=1,
                    key=f"fact-{field}-{survey}",
                    help="To whom the questions applied." if field == "applicable" else None,
                )
            st.text_area(
                "Description", facts.description, key=f"fact-description-{survey}", height=68
            )
            st.text_area("Notes", facts.notes, key=f"fact-notes-{survey}", height=68)
        st.form_submit_button(
            "Add the survey" if survey == NEW else "Keep these facts",
            type="primary",
            key="keep-facts",
            on_click=_keep,
            args=(store, survey, facts),
            disabled=store.read_only,
        )


def _keep(store: Store, survey: str, before: SurveyFacts) -> None:
    texts: dict[str, Any] = {
        field: state.typed(f"fact-{field}-{survey}").strip()
        for field in ("name", "wave", "population", "description", "notes")
    }
    stars = STARS.index(state.chosen(f"fact-utility-{survey}"))
    facts = dataclasses.replace(
        before,
        **texts,
        utility=stars - 1 if stars else None,
        respondents=state.chosen(f"fact-respondents-{survey}"),
        applicable=state.chosen(f"fact-applicable-{survey}"),
    )
    try:
        if survey == NEW:
            surveys.remember(store, facts)
        else:
            surveys.change(store, survey, facts)
    except StoreError as error:
        state.notify(Notice(saved_actions.FAILED, str(error)))
    else:
        state.notify(Notice(saved_actions.DONE, f"What is known of {facts.name} is kept."))


def _table(known: tuple[SavedSurvey, ...]) -> pd.DataFrame:
    facts = [survey.facts for survey in known]
    return pd.DataFrame(
        {
            "Survey": [one.name for one in facts],
            "Wave": [one.wave for one in facts],
            "Population": [one.population for one in facts],
            "Respondents": pd.array([one.respondents for one in facts], dtype="Int64"),
            "Applicable": pd.array([one.applicable for one in facts], dtype="Int64"),
            "Answers": ["file" if one.has_raw_data else "report only" for one in facts],
            "Utility": ["" if one.utility is None else STARS[one.utility + 1] for one in facts],
            "Notes": [one.notes for one in facts],
        }
    )


def _named(facts: SurveyFacts) -> str:
    return f"{facts.name} ({facts.wave})" if facts.wave else facts.name
