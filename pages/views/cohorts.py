"""Cohorts: a card for each, with a name of your own, and attributes as spectra of cohorts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from pages.shared import cohort_tables, opening, results, state, widgets
from pages.shared.html_tables import Kind, html_table
from pages.shared.results import Shown
from pages.shared.stores import CohortEdit
from segmentation.charts import cohort_mixture
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.palette import mark
from segmentation.profiles import MIN_BASE, AttributeProfile, Profiles

CARD_WIDTH = 420
"""Pixels that a card needs; on a narrow screen they stand below each other."""

NO_ATTRIBUTE = (
    "No question has the role *attribute*: give it to one on the mapping, such as the role title, "
    "to see how its people spread over the cohorts."
)

FEW = 10
"""An attribute's answer that fewer people gave has no bar, unless all are that rare."""

CARD_TOOLS = 8
CARD_LEVELS = 5

TOOLS: dict[str, Kind] = {
    "Tool": "text",
    "Here": "bar",
    "Everyone": "percent",
    "Index": "number",
    "Asked": "number",
}
LEVELS: dict[str, Kind] = {
    "Attribute": "text",
    "Answer": "text",
    "Here": "bar",
    "Everyone": "percent",
    "Index": "number",
    "Answered": "number",
}
USUAL: dict[str, Kind] = {"Category": "text", "Most common": "text", "Asked": "number"}


def heading(survey: Survey, shown: Shown | None) -> None:
    facts = [survey.name]
    if shown is not None:
        used = widgets.count(int(shown.run.features.used.sum()), "respondent")
        facts += [widgets.count(len(shown.names), "cohort"), f"{used} used"]
    with widgets.header_with_action("Cohorts", *facts):
        if shown is not None:
            edits = state.workspace().edits_of(shown.key).values()
            unnamed = not any(edit.name for edit in edits)
            if st.button("Suggested names again", key="reset-names", disabled=unnamed):
                state.save(state.workspace().unnamed(shown.key))
                st.rerun()


def card(shown: Shown, number: int) -> None:
    """One cohort: who it is, how large, what marks it."""
    cohort = shown.cohorts.cohorts[number]
    rename(shown, number)
    people = widgets.count(cohort.size, "respondent")
    st.markdown(
        f":material/group: **{people}**, {100 * cohort.share:.1f} % of those used (95 % "
        f"interval {100 * cohort.share_low:.1f} to {100 * cohort.share_high:.1f} %)"
    )
    tabs(shown, number)


def rename(shown: Shown, number: int) -> None:
    """Name and description, kept as typed; an empty name is the suggested one."""
    cohort = shown.cohorts.cohorts[number]
    suggested = shown.run.profiles.names[number]
    version = f"{number}-{shown.key}-{shown.stage}-{state.workspace().revision}"
    name, description = f"name-{version}", f"description-{version}"
    field: dict[str, Any] = {
        "on_change": keep,
        "args": (shown.key, number, suggested, name, description),
        "disabled": not shown.settled,
    }
    colour = mark(number, widgets.theme()).colour
    st.html(f'<div style="height:5px;border-radius:3px;background:{colour}"></div>')
    st.text_input(
        f"Cohort {number + 1}",
        cohort.name,
        key=name,
        max_chars=120,
        placeholder=suggested,
        help=widgets.plain(f"Suggested: {suggested}"),
        **field,
    )
    st.text_area(
        "Description",
        cohort.description,
        key=description,
        height=68,
        max_chars=2000,
        placeholder="Who are they, in your words?",
        **field,
    )


def keep(result: str, cohort: int, suggested: str, name: str, description: str) -> None:
    """Remember a cohort's name and description as they stand in their fields."""
    typed = state.typed(name).strip()
    edit = CohortEdit(
        result, cohort, "" if typed == suggested else typed, state.typed(description).strip()
    )
    state.save(state.workspace().labelled(edit))


@st.fragment
def tabs(shown: Shown, number: int) -> None:
    """What the cohort is known by; only the open tab is drawn."""
    marked, usual, attributes, typical = st.tabs(
        ["Sets apart", "Usual tools", "Attributes", "Typical"],
        key=f"tabs-{number}",
        on_change="rerun",
    )
    profiles, colour = shown.run.profiles, mark(number, widgets.theme()).colour
    if marked.open:
        with marked:
            marks(profiles, number, colour)
    if usual.open:
        with usual:
            table = cohort_tables.usual_tools(profiles, number)
            st.html(html_table(table, USUAL, f"Most common tools of cohort {number + 1}"))
    if attributes.open:
        with attributes:
            distributions(profiles, number, colour)
    if typical.open:
        with typical:
            st.caption("Tools of the members who fit the cohort best, one member a line.")
            for tools in profiles.typical[number]:
                st.text("• " + ", ".join(tools))


def marks(profiles: Profiles, number: int, colour: str) -> None:
    """What evidence sets apart in this cohort: tools, then answers to attributes."""
    tools = cohort_tables.marked_tools(profiles, profiles.tool_rates, number)
    levels = cohort_tables.marked_levels(profiles, number)
    if tools.empty:
        st.markdown("No tool sets this cohort apart on evidence: it is too small, or too average.")
    else:
        label = f"Tools that mark cohort {number + 1}"
        st.html(html_table(tools.head(CARD_TOOLS), TOOLS, label, colour))
    if not levels.empty:
        label = f"Answers that mark cohort {number + 1}"
        st.html(html_table(levels.head(CARD_LEVELS), LEVELS, label, colour))


def distributions(profiles: Profiles, number: int, colour: str) -> None:
    """Every attribute's distribution in this cohort."""
    if not profiles.attributes:
        st.markdown(NO_ATTRIBUTE)
    for profile in profiles.attributes:
        table = cohort_tables.levels_table(profile, number)
        kinds = {name: kind for name, kind in LEVELS.items() if name != "Attribute"}
        name = profile.attribute.name
        st.markdown(f"**{widgets.plain(name)}**")
        st.html(html_table(table, kinds, f"{name} in cohort {number + 1}", colour))


def spectrum(shown: Shown) -> None:
    """For one attribute, each level's mixture of cohorts."""
    st.header("A title is a spectrum", anchor=False)
    if not shown.run.profiles.attributes:
        st.markdown(NO_ATTRIBUTE)
        return
    profile = pick(shown.run.profiles.attributes)
    bases = profile.attribute.member[shown.run.features.used].sum(axis=0)
    rows = np.flatnonzero(bases >= max(1, min(FEW, bases.max(initial=0))))
    if not len(rows):
        st.markdown("Nobody on the map answered this.")
        return
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
    rare = int((bases > 0).sum()) - len(rows)
    left_out = f" Left out: {widgets.count(rare, 'answer')} that fewer than {FEW} people gave."
    st.caption(
        "Each bar is the average, over the people with that answer (their number in brackets), of "
        "how likely each of them is to belong to each cohort. Nobody is forced into one here. "
        f"Faded: fewer than {MIN_BASE} people, too few to rely on." + (left_out if rare else "")
    )


def pick(among: Sequence[AttributeProfile]) -> AttributeProfile:
    """Choose an attribute, one that sounds like a title at the start."""
    names = [profile.attribute.name for profile in among]
    titles = [i for i, name in enumerate(names) if re.search(r"\b(role|title|job)", name.lower())]
    place = st.selectbox(
        "Attribute",
        range(len(among)),
        titles[0] if titles else 0,
        format_func=lambda i: names[i],
        key="spectrum-attribute",
    )
    return among[place or 0]


def no_result() -> None:
    """There are no cohorts to describe yet; what is the matter was said above."""
    if st.button("Go to the settings", key="to-settings"):
        state.go(widgets.SEGMENT_PAGE)


def cohorts_page(survey: Survey, mapping: Mapping) -> None:
    top = st.container()
    shown = results.current(survey, mapping, state.workspace().spec)
    with top:
        heading(survey, shown)
    if shown is None:
        no_result()
        return
    grid = st.grid(2, min_column_width=CARD_WIDTH)
    for number in range(len(shown.names)):
        with grid.container(border=True, key=f"card-{number}", height="stretch"):
            card(shown, number)
    spectrum(shown)


survey = opening.current()
mapping = state.workspace().mapping
if survey is None or mapping is None:
    widgets.nothing_open("Cohorts")
else:
    cohorts_page(survey, mapping)
