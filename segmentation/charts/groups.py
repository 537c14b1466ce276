"""A group of respondents beside all the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from segmentation.charts.style import INK, dress, plain, unique
from segmentation.mixture import Floats
from segmentation.palette import UNASSIGNED_COLOUR, Theme

DOT_ROW = 26
DOTS_AROUND = 84


def group_dots(
    inside: tuple[Floats, Floats, Floats],
    outside: Floats,
    items: Sequence[str],
    bases: NDArray[np.int64],
    colour: str,
    theme: Theme,
) -> go.Figure:
    """A row an item: the group's share with its 95 % interval, and the share of the rest.

    `inside`: share, low and high, each (items,); `bases`: (items, 2), people asked in the group
    and in the rest; `colour`: of the group. Shares are 0 to 1.
    """
    share, low, high = inside
    rows = [plain(item) for item in unique(items, 32)]
    rest = UNASSIGNED_COLOUR[theme]
    figure = go.Figure()
    for row, from_, to in zip(rows, outside, share, strict=True):
        figure.add_trace(
            go.Scatter(
                x=[from_, to],
                y=[row, row],
                mode="lines",
                line={"color": rest, "width": 1},
                hoverinfo="skip",
                showlegend=False,
            )
        )
    figure.add_trace(
        go.Scatter(
            x=outside,
            y=rows,
            mode="markers",
            name="The rest",
            marker={"color": rest, "size": 9, "symbol": "diamond"},
            customdata=bases[:, 1],
            hovertemplate="%{y}<br>The rest: %{x:.0%} of %{customdata:,} asked<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=share,
            y=rows,
            mode="markers",
            name="The group, with its 95 % interval",
            marker={"color": colour, "size": 10},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": high - share,
                "arrayminus": share - low,
                "color": colour,
                "thickness": 2,
                "width": 4,
            },
            customdata=bases[:, 0],
            hovertemplate="%{y}<br>The group: %{x:.0%} of %{customdata:,} asked<extra></extra>",
        )
    )
    dress(figure, theme, DOTS_AROUND + DOT_ROW * max(len(rows), 3))
    figure.update_layout(
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
    )
    grid = f"rgba({'255,255,255' if theme == 'dark' else '15,23,42'},.1)"
    most = float(np.nanmax([*high, *outside], initial=0.1))
    ticks = {"gridcolor": grid, "tickfont": {"color": INK[theme]}}
    figure.update_xaxes(tickformat=".0%", range=[0, min(1.0, 1.06 * most)], zeroline=False, **ticks)
    figure.update_yaxes(autorange="reversed", type="category", automargin=True, **ticks)
    return figure
