"""Cohorts described by the attributes behind them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from segmentation.charts.style import PAPER, dress, plain, short, unique
from segmentation.mixture import Floats
from segmentation.palette import COHORTS, Theme, mark
from segmentation.profiles import MIN_BASE

ROW_HEIGHT = 30
LEGEND_HEIGHT = 20

PATTERNS = ("", "/", ".", "x")
"""Of bars, beyond each turn of the palette."""

ROOM_FOR_NUMBER = 0.04
"""A narrower part of a bar goes without its cohort's number."""


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
