"""Segment: tune, see the map, read what sets the cohorts apart, pick out people."""

from __future__ import annotations

import streamlit as st

from pages.shared import controls, opening, pictures, results, state, verdicts, who_counts, widgets
from segmentation.figures import percent
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.run import Segmentation
from segmentation.sampling import in_words as sample_in_words
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


def heading(survey: Survey, mapping: Mapping, spec: RunSpec) -> None:
    method = widgets.CHOICES.get(spec.cluster.method, spec.cluster.method.capitalize())
    people = who_counts.people(survey, mapping)
    facts = (survey.name, people, method, f"seed {spec.embed.seed}")
    with widgets.header_with_action("Segment", *facts):
        if st.button("Describe cohorts", key="to-cohorts", type="primary"):
            state.go(widgets.COHORTS_PAGE)


def figures(run: Segmentation) -> None:
    """Four figures, each with what it stands on, and one sentence on whether they mean anything."""
    used, kept = int(run.features.used.sum()), int(run.features.kept.sum())
    core = int((run.clustering.core[run.clustering.fitted] >= 0).sum())
    left_out = int((run.clustering.labels < 0).sum())
    validation = run.validation
    grid = st.grid(4, min_column_width=110)
    widgets.tile(
        grid,
        "Cohorts",
        str(run.clustering.cohorts),
        f"from {kept} of {len(run.features.tools)} tools",
        "Tools under the prevalence threshold do not form cohorts; they are still described.",
    )
    widgets.tile(
        grid,
        "Unassigned",
        percent(run.clustering.unassigned_share),
        f"{widgets.number(left_out)} of {widgets.number(used)}",
        "Of the respondents who chose at least one of the tools kept. The setting “Unassigned "
        "respondents” says what becomes of them.",
    )
    widgets.tile(
        grid,
        "Held-out gain",
        f"{validation.gain:+.2f}",
        f"± {2 * validation.gain_se:.2f} nats",
        "How much better the cohorts foretell the answers of people they were not made from than "
        "one average profile, in nats per respondent, with its 95 % margin. Zero or less: they "
        "tell nothing about new people.",
    )
    widgets.tile(
        grid,
        "Fidelity",
        percent(validation.fidelity),
        f"of {widgets.number(core)} members",
        "Share of the cohorts' members, before any were assigned by likelihood, whom a description "
        "made without them puts back in the same cohort.",
    )
    st.markdown(widgets.plain(in_words(validation)))


def sampled(run: Segmentation) -> None:
    """What was made from a sample and what counts everybody, where there was one."""
    said = sample_in_words(run.neighbours.patterns, run.cohorts.spec.embed.seed)
    if said:
        with st.container(key="sampled"):
            st.caption(widgets.plain(said))


def lone(run: Segmentation) -> None:
    if run.clustering.cohorts == 1:
        st.warning(
            "Only one cohort was found, which sets nobody apart: lower the minimum cohort size, "
            "or choose another method.",
            icon=":material/info:",
        )


def segment_page(survey: Survey, mapping: Mapping) -> None:
    spec = tune()
    heading(survey, mapping, spec)
    shown = results.current(survey, mapping, spec)
    if shown is None:
        return
    verdicts.banner(shown)
    lone(shown.run)
    figures(shown.run)
    sampled(shown.run)
    pictures.map_panel(shown)
    pictures.index_panel(shown)
    pictures.downloads(shown)


survey = opening.current()
mapping = state.workspace().mapping
if survey is None or mapping is None:
    widgets.nothing_open("Segment")
else:
    segment_page(survey, mapping)
