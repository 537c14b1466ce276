"""Making a cohort of the people who are picked out on the map."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.shared import editing, state, widgets
from pages.shared.results import Shown
from segmentation.edits import pick_whole


def offer(shown: Shown) -> None:
    """A button that makes a cohort of them, with what that means; nothing when nobody is."""
    points = state.picked(shown.people).points
    everyone = int(shown.run.features.used.sum())
    points = tuple(sorted({point for point in points if 0 <= point < everyone}))
    if not points:
        return
    picked = pick_whole(shown.run, points)
    if st.button(
        "Make a cohort of them",
        key="split-off",
        icon=":material/call_split:",
        disabled=not shown.settled,
        help="They leave the cohorts that they are in. Every figure is computed again, and it can "
        "be undone.",
    ):
        editing.split(shown, points)
        st.rerun()  # of the whole page: beside the map this is a part that runs by itself
    if picked.along:
        st.caption(
            f"{widgets.count(picked.along, 'person', 'people')} more gave exactly the same answers "
            f"as some of these {widgets.number(len(points))} and will come along: identical "
            "answers always get the same cohort."
        )


def refused() -> None:
    """Why the last merge or split was not made."""
    notice = state.notice(editing.EDITS)
    if notice.text:
        widgets.sentence(notice.text, key="not-changed")


def whom(shown: Shown) -> str:
    """Who is picked out, in words; "" when nobody is."""
    points = state.picked(shown.people).points
    if not points:
        return ""
    labels = shown.run.clustering.labels
    inside = labels[np.array([point for point in points if point < len(labels)], dtype=int)]
    people = widgets.count(len(inside), "respondent")
    unassigned = widgets.number(int((inside < 0).sum()))
    return f"{people} picked out on the map, {unassigned} of them unassigned"
