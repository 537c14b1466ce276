"""The map of respondents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from segmentation.charts.style import INK, PAPER, dress, plain, short
from segmentation.mixture import Bools, Floats
from segmentation.palette import LEVELS, UNASSIGNED, UNASSIGNED_COLOUR, Theme, mark

MAP_HEIGHT = 500
NAMED_ON_MAP = 7
"""With more cohorts their names would hide the map: it shows numbers, the legend the names."""


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


def cohort_groups(
    labels: NDArray[np.int64],
    names: Sequence[str],
    theme: Theme,
    places: Sequence[int] = (),
) -> list[MapGroup]:
    """One group a cohort, the unassigned first so that they lie underneath.

    `places`: of each cohort in the palette; its number without any.
    """
    groups = []
    for cohort in (UNASSIGNED, *range(len(names))):
        rows = np.flatnonzero(labels == cohort)
        if not len(rows):
            continue
        style = mark(places[cohort] if places and cohort >= 0 else cohort, theme)
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
) -> go.Figure:
    """The map for a file: a point a respondent. `positions`: (respondents, 2 or more); `hover`:
    text per respondent. The respondent's index is the point's customdata."""
    figure = go.Figure()
    positions = upright(positions)
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
                marker=_marker(group),
            )
        )
        if group.label:
            _label_group(figure, positions[group.rows], group, theme)
    dress(figure, theme, MAP_HEIGHT)
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    figure.update_layout(
        dragmode="zoom",
        showlegend=True,
        legend={"orientation": "h", "y": -0.02, "itemsizing": "constant"},
        margin={"l": 0, "r": 0, "t": 8, "b": 8},
    )
    return figure


def upright(positions: Floats) -> Floats:
    """The first two dimensions turned so that the map is wider than high.

    A map's directions mean nothing. The turn is fixed by the points, whatever their order.
    """
    centred = positions[:, :2] - positions[:, :2].mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1]
    turned: Floats = centred @ (axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]]))
    return turned


def _marker(group: MapGroup) -> dict[str, object]:
    size = 5 if group.symbol == "circle" else 6.5
    return {
        "color": group.colour,
        "symbol": group.symbol,
        "size": 3.5 if group.faint else size,
        "opacity": 0.48 if group.faint else 0.8,
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
