"""Segment: tune, see the map, read what sets the cohorts apart, pick out people."""

from __future__ import annotations

import streamlit as st

from pages.shared import controls, opening, pictures, results, state, widgets
from pages.shared.results import Shown
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.spec import RunSpec
from segmentation.validate import in_words


def tune() -> RunSpec:
    """The settings at the side; the ones just changed are kept."""
    workspace = state.workspace()
    with st.sidebar:
        spec = controls.settings(workspace.spec, workspace.revision)
        if st.button("Reset settings", key="reset-settings", disabled=spec == RunSpec()):
            state.save(workspace.retuned(RunSpec()))
            st.rerun()
    if spec != workspace.spec:
        state.save(workspace.tuned(spec))
    return spec


def heading(survey: Survey, spec: RunSpec) -> None:
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        method = widgets.CHOICES.get(spec.cluster.method, spec.cluster.method.capitalize())
        people = widgets.count(survey.respondents, "respondent")
        widgets.header("Segment", survey.name, people, method, f"seed {spec.embed.seed}")
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Describe cohorts", key="to-cohorts", type="primary"):
            state.go(widgets.COHORTS_PAGE)


def figures(shown: Shown) -> None:
    """Four figures and one sentence on whether they mean anything."""
    run = shown.run
    people = int(run.features.used.sum())
    tiles = st.columns(4)
    tiles[0].metric("Cohorts", run.clustering.cohorts, border=True, height="stretch")
    tiles[1].metric(
        "Unassigned",
        f"{run.clustering.unassigned_share:.0%}",
        border=True,
        height="stretch",
        help=f"Of the {widgets.count(people, 'respondent')} who chose at least one of the tools "
        "kept. The setting “Unassigned respondents” says what becomes of them.",
    )
    tiles[2].metric(
        "Held-out gain",
        f"{run.validation.gain:+.2f}",
        border=True,
        height="stretch",
        help="How much better the cohorts foretell the answers of people they were not made from "
        f"than one average profile, in nats per respondent, ± {2 * run.validation.gain_se:.2f} "
        "(95 % margin). Zero or less: they tell nothing about new people.",
    )
    tiles[3].metric(
        "Fidelity",
        f"{run.validation.fidelity:.0%}",
        border=True,
        height="stretch",
        help="Share of the cohorts' members whom a description made without them puts back in "
        "the same cohort.",
    )
    st.markdown(widgets.plain(in_words(run.validation)))


def note(shown: Shown, current: str) -> None:
    """Say so when what is drawn is not the final answer to the settings."""
    if shown.settled:
        if shown.run.clustering.cohorts == 1:
            st.warning(
                "Only one cohort was found, which sets nobody apart: lower the minimum cohort "
                "size, or choose another method.",
                icon=":material/info:",
            )
        return
    what = (
        "A quick preview; the map is still settling"
        if shown.key == current
        else ("The settings changed; this is still the result before")
    )
    st.caption(f":material/hourglass_top: {what}.")


def segment_page(survey: Survey, mapping: Mapping) -> None:
    spec = tune()
    heading(survey, spec)
    shown = results.current(survey, mapping, spec)
    if shown is None:
        return
    note(shown, results.key_of(survey, mapping, spec))
    figures(shown)
    pictures.map_panel(shown)
    pictures.index_panel(shown)
    pictures.downloads(shown)


survey = opening.current()
mapping = state.workspace().mapping
if survey is None or mapping is None:
    widgets.nothing_open("Segment")
else:
    segment_page(survey, mapping)
