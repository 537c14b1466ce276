"""The parts of the Segment page that draw: map, who was picked out, index table, downloads."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from pages.shared import (
    cache,
    canvas_map,
    cohort_tables,
    html_tables,
    splitting,
    state,
    verdicts,
    widgets,
)
from pages.shared.html_tables import Kind
from pages.shared.index_table import index_table
from pages.shared.results import Shown
from segmentation.charts import MapGroup, cohort_groups, level_groups
from segmentation.encode import Features
from segmentation.figures import percent
from segmentation.mixture import Bools, Ints
from segmentation.outputs import run_files
from segmentation.profiles import MIN_BASE, labels_of, rates

BY_COHORT = "Cohort"
HEATMAP_TOOLS = 30
PICKED_ROWS = 12

COHORTS: dict[str, Kind] = {
    "Colour": "picture",
    "No.": "short",
    "Cohort": "text",
    "People": "number",
    "Share": "percent",
    "Fidelity": "percent",
}
RATES: dict[str, Kind] = {
    "Tool": "text",
    "Here": "bar",
    "Everyone": "percent",
    "Index": "number",
    "Asked": "number",
}


@st.fragment
def map_panel(shown: Shown) -> None:
    """The map and its own controls: they redraw the map alone."""
    grid = st.grid(5, min_column_width=180)
    with grid.cell(column_span=3):
        st.header("Respondents", anchor=False)
        colour, search = st.columns(2)
        with colour:
            by = _colour_by(shown)
        with search:
            highlight = _users_of(shown, _highlighted(shown))
        picked = _picked(shown)
        bright = highlight if picked is None else picked
        canvas_map.draw(_packed(shown, by, bright), _map_key(shown))
        st.caption(
            "People with similar tools lie close together; directions and distances between far "
            "groups mean little. Draw around a region to see who they are."
        )
    with grid.cell(column_span=2):
        if picked is not None:
            _who(shown, picked, "picked out on the map", _with_picked)
        elif highlight is not None:
            _who(shown, highlight, "who use all of the highlighted tools")
        else:
            _legend(shown)


def index_panel(shown: Shown) -> None:
    """Tools x cohorts, the tools that differ most between cohorts first."""
    st.header("What sets each cohort apart", anchor=False)
    found = shown.run.profiles
    categories = sorted({tool.category for tool in found.tools})
    category = None
    if len(categories) > 1:
        category = st.pills(
            "Category", categories, key="heatmap-category", default=None, format_func=widgets.plain
        )
    columns = cohort_tables.spread(found, category)[:HEATMAP_TOOLS]
    if not columns:
        st.markdown("No tool differs between the cohorts on evidence.")
        return
    labels = labels_of(found.tools)
    with st.container(key="heatmap"):
        st.html(
            index_table(
                found.tool_rates.index[:, columns],
                found.tool_rates.significant[:, columns],
                shown.names,
                [labels[i] for i in columns],
                widgets.theme(),
            )
        )
    st.caption(
        "Index 100 is the average of everyone asked; 200 is twice as common. A figure stands only "
        "where the difference is evidence: 120 or more, or 80 or less, from 30 people or more, "
        "at a false discovery rate of 5 %. Tools under the threshold are shown too."
    )


def downloads(shown: Shown) -> None:
    """The files that the command line writes."""
    st.header("Download", anchor=False)
    files = run_files(verdicts.named(shown), shown.edited.places)
    widgets.file_buttons(files, key="downloads", disabled=not shown.settled)


def _colour_by(shown: Shown) -> str:
    """By cohort, or by an attribute or tool; what was chosen outlives the page."""
    options = [BY_COHORT, *_by_attribute(shown.run.features), *_by_tool(shown.run.features)]
    workspace = state.workspace()
    kept = options.index(workspace.colour_by) if workspace.colour_by in options else 0
    chosen: str = st.selectbox("Colour by", options, kept, key="colour-by") or BY_COHORT
    if chosen != workspace.colour_by:
        state.save(workspace.coloured(chosen))
    return chosen


def _by_attribute(features: Features) -> list[str]:
    return [f"Attribute: {attribute.name}" for attribute in features.attributes]


def _by_tool(features: Features) -> list[str]:
    return [f"Tool: {tool.name} ({tool.category})" for tool in features.tools]


def _highlighted(shown: Shown) -> list[int]:
    labels = labels_of(shown.run.features.tools)
    chosen = st.multiselect(
        "Highlight people who use", labels, placeholder="Any tool", key="highlight"
    )
    return [labels.index(label) for label in chosen]


def _packed(shown: Shown, by: str, bright: Bools | None) -> bytes:
    """The map as it is sent to the page. `bright`: (respondents,), the others fade."""
    points = cache.points(shown.run, shown.stage == "preview")
    rows = np.flatnonzero(shown.run.features.used)[points.people]
    return canvas_map.pack(
        points.placed,
        _groups(shown, by, points.people, rows),
        labels_of(shown.run.features.tools_kept),
        widgets.theme(),
        None if bright is None else bright[rows],
    )


def _groups(shown: Shown, by: str, people: Ints, rows: Ints) -> list[MapGroup]:
    """Points of the map by what colours them. `people`: of each, the place among the respondents
    used; `rows`: that among all."""
    run, theme = shown.run, widgets.theme()
    features = run.features
    if by in _by_attribute(features):
        attribute = features.attributes[_by_attribute(features).index(by)]
        return level_groups(attribute.levels, attribute.member[rows], theme)
    if by in _by_tool(features):
        tool = _by_tool(features).index(by)
        return level_groups((features.tools[tool].name,), features.chosen[rows, tool, None], theme)
    labels = run.clustering.labels[people]
    return cohort_groups(labels, shown.names, theme, shown.edited.places)


def _users_of(shown: Shown, tools: Sequence[int]) -> Bools | None:
    """(respondents,): who chose all of these tools; None when none is named."""
    if not tools:
        return None
    return np.asarray(shown.run.features.chosen[:, list(tools)].all(axis=1))


def _map_key(shown: Shown) -> str:
    """The same while the same people stand on the map, so that who is picked out stays so."""
    cleared = state.picked(shown.people).cleared
    return f"map-{shown.people}" + (f"-{cleared}" if cleared else "")


def _picked(shown: Shown) -> Bools | None:
    """(respondents,): those inside the lasso or box; None when nobody is picked out.

    They stay so while the same people are on the map, until others are, or they are cleared.
    """
    kept = state.picked(shown.people)
    people = cache.points(shown.run, shown.stage == "preview").people
    places = state.drawn_around(_map_key(shown))
    points = tuple(int(people[place]) for place in places if 0 <= place < len(people))
    if points and points != kept.points:
        kept = dataclasses.replace(kept, points=points)
        state.pick(kept)
    return _respondents(shown, kept.points)


def _respondents(shown: Shown, points: tuple[int, ...]) -> Bools | None:
    """(respondents,): those at these points of the map; None when there are none."""
    if not points:
        return None
    everyone = np.flatnonzero(shown.run.features.used)
    found = np.zeros(len(shown.run.features.used), dtype=bool)
    found[everyone[[row for row in points if 0 <= row < len(everyone)]]] = True
    return found


def _clear(people: str) -> None:
    """Let go of who was picked out."""
    kept = state.picked(people)
    state.pick(state.Picked(people, cleared=kept.cleared + 1))


def _legend(shown: Shown) -> None:
    """The cohorts with their sizes, in the colours of the map."""
    st.header("Cohorts", anchor=False)
    table = cohort_tables.cohorts_table(
        shown.run, shown.names, widgets.theme(), shown.edited.places
    )
    st.html(html_tables.html_table(table, COHORTS, "Cohorts with their sizes"))


def _with_picked(shown: Shown) -> None:
    """What can be done with those who are picked out."""
    splitting.refused()
    with st.container(horizontal=True, key="with-picked"):
        st.button("Clear selection", key="clear-picked", on_click=_clear, args=(shown.people,))
        splitting.offer(shown)


def _who(
    shown: Shown, members: Bools, which: str, then: Callable[[Shown], None] | None = None
) -> None:
    """Describe some respondents against everyone, as a cohort is described. `then`: what can be
    done with them."""
    features = shown.run.features
    count = int(members.sum())
    st.header(widgets.count(count, "respondent"), anchor=False)
    if not count:
        st.markdown("Nobody fits: take away a tool.")
        return
    points = cache.points(shown.run, shown.stage == "preview")
    inside = members[features.used][points.people]
    st.caption(f"{percent(float(inside.mean()))} of the map, {which}.")
    if then is not None:
        then(shown)
    found = rates(
        features.chosen, features.asked, features.weight, np.where(members, 0, -1), cohorts=1
    )
    table = cohort_tables.marked_tools(shown.run.profiles, found, 0)
    if not table.empty:
        colour = widgets.accent()
        label = "Tools that set these respondents apart"
        st.html(html_tables.html_table(table.head(PICKED_ROWS), RATES, label, colour))
    elif count < MIN_BASE:
        st.markdown(f"Fewer than {MIN_BASE} people are too few to tell what sets them apart.")
    else:
        st.markdown("No tool sets them apart from everyone on evidence.")
    st.caption(widgets.plain(_where(shown, members)))


def _where(shown: Shown, members: Bools) -> str:
    """The cohorts that some respondents are in, largest part first."""
    labels = shown.run.clustering.labels[members[shown.run.features.used]]
    if not len(labels):
        return "None of them is on the map: they use no tool that forms cohorts."
    names = [*shown.names, "Unassigned"]
    parts = [(float((labels == c).mean()), names[c]) for c in (*range(len(shown.names)), -1)]
    return "; ".join(
        f"{name}: {percent(part)}" for part, name in sorted(parts, reverse=True) if part
    )
