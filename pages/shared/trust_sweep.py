"""The part of the Trust page that tries a grid of settings, and lets one of them be adopted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.shared import adopting, state, trusting, widgets
from pages.shared.results import Shown
from pages.shared.trust_verdicts import CONFIG
from segmentation.charts import METRICS, SIZES, Metric, size_in_words, sweep_heatmap
from segmentation.intake import Survey
from segmentation.spec import RunSpec
from segmentation.trust import words
from segmentation.trust.model import Sweep, SweepCell, SweepSpec
from segmentation.trust.sweep import default_sweep

THRESHOLDS = (0.0, 0.02, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.25)
NEIGHBOURS = (8, 16, 24, 32, 48, 64, 96, 128)
SIZES_TRIED: dict[str, tuple[float, ...]] = {
    "min_cluster_size": (0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1),
    "resolution": (0.3, 0.5, 0.7, 1.0, 1.3, 1.5, 2.0, 3.0),
    "cohorts": tuple(float(number) for number in range(2, 16)),
}

CELL = "sweep-cell"
SEEN = "sweep-seen"
MOST_CELLS = 100


@st.fragment
def section(survey: Survey, shown: Shown) -> None:
    """Choose a grid, run it, read it, adopt a cell."""
    st.header("Sweep: would other settings do better?", anchor=False)
    bar = st.container(horizontal=True, vertical_alignment="center", key="sweep-bar")
    with bar:
        asked = choose()
    cells = len(asked.thresholds) * len(asked.neighbours) * len(asked.sizes)
    found, job = trusting.sweep_of(shown, asked) if cells else (None, None)
    running = job is not None and not job.ended
    with bar:
        pressed = st.button(
            "Run the sweep",
            key="run-sweep",
            icon=":material/grid_on:",
            disabled=running
            or not shown.settled
            or not 0 < cells <= MOST_CELLS
            or (found is not None and found.complete),
        )
        st.caption(_size(cells, asked))
    if pressed:
        trusting.start_sweep(survey, shown, asked)
        st.rerun()
    if job is not None and running:
        trusting.under_way(job, trusting.SWEEP)
    elif job is not None:
        trusting.ended(job, trusting.SWEEP, lambda: trusting.start_sweep(survey, shown, asked))
    if found is not None and found.cells:
        grid(found)


def choose() -> SweepSpec:
    """The grid as it is chosen now."""
    start = of_method(state.workspace().sweep, state.workspace().spec)
    with st.popover("Settings to try", key="sweep-settings"):
        thresholds = _several("Prevalence threshold", THRESHOLDS, start.thresholds, _percent)
        neighbours: tuple[float, ...] = start.neighbours
        if start.size_of != "cohorts":
            neighbours = _several("Neighbours", NEIGHBOURS, start.neighbours, "{:g}".format)
        sizes = _several(
            SIZES[start.size_of],
            SIZES_TRIED[start.size_of],
            start.sizes,
            lambda size: size_in_words(start.size_of, size),
        )
    return SweepSpec(
        thresholds,
        tuple(int(count) for count in neighbours),
        start.size_of,
        sizes,
        start.resamples,
    )


def of_method(last: SweepSpec | None, spec: RunSpec) -> SweepSpec:
    """The grid that was asked for last where it fits the method, else a sensible one."""
    usual = default_sweep(spec)
    return last if last is not None and last.size_of == usual.size_of else usual


def _several(
    label: str, options: Sequence[float], chosen: Sequence[float], in_words: Any
) -> tuple[float, ...]:
    among = sorted({*options, *chosen})
    picked: list[float] = st.multiselect(
        label, among, list(chosen), format_func=in_words, key=f"sweep-{label}"
    )
    return tuple(sorted(picked))


def _size(cells: int, asked: SweepSpec) -> str:
    if not cells:
        return "Choose at least one value of each setting."
    if cells > MOST_CELLS:
        return f"{cells} combinations are more than {MOST_CELLS}: choose fewer values."
    return (
        f"{widgets.count(cells, 'combination')}, each on the whole survey and on "
        f"{widgets.count(asked.resamples, 'half sample')}."
    )


def grid(found: Sweep) -> None:
    """The heatmap, and what becomes of a cell."""
    metric: Metric = st.segmented_control(
        "Show",
        list(METRICS),
        default="gain",
        required=True,
        format_func=METRICS.__getitem__,
        key="sweep-metric",
    )
    chart = f"sweep-map-{metric}"
    _picked_on(chart, len(found.cells))
    chosen = state.chosen(CELL)
    st.plotly_chart(
        sweep_heatmap(found, metric, widgets.theme(), -1 if chosen is None else chosen),
        key=chart,
        on_select="rerun",
        selection_mode="points",
        config=CONFIG,
        alt=f"{METRICS[metric]} of every combination of settings that was tried",
    )
    st.caption(
        "Held-out gain and stability: more is better. Compare gains within one threshold: with "
        "more tools there is more to foretell. Click a cell, or choose it below, and make the "
        "cohorts with its settings."
    )
    cell = st.selectbox(
        "Combination",
        range(len(found.cells)),
        index=None,
        placeholder="Click a cell above, or choose one here",
        format_func=lambda place: label(found.cells[place], found.asked),
        key=CELL,
    )
    if cell is not None:
        one(found.cells[cell])


def one(cell: SweepCell) -> None:
    """What a cell gives, and the way to have it."""
    with st.container(horizontal=True, vertical_alignment="center", key="sweep-chosen"):
        st.markdown(widgets.plain(words.cell_in_words(cell)))
        same = cell.spec == state.workspace().spec
        if st.button("Adopt these settings", key="adopt-cell", disabled=same):
            adopting.adopt(cell.spec)
            st.rerun()
        if same:
            st.caption("These are the present settings.")


def label(cell: SweepCell, asked: SweepSpec) -> str:
    """A cell by its settings."""
    parts = [f"threshold {_percent(cell.spec.encode.threshold)}"]
    if asked.size_of != "cohorts":
        parts.append(f"{cell.spec.embed.neighbors} neighbours")
    parts.append(f"{SIZES[asked.size_of].lower()} {size_in_words(asked.size_of, cell.size)}")
    return ", ".join(parts).capitalize()


def _picked_on(chart: str, cells: int) -> None:
    """Take over a cell that was clicked since the last look."""
    event = state.chosen(chart) or {}
    points = event.get("selection", {}).get("points", [])
    places = [point["customdata"] for point in points if "customdata" in point]
    place = places[0] if places else None
    place = place[0] if isinstance(place, list) else place
    if place is not None and place != state.chosen(SEEN) and 0 <= place < cells:
        state.show(CELL, int(place))
    state.show(SEEN, place)


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
