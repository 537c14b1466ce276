"""Cohorts described: their tools, and the attributes behind them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from segmentation.charts.style import PAPER, dress, plain, short, unique
from segmentation.mixture import Floats
from segmentation.palette import COHORTS, Theme, mark
from segmentation.profiles import MIN_BASE

DIVERGING: dict[Theme, list[list[object]]] = {
    "light": [
        [0, "#2166ac"],
        [0.25, "#92c5de"],
        [0.5, "#f7f7f7"],
        [0.75, "#f4a582"],
        [1, "#b2182b"],
    ],
    "dark": [
        [0, "#4393c3"],
        [0.25, "#2a5674"],
        [0.5, "#20262e"],
        [0.75, "#8a4437"],
        [1, "#e0604c"],
    ],
}
INDEX_LIMIT = 2.0
"""Heatmap colours end at an index of 400 and at 25: two doublings either way."""

ROW_HEIGHT = 30
TOOL_HEIGHT = 21
LEGEND_HEIGHT = 20

PATTERNS = ("", "/", ".", "x")
"""Of bars, beyond each turn of the palette."""

ROOM_FOR_NUMBER = 0.04
"""A narrower part of a bar goes without its cohort's number."""


def index_heatmap(
    index: Floats,
    significant: NDArray[np.int64],
    cohorts: Sequence[str],
    items: Sequence[str],
    theme: Theme,
) -> go.Figure:
    """Tools down, cohorts across: index against everyone (100), figures where they are evidence.

    `index`, `significant`: (cohorts, items).
    """
    doublings = np.log2(np.clip(np.nan_to_num(index, nan=100.0), 1, 10_000) / 100)
    shown = np.where(significant != 0, np.char.mod("%.0f", np.nan_to_num(index)), "")
    columns = [f"{number}  {short(name, 22)}" for number, name in enumerate(cohorts, start=1)]
    names = np.broadcast_to(np.array([plain(name) for name in cohorts]), index.T.shape)
    figure = go.Figure(
        go.Heatmap(
            z=np.clip(doublings, -INDEX_LIMIT, INDEX_LIMIT).T,
            x=[plain(column) for column in columns],
            y=[plain(item) for item in unique(items)],
            customdata=np.dstack([np.nan_to_num(index).T.round().astype(str), names]),
            text=shown.T,
            texttemplate="%{text}",
            textfont={"size": 11},
            hovertemplate="%{y}: index %{customdata[0]}<br>%{customdata[1]}<extra></extra>",
            zmin=-INDEX_LIMIT,
            zmax=INDEX_LIMIT,
            colorscale=DIVERGING[theme],
            xgap=1,
            ygap=1,
            colorbar={
                "title": {"text": "Index"},
                "tickvals": [-2, -1, 0, 1, 2],
                "ticktext": ["≤25", "50", "100", "200", "≥400"],
                "thickness": 12,
                "outlinewidth": 0,
                "len": 300,
                "lenmode": "pixels",
                "yanchor": "top",
                "y": 1,
            },
        )
    )
    dress(figure, theme, 150 + TOOL_HEIGHT * max(len(items), 4))
    axis = {"type": "category", "ticks": "", "showgrid": False, "automargin": True}
    figure.update_yaxes(autorange="reversed", **axis)
    figure.update_xaxes(tickangle=-40, side="top", **axis)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def cohort_mixture(
    mixture: Floats,
    levels: Sequence[str],
    bases: Sequence[int],
    cohorts: Sequence[str],
    theme: Theme,
    places: Sequence[int] = (),
) -> go.Figure:
    """Each level of an attribute as a spectrum of cohorts: mean posterior, rows summing to 1.

    `mixture`: (levels, cohorts); `bases`: respondents per level, faded where they are few.
    `places`: of each cohort in the palette; its number without any.
    """
    rows = [
        f"{name}  ({base:,})"
        for name, base in zip(map(plain, unique(levels, 40)), bases, strict=True)
    ]
    solid = np.where(np.asarray(bases) >= MIN_BASE, 1.0, 0.45)
    figure = go.Figure()
    for cohort, name in enumerate(cohorts):
        figure.add_trace(
            go.Bar(
                y=rows,
                x=mixture[:, cohort],
                name=f"{cohort + 1}  {plain(short(name, 32))}",
                orientation="h",
                text=np.where(mixture[:, cohort] >= ROOM_FOR_NUMBER, str(cohort + 1), ""),
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                marker={**_bar(places[cohort] if places else cohort, theme), "opacity": solid},
                hovertemplate=f"%{{y}}<br><b>{plain(name)}</b>: %{{x:.0%}}<extra></extra>",
            )
        )
    dress(figure, theme, 90 + ROW_HEIGHT * len(rows) + LEGEND_HEIGHT * (len(cohorts) + 1) // 2)
    figure.update_layout(
        barmode="stack",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        margin={"l": 8, "r": 24, "t": 8, "b": 8},
        bargap=0.25,
    )
    figure.update_xaxes(tickformat=".0%", range=[0, 1], showgrid=False)
    figure.update_yaxes(autorange="reversed", type="category", automargin=True)
    return figure


def _bar(cohort: int, theme: Theme) -> dict[str, object]:
    """A cohort's colour; beyond the palette's eight the colours return with another pattern."""
    shape = PATTERNS[cohort // len(COHORTS[theme]) % len(PATTERNS)]
    return {
        "color": mark(cohort, theme).colour,
        "pattern": {
            "shape": shape,
            "fillmode": "overlay",
            "fgcolor": PAPER[theme],
            "fgopacity": 1,
            "size": 7,
            "solidity": 0.15,
        },
        "line": {"color": PAPER[theme], "width": 1},
    }
