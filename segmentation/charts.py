"""Results -> Plotly figures. The only importer of Plotly; it computes nothing of its own.

Labels come from uploaded files: `plain` keeps them text where Plotly would read markup.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from segmentation.mixture import Bools, Floats
from segmentation.palette import COHORTS, LEVELS, UNASSIGNED, UNASSIGNED_COLOUR, Theme, mark
from segmentation.profiles import MIN_BASE

INK: dict[Theme, str] = {"light": "#0f172a", "dark": "#e8eaee"}
PAPER: dict[Theme, str] = {"light": "#ffffff", "dark": "#14181d"}
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

MAP_HEIGHT = 500
NAMED_ON_MAP = 7
"""With more cohorts their names would hide the map: it shows numbers, the legend the names."""

ROW_HEIGHT = 30
TOOL_HEIGHT = 21
LEGEND_HEIGHT = 20

PATTERNS = ("", "/", ".", "x")
"""Of bars, beyond each turn of the palette."""

ROOM_FOR_NUMBER = 0.04
"""A narrower part of a bar goes without its cohort's number."""


@dataclass(frozen=True, eq=False)
class MapGroup:
    """Respondents drawn alike. `rows`: indices into the positions; `label`: shown on the map;
    `faint`: whoever is in no group."""

    name: str
    colour: str
    symbol: str
    rows: NDArray[np.int64]
    label: str = ""
    faint: bool = False


def plain(text: str) -> str:
    """Text that Plotly shows as it is: no tags, links, formulas or places of a template.

    Plotly turns character references back into text after it has looked for any of these.
    """
    return html.escape(text, quote=False).replace("$", "&#36;").replace("%{", "%&#123;")


def short(text: str, most: int = 28) -> str:
    """Text cut to `most` characters for an axis or a label."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cohort_groups(labels: NDArray[np.int64], names: Sequence[str], theme: Theme) -> list[MapGroup]:
    """One group a cohort, the unassigned first so that they lie underneath."""
    groups = []
    for cohort in (UNASSIGNED, *range(len(names))):
        rows = np.flatnonzero(labels == cohort)
        if not len(rows):
            continue
        style = mark(cohort, theme)
        name = "Unassigned" if cohort == UNASSIGNED else names[cohort]
        label = "" if cohort == UNASSIGNED else f"{cohort + 1}"
        if label and len(names) <= NAMED_ON_MAP:
            label += f"  {short(name, 20)}"
        faint = cohort == UNASSIGNED
        groups.append(MapGroup(name, style.colour, style.symbol, rows, label, faint))
    return groups


def level_groups(levels: Sequence[str], member: Bools, theme: Theme) -> list[MapGroup]:
    """Groups by an attribute's levels or by a tool. `member`: (respondents, levels).

    The most frequent levels have a colour of their own; whoever is in several is drawn in the
    rarest of them, and the rest in grey underneath.
    """
    order = np.argsort(-member.sum(axis=0), kind="stable")[: len(LEVELS[theme])]
    group_of = np.full(len(member), -1)
    for place, level in enumerate(order):
        group_of[member[:, level]] = place
    others = np.flatnonzero(group_of < 0)
    rest = MapGroup("Others", UNASSIGNED_COLOUR[theme], "circle", others, faint=True)
    coloured = [
        MapGroup(levels[level], LEVELS[theme][place], "circle", np.flatnonzero(group_of == place))
        for place, level in enumerate(order)
    ]
    return [group for group in (rest, *coloured) if len(group.rows)]


def respondent_map(
    positions: Floats,
    groups: Sequence[MapGroup],
    hover: Sequence[str],
    theme: Theme,
    highlight: Bools | None = None,
    legend: bool = False,
) -> go.Figure:
    """The map: a point a respondent. `positions`: (respondents, 2 or more); `hover`: text per
    respondent; `highlight`: (respondents,), those not in it fade. The respondent's index is the
    point's customdata, for lasso selections."""
    figure = go.Figure()
    positions = _upright(positions)
    text = np.array([plain(line) for line in hover], dtype=object)
    for group in groups:
        figure.add_trace(
            go.Scattergl(
                x=positions[group.rows, 0].astype(np.float32),
                y=positions[group.rows, 1].astype(np.float32),
                mode="markers",
                name=plain(short(group.name, 40)),
                customdata=group.rows.astype(np.int32),
                text=text[group.rows],
                hovertemplate=f"<b>{plain(group.name)}</b><br>%{{text}}<extra></extra>",
                marker=_marker(group, highlight),
            )
        )
        if group.label:
            _label_group(figure, positions[group.rows], group, theme)
    _dress(figure, theme, MAP_HEIGHT)
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    figure.update_layout(
        dragmode="lasso",
        showlegend=legend,
        legend={"orientation": "h", "y": -0.02, "itemsizing": "constant"},
        margin={"l": 0, "r": 0, "t": 8, "b": 8},
    )
    return figure


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
            y=[plain(item) for item in _unique(items)],
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
    _dress(figure, theme, 150 + TOOL_HEIGHT * max(len(items), 4))
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
) -> go.Figure:
    """Each level of an attribute as a spectrum of cohorts: mean posterior, rows summing to 1.

    `mixture`: (levels, cohorts); `bases`: respondents per level, faded where they are few.
    """
    rows = [
        f"{name}  ({base:,})"
        for name, base in zip(map(plain, _unique(levels, 40)), bases, strict=True)
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
                marker={**_bar(cohort, theme), "opacity": solid},
                hovertemplate=f"%{{y}}<br><b>{plain(name)}</b>: %{{x:.0%}}<extra></extra>",
            )
        )
    _dress(figure, theme, 90 + ROW_HEIGHT * len(rows) + LEGEND_HEIGHT * (len(cohorts) + 1) // 2)
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


def standalone_html(figure: go.Figure, title: str) -> str:
    """A page that shows the figure offline, with nothing fetched from elsewhere."""
    body = figure.to_html(full_html=False, include_plotlyjs=True, config={"displaylogo": False})
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title></head><body>{body}</body></html>"
    )


def _upright(positions: Floats) -> Floats:
    """The first two dimensions turned so that the map is wider than high.

    A map's directions mean nothing. The turn is fixed by the points, whatever their order.
    """
    centred = positions[:, :2] - positions[:, :2].mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1]
    turned: Floats = centred @ (axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]]))
    return turned


def _marker(group: MapGroup, highlight: Bools | None) -> dict[str, object]:
    opacity: NDArray[np.float32] | float = 0.48 if group.faint else 0.8
    if highlight is not None:
        opacity = np.where(highlight[group.rows], 0.95, 0.07).astype(np.float32)
    size = 5 if group.symbol == "circle" else 6.5
    return {
        "color": group.colour,
        "symbol": group.symbol,
        "size": 3.5 if group.faint else size,
        "opacity": opacity,
    }


def _label_group(figure: go.Figure, points: Floats, group: MapGroup, theme: Theme) -> None:
    x, y = np.median(points[:, :2], axis=0)
    figure.add_annotation(
        x=float(x),
        y=float(y),
        text=f"<b>{plain(group.label)}</b>",
        showarrow=False,
        font={"size": 12, "color": INK[theme]},
        bgcolor=PAPER[theme],
        opacity=0.78,
        borderpad=2,
    )


def _dress(figure: go.Figure, theme: Theme, height: int) -> None:
    figure.update_layout(
        height=height,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK[theme], "size": 12},
        hoverlabel={"bgcolor": PAPER[theme], "font": {"color": INK[theme]}},
    )


def _unique(names: Sequence[str], most: int = 28) -> list[str]:
    """Names cut for an axis; Plotly merges equal ones, so repeats are numbered."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        cut = short(name, most)
        seen[cut] = seen.get(cut, 0) + 1
        result.append(cut if seen[cut] == 1 else f"{cut} ({seen[cut]})")
    return result
