"""Mapping: which questions are about tools, which describe people, which option is what tool."""

from __future__ import annotations

import dataclasses
from pathlib import PurePath

import streamlit as st

from pages.shared import cache, opening, state, tables, widgets
from segmentation.errors import WorkbenchError
from segmentation.intake import Survey
from segmentation.mapping import Mapping, check_mapping
from segmentation.spec import EncodeSpec, RunSpec

HEIGHT = 420


def undo_and_reset(survey: Survey) -> None:
    workspace = state.workspace()
    if st.button("Undo", key="undo", icon=":material/undo:", disabled=not workspace.past):
        state.save(workspace.undone())
        st.rerun()
    suggestion = cache.suggested(survey)
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
        workspace.mapping.to_json(),
        file_name=f"{PurePath(survey.name).stem[:80]}.mapping.json",
        mime="application/json",
        key="download-mapping",
        icon=":material/download:",
        on_click="ignore",
    )
    with st.popover("Use a saved mapping", key="use-mapping"):
        file = st.file_uploader("Mapping (JSON)", key=f"mapping-file-{workspace.revision}")
        if file is not None:
            load(file.getvalue())


def load(data: bytes) -> None:
    try:
        mapping = Mapping.from_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        widgets.sentence("This is no mapping: choose a file that was downloaded here.", "bad-file")
    except WorkbenchError as error:
        widgets.sentence(error, key="bad-file")
    else:
        state.save(state.workspace().replaced(mapping))
        st.rerun()


def questions(survey: Survey, mapping: Mapping) -> Mapping:
    """The table of questions; returns the mapping as edited."""
    st.header("Questions", anchor=False)
    edited = st.data_editor(
        tables.mapping_table(survey, mapping),
        key=f"questions-{state.workspace().revision}",
        hide_index=True,
        num_rows="fixed",
        placeholder="",
        height=widgets.table_height(len(survey.questions), HEIGHT),
        disabled=["Question", "Kind", "Options", "Answered"],
        column_config={
            "Question": st.column_config.TextColumn(width=300),
            "Answered": st.column_config.NumberColumn(format="localized"),
            "Role": st.column_config.SelectboxColumn(
                options=tables.ROLES, required=True, help="What the question is for."
            ),
            "Category": st.column_config.TextColumn(
                help="Role tools: the group its tools belong to, such as Language or IDE.",
                max_chars=60,
            ),
            "Name": st.column_config.TextColumn(
                help="Role attribute: the name shown in profiles, such as Role title.",
                max_chars=60,
            ),
        },
        alt="Questions with the role that each one plays",
    )
    return keep(tables.with_table(mapping, edited))


def tools(survey: Survey, mapping: Mapping) -> Mapping:
    """Options of one tool question and the tool each stands for; returns the mapping as edited."""
    st.header("Options and their tools", anchor=False)
    asked = {entry.question: entry for entry in tables.tool_questions(mapping)}
    among = [question for question in survey.questions if question.key in asked]
    if not among:
        st.markdown("No question has the role *tools* yet: give it to at least one in the table.")
        return mapping
    place = st.selectbox(
        "Question", range(len(among)), format_func=lambda i: among[i].text, key="tools-of"
    )
    question = among[place or 0]
    edited = st.data_editor(
        tables.tools_table(question, asked[question.key]),
        key=f"tools-{place}-{state.workspace().revision}",
        num_rows="fixed",
        placeholder="",
        height=widgets.table_height(len(question.options), HEIGHT - 104),
        disabled=["Option", "Chosen by"],
        column_config={
            "Option": st.column_config.TextColumn(width=130),
            "Chosen by": st.column_config.NumberColumn(format="localized"),
            "Tool": st.column_config.TextColumn(
                width=130,
                help="Options with the same tool count as one. Empty: leave the option out.",
            ),
        },
        alt="Options of the question with the tool that each one stands for",
    )
    st.caption("Give two options the same tool to count them as one; empty a tool to leave it out.")
    return keep(tables.with_tools(mapping, question, edited))


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
            "Tool": st.column_config.TextColumn(width=130),
            "Prevalence": widgets.bar_column(),
            "Asked": st.column_config.NumberColumn(format="localized"),
        },
        alt="Tools with their prevalence, and whether they form cohorts",
    )
    st.caption("Prevalence is the share of those asked. Rarer tools are described all the same.")
    kept, seen, used = int(features.kept.sum()), len(features.tools), int(features.used.sum())
    people = widgets.count(used, "respondent")
    at = widgets.percent(spec.encode.threshold)
    return f"{kept} of {seen} tools stay at {at}, used by {people}."


def mapping_page(survey: Survey, mapping: Mapping) -> None:
    """Editors first in time: what stands above them tells of the mapping as edited."""
    people = widgets.count(survey.respondents, "respondent")
    with widgets.header_with_action("Mapping", survey.name, people):
        if st.button("Continue to segment", key="to-segment", type="primary"):
            state.go(widgets.SEGMENT_PAGE)
    result = st.container(key="result")
    actions = st.container(horizontal=True, key="mapping-actions")
    mapping = questions(survey, mapping)
    problems = st.container(key="problems")
    left, right = st.columns(2)
    with left:
        mapping = tools(survey, mapping)
    with right:
        line = prevalence(survey, mapping)
    with result:
        if line:
            st.markdown(f"**{line}**")
    with problems:
        for place, problem in enumerate(check_mapping(mapping, survey)):
            widgets.sentence(tables.by_text(problem, survey), key=f"problem-{place}")
    with actions:
        undo_and_reset(survey)
        save_and_load(survey)


survey = opening.current()
mapping = state.workspace().mapping
if survey is None or mapping is None:
    widgets.nothing_open("Mapping")
else:
    mapping_page(survey, mapping)
