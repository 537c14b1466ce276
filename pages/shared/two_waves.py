"""Two cohort sets of different people: counterparts, drift, and what changed in the questions."""

from __future__ import annotations

import streamlit as st

from pages.shared import comparison_tables, html_tables, widgets
from pages.shared.html_tables import Kind
from segmentation.charts import drift_dots
from segmentation.compare import Comparison, Match
from segmentation.profiles import labels_of

MOST_TOOLS = 15
MOST_CHANGES = 15
MOST_OPTIONS = 12
NOTED_SPREAD = 1.05
HALF_WIDTH = 420
"""Pixels that the chart and the table need; on a narrow screen they stand below each other."""

PAIRS: dict[str, Kind] = {
    "Cohort of A": "text",
    "Cohort of B": "text",
    "Similarity": "figure",
    "Share in A": "figure",
    "Share in B": "figure",
    "Difference": "figure",
    "In words": "text",
}
DRIFT: dict[str, Kind] = {
    "Tool": "text",
    "A": "percent",
    "B": "percent",
    "Change": "figure",
    "Evidence": "figure",
    "Asked": "figure",
}
CHANGES: dict[str, Kind] = {
    "Tool": "text",
    "A": "percent",
    "B": "percent",
    "Change": "figure",
    "Evidence": "figure",
    "Mix shift": "figure",
    "Definition drift": "figure",
    "Elsewhere": "figure",
}
OPTIONS: dict[str, Kind] = {"Option": "text", "Share": "figure"}
RENAMED: dict[str, Kind] = {"In A": "text", "In B": "text", "Why": "text"}


def counterparts(comparison: Comparison) -> None:
    """Which cohort of A goes on as which of B, and how their shares changed."""
    st.header("Cohorts side by side", anchor=False)
    label = "Cohorts of A and their counterparts in B"
    st.html(html_tables.html_table(comparison_tables.pairs_table(comparison), PAIRS, label))
    st.caption(
        "Similarity: of the people whom either cohort's definition would take, the share whom both "
        "would take; 1 is the same cohort. Where it is lower than two samples of one survey would "
        "let expect, there is no counterpart. Differences are in percentage points, B less A, with "
        "the 95 % interval; a cohort grew or shrank where the interval leaves out zero."
    )


def drift(comparison: Comparison, key: str) -> None:
    """The tools of one pair of cohorts, then and now."""
    pairs = [match for match in comparison.matched if match.drift]
    if not pairs:
        return
    st.header("What changed within a cohort", anchor=False)
    place = st.selectbox(
        "Pair of cohorts",
        range(len(pairs)),
        key=f"compare-pair-{key}",
        format_func=lambda i: _pair(comparison, pairs[i]),
    )
    match = pairs[place or 0]
    sure = sum(one.significant for one in match.drift)
    tools = widgets.count(len(match.drift), "tool")
    st.markdown(
        f"**{sure} of {tools} drifted on evidence**: the members of this cohort answer otherwise "
        "than before, by more than chance."
        if sure
        else f"None of {tools} drifted on evidence: what differs is no more than chance gives."
    )
    shown = match.drift[:MOST_TOOLS]
    grid = st.grid(2, min_column_width=HALF_WIDTH)
    with grid.container(key="drift-dots"):
        st.plotly_chart(
            drift_dots(shown, labels_of([d.tool for d in shown]), match.a or 0, widgets.theme()),
            key=f"drift-chart-{key}",
            config={"displaylogo": False},
            alt="Prevalence of each tool in the cohort, in A and in B",
        )
    with grid.container(key="drift-table"):
        label = "Tools of the pair in A and in B"
        st.html(html_tables.html_table(comparison_tables.drift_table(shown), DRIFT, label))
    st.caption(_about_drift(match))


def everyone(comparison: Comparison) -> None:
    """The change of each tool among everyone, and where it comes from."""
    if not comparison.tools:
        return
    st.header("Where each tool's change comes from", anchor=False)
    st.markdown(
        "A tool becomes more common among everyone because the cohorts that use it grew (**mix "
        "shift**), because members of matched cohorts answer otherwise (**definition drift**), or "
        "because people outside matched cohorts do (**elsewhere**). The three add up to the change."
    )
    shown = comparison.tools[:MOST_CHANGES]
    label = "Change of each tool among everyone, and its parts"
    st.html(html_tables.html_table(comparison_tables.changes_table(shown), CHANGES, label))
    left = len(comparison.tools) - len(shown)
    some = f"The largest {len(shown)} of {len(comparison.tools)} changes; the download has all. "
    st.caption(
        f"{some if left else ''}Changes are in percentage points, B less A, with the 95 % "
        "interval. Evidence: false discovery rate 5 %."
    )


def questions(comparison: Comparison) -> None:
    """Options added, removed, renamed: a change of the questions, not of the people."""
    instrument = comparison.instrument
    renamed = comparison_tables.renamed_table(instrument)
    told_a = {rename.a for rename in instrument.renamed}
    told_b = {rename.b for rename in instrument.renamed}
    removed = [one for one in instrument.removed if one[0] not in told_a]
    added = [one for one in instrument.added if one[0] not in told_b]
    if comparison.same_people and renamed.empty and not (removed or added):
        return
    st.header("What changed in the questions", anchor=False)
    if renamed.empty and not (removed or added):
        st.markdown("Nothing: both surveys offered the same options.")
        return
    st.markdown(
        "These are changes of the instrument, and none of them is counted as drift: whoever was "
        "not offered an option could not choose it."
    )
    if not renamed.empty:
        label = "Options that are named or worded otherwise"
        st.markdown("**Probably renamed, or worded otherwise**")
        st.html(html_tables.html_table(renamed.head(MOST_OPTIONS), RENAMED, label))
        if instrument.renamed:
            st.caption("Give both names one tool on the mapping to compare them.")
    grid = st.grid(2, min_column_width=HALF_WIDTH)
    for said, options in (("Only A offered", removed), ("Only B offered", added)):
        if not options:
            continue
        with grid.container(key=f"options-{said[5].lower()}"):
            st.markdown(f"**{said}** {widgets.count(len(options), 'option')}")
            table = comparison_tables.options_table(options[:MOST_OPTIONS])
            st.html(html_tables.html_table(table, OPTIONS, said))
            if len(options) > MOST_OPTIONS:
                st.caption(f"And {len(options) - MOST_OPTIONS} more, in comparison.json.")


def _pair(comparison: Comparison, match: Match) -> str:
    sure = sum(one.significant for one in match.drift)
    said = widgets.count(sure, "tool") + " drifted" if sure else "no drift"
    a, b = (
        comparison_tables.name(saved, number)
        for saved, number in ((comparison.a, match.a), (comparison.b, match.b))
    )
    return f"{a}  →  {b} ({said})"


def _about_drift(match: Match) -> str:
    rest = len(match.drift) - MOST_TOOLS
    shown = f" The {MOST_TOOLS} clearest of {len(match.drift)}; the download has all."
    left = shown if rest > 0 else ""
    wider = (
        f" The tools of this pair lie {match.spread:.1f} times as far apart as sampling alone "
        "explains, and the intervals are that much wider."
        if match.spread >= NOTED_SPREAD
        else ""
    )
    return (
        "A ring is A, a dot is B, and the bar the 95 % interval of the change; a coloured dot is "
        "evidence at a false discovery rate of 5 %. Changes are in percentage points; “asked” "
        f"counts the cohort's members in A and in B.{wider}{left}"
    )
