"""Compare: two cohort sets side by side, or cohorts followed through a line of versions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.errors import StoreError
from pages.shared import (
    comparing,
    comparison_files,
    comparison_tables,
    html_tables,
    picking,
    same_people,
    state,
    two_waves,
    wave_history,
    widgets,
)
from pages.shared.compared import Way
from pages.shared.comparing import Loaded, Source
from pages.shared.html_tables import Kind
from segmentation.compare import Comparison, Difference
from segmentation.compare.words import headline
from segmentation.errors import WorkbenchError

WAYS: dict[Way, str] = {"two": "Two versions", "line": "A set over time"}
DIFFERENCES: dict[str, Kind] = {"What": "text", "A, then": "text", "B, now": "text"}
OF_THE_MAPPING = ("Question “", "Mapping: ")
"""How what differs begins where it is of the mapping."""

SIDES = ("A: then", "B: now")
SWAP = ":material/swap_horiz:"

OWN_CHOICE = "own"


def heading() -> tuple[Way, DeltaGenerator]:
    """The title, and below it what to compare, with the place beside that."""
    widgets.header("Compare")
    way = comparing.chosen().way
    state.show("compare-way", way)
    beside = st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="compare-head",
    )
    beside.radio(
        "What to compare",
        list(WAYS),
        format_func=lambda one: WAYS[one],
        key="compare-way",
        on_change=picking.take,
        args=("way", "compare-way"),
        horizontal=True,
        label_visibility="collapsed",
    )
    return way, beside


def nothing_yet() -> None:
    """There are no two sets to compare."""
    st.markdown(
        "Comparing takes two cohort sets. Save the cohorts of a survey as a version, change a "
        "setting or open the next wave, save again, and see here what became of whom."
    )
    if st.button("Go to cohorts", key="to-cohorts", type="primary"):
        state.go(widgets.COHORTS_PAGE)
    picking.files(open_at_first=True)


def two(among: Sequence[Source], beside: DeltaGenerator) -> None:
    """Pick two sets and compare them."""
    known = {source.id: source for source in among}
    a, b = comparing.both(among)
    beside.button("Swap A and B", key="compare-swap", icon=SWAP, on_click=picking.swap, args=(a, b))
    places = st.columns(2)
    for place, label, field, now in zip(places, SIDES, ("a", "b"), (a, b), strict=True):
        with place:
            picking.pick(label, list(known), lambda one: known[one].label, field, now)
    picking.files(open_at_first=False)
    try:
        one, other = comparing.load(known[a]), comparing.load(known[b])
    except WorkbenchError as error:
        widgets.sentence(error, key="compare-problem")
        return
    for place, loaded in zip(places, (one, other), strict=True):
        place.caption(widgets.plain(picking.facts(loaded)))
    if one.key == other.key:
        st.markdown("A and B are the same: pick another version on one side.")
        return
    comparison = comparing.compared(one, other)
    if comparison is not None:
        result(comparison, f"{one.key[:8]}{other.key[:8]}")


def result(comparison: Comparison, key: str) -> None:
    st.markdown(f"**{widgets.plain(headline(comparison))}**")
    for note in comparison.notes:
        st.markdown(f":material/info: {widgets.plain(note)}")
    what_differs(comparison)
    if comparison.moves is not None:
        same_people.sections(comparison, comparison.moves)
    else:
        two_waves.counterparts(comparison)
        two_waves.drift(comparison, key)
        two_waves.everyone(comparison)
    two_waves.questions(comparison)
    comparing.downloads(comparison_files.result_files(comparison))


def what_differs(comparison: Comparison) -> None:
    """Only what differs in how the two were made; a long mapping folded away."""
    st.header("What differs in how they were made", anchor=False)
    found = comparison.differences
    mapping = [one for one in found if one.what.startswith(OF_THE_MAPPING)]
    others = [one for one in found if one not in mapping]
    if not found:
        st.markdown("Nothing: the same survey, settings and mapping.")
    if others:
        differences(others, "Survey and settings")
    if not mapping:
        return
    said = widgets.count(len(mapping), "difference") + " in the mapping"
    with st.expander(said, expanded=not others, key="compare-mapping"):
        differences(mapping, "Mapping")


def differences(found: Sequence[Difference], label: str) -> None:
    table = comparison_tables.differences_table(found)
    st.html(html_tables.html_table(table, DIFFERENCES, label))


def over_time(among: Sequence[Source]) -> None:
    """Pick a line, or sets of one's own choice, and follow the cohorts."""
    known = {source.id: source for source in among}
    lines = {s.record.line_id: s.record.line for s in among if s.record is not None}
    lines[OWN_CHOICE] = "Versions of your choice"
    picked = comparing.chosen()
    line = picked.line if picked.line in lines else next(iter(lines))
    picking.pick("Cohort set", list(lines), lines.__getitem__, "line", line)
    if line == OWN_CHOICE:
        chosen = picking.several(known)
    else:
        of_line = [s for s in among if s.record is not None and s.record.line_id == line]
        chosen = of_line[: picking.LONGEST_LINE][::-1]
        if len(of_line) > picking.LONGEST_LINE:
            st.caption(f"The newest {picking.LONGEST_LINE} of {len(of_line)} versions.")
    if len(chosen) < 2:
        st.markdown("A history takes two versions or more: save another one, or choose others.")
        return
    try:
        sets = [comparing.load(source) for source in chosen]
    except WorkbenchError as error:
        widgets.sentence(error, key="compare-problem")
        return
    history = comparing.followed(sets)
    if history is not None:
        key = "".join(loaded.key[:4] for loaded in sets)
        wave_history.sections(history, waves(sets, line), key)


def waves(sets: Sequence[Loaded], line: str) -> list[str]:
    """A name for each set, no two alike."""
    own = line == OWN_CHOICE
    names = []
    for number, loaded in enumerate(sets, start=1):
        record = loaded.source.record
        short = f"v{record.number}" if record and not own else loaded.source.name
        names.append(f"{short} · {loaded.cohorts.survey}")
        if names.count(names[-1]) > 1:
            names[-1] += f" ({number})"
    return names


def compare_page() -> None:
    way, beside = heading()
    try:
        among = comparing.sources()
    except StoreError as error:
        widgets.sentence(error, key="no-database")
        among = comparing.without_database()
    if len(among) < 2:
        nothing_yet()
    elif way == "two":
        two(among, beside)
    else:
        over_time(among)


compare_page()
