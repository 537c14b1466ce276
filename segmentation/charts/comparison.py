"""Two cohort sets side by side, and a line of waves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from segmentation.charts.style import INK, dress, plain, short, unique
from segmentation.compare import Chain, Moves, ToolDrift, ToolLine
from segmentation.palette import LEVELS, UNASSIGNED_COLOUR, Theme, mark

IN_NONE = "In no cohort"

FAINT = 0.35

SHADES: dict[Theme, list[list[object]]] = {
    "light": [[0, "#ffffff"], [1, "#2166ac"]],
    "dark": [[0, "#14181d"], [1, "#4393c3"]],
}

TOOL_ROW = 24
COHORT_ROW = 34
LINE_HEIGHT = 420


def who_moved(
    moves: Moves, names_a: Sequence[str], names_b: Sequence[str], theme: Theme
) -> go.Figure:
    """Respondents flowing from their cohort in A (left) to that in B (right)."""
    table = np.array(moves.table)
    rows, columns = np.nonzero(table)
    left = [*(mark(i, theme).colour for i in range(len(names_a))), UNASSIGNED_COLOUR[theme]]
    right = [*(mark(j, theme).colour for j in range(len(names_b))), UNASSIGNED_COLOUR[theme]]
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": [plain(short(name)) for name in (*_numbered(names_a), IN_NONE)]
                + [plain(short(name)) for name in (*_numbered(names_b), IN_NONE)],
                "color": left + right,
                "pad": 12,
                "thickness": 14,
                "line": {"width": 0},
                "hovertemplate": "%{label}: %{value:,}<extra></extra>",
            },
            link={
                "source": rows,
                "target": columns + len(table),
                "value": table[rows, columns],
                "color": [_see_through(left[row]) for row in rows],
                "hovertemplate": (
                    "%{source.label} → %{target.label}: %{value:,} respondents<extra></extra>"
                ),
            },
            textfont={"color": INK[theme]},
        )
    )
    dress(figure, theme, 160 + COHORT_ROW * max(len(table), table.shape[1]))
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def contingency_heatmap(
    moves: Moves, names_a: Sequence[str], names_b: Sequence[str], theme: Theme
) -> go.Figure:
    """Cohorts of A down, of B across: respondents in both, shaded by their share of the row."""
    table = np.array(moves.table, dtype=float)
    total = table.sum(axis=1, keepdims=True)
    share = np.divide(table, total, out=np.zeros(table.shape), where=total > 0)
    figure = go.Figure(
        go.Heatmap(
            z=share,
            x=[plain(name) for name in unique([*_numbered(names_b), IN_NONE])],
            y=[plain(name) for name in unique([*_numbered(names_a), IN_NONE])],
            text=[[f"{n:,}" if n else "" for n in row] for row in table.astype(int)],
            texttemplate="%{text}",
            hovertemplate=(
                "%{y} → %{x}<br>%{text} respondents, %{z:.0%} of the row<extra></extra>"
            ),
            colorscale=SHADES[theme],
            zmin=0,
            zmax=1,
            xgap=1,
            ygap=1,
            colorbar={"title": {"text": "Of the row"}, "tickformat": ".0%", "thickness": 12},
        )
    )
    dress(figure, theme, 190 + COHORT_ROW * len(table))
    axis = {"type": "category", "ticks": "", "showgrid": False, "automargin": True}
    figure.update_yaxes(autorange="reversed", **axis)
    figure.update_xaxes(tickangle=-40, side="top", **axis)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def drift_dots(
    drift: Sequence[ToolDrift], names: Sequence[str], cohort: int, theme: Theme
) -> go.Figure:
    """A tool a row: its prevalence in A (ring) and in B (dot), with the interval of the change.

    `names`: a label for each tool; `cohort`: the number whose colour marks significant drift.
    """
    rows = [plain(name) for name in unique(names)]
    a, b = np.array([d.a for d in drift]), np.array([d.b for d in drift])
    low, high = np.array([d.interval for d in drift]).reshape(-1, 2).T
    sure = np.array([d.significant for d in drift], dtype=bool)
    colour = np.where(sure, mark(cohort, theme).colour, UNASSIGNED_COLOUR[theme]).tolist()
    ends = [_percent(d) for d in drift]
    figure = go.Figure(
        [
            go.Scatter(
                x=a,
                y=rows,
                mode="markers",
                name="A",
                marker={"symbol": "circle-open", "size": 9, "color": INK[theme]},
                hovertemplate="%{y}: %{x:.0%} in A<extra></extra>",
            ),
            go.Scatter(
                x=b,
                y=rows,
                mode="markers",
                name="B",
                customdata=ends,
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": a + high - b,
                    "arrayminus": b - a - low,
                    "thickness": 1.2,
                    "width": 3,
                    "color": UNASSIGNED_COLOUR[theme],
                },
                marker={"size": 10, "color": colour},
                hovertemplate="%{y}: %{x:.0%} in B<br>%{customdata}<extra></extra>",
            ),
        ]
    )
    dress(figure, theme, 90 + TOOL_ROW * max(len(rows), 3))
    figure.update_xaxes(tickformat=".0%", rangemode="tozero", gridcolor=UNASSIGNED_COLOUR[theme])
    figure.update_yaxes(autorange="reversed", type="category", automargin=True, showgrid=False)
    figure.update_layout(
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        margin={"l": 8, "r": 24, "t": 8, "b": 8},
    )
    return figure


def history_shares(waves: Sequence[str], chains: Sequence[Chain], theme: Theme) -> go.Figure:
    """Share of each cohort over the waves, with its interval; a cohort a line."""
    figure = go.Figure()
    columns = [plain(wave) for wave in unique(waves)]
    for number, chain in enumerate(chains):
        style = mark(number, theme)
        between = [interval or (None, None) for interval in chain.interval]
        figure.add_trace(
            _line(
                columns,
                chain.share,
                f"{number + 1}  {plain(short(chain.name))}",
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": _apart([high for _, high in between], chain.share),
                    "arrayminus": _apart(chain.share, [low for low, _ in between]),
                    "thickness": 1.2,
                },
                marker={"symbol": style.symbol, "size": 9, "color": style.colour},
            )
        )
    return _over_time(figure, "Share of respondents", theme)


def history_tools(
    waves: Sequence[str], lines: Sequence[ToolLine], names: Sequence[str], theme: Theme
) -> go.Figure:
    """Prevalence of tools in one cohort over the waves; a tool a line. `names`: their labels."""
    figure = go.Figure()
    columns = [plain(wave) for wave in unique(waves)]
    colours = LEVELS[theme]
    for number, (line, name) in enumerate(zip(lines, unique(names), strict=True)):
        style = {"size": 8, "color": colours[number % len(colours)]}
        figure.add_trace(_line(columns, line.prevalence, plain(name), marker=style))
    return _over_time(figure, "Prevalence in the cohort", theme)


def _line(
    waves: Sequence[str], values: Sequence[float | None], name: str, **more: object
) -> go.Scatter:
    return go.Scatter(
        x=list(waves),
        y=list(values),
        name=name,
        mode="lines+markers",
        line={"color": more["marker"]["color"]},  # type: ignore[index]
        hovertemplate=f"{name}<br>%{{x}}: %{{y:.1%}}<extra></extra>",
        **more,
    )


def _over_time(figure: go.Figure, title: str, theme: Theme) -> go.Figure:
    dress(figure, theme, LINE_HEIGHT)
    figure.update_yaxes(tickformat=".0%", rangemode="tozero", title={"text": title})
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_layout(
        legend={"orientation": "h", "y": -0.15, "yanchor": "top"},
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )
    return figure


def _apart(higher: Sequence[float | None], lower: Sequence[float | None]) -> list[float]:
    both = zip(higher, lower, strict=True)
    return [0.0 if one is None or other is None else one - other for one, other in both]


def _percent(drift: ToolDrift) -> str:
    low, high = drift.interval
    return f"{drift.difference:+.0%} ({low:+.0%} to {high:+.0%})"


def _numbered(names: Sequence[str]) -> list[str]:
    return [f"{number}  {name}" for number, name in enumerate(names, start=1)]


def _see_through(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{FAINT})"
