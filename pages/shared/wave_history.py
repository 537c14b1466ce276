"""A line of waves: sizes of its cohorts over time, and the tools of one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from pages.shared import comparing, history_tables, html_tables, widgets
from pages.shared.html_tables import Kind
from segmentation.charts import history_shares, history_tools
from segmentation.compare import History
from segmentation.outputs import cautioned, to_csv
from segmentation.profiles import labels_of

TOOLS_AT_FIRST = 6


def sections(history: History, waves: Sequence[str], key: str) -> None:
    """`waves`: a name for each set; `key`: of the history, for its controls."""
    for said in cautions(history, waves):
        st.markdown(f":material/info: {widgets.plain(said)}")
    sizes(history, waves)
    steps(history, waves)
    tools(history, waves, key)
    downloads(history, waves)


def cautions(history: History, waves: Sequence[str]) -> list[str]:
    """What is to be known about the cohorts of each wave, a sentence each."""
    sets = [history.comparisons[0].a, *(comparison.b for comparison in history.comparisons)]
    named = zip(waves, sets, strict=True)
    return [f"{wave}: {saved.caution}" for wave, saved in named if saved.caution]


def sizes(history: History, waves: Sequence[str]) -> None:
    st.header("Sizes over time", anchor=False)
    st.plotly_chart(
        history_shares(waves, history.chains, widgets.theme()),
        key="history-shares",
        config={"displaylogo": False},
        alt="Share of each cohort in each wave, with its interval",
    )
    table = history_tables.sizes_table(history, waves)
    label = "Share of each cohort in each wave"
    st.html(html_tables.html_table(table, _kinds("Cohort", waves), label))
    st.caption(
        "Share of the respondents used, with its 95 % interval. A line ends where a cohort has no "
        "counterpart in the next wave, and begins where a cohort had none before."
    )


def steps(history: History, waves: Sequence[str]) -> None:
    """From each wave to the next: how many cohorts go on, and what that rests on."""
    rows = []
    for place, comparison in enumerate(history.comparisons):
        cohorts = len(comparison.a.cohorts)
        rows.append(
            {
                "From": waves[place],
                "To": waves[place + 1],
                "With a counterpart": f"{len(comparison.matched)} of {cohorts}",
                "Tools in both": comparison.tools_shared,
                "Coverage": 100 * comparison.coverage,
            }
        )
    st.markdown("**From one wave to the next**")
    kinds: dict[str, Kind] = {
        "From": "text",
        "To": "text",
        "With a counterpart": "figure",
        "Tools in both": "number",
        "Coverage": "percent",
    }
    st.html(html_tables.html_table(pd.DataFrame(rows, dtype=object), kinds, "From wave to wave"))
    st.caption("Coverage: how much of what tells the cohorts apart the tools of both waves carry.")


def tools(history: History, waves: Sequence[str], key: str) -> None:
    """Prevalence of some tools in one cohort over the waves."""
    st.header("Tools of a cohort over time", anchor=False)
    place = st.selectbox(
        "Cohort",
        range(len(history.chains)),
        key=f"history-cohort-{key}",
        format_func=lambda i: f"{i + 1}  {history.chains[i].name}",
    )
    chain = history.chains[place or 0]
    labels = labels_of([line.tool for line in chain.tools])
    chosen = st.multiselect(
        "Tools",
        range(len(labels)),
        history_tables.telling(chain, TOOLS_AT_FIRST),
        format_func=lambda i: labels[i],
        key=f"history-tools-{key}-{place}",
        placeholder="Choose tools",
    )
    lines = [chain.tools[i] for i in chosen]
    if not lines:
        st.markdown("Choose one or more tools.")
        return
    names = [labels[i] for i in chosen]
    st.plotly_chart(
        history_tools(waves, lines, names, widgets.theme()),
        key="history-tools-chart",
        config={"displaylogo": False},
        alt="Prevalence of the chosen tools in the cohort, wave by wave",
    )
    table = history_tables.tools_table(lines, names, waves)
    st.html(html_tables.html_table(table, _kinds("Tool", waves), "Prevalence in each wave"))
    st.caption("Share of the cohort's members who were asked about the tool, and their number.")


def downloads(history: History, waves: Sequence[str]) -> None:
    caution = " ".join(cautions(history, waves))

    def text(table: pd.DataFrame) -> str:
        return to_csv(cautioned(table, caution))

    files: dict[str, Callable[[], str]] = {
        "history_sizes.csv": lambda: text(history_tables.sizes_file(history, waves)),
        "history_tools.csv": lambda: text(history_tables.tools_file(history, waves)),
    }
    comparing.downloads(files)


def _kinds(first: str, waves: Sequence[str]) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {first: "text"}
    return kinds | dict.fromkeys(waves, "figure")
