"""A group of respondents, chosen by an answer, beside all the rest."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.shared import answer_picker, cache, html_tables, respondent_tables, state, widgets
from pages.shared.html_tables import Kind
from segmentation.charts import group_dots
from segmentation.contrast import GroupProfile
from segmentation.errors import WorkbenchError
from segmentation.intake import Survey
from segmentation.mapping import AnswerFilter, Mapping
from segmentation.outputs import group_table, to_csv
from segmentation.profiles import MIN_BASE, labels_of
from segmentation.respondents import name_of

MOST_TOOLS = 15
MOST_ANSWERS = 10
HALF_WIDTH = 340
"""Pixels that the chart and the table need; on a narrow screen they stand below each other."""

TOOLS: dict[str, Kind] = {
    "Tool": "text",
    "Group": "bar",
    "Rest": "percent",
    "Index": "number",
    "Asked": "number",
}
ANSWERS: dict[str, Kind] = {"Attribute": "text", "Answer": "text", **TOOLS}
ANSWERS.pop("Tool")


def panel(survey: Survey, mapping: Mapping) -> None:
    """Choose a group; see what sets it apart."""
    st.header("Compare a group with the rest", anchor=False)
    said = answer_picker.pick_answer(survey, mapping, f"group-{state.workspace().revision}")
    if said is None:
        st.caption(
            "Choose a question and one or more of its answers: the tools and attributes of the "
            "people who gave them are set beside those of everybody else who counts."
        )
        return
    try:
        with st.spinner("Comparing"):
            group = cache.group_profile(survey, mapping, state.workspace().spec, said)
    except WorkbenchError as error:
        widgets.sentence(error, key="group-problem")
        return
    sizes(group)
    if group.size and group.rest:
        results(survey, mapping, said, group)


def sizes(group: GroupProfile) -> None:
    people = widgets.count(group.size, "respondent")
    st.markdown(
        f"**{widgets.plain(group.name)}**: {people}, against {widgets.number(group.rest)} others "
        "who count."
    )
    if not group.size:
        st.markdown("Nobody who counts gave this answer: choose another one.")
    elif not group.rest:
        st.markdown("Everybody who counts gave this answer: there is nobody to compare with.")
    elif group.size < MIN_BASE:
        st.markdown(f"Fewer than {MIN_BASE} people are too few to tell what sets them apart.")


def results(survey: Survey, mapping: Mapping, said: AnswerFilter, group: GroupProfile) -> None:
    tools = respondent_tables.marking_tools(group, MOST_TOOLS)
    own = name_of(survey, mapping, said.question)
    answers = respondent_tables.answers_table(group, own, MOST_ANSWERS)
    if tools:
        grid = st.grid(2, min_column_width=HALF_WIDTH)
        with grid.container(key="group-dots"):
            chart(group, tools)
        with grid.container(key="group-tools"):
            table = respondent_tables.tools_table(group, tools)
            label = "Tools that mark the group"
            st.html(html_tables.html_table(table, TOOLS, label, widgets.accent()))
    elif group.size >= MIN_BASE:
        st.markdown("No tool sets this group apart from the rest on evidence.")
    if not answers.empty:
        label = "Answers that mark the group"
        st.html(html_tables.html_table(answers, ANSWERS, label, widgets.accent()))
    st.caption(
        "Shares are of those asked, or of those who answered an attribute; “asked” counts the "
        "group's. Index 100 is everyone who counts. Shown is what is evidence: an index of 120 or "
        f"more, or 80 or less, from {MIN_BASE} people or more, at a false discovery rate of 5 %."
    )
    st.download_button(
        "Download all figures",
        lambda: to_csv(group_table(group)),
        file_name="group_against_the_rest.csv",
        mime="text/csv",
        key="download-group",
        icon=":material/download:",
        on_click="ignore",
    )


def chart(group: GroupProfile, tools: list[int]) -> None:
    inside = group.by_tool.inside
    labels = labels_of(group.tools)
    bases = np.column_stack([inside.base[0], group.by_tool.outside_base]).astype(int)
    st.plotly_chart(
        group_dots(
            (inside.prevalence[0, tools], inside.low[0, tools], inside.high[0, tools]),
            group.by_tool.outside[tools],
            [labels[i] for i in tools],
            bases[tools],
            widgets.accent(),
            widgets.theme(),
        ),
        key="group-chart",
        config={"displaylogo": False},
        alt="Shares of the tools that mark the group, in the group and among the rest",
    )
