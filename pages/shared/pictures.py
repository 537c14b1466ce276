"""The parts of the Segment page that draw: map, who was picked out, index heatmap, downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from pages.shared import tables, widgets
from pages.shared.results import Shown
from segmentation.charts import (
    MapGroup,
    cohort_groups,
    index_heatmap,
    level_groups,
    respondent_map,
)
from segmentation.embed import respondent_positions
from segmentation.mixture import Bools
from segmentation.outputs import run_files, tool_lines
from segmentation.profiles import rates

CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["autoScale2d", "zoomIn2d", "zoomOut2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2, "filename": "cohort-map"},
}
BY_COHORT = "Cohort"
HEATMAP_TOOLS = 30
PICKED_ROWS = 12


@st.fragment
def map_panel(shown: Shown) -> None:
    """The map and its own controls: they redraw the map alone."""
    left, right = st.columns([3, 2])
    with left:
        st.subheader("Respondents", anchor=False)
        colour, search = st.columns(2)
        with colour:
            by = _colour_by(shown)
        with search:
            wanted = st.multiselect(
                "Highlight people who use",
                range(len(shown.run.features.tools)),
                format_func=lambda i: shown.run.features.tools[i].name,
                placeholder="Any tool",
                key="highlight",
            )
        highlight = _users_of(shown, wanted)
        event = st.plotly_chart(
            _figure(shown, by, highlight),
            key=f"map-{shown.key}-{shown.settled}",
            on_select="rerun",
            selection_mode=("lasso", "box"),
            config=CONFIG,
            alt="Map of respondents: people with similar tools lie close together",
        )
        st.caption(
            "People with similar tools lie close together; directions and distances between far "
            "groups mean little. Draw around a region to see who they are."
        )
    with right:
        picked = _picked(shown, event)
        if picked is None and highlight is not None:
            _who(shown, highlight, "who use all of the highlighted tools")
        elif picked is None:
            _legend(shown)
        else:
            _who(shown, picked, "picked out on the map")


def index_panel(shown: Shown) -> None:
    """Tools x cohorts, the tools that differ most between cohorts first."""
    st.subheader("What sets each cohort apart", anchor=False)
    found = shown.run.profiles
    categories = sorted({tool.category for tool in found.tools})
    category = None
    if len(categories) > 1:
        category = st.pills("Category", categories, key="heatmap-category", default=None)
    columns = tables.spread(found, category)[:HEATMAP_TOOLS]
    st.plotly_chart(
        index_heatmap(
            found.tool_rates.index[:, columns],
            found.tool_rates.significant[:, columns],
            shown.names,
            [found.tools[i].name for i in columns],
            widgets.theme(),
        ),
        key="heatmap",
        config={"displaylogo": False},
        alt="Index of each tool in each cohort against everyone",
    )
    st.caption(
        "Index 100 is the average of everyone asked; 200 is twice as common. A figure stands only "
        "where the difference is evidence: 120 or more, or 80 or less, from 30 people or more, "
        "at a false discovery rate of 5 %. Tools under the threshold are shown too."
    )


def downloads(shown: Shown) -> None:
    """The files that the command line writes."""
    named = shown.named
    with st.container(horizontal=True, key="downloads"):
        for name, make in run_files(named).items():
            st.download_button(
                name,
                make,
                file_name=name,
                key=f"download-{name}",
                icon=":material/download:",
                on_click="ignore",
                disabled=not shown.settled,
            )


def _colour_by(shown: Shown) -> str:
    attributes = [f"Attribute: {a.name}" for a in shown.run.features.attributes]
    tools = [f"Tool: {tool.name} ({tool.category})" for tool in shown.run.features.tools]
    chosen: str = st.selectbox("Colour by", [BY_COHORT, *attributes, *tools], key="colour-by")
    return chosen or BY_COHORT


def _figure(shown: Shown, by: str, highlight: Bools | None) -> Any:
    run = shown.run
    positions = respondent_positions(run.embedding.positions, run.neighbours.patterns)
    used = run.features.used
    bright = None if highlight is None else highlight[used]
    groups = _groups(shown, by)
    return respondent_map(
        positions, groups, tool_lines(run.features), widgets.theme(), bright, by != BY_COHORT
    )


def _groups(shown: Shown, by: str) -> list[MapGroup]:
    run, theme = shown.run, widgets.theme()
    used = run.features.used
    if by.startswith("Attribute: "):
        names = [f"Attribute: {a.name}" for a in run.features.attributes]
        if by in names:
            attribute = run.features.attributes[names.index(by)]
            return level_groups(attribute.levels, attribute.member[used], theme)
    tools = [f"Tool: {tool.name} ({tool.category})" for tool in run.features.tools]
    if by in tools:
        place = tools.index(by)
        return level_groups(
            (run.features.tools[place].name,), run.features.chosen[used, place][:, None], theme
        )
    return cohort_groups(run.clustering.labels, shown.names, theme)


def _users_of(shown: Shown, tools: Sequence[int]) -> Bools | None:
    """(respondents,): who chose all of these tools; None when none is named."""
    if not tools:
        return None
    return np.asarray(shown.run.features.chosen[:, list(tools)].all(axis=1))


def _picked(shown: Shown, event: Any) -> Bools | None:
    """(respondents,): those inside the lasso or box; None when nothing is picked."""
    points = (event or {}).get("selection", {}).get("points", [])
    if not points:
        return None
    everyone = np.flatnonzero(shown.run.features.used)
    rows = [point["customdata"] for point in points]
    rows = [row[0] if isinstance(row, list) else row for row in rows]
    picked = np.zeros(len(shown.run.features.used), dtype=bool)
    picked[everyone[[row for row in rows if 0 <= row < len(everyone)]]] = True
    return picked


def _legend(shown: Shown) -> None:
    """The cohorts with their sizes, in the colours of the map."""
    st.subheader("Cohorts", anchor=False)
    st.dataframe(
        tables.cohorts_table(shown.run, shown.names, widgets.theme()),
        key="cohorts-table",
        hide_index=True,
        height="content",
        column_config={
            "Colour": st.column_config.ImageColumn("", width=40),
            "No.": st.column_config.TextColumn(width=40),
            "Cohort": st.column_config.TextColumn(width=190),
            "People": widgets.whole_column(),
            "Share": st.column_config.NumberColumn(format="%.0f %%", width=60),
            "Fidelity": widgets.percent_column(),
        },
        alt="Cohorts with number and share of respondents",
    )


def _who(shown: Shown, members: Bools, which: str) -> None:
    """Describe some respondents against everyone, as a cohort is described."""
    features = shown.run.features
    count = int(members.sum())
    st.subheader(widgets.count(count, "respondent"), anchor=False)
    if not count:
        st.markdown("Nobody fits: take away a tool.")
        return
    inside = int((members & features.used).sum())
    st.caption(f"{widgets.percent(inside / int(features.used.sum()))} of the map, {which}.")
    labels = np.where(members, 0, -1)
    found = rates(features.chosen, features.asked, features.weight, labels, 1)
    table = tables.marked_tools(shown.run.profiles, found, 0)
    if table.empty:
        st.markdown("No tool sets them apart from everyone on evidence.")
    else:
        st.dataframe(
            table.head(PICKED_ROWS),
            key="picked-tools",
            hide_index=True,
            height="content",
            column_config={
                "Tool": st.column_config.TextColumn(width=150),
                "Here": widgets.percent_column(),
                "Everyone": widgets.percent_column(),
                "Index": widgets.whole_column(),
                "Asked": widgets.whole_column(),
            },
            alt="Tools that set the respondents picked out apart from everyone",
        )
    inside_labels = shown.run.clustering.labels[members[features.used]]
    parts = [
        f"{name}: {widgets.percent(float((inside_labels == c).mean()))}"
        for c, name in enumerate(shown.names)
        if (inside_labels == c).any()
    ]
    st.caption(widgets.plain("; ".join(parts)))
