"""Placing the people of the open survey in saved cohorts, and what came of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from db import Content, Store, versions
from pages.shared import cache, cohort_tables, saved_actions, saved_versions, state, widgets
from pages.shared.html_tables import Kind, html_table
from segmentation.cohorts import COVERAGE_FLOOR, Assignment, CohortSet, assign
from segmentation.errors import WorkbenchError
from segmentation.figures import percent
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.outputs import ASSIGNMENTS, cautioned, placements, to_csv
from segmentation.spec import EncodeSpec, RunSpec

FILE = "A cohorts.json file"
EVERY_TOOL = RunSpec(encode=EncodeSpec(threshold=0.0))
MISSING = 30
"""Missing tools named; of more, how many there are."""

PLACED: dict[str, Kind] = {
    "Colour": "picture",
    "No.": "short",
    "Cohort": "text",
    "People": "number",
    "Share": "percent",
    "When saved": "percent",
    "Probability": "percent",
    "Margin": "percent",
    "Unlike any": "number",
}


def choose(store: Store | None) -> Content | None:
    """A saved version or a file; None while there is none, or with what is wrong said."""
    try:
        records = saved_versions.all_versions(store) if store else []
        names = {record.id: saved_versions.label(record) for record in records}
        chosen = st.selectbox(
            "Cohorts",
            [*names, FILE],
            format_func=lambda one: names.get(one, one),
            key=saved_actions.APPLIED,
        )
        if chosen == FILE:
            return _from_file()
        if store is None or chosen is None:
            return None
        return versions.read(store, chosen).content
    except WorkbenchError as error:
        widgets.sentence(error, key="no-cohorts")
        return None


def _from_file() -> Content | None:
    file = st.file_uploader("cohorts.json", type="json", key="apply-file")
    if file is None:
        st.markdown(
            "Open the cohorts.json of a run, or save cohorts on the Cohorts page and choose them "
            "here."
        )
        return None
    return Content(CohortSet.from_json(file.getvalue().decode("utf-8", "replace")))


def floor() -> float:
    """The least coverage, as a share."""
    chosen = st.slider(
        "Least coverage",
        0,
        100,
        round(100 * COVERAGE_FLOOR),
        5,
        format="%d %%",
        key="apply-floor",
        help="Of what tells the saved cohorts apart, this survey must ask about at least this "
        "share. Under it nobody is placed.",
    )
    return chosen / 100


def place(saved: CohortSet, survey: Survey, mapping: Mapping, least: float) -> Assignment | None:
    """Everybody placed on their own answers; None with the reason said where that cannot be."""
    try:
        with st.spinner("Placing respondents"):
            return assign(saved, cache.encoded(survey, mapping, EVERY_TOOL), least)
    except WorkbenchError as error:
        widgets.sentence(error, key="not-applied")
        if st.button("Go to the mapping", key="to-mapping"):
            state.go(widgets.MAPPING_PAGE)
        return None


def figures(placed: Assignment) -> None:
    """How much of the definition the survey carries, and how many people it places."""
    included = int(placed.included.sum())
    scored = int(np.isfinite(placed.fit).sum())
    inside, unlike = int((placed.cohort >= 0).sum()), int(placed.unlike.sum())
    grid = st.grid(4, min_column_width=110)
    widgets.tile(
        grid,
        "Coverage",
        percent(placed.coverage),
        f"{len(placed.missing)} tools missing",
        "Share of what tells the saved cohorts apart that the tools of this survey carry.",
    )
    widgets.tile(
        grid,
        "In a cohort",
        widgets.number(inside),
        f"{percent(inside / max(included, 1))} of {widgets.number(included)}",
        "Respondents whose likeliest cohort has a probability of one half or more; all who can be "
        "placed, if the cohorts were made so.",
    )
    widgets.tile(
        grid,
        "Unlike any cohort",
        widgets.number(unlike),
        f"{percent(unlike / max(scored, 1))} of {widgets.number(scored)}",
        "Their answers fit all cohorts less than those of 99 in 100 people whom the cohorts were "
        "made from.",
    )
    widgets.tile(
        grid,
        "Use none of the tools",
        widgets.number(included - scored),
        f"{percent((included - scored) / max(included, 1))} of {widgets.number(included)}",
        "They chose none of the tools that form the saved cohorts, and cannot be placed.",
    )
    if placed.missing:
        named = ", ".join(placed.missing[:MISSING])
        rest = len(placed.missing) - MISSING
        more = f" and {rest} more" if rest > 0 else ""
        st.caption(widgets.plain(f"Not asked in this survey: {named}{more}."))


def table(content: Content, placed: Assignment) -> None:
    """Each cohort's people here, and the list of everybody as a file."""
    saved, places = content.cohorts, saved_versions.places(content)
    shown = cohort_tables.placed_table(saved, placed, places, widgets.theme())
    st.html(html_table(shown, PLACED, "People of this survey in the saved cohorts"))
    st.caption(
        "Share: of the people in a cohort; when saved: of those the cohorts were made from that "
        "were in one. Here everybody is placed by likelihood; a method that leaves people out, "
        "such as HDBSCAN, gave other shares even among the same people. Probability and margin: "
        "medians of the people in the cohort; the margin is the probability less that of the "
        "second likeliest cohort."
    )
    st.download_button(
        ASSIGNMENTS,
        lambda: to_csv(cautioned(named(saved, placed), saved.caution)),
        file_name=ASSIGNMENTS,
        key="download-assignments",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )


def named(saved: CohortSet, placed: Assignment) -> pd.DataFrame:
    """One line a respondent in file order, with the name of the cohort."""
    lines = placements(placed)
    names = np.array([*(cohort.name for cohort in saved.cohorts), ""], dtype=object)
    lines.insert(2, "name", names[placed.cohort])
    return lines
