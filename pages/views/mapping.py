"""Mapping: which questions are about tools, which describe people, which option is what tool."""

from __future__ import annotations

import dataclasses
from pathlib import PurePath

import streamlit as st

from pages.shared import cache, mapping_tables, opening, review, state, tables, widgets
from segmentation.errors import WorkbenchError
from segmentation.figures import percent
from segmentation.intake import Survey
from segmentation.mapping import (
    Filters,
    Levels,
    Mapping,
    Template,
    check_mapping,
    levels_of,
    with_levels,
)
from segmentation.spec import EncodeSpec, RunSpec

HEIGHT = 420

HALF = 510
"""Pixels of a table that stands beside another where there is room, else below it."""


def undo_and_reset(survey: Survey) -> None:
    workspace = state.workspace()
    if st.button("Undo", key="undo", icon=":material/undo:", disabled=not workspace.past):
        state.save(workspace.undone())
        st.rerun()
    filters = workspace.mapping.filters if workspace.mapping else Filters()
    suggestion = dataclasses.replace(cache.suggested(survey), filters=filters)
    unchanged = workspace.mapping == suggestion
    if st.button("Reset to suggestion", key="reset", disabled=unchanged):
        state.save(workspace.replaced(suggestion))
        st.rerun()


def save_and_load(survey: Survey) -> None:
    workspace = state.workspace()
    if workspace.mapping is None:
        return
    st.download_button(
        "Download mapping",
        Template.of(workspace.mapping, survey).to_json(),
        file_name=f"{PurePath(survey.name).stem[:80]}.mapping.json",
        mime="application/json",
        key="download-mapping",
        icon=":material/download:",
        on_click="ignore",
    )
    with st.popover("Use a saved mapping", key="use-mapping"):
        file = st.file_uploader("Mapping (JSON)", key=f"mapping-file-{workspace.revision}")
        if file is not None and state.is_new_upload(file.file_id):
            said = file.getvalue()
            state.took_upload(file)
            review.take(said, survey)


def questions(survey: Survey, mapping: Mapping) -> Mapping:
    """The table of questions; returns the mapping as edited."""
    st.header("Questions", anchor=False)
    table = mapping_tables.mapping_table(survey, mapping)
    edited = st.data_editor(
        table,
        key=f"questions-{state.workspace().revision}",
        hide_index=True,
        num_rows="fixed",
        placeholder="",
        height=widgets.table_height(len(survey.questions), HEIGHT),
        disabled=["Question", "Kind", "Answered"],
        column_config={
            "Question": st.column_config.TextColumn(width=170),
            "Role": st.column_config.SelectboxColumn(
                width=75,
                options=mapping_tables.ROLES,
                required=True,
                help="What the question is for.",
            ),
            "Category": st.column_config.TextColumn(
                width=105,
                help="Role tools: the group its tools belong to, such as Language or IDE.",
                max_chars=60,
            ),
            "Name": st.column_config.TextColumn(
                width=105,
                help="Role attribute: the name shown in profiles, such as Role title.",
                max_chars=60,
            ),
            "Kind": st.column_config.TextColumn(
                width=100,
                help="What the answers are, and how many options there are. Special categories of "
                "personal data stay out until you make them an attribute; they never form cohorts.",
            ),
            "Answered": st.column_config.NumberColumn(width=60, format="localized"),
        },
        alt="Questions with the role that each one plays",
    )
    return keep(mapping_tables.with_table(mapping, edited))


def tools(survey: Survey, mapping: Mapping) -> Mapping:
    """Options of one tool question and the tool each stands for; returns the mapping as edited."""
    st.header("Options and their tools", anchor=False)
    asked = {entry.question: entry for entry in mapping_tables.tool_questions(mapping)}
    among = [question for question in survey.questions if question.key in asked]
    if not among:
        st.markdown("No question has the role *tools* yet: give it to at least one in the table.")
        return mapping
    place = st.selectbox(
        "Question", range(len(among)), format_func=lambda i: among[i].text, key="tools-of"
    )
    question = among[place or 0]
    edited = st.data_editor(
        mapping_tables.tools_table(
            question, asked[question.key], cache.count_none(survey, question.key)
        ),
        key=f"tools-{place}-{state.workspace().revision}",
        num_rows="fixed",
        placeholder="",
        height=widgets.table_height(
            len(question.options) + len(question.none_options), HEIGHT - 104
        ),
        disabled=["Option", "Chosen by"],
        column_config={
            "Option": st.column_config.TextColumn(width=190),
            "Tool": st.column_config.TextColumn(
                width=160,
                help="Options with the same tool count as one. Empty: leave the option out.",
            ),
            "None": st.column_config.CheckboxColumn(
                width=70,
                help="No tool: shows that the question was answered, such as “None of these”.",
            ),
            "Chosen by": st.column_config.NumberColumn(width=70, format="localized"),
        },
        alt="Options of the question with the tool that each one stands for",
    )
    st.caption(
        "Give two options the same tool to count them as one; empty a tool to leave it out. "
        "None: no tool, but shows that the question was answered."
    )
    return keep(mapping_tables.with_tools(mapping, question, edited))


def levels(survey: Survey, mapping: Mapping) -> Mapping:
    """Which answers count as using a tool, where tools are asked about at several levels."""
    found = levels_of(survey, mapping)
    if not found:
        return mapping
    st.header("Answers that count as use", anchor=False)
    for place, one in enumerate(found):
        mapping = count_levels(mapping, one, f"levels-{place}-{state.workspace().revision}")
    return keep(mapping)


def count_levels(mapping: Mapping, found: Levels, key: str) -> Mapping:
    before = found.counted(mapping)
    counted = st.multiselect(
        found.title,
        found.levels,
        default=before,
        key=key,
        help="Holds for all tools that are asked about like this.",
        placeholder="No answer counts as using it",
    )
    return mapping if set(counted) == set(before) else with_levels(mapping, found, counted)


def keep(mapping: Mapping) -> Mapping:
    """Remember an edit."""
    workspace = state.workspace()
    if mapping != workspace.mapping:
        state.save(workspace.mapped(mapping))
    return mapping


def threshold(spec: RunSpec) -> RunSpec:
    value = widgets.parameter_input(EncodeSpec, "threshold", spec.encode.threshold, "threshold")
    tuned = dataclasses.replace(spec, encode=EncodeSpec(value))
    if tuned != spec:
        state.save(state.workspace().tuned(tuned))
    return tuned


def prevalence(survey: Survey, mapping: Mapping) -> str:
    """Draw which tools are common enough to form cohorts; returns that in one line."""
    st.header("Tools that form cohorts", anchor=False)
    spec = threshold(state.workspace().spec)
    try:
        with st.spinner("Counting tools"):
            features = cache.encoded(survey, mapping, spec)
    except WorkbenchError as error:
        widgets.sentence(error, key="encode-problem")
        return ""
    st.dataframe(
        tables.prevalence_table(features),
        key="prevalence",
        hide_index=True,
        height=widgets.table_height(len(features.tools), HEIGHT - 104),
        column_config={
            "Tool": st.column_config.TextColumn(width=135),
            "Prevalence": widgets.bar_column(),
            "Use": st.column_config.TextColumn(width=100),
            "Category": st.column_config.TextColumn(width=100),
            "Asked": st.column_config.NumberColumn(width=55, format="localized"),
        },
        alt="Tools with their prevalence, and whether they form cohorts",
    )
    st.caption("Prevalence is the share of those asked. Rarer tools are described all the same.")
    kept, seen, used = int(features.kept.sum()), len(features.tools), int(features.used.sum())
    people = widgets.count(used, "respondent")
    at = percent(spec.encode.threshold)
    return f"{kept} of {seen} tools stay at {at}, used by {people}."


def mapping_page(survey: Survey, mapping: Mapping) -> None:
    """Editors first in time: what stands above them tells of the mapping as edited."""
    people = widgets.count(survey.respondents, "respondent")
    with widgets.header_with_action("Mapping", survey.name, people):
        if st.button("Continue to segment", key="to-segment", type="primary"):
            state.go(widgets.SEGMENT_PAGE)
    result = st.container(key="result")
    actions = st.container(horizontal=True, key="mapping-actions")
    mapping = levels(survey, questions(survey, mapping))
    problems = st.container(key="problems")
    with st.container(horizontal=True, key="options-and-prevalence"):
        with st.container(width=HALF):
            mapping = tools(survey, mapping)
        with st.container(width=HALF):
            line = prevalence(survey, mapping)
    with result:
        if line:
            st.markdown(f"**{line}**")
    with problems:
        for place, problem in enumerate(check_mapping(mapping, survey)):
            widgets.sentence(mapping_tables.by_text(problem, survey), key=f"problem-{place}")
    with actions:
        undo_and_reset(survey)
        save_and_load(survey)


def review_page(survey: Survey, template: Template) -> None:
    """In place of the editors while a saved mapping is looked at."""
    widgets.header("Mapping", survey.name, widgets.count(survey.respondents, "respondent"))
    review.show(survey, template)


survey = opening.current()
mapping = state.workspace().mapping
saved = state.review()
if survey is None or mapping is None:
    widgets.nothing_open("Mapping")
elif saved is not None:
    review_page(survey, saved)
else:
    mapping_page(survey, mapping)
