"""Respondents: say who counts, and compare a group of them with the rest."""

from __future__ import annotations

import dataclasses

import streamlit as st

from pages.shared import answer_picker, cache, contrasts, opening, quality_filters, state, widgets
from segmentation.errors import WorkbenchError
from segmentation.intake import Survey
from segmentation.mapping import AnswerFilter, Filters, Mapping
from segmentation.respondents import Included, in_words


def heading(survey: Survey) -> None:
    people = widgets.count(survey.respondents, "respondent")
    with widgets.header_with_action("Respondents", survey.name, people):
        if st.button("Continue to segment", key="to-segment", type="primary"):
            state.go(widgets.SEGMENT_PAGE)


def keep(mapping: Mapping, filters: Filters, anew: bool = False) -> None:
    """Remember other filters and start over; `anew`: the rows are no longer the same ones."""
    if filters == mapping.filters:
        return
    workspace = state.workspace()
    changed = dataclasses.replace(mapping, filters=filters)
    state.save(workspace.replaced(changed) if anew else workspace.mapped(changed))
    st.rerun()


def tally(survey: Survey, found: Included | None) -> None:
    """How many count, before and after, and the way back."""
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="tally",
    ):
        if found is not None:
            everyone = widgets.count(survey.respondents, "respondent")
            left = widgets.number(survey.respondents - found.count)
            some = f"**{widgets.number(found.count)} of {everyone} count**; {left} are left out."
            whole = found.count == survey.respondents
            st.markdown(f"**All {everyone} count.**" if whole else some)
        workspace = state.workspace()
        if st.button("Undo", key="undo", icon=":material/undo:", disabled=not workspace.past):
            state.save(workspace.undone())
            st.rerun()
    if found is not None and not found.count:
        widgets.sentence(
            "Nobody is left: the filters together leave out every respondent. Switch one of them "
            "off, or let it include more.",
            key="nobody",
        )


def filter_rows(survey: Survey, mapping: Mapping, found: Included | None) -> None:
    """A row a filter by answer: on or off, what it says, what it leaves out, remove."""
    st.header("By answer", anchor=False)
    if not mapping.filters.answers:
        st.markdown("No filter by answer: everybody counts, whatever they answered.")
    for place, one in enumerate(mapping.filters.answers):
        filter_row(survey, mapping, place, one, found)


def filter_row(
    survey: Survey, mapping: Mapping, place: int, one: AnswerFilter, found: Included | None
) -> None:
    name = f"{place}-{state.workspace().revision}"
    words = in_words(survey, mapping, one)
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"filter-{name}"
    ):
        active = st.toggle(
            f"Use filter {place + 1}",
            one.active,
            key=f"on-{name}",
            label_visibility="collapsed",
            width="content",
        )
        st.markdown(f"**{widgets.plain(words)}**", width="stretch")
        if found is not None:
            step = found.steps[place]
            remain = f"**{widgets.number(step.left)} remain**" if one.active else "switched off"
            alone = widgets.number(step.alone)
            st.markdown(f"leaves out {alone} by itself · {remain}", width="content")
        gone = st.button("Remove", key=f"remove-{name}", icon=":material/close:")
    answers = list(mapping.filters.answers)
    if gone:
        del answers[place]
    elif active != one.active:
        answers[place] = dataclasses.replace(one, active=active)
    keep(mapping, dataclasses.replace(mapping.filters, answers=tuple(answers)), anew=gone)


def add_filter(survey: Survey, mapping: Mapping) -> None:
    """Choose an answer, see whom it would keep, and add it."""
    with st.container(border=True, key="add-filter"):
        st.markdown("**Add a filter**")
        said = answer_picker.pick_answer(survey, mapping, f"add-{state.workspace().revision}", True)
        with st.container(horizontal=True, vertical_alignment="bottom", key="add-actions"):
            way = st.radio(
                "Respondents who answered so",
                ("Keep", "Leave out"),
                horizontal=True,
                key=f"add-way-{state.workspace().revision}",
            )
            if said is not None and way == "Leave out":
                said = dataclasses.replace(said, leave_out=True)
            if st.button("Add filter", key="add", disabled=said is None) and said is not None:
                answers = (*mapping.filters.answers, said)
                keep(mapping, dataclasses.replace(mapping.filters, answers=answers), anew=True)
        if said is not None:
            out = cache.left_out_by(survey, mapping, said)
            kept = widgets.count(survey.respondents - out, "respondent")
            st.caption(f"By itself it would keep {kept} and leave out {widgets.number(out)}.")


def respondents_page(survey: Survey, mapping: Mapping) -> None:
    heading(survey)
    try:
        found = cache.included(survey, mapping)
    except WorkbenchError as error:
        found = None
        widgets.sentence(error, key="filter-problem")
    tally(survey, found)
    filter_rows(survey, mapping, found)
    add_filter(survey, mapping)
    keep(mapping, quality_filters.controls(survey, mapping))
    if found is not None and found.count:
        contrasts.panel(survey, mapping)


survey = opening.current()
mapping = state.workspace().mapping
if survey is None or mapping is None:
    widgets.nothing_open("Respondents")
else:
    respondents_page(survey, mapping)
