"""Filters by how carefully the form was filled in: each says what it would leave out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared import cache, state, widgets
from segmentation.intake import Survey
from segmentation.mapping import (
    Completeness,
    Duration,
    Filter,
    Filters,
    Mapping,
    StraightLining,
    Submitted,
)
from segmentation.quality import FEWEST_IN_LINE, fastest_allowed

HALF, THIRD, OWN = "Half the median", "A third of the median", "A number of seconds"
SHARES = {HALF: 0.5, THIRD: 0.333}
LEAST = 0.5
SECONDS = 60.0
ROWS = 5
GRIDS_NAMED = 3
BOX_WIDTH = 250
"""Pixels that a box needs; on a narrow screen they stand below each other."""


def controls(survey: Survey, mapping: Mapping) -> Filters:
    """Draw a box for each of the four; returns the filters as they stand now.

    What this file has nothing for comes last.
    """
    st.header("By quality", anchor=False)
    filters = mapping.filters
    usable = {
        "completeness": True,
        "duration": bool(cache.duration_choices(survey)),
        "submitted": bool(filters.submitted or cache.submitted_sign(survey)),
        "straight_lining": bool(cache.grids_for_lines(survey, mapping)),
    }
    draw: dict[str, Callable[[Survey, Mapping, Any], Filter | None]] = {
        "completeness": _completeness,
        "duration": _duration,
        "submitted": _submitted,
        "straight_lining": _straight_lining,
    }
    grid = st.grid(2, min_column_width=BOX_WIDTH)
    now: dict[str, Any] = {}
    for name in sorted(usable, key=lambda name: not usable[name]):
        with grid.container(border=True, key=f"quality-box-{name}", height="stretch"):
            now[name] = draw[name](survey, mapping, getattr(filters, name))
    return dataclasses.replace(filters, **now)


def _submitted(survey: Survey, mapping: Mapping, now: Submitted | None) -> Submitted | None:
    said = now or cache.submitted_sign(survey)
    on = _toggle("Submitted only", now, said is not None, "submitted")
    if said is None:
        st.caption("No column of this file says who sent the form off.")
        return None
    is_ = f"is {_listed(said.texts)}" if said.texts else "is filled in"
    columns = _listed([f"“{column}”" for column in said.columns])
    _effect(survey, mapping, said, on, f"Only respondents for whom {columns} {is_}.")
    return said if on else None


def _completeness(
    survey: Survey, mapping: Mapping, now: Completeness | None
) -> Completeness | None:
    on = _toggle("Complete enough", now, True, "completeness")
    percent = st.slider(
        "Least share answered",
        *(5, 100, round(100 * (now.least if now else LEAST))),
        step=5,
        format="%d %%",
        key=_key("least"),
    )
    said = Completeness(percent / 100)
    rule = (
        "Of the questions with options or numbers that were put to the respondent. Questions "
        "not asked and free text do not count."
    )
    _effect(survey, mapping, said, on, rule)
    return said if on else None


def _duration(survey: Survey, mapping: Mapping, now: Duration | None) -> Duration | None:
    choices = cache.duration_choices(survey)
    found = len(cache.duration_columns(survey))
    on = _toggle("No speeders", now, bool(choices), "duration")
    if not choices:
        st.caption("No column of this file says how long it took.")
        return None
    if not found:
        st.caption("No column was recognised as a duration: choose it, if there is one.")
    at = choices.index(now.columns) if now and now.columns in choices else 0
    left, right = st.columns(2)
    place = left.selectbox(
        "Duration",
        range(len(choices)),
        at if found or now else None,
        format_func=lambda i: " to ".join(choices[i]),
        placeholder="Choose a column",
        key=_key("duration-column"),
    )
    said = _limit(right, now, choices[place]) if place is not None else None
    if said is None:
        return None
    limit = fastest_allowed(survey, said)
    known = "" if limit != limit else f", here {limit:,.0f} seconds"
    rule = f"Leaves out whoever was faster than that{known}; not those of unknown duration."
    _effect(survey, mapping, said, on, rule)
    return said if on else None


def _limit(place: DeltaGenerator, now: Duration | None, columns: tuple[str, ...]) -> Duration:
    ways = (HALF, THIRD, OWN)
    before = HALF
    if now is not None:
        shares = {share: way for way, share in SHARES.items()}
        before = OWN if now.of_median is None else shares.get(now.of_median, HALF)
    way = place.selectbox("Faster than", ways, ways.index(before), key=_key("duration-limit"))
    if way == OWN:
        seconds = place.number_input(
            "Seconds",
            min_value=1.0,
            value=(now.seconds if now and now.seconds else SECONDS),
            format="%g",
            key=_key("duration-seconds"),
        )
        return Duration(columns, seconds=float(seconds))
    return Duration(columns, of_median=SHARES[way])


def _straight_lining(
    survey: Survey, mapping: Mapping, now: StraightLining | None
) -> StraightLining | None:
    grids = cache.grids_for_lines(survey, mapping)
    longest = max((len(grid.rows) for grid in grids), default=0)
    on = _toggle("No straight-lining", now, bool(grids), "lines")
    if not grids:
        st.caption(
            f"No grid of {FEWEST_IN_LINE} rows or more was found, in which one answer all the "
            "way down could be seen."
        )
        return now if on else None
    rows = now.rows if now else min(ROWS, longest)
    if longest > FEWEST_IN_LINE:
        rows = st.slider(
            "Least rows answered",
            FEWEST_IN_LINE,
            longest,
            min(rows, longest),
            key=_key("rows"),
        )
    fit = [grid for grid in grids if len(grid.rows) >= rows]
    named = _listed(
        [f"“{grid.stem or grid.rows[0][0].text}” ({len(grid.rows)} rows)" for grid in fit]
    )
    said = StraightLining(rows)
    rule = f"Leaves out whoever gave one answer all through a grid: {named}."
    _effect(survey, mapping, said, on, rule)
    return said if on else None


def _toggle(label: str, now: Filter | None, possible: bool, name: str) -> bool:
    return st.toggle(
        f"**{label}**", now is not None, disabled=not possible and now is None, key=_key(name)
    )


def _effect(survey: Survey, mapping: Mapping, said: Filter, on: bool, rule: str) -> None:
    """The rule in words, and how many respondents it leaves out by itself."""
    out = widgets.count(cache.left_out_by(survey, mapping, said), "respondent")
    verb = "Leaves out" if on else "Would leave out"
    st.caption(widgets.plain(rule))
    st.markdown(f"{verb} **{out}** by itself.")


def _listed(texts: Sequence[str]) -> str:
    rest = len(texts) - GRIDS_NAMED
    return ", ".join(texts[:GRIDS_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _key(name: str) -> str:
    return f"quality-{name}-{state.workspace().revision}"
