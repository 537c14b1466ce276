"""The part of the Trust page on what could make cohorts look better than they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import streamlit as st

from pages.shared import adopting, html_tables, state, trust_tables, trusting, widgets
from pages.shared.html_tables import Kind
from pages.shared.results import Shown
from pages.shared.trust_verdicts import CONFIG, not_yet
from pages.shared.trusting import Looked
from segmentation.charts import attribute_heatmap
from segmentation.spec import EncodeSpec
from segmentation.trust import words
from segmentation.trust.audits.model import (
    AttributeAudit,
    Audits,
    BreadthAudit,
    CohortMarks,
    ThresholdAudit,
)

NICHES: dict[str, Kind] = {
    "Tool": "text",
    "Cohort": "text",
    "Here": "percent",
    "Everyone": "percent",
    "Index": "number",
    "Asked": "number",
}
NICHES_SHOWN = 8

ATTRIBUTES: dict[str, Kind] = {
    "Attribute": "text",
    "In words": "text",
    "V": "figure",
    "AMI": "figure",
    "p": "figure",
    "People": "number",
}
MARKS: dict[str, Kind] = {
    "No.": "short",
    "Cohort": "text",
    "Formed it": "number",
    "Had no part": "number",
    "Which": "text",
    "Seen again": "figure",
}


def section(looked: Looked, shown: Shown, names: Sequence[str]) -> None:
    """`names`: of the cohorts that the figures are of."""
    st.header("Audits: what else could explain them?", anchor=False)
    audits = looked.trust.audits if looked.trust is not None else None
    found = audits or Audits()
    breadth(found.breadth)
    threshold(found.threshold, names)
    attributes(found.attributes, names)
    circularity(found.marks, names, looked, shown)
    st.subheader("Does the order of the file matter?", anchor=False)
    if found.order is None:
        not_yet("The file is shuffled and everything made again.")
    else:
        st.markdown(widgets.plain(words.order_in_words(found.order)))


def breadth(found: BreadthAudit | None) -> None:
    st.subheader("Merely people who tick many boxes?", anchor=False)
    if found is None:
        not_yet("How many tools people chose is set beside which ones.")
        return
    st.markdown(widgets.plain(words.breadth_in_words(found)))
    other = adopting.without_breadth(state.workspace().spec)
    if other is None:
        st.caption(
            "The present settings allow for how many tools somebody chose, or make no comparison "
            "of people that could."
        )
    elif st.button("Re-fit without breadth", key="without-breadth", help=HELP):
        adopting.adopt(other)
        st.rerun()


HELP = (
    "Makes the cohorts again with a distance that counts only what somebody uses, or does not, "
    "beyond what how many tools they use would make one expect."
)


def threshold(found: ThresholdAudit | None, names: Sequence[str]) -> None:
    st.subheader("Does the threshold hide a niche?", anchor=False)
    if found is None:
        not_yet("Tools under the threshold are looked at.")
        return
    st.markdown(widgets.plain(words.threshold_in_words(found)))
    if found.tools:
        table = trust_tables.niches(found.tools[:NICHES_SHOWN], names)
        label = "Tools under the threshold that mark a cohort"
        st.html(html_tables.html_table(table, NICHES, label))
        if len(found.tools) > NICHES_SHOWN:
            shown = f"The clearest {NICHES_SHOWN} of {len(found.tools)}; trust.json has all."
            st.caption(shown)
    spec = state.workspace().spec
    if found.niches and spec.encode.threshold > found.threshold:
        lower = f"Lower the threshold to {100 * found.threshold:g} %"
        if st.button(lower, key="lower-threshold"):
            adopting.adopt(dataclasses.replace(spec, encode=EncodeSpec(found.threshold)))
            st.rerun()


def attributes(found: Sequence[AttributeAudit] | None, names: Sequence[str]) -> None:
    st.subheader("Are they job titles by another name?", anchor=False)
    if found is None:
        not_yet("Cohorts are set beside role title and every other attribute.")
        return
    if not found:
        st.markdown("No question is mapped as an attribute: map a role title to see it here.")
        return
    ordered = trust_tables.by_weight(found)
    first = ordered[0]
    said = words.attribute_in_words(first)
    st.markdown(f"**{widgets.plain(said)}**")
    if first.title:
        st.markdown(widgets.plain(words.role_in_words(first)))
    table = trust_tables.attributes(found)
    st.html(html_tables.html_table(table, ATTRIBUTES, "Cohorts against each attribute"))
    place = st.selectbox(
        "Attribute",
        range(len(ordered)),
        format_func=lambda one: ordered[one].name,
        key="trust-attribute",
    )
    shown = ordered[place or 0]
    st.plotly_chart(
        attribute_heatmap(shown, names, widgets.theme()),
        key="attribute-picture",
        config=CONFIG,
        alt="For each answer, the share of its people in each cohort",
    )
    st.caption(
        "Each row is people with one answer, spread over the cohorts. Where all rows look like "
        "everyone's, the attribute says nothing about the cohort. V is Cramér's V, corrected for "
        "chance: under 0.1 nearly independent, to 0.3 weak, to 0.5 moderate, above that strong. "
        "AMI is adjusted mutual information. p is how often chance alone gives as large a V."
    )


def circularity(
    found: Sequence[CohortMarks] | None, names: Sequence[str], looked: Looked, shown: Shown
) -> None:
    st.subheader("Do they show in anything they were not made from?", anchor=False)
    if found is None:
        not_yet("Marks of each cohort are told apart by whether they formed it.")
        return
    st.markdown(widgets.plain(words.marks_in_words(found)))
    table = trust_tables.marks(found, names)
    st.html(html_tables.html_table(table, MARKS, "Tools that mark each cohort"))
    again = words.again_in_words(found)
    if again:
        st.markdown(widgets.plain(again))
        return
    job = trusting.marks_job(looked.check)
    if job is not None and not job.ended:
        trusting.under_way(job, trusting.MARKS)
        return
    if job is not None:
        trusting.ended(job, trusting.MARKS, lambda: trusting.start_marks(shown, looked.check))
        return
    able = shown.settled and not looked.stale and not looked.running
    st.button(
        "Test on a held-out half",
        key="test-marks",
        on_click=trusting.start_marks,
        args=(shown, looked.check),
        disabled=not able,
        help="Forms the cohorts on one half of the respondents, and tests on the other half which "
        "tools mark them.",
    )
