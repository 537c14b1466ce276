"""Cohorts: a card for each, changed and undone, saved as a version; attributes as spectra."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from pages.shared import (
    cohort_card,
    editing,
    opening,
    results,
    save_dialog,
    splitting,
    state,
    store,
    verdicts,
    who_counts,
    widgets,
)
from pages.shared.results import Shown
from segmentation.charts import cohort_mixture
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.profiles import MIN_BASE, AttributeProfile

CARD_WIDTH = 420
"""Pixels that a card needs; on a narrow screen they stand below each other."""

FEW = 10
"""An attribute's answer that fewer people gave has no bar, unless all are that rare."""


def heading(survey: Survey, mapping: Mapping, shown: Shown | None) -> None:
    facts = [survey.name, who_counts.people(survey, mapping)]
    if shown is not None:
        used = widgets.count(int(shown.run.features.used.sum()), "respondent")
        facts += [widgets.count(len(shown.names), "cohort"), f"{used} used"]
    with widgets.header_with_action("Cohorts", *facts):
        save = st.button(
            "Save",
            key="save",
            type="primary",
            icon=":material/save:",
            disabled=shown is None or not shown.settled,
        )
    if save and shown is not None:
        save_dialog.ask(shown)


def steps_back(shown: Shown) -> None:
    """Undo and redo."""
    labelling = state.workspace().labelling(shown.key)
    for name, icon, what, steps in (
        ("Undo", "undo", editing.undo, labelling.past),
        ("Redo", "redo", editing.redo, labelling.ahead),
    ):
        st.button(
            name,
            key=name.lower(),
            icon=f":material/{icon}:",
            type="tertiary",
            on_click=what,
            args=(shown,),
            disabled=not steps or not shown.settled,
        )


def state_of_work(shown: Shown) -> None:
    """What is saved and what is not, what came of the last step, and what touches all cards."""
    save_dialog.outcome(shown)
    splitting.refused()
    warned = state.notice(editing.DRAFTS)
    if warned.text:
        st.warning(widgets.plain(warned.text), icon=":material/warning:")
    labelling = state.workspace().labelling(shown.key)
    edits = labelling.edits
    with st.container(horizontal=True, vertical_alignment="center", key="cards-bar"):
        st.caption(saved_as(shown), width="stretch")
        if any(label.name for _, label in edits.labels):
            again = st.button("Suggested names again", key="reset-names", type="tertiary")
            if again:
                editing.unname(shown)
                st.rerun()
        if edits.order:
            st.button(
                "Order by size",
                key="order-by-size",
                type="tertiary",
                on_click=editing.order_by_size,
                args=(shown,),
            )
        steps_back(shown)


def saved_as(shown: Shown) -> str:
    """Whether the cohorts as they are seen are saved."""
    labelling = state.workspace().labelling(shown.key)
    line = widgets.plain(labelling.line)
    if labelling.unsaved:
        since = f" since the last version of {line}" if line else ""
        return f":material/edit_note: Unsaved changes{since}."
    return f":material/check: Saved in {line}." if line else "Not saved yet."


def cards(shown: Shown) -> None:
    """One a cohort in the analyst's order; hidden ones as a line at the end."""
    edited = shown.edited
    is_hidden = [edited.edits.label(cohort).hidden for cohort in edited.ids]
    grid = st.grid(2, min_column_width=CARD_WIDTH)
    for number in edited.order:
        if not is_hidden[number]:
            with grid.container(border=True, key=f"card-{number}", height="stretch"):
                cohort_card.card(shown, number)
    for number in edited.order:
        if is_hidden[number]:
            hidden_card(shown, number)


def hidden_card(shown: Shown, number: int) -> None:
    cohort = shown.cohorts.cohorts[number]
    with st.container(horizontal=True, vertical_alignment="center", key=f"hidden-{number}"):
        people = widgets.count(cohort.size, "respondent")
        st.caption(
            f":material/visibility_off: Hidden: {widgets.plain(cohort.name)} ({people}, "
            f"{100 * cohort.share:.1f} %)"
        )
        st.button(
            "Show",
            key=f"show-{number}",
            type="tertiary",
            on_click=cohort_card.hide,
            args=(shown, shown.edited.ids[number], False),
            disabled=not shown.settled,
        )


def picked_out(shown: Shown) -> None:
    """People picked out on the map, who can be made a cohort here too."""
    whom = splitting.whom(shown)
    if whom:
        with st.container(border=True, key="picked-out"):
            st.markdown(f":material/lasso_select: **{whom}**")
            splitting.offer(shown)


def spectrum(shown: Shown) -> None:
    """For one attribute, each level's mixture of cohorts."""
    st.header("A title is a spectrum", anchor=False)
    if not shown.run.profiles.attributes:
        st.markdown(cohort_card.NO_ATTRIBUTE)
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
            shown.edited.places,
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
    titles = [i for i, profile in enumerate(among) if profile.attribute.title]
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
    if store.banner() is not None:
        editing.offer_drafts(survey)
    shown = results.current(survey, mapping, state.workspace().spec)
    with top:
        heading(survey, mapping, shown)
    if shown is None:
        no_result()
        return
    verdicts.banner(shown)
    state_of_work(shown)
    picked_out(shown)
    cards(shown)
    spectrum(shown)
    st.caption(widgets.plain(store.where()))


survey = opening.current()
mapping = state.workspace().mapping
if survey is None or mapping is None:
    widgets.nothing_open("Cohorts")
else:
    cohorts_page(survey, mapping)
