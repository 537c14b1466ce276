"""Picking the cohort sets to compare: boxes that outlive the page, and files brought along."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.shared import comparing, state, widgets
from pages.shared.comparing import Loaded, Source
from segmentation.errors import WorkbenchError

LONGEST_LINE = 12
"""Versions in a history; a line with more shows its newest."""


def pick(label: str, ids: Sequence[str], words: Callable[[str], str], field: str, now: str) -> None:
    """A box that changes one field of what is picked, and follows when that changes elsewhere."""
    key = f"compare-{field}"
    state.show(key, now)
    st.selectbox(label, ids, key=key, format_func=words, on_change=take, args=(field, key))


def take(field: str, key: str) -> None:
    """Remember what was picked in a box."""
    value = state.chosen(key)
    change: dict[str, Any] = {field: tuple(value) if isinstance(value, list) else value}
    comparing.keep(dataclasses.replace(comparing.chosen(), **change))


def several(known: dict[str, Source]) -> list[Source]:
    """Sets of one's own choice, in the order in which they were picked."""
    ids = [one for one in comparing.chosen().picked if one in known]
    state.show("compare-picked", ids)
    st.multiselect(
        "Versions, the oldest first",
        list(known),
        key="compare-picked",
        format_func=lambda one: known[one].label,
        max_selections=LONGEST_LINE,
        on_change=take,
        args=("picked", "compare-picked"),
        placeholder="Choose two or more",
    )
    return [known[one] for one in ids]


def swap(a: str, b: str) -> None:
    comparing.keep(dataclasses.replace(comparing.chosen(), a=b, b=a))


def files(open_at_first: bool) -> None:
    """Bring cohorts.json files along."""
    brought = comparing.chosen().files
    with st.expander("Compare files instead", expanded=open_at_first, key="compare-files"):
        dropped = st.file_uploader(
            "Saved cohorts (cohorts.json)",
            type=["json"],
            accept_multiple_files=True,
            max_upload_size=comparing.LARGEST_FILE // 1024**2,
            key=f"compare-upload-{len(brought)}-{brought[-1][0][:8] if brought else ''}",
        )
        fine = bool(dropped)
        for one in dropped or []:
            try:
                comparing.add_file(one.getvalue(), one.name)
            except WorkbenchError as error:
                fine = False
                widgets.sentence(f"{one.name}: {error}", key=f"compare-bad-{one.file_id}")
        if fine and comparing.chosen().files != brought:
            st.rerun()
        if brought:
            names = ", ".join(name for _, name in brought)
            st.caption(f"Brought along: {widgets.plain(names)}. They are kept in memory only.")
            st.button("Forget these files", key="compare-forget", on_click=forget)


def forget() -> None:
    comparing.keep(comparing.chosen().without_files())


def facts(loaded: Loaded) -> str:
    """What the name of a picked set does not say."""
    cohorts = loaded.cohorts
    everyone = widgets.count(cohorts.respondents, "respondent")
    said = [widgets.count(len(cohorts.cohorts), "cohort")]
    said.append(f"{widgets.number(cohorts.respondents_used)} of {everyone} used")
    if record := loaded.source.record:
        by = f" by {record.author}" if record.author else ""
        said.append(f"saved{by} on {record.saved_at:%d %b %Y}")
    return " · ".join(said)
