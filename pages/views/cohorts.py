"""Cohorts: a card for each, with a name of your own, and attributes as spectra of cohorts."""

from __future__ import annotations

import re

import numpy as np
import streamlit as st

from pages.shared import opening, results, state, tables, widgets
from pages.shared.results import Shown
from pages.shared.stores import CohortEdit
from segmentation.charts import cohort_mixture
from segmentation.palette import mark

COLUMNS = 2
RATES = {
    "Here": widgets.percent_column(),
    "Everyone": widgets.percent_column(),
    "Index": widgets.whole_column(),
    "Asked": widgets.whole_column(),
    "Answered": widgets.whole_column(),
}
CARD_TOOLS = 8


def heading(shown: Shown) -> None:
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    used = int(shown.run.features.used.sum())
    with left:
        widgets.header(
            "Cohorts",
            state.workspace().survey_name,
            widgets.count(len(shown.names), "cohort"),
            widgets.count(used, "respondent") + " used",
        )
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        edited = any(edit.result == shown.key for edit in state.workspace().edits)
        if st.button("Suggested names again", key="reset-names", disabled=not edited):
            state.save(state.workspace().unlabelled(shown.key))
            st.rerun()


def card(shown: Shown, number: int) -> None:
    """One cohort: who it is, how large, what marks it."""
    cohort = shown.cohorts.cohorts[number]
    with st.container(border=True, key=f"card-{number}", height="stretch"):
        rename(shown, number)
        st.markdown(
            f":material/group: **{widgets.number(cohort.size)} respondents**, "
            f"{cohort.share:.1%} of those used (95 % interval {cohort.share_low:.1%} to "
            f"{cohort.share_high:.1%})"
        )
        marks(shown, number)
        with st.expander("All attributes", key=f"attributes-{number}", on_change="rerun") as all_of:
            if all_of.open:
                attributes(shown, number)
        with st.expander("Typical members", key=f"typical-{number}"):
            for tools in shown.run.profiles.typical[number]:
                st.text("• " + ", ".join(tools))


def marks(shown: Shown, number: int) -> None:
    """What evidence sets apart in this cohort, then what is merely usual in it."""
    profiles = shown.run.profiles
    table = tables.marked_tools(profiles, profiles.tool_rates, number)
    if table.empty:
        st.markdown("No tool sets this cohort apart on evidence: it is too small, or too average.")
    else:
        st.dataframe(
            table.head(CARD_TOOLS),
            key=f"marked-{number}-{shown.key}",
            hide_index=True,
            column_config=RATES,
            alt=f"Tools that mark cohort {number + 1}",
        )
    for line in tables.marked_levels(profiles, number):
        st.markdown(widgets.labelled(*line))
    st.caption("Usual tools")
    st.markdown(
        "  \n".join(widgets.labelled(*line) for line in tables.usual_tools(profiles, number))
    )


def attributes(shown: Shown, number: int) -> None:
    """Every attribute's distribution in this cohort."""
    for place, profile in enumerate(shown.run.profiles.attributes):
        st.dataframe(
            tables.levels_table(profile, number),
            key=f"levels-{number}-{place}-{shown.key}",
            hide_index=True,
            column_config=RATES,
            alt=f"An attribute of cohort {number + 1}",
        )


def rename(shown: Shown, number: int) -> None:
    """Name and description, kept as typed."""
    cohort = shown.cohorts.cohorts[number]
    suggested = shown.run.profiles.names[number]
    version = f"{number}-{shown.key}-{state.workspace().revision}"
    colour = mark(number, widgets.theme()).colour
    st.html(f'<div style="height:5px;border-radius:3px;background:{colour}"></div>')
    name = st.text_input(
        f"Cohort {number + 1}",
        cohort.name,
        key=f"name-{version}",
        max_chars=120,
        help=widgets.plain(f"Suggested: {suggested}"),
    )
    description = st.text_area(
        "Description",
        cohort.description,
        key=f"description-{version}",
        height=68,
        max_chars=2000,
        placeholder="Who are they, in your words?",
    )
    if (name, description) != (cohort.name, cohort.description):
        edit = CohortEdit(shown.key, number, name.strip() or suggested, description)
        state.save(state.workspace().labelled(edit))
        st.rerun()


def spectrum(shown: Shown) -> None:
    """For one attribute, each level's mixture of cohorts."""
    st.subheader("A title is a spectrum", anchor=False)
    found = shown.run.profiles.attributes
    if not found:
        st.markdown(
            "No question has the role *attribute*: give it to one on the mapping, such as the "
            "role title, to see how its people spread over the cohorts."
        )
        return
    names = [profile.attribute.name for profile in found]
    title = next(
        (i for i, name in enumerate(names) if re.search(r"\b(role|title|job)", name.lower())), 0
    )
    place = st.selectbox(
        "Attribute",
        range(len(found)),
        title,
        format_func=lambda i: names[i],
        key="spectrum-attribute",
    )
    profile = found[place or 0]
    bases = profile.attribute.member[shown.run.features.used].sum(axis=0)
    rows = np.flatnonzero(bases)
    st.plotly_chart(
        cohort_mixture(
            profile.mixture[rows],
            [profile.attribute.levels[i] for i in rows],
            [int(bases[i]) for i in rows],
            shown.names,
            widgets.theme(),
        ),
        key="spectrum",
        config={"displaylogo": False},
        alt="For each level of the attribute, its mixture of cohorts",
    )
    st.caption(
        "Each bar is the average, over the people with that answer (their number in brackets), of "
        "how likely each of them is to belong to each cohort. Nobody is forced into one here."
    )


def cohorts_page(shown: Shown) -> None:
    heading(shown)
    for first in range(0, len(shown.names), COLUMNS):
        for column, number in zip(
            st.columns(COLUMNS), range(first, min(first + COLUMNS, len(shown.names))), strict=False
        ):
            with column:
                card(shown, number)
    spectrum(shown)


survey = opening.current()
mapping = state.workspace().mapping
if survey is None or mapping is None:
    widgets.nothing_open("Cohorts")
else:
    found = results.current(survey, mapping, state.workspace().spec)
    if found is not None:
        cohorts_page(found)
