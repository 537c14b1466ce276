"""How far cohorts can be trusted: structure, stability, how many, sweep, attributes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from segmentation.charts.comparison import SHADES
from segmentation.charts.style import INK, dress, plain, short, unique
from segmentation.figures import percent
from segmentation.palette import Theme, mark
from segmentation.profiles import MIN_BASE, MIN_COUNT
from segmentation.trust.audits.model import AttributeAudit
from segmentation.trust.model import CohortTrust, HowMany, Sweep, SweepCell
from segmentation.trust.stability import BANDS, DISSOLVED
from segmentation.trust.structure import Structure

Metric = Literal["gain", "stability", "unassigned", "cohorts"]

METRICS: dict[Metric, str] = {
    "gain": "Held-out gain",
    "stability": "Stability",
    "unassigned": "Unassigned",
    "cohorts": "Cohorts",
}

VALUES: dict[Metric, Callable[[SweepCell], float | None]] = {
    "gain": lambda cell: cell.gain,
    "stability": lambda cell: cell.stability,
    "unassigned": lambda cell: cell.unassigned,
    "cohorts": lambda cell: cell.cohorts,
}
FORMATS: dict[Metric, Callable[[float], str]] = {
    "gain": "{:.2f}".format,
    "stability": "{:.2f}".format,
    "unassigned": percent,
    "cohorts": "{:.0f}".format,
}

LEAST_SPAN: dict[Metric, float] = {
    "gain": 0.1,
    "stability": 0.1,
    "unassigned": 0.1,
    "cohorts": 1,
}
"""Between the palest and the strongest shade: what differs by less looks alike."""

SIZES = {
    "min_cluster_size": "Minimum cohort size",
    "resolution": "Resolution",
    "cohorts": "Number of cohorts",
}

ROW = 30
CELL = 34
ACCENT: dict[Theme, str] = {"light": "#0e5f7c", "dark": "#6cc0de"}

SPREAD = 0.22
"""How far the dots of shuffled copies lie apart, in rows, so that equal ones are seen."""


def structure_picture(structure: Structure, theme: Theme) -> go.Figure:
    """The survey's gain with its two standard errors, above that of every shuffled copy."""
    kinds = (
        ("Shuffled freely", structure.independent, "circle-open"),
        ("Shuffled, everyone keeps<br>their number of tools", structure.breadth_keeping, "diamond"),
    )
    figure = go.Figure()
    for row, (name, gains, symbol) in enumerate(kinds):
        figure.add_trace(
            go.Scatter(
                x=gains,
                y=[1 - row + apart for apart in _apart(len(gains))],
                mode="markers",
                name=name.replace("<br>", " "),
                marker={"symbol": symbol, "size": 8, "color": INK[theme], "opacity": 0.65},
                hovertemplate="A shuffled copy: %{x:+.3f}<extra></extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=[structure.gain],
            y=[2],
            mode="markers+text",
            name="This survey",
            text=[f"<b>{structure.gain:+.2f}</b>"],
            textposition="top center",
            error_x={"type": "data", "array": [2 * structure.se], "thickness": 2.5, "width": 7},
            marker={"size": 13, "color": ACCENT[theme]},
            hovertemplate=f"This survey: %{{x:+.3f}} ± {2 * structure.se:.3f}<extra></extra>",
        )
    )
    figure.add_vline(x=0, line={"color": INK[theme], "width": 1})
    dress(figure, theme, 250)
    figure.update_yaxes(
        tickvals=[2, 1, 0],
        ticktext=["<b>This survey</b>", kinds[0][0], kinds[1][0]],
        range=[-0.55, 2.6],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(
        title={"text": "Held-out gain; 0: no better than one average profile"},
        gridcolor=_faint(theme),
        zeroline=False,
        range=_with_zero(
            [
                *(structure.gain - 2 * structure.se, structure.gain + 2 * structure.se),
                *structure.independent,
                *structure.breadth_keeping,
            ]
        ),
    )
    figure.update_layout(showlegend=False, margin={"l": 8, "r": 16, "t": 8, "b": 8})
    return figure


def stability_bands(
    cohorts: Sequence[CohortTrust], theme: Theme, places: Sequence[int] = ()
) -> go.Figure:
    """A row a cohort, in the order given: its stability with two standard errors, over Hennig's
    bands. `places`: of the cohorts in the palette, by number."""
    known = [one for one in cohorts if one.stability.jaccard is not None]
    rows = [plain(name) for name in unique([f"{one.number + 1}  {one.name}" for one in known], 30)]
    figure = go.Figure()
    for one, row in zip(known, rows, strict=True):
        style = mark(places[one.number] if places else one.number, theme)
        figure.add_trace(
            go.Scatter(
                x=[one.stability.jaccard],
                y=[row],
                mode="markers",
                name=row,
                error_x={
                    "type": "data",
                    "array": [2 * (one.stability.se or 0.0)],
                    "thickness": 2,
                    "width": 5,
                    "color": style.colour,
                },
                marker={"size": 12, "color": style.colour, "symbol": style.symbol},
                hovertemplate=(
                    f"{plain(one.name)}<br>Stability %{{x:.2f}} over "
                    f"{one.stability.resamples} half samples<extra></extra>"
                ),
            )
        )
    _bands(figure, theme)
    dress(figure, theme, 96 + ROW * max(len(known), 2))
    figure.update_xaxes(
        range=[0, 1.02],
        tickformat=".1f",
        showgrid=False,
        zeroline=False,
        title={"text": "Stability"},
    )
    figure.update_yaxes(autorange="reversed", type="category", automargin=True, showgrid=False)
    figure.update_layout(showlegend=False, margin={"l": 8, "r": 16, "t": 30, "b": 8})
    return figure


def _bands(figure: go.Figure, theme: Theme) -> None:
    """From left to right, the darker the less to be trusted."""
    edges = [0.0, DISSOLVED, *sorted(low for low, _ in BANDS if low > DISSOLVED), 1.02]
    names = ["dissolved", "not to be<br>trusted", "pattern", "stable", "highly<br>stable"]
    shade = "15,23,42" if theme == "light" else "255,255,255"
    for place, ((low, high), name) in enumerate(zip(pairwise(edges), names, strict=True)):
        strength = 0.16 - 0.04 * place
        figure.add_vrect(
            x0=low, x1=high, fillcolor=f"rgba({shade},{max(strength, 0):.2f})", line_width=0,
            layer="below",
        )  # fmt: skip
        figure.add_annotation(
            x=(low + min(high, 1.0)) / 2,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=name,
            showarrow=False,
            font={"size": 11, "color": INK[theme]},
        )


def bic_curve(found: HowMany, theme: Theme) -> go.Figure:
    """BIC of each number of latent classes (lower is better), and below it the entropy."""
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.62, 0.38])
    classes = [one.classes for one in found.counts]
    line = {"color": ACCENT[theme], "width": 2}
    for row, values, shown in (
        (1, [one.bic for one in found.counts], "BIC %{y:,.0f}"),
        (2, [one.entropy for one in found.counts], "entropy %{y:.2f}"),
    ):
        marks = [_size(number, found) for number in classes]
        figure.add_trace(
            go.Scatter(
                x=classes,
                y=values,
                mode="lines+markers",
                line=line,
                marker={
                    "size": [size for size, _ in marks],
                    "symbol": [symbol for _, symbol in marks],
                    "color": ACCENT[theme],
                },
                hovertemplate=f"%{{x}} classes: {shown}<extra></extra>",
            ),
            row=row,
            col=1,
        )
    for number, text in _named(found):
        bic = next(one.bic for one in found.counts if one.classes == number)
        figure.add_annotation(
            x=number, y=bic, text=text, showarrow=True, arrowhead=0, ax=0, ay=-34, row=1, col=1,
            font={"color": INK[theme]}, arrowcolor=INK[theme],
        )  # fmt: skip
    dress(figure, theme, 340)
    figure.update_xaxes(dtick=max(1, len(classes) // 12), gridcolor=_faint(theme))
    figure.update_xaxes(title={"text": "Number of latent classes"}, row=2, col=1)
    figure.update_yaxes(gridcolor=_faint(theme), zeroline=False, automargin=True)
    figure.update_yaxes(title={"text": "BIC"}, tickformat=",.0f", row=1, col=1)
    figure.update_yaxes(title={"text": "Entropy"}, range=[0, 1.05], row=2, col=1)
    figure.update_layout(showlegend=False, margin={"l": 8, "r": 16, "t": 24, "b": 8})
    return figure


def _size(number: int, found: HowMany) -> tuple[int, str]:
    if number == found.suggested:
        return 13, "circle"
    return (11, "diamond") if number == found.lowest else (6, "circle")


def _named(found: HowMany) -> list[tuple[int, str]]:
    if found.suggested == found.lowest:
        return [(found.lowest, "lowest BIC, suggested")]
    return [(found.lowest, "lowest BIC"), (found.suggested, "suggested")]


def sweep_heatmap(sweep: Sweep, metric: Metric, theme: Theme, chosen: int = -1) -> go.Figure:
    """Neighbours across, size down, a facet a threshold; cells that are done.

    Above every cell lies a point that carries its place among the sweep's cells as customdata: a
    heatmap itself cannot be picked from. `chosen`: a cell that is framed.
    """
    asked = sweep.asked
    thresholds = list(asked.thresholds)
    figure = make_subplots(
        rows=1,
        cols=len(thresholds),
        shared_yaxes=True,
        horizontal_spacing=0.03,
        subplot_titles=[f"Threshold {100 * threshold:g} %" for threshold in thresholds],
    )
    columns = [str(count) for count in asked.neighbours]
    rows = [size_in_words(asked.size_of, size) for size in asked.sizes]
    values = [VALUES[metric](cell) for cell in sweep.cells]
    low, high = _span(values, metric)
    for place, threshold in enumerate(thresholds, start=1):
        own = [i for i, cell in enumerate(sweep.cells) if cell.spec.encode.threshold == threshold]
        table = np.full((len(rows), len(columns)), np.nan)
        for i in own:
            if values[i] is not None:
                table[_place(sweep, sweep.cells[i])] = values[i]
        figure.add_trace(
            go.Heatmap(
                z=table, x=columns, y=rows, coloraxis="coloraxis", xgap=2, ygap=2, hoverinfo="skip"
            ),
            row=1,
            col=place,
        )
        figure.add_trace(_points(sweep, own, values, metric, theme, chosen), row=1, col=place)
    dress(figure, theme, 130 + CELL * max(len(rows), 3))
    axis = {"type": "category", "showgrid": False, "ticks": ""}
    figure.update_xaxes(categoryorder="array", categoryarray=columns, automargin=True, **axis)
    figure.update_yaxes(categoryorder="array", categoryarray=rows[::-1], automargin=True, **axis)
    figure.update_yaxes(title={"text": SIZES[asked.size_of]}, col=1)
    figure.update_xaxes(title={"text": "Neighbours"})
    figure.update_annotations(font={"size": 12, "color": INK[theme]})
    figure.update_layout(
        clickmode="event+select",
        dragmode=False,
        showlegend=False,
        coloraxis={
            "colorscale": SHADES[theme],
            "reversescale": metric == "unassigned",
            "cmin": low,
            "cmax": high,
            "showscale": False,
        },
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
    )
    return figure


def _points(
    sweep: Sweep,
    own: Sequence[int],
    values: Sequence[float | None],
    metric: Metric,
    theme: Theme,
    chosen: int,
) -> go.Scatter:
    cells = [sweep.cells[i] for i in own]
    low, high = _span(values, metric)
    strong = [_is_strong(values[i], low, high, metric) for i in own]
    ink = {True: "#ffffff" if theme == "light" else INK["light"], False: INK[theme]}
    texts = ["–" if (value := values[i]) is None else FORMATS[metric](value) for i in own]
    shown = [
        f"<b>[{text}]</b>" if i == chosen else text for i, text in zip(own, texts, strict=True)
    ]
    return go.Scatter(
        x=[str(cell.spec.embed.neighbors) for cell in cells],
        y=[size_in_words(sweep.asked.size_of, cell.size) for cell in cells],
        mode="markers+text",
        text=shown,
        textfont={"color": [ink[one] for one in strong], "size": 12},
        customdata=list(own),
        marker={"symbol": "square", "size": CELL - 4, "color": "rgba(0,0,0,0)"},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        hovertemplate=[
            f"{_count(cell.cohorts)}<br>gain {cell.gain:+.2f}<br>"
            f"stability {'–' if cell.stability is None else f'{cell.stability:.2f}'}<br>"
            f"{percent(cell.unassigned)} unassigned<extra></extra>"
            for cell in cells
        ],
    )


def _span(values: Sequence[float | None], metric: Metric) -> tuple[float, float]:
    """The values of the palest and of the strongest shade."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    room = max(0.0, LEAST_SPAN[metric] - (high - low)) / 2
    return low - room, high + room


def _is_strong(value: float | None, low: float, high: float, metric: Metric) -> bool:
    """Whether a cell's shade is too strong for a figure in the ink of the page."""
    if value is None:
        return False
    share = (value - low) / (high - low)
    return (1 - share if metric == "unassigned" else share) > 0.75


def _place(sweep: Sweep, cell: SweepCell) -> tuple[int, int]:
    asked = sweep.asked
    return asked.sizes.index(cell.size), asked.neighbours.index(cell.spec.embed.neighbors)


def size_in_words(size_of: str, size: float) -> str:
    """One value of the size axis."""
    return f"{100 * size:g} %" if size_of == "min_cluster_size" else f"{size:g}"


def _count(cohorts: int) -> str:
    return f"{cohorts} cohort" + ("" if cohorts == 1 else "s")


def attribute_heatmap(
    audit: AttributeAudit, names: Sequence[str], theme: Theme, most: int = 24
) -> go.Figure:
    """Levels of an attribute down, cohorts across: share of the level's people in each cohort.

    Above them everyone's: where all rows look like it, attribute and cohort have nothing to do
    with each other. The `most` levels of most people, none that fewer than MIN_COUNT gave: a rare
    text of somebody's own may tell who gave it.
    """
    counts = np.array(audit.counts, dtype=float).reshape(len(audit.levels), len(names))
    people = counts.sum(axis=1)
    order = [int(i) for i in np.argsort(-people, kind="stable") if people[i] >= MIN_COUNT][:most]
    table = np.vstack([counts.sum(axis=0), counts[order]])
    total = table.sum(axis=1, keepdims=True)
    share = np.divide(table, total, out=np.zeros(table.shape), where=total > 0)
    labels = unique([audit.levels[i] for i in order], 34)
    rows = ["<b>Everyone</b>"] + [
        f"{plain(label)}  ({people[i]:,.0f}{', few' if people[i] < MIN_BASE else ''})"
        for label, i in zip(labels, order, strict=True)
    ]
    top = float(share.max(initial=0.0)) or 1.0
    figure = go.Figure(
        go.Heatmap(
            z=share,
            x=[plain(f"{i}  {short(name, 22)}") for i, name in enumerate(names, start=1)],
            y=rows,
            text=[[percent(value) for value in row] for row in share],
            texttemplate="%{text}",
            textfont={"size": 11},
            customdata=np.dstack([table]),
            hovertemplate=(
                "%{y}<br>%{x}: %{customdata[0]:,.0f} people, %{z:.0%} of the row<extra></extra>"
            ),
            colorscale=SHADES[theme],
            zmin=0,
            zmax=top,
            xgap=1,
            ygap=1,
            showscale=False,
        )
    )
    dress(figure, theme, 160 + 24 * max(len(rows), 4))
    axis = {"type": "category", "ticks": "", "showgrid": False, "automargin": True}
    figure.update_yaxes(autorange="reversed", **axis)
    figure.update_xaxes(tickangle=-40, side="top", **axis)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def _apart(count: int) -> list[float]:
    """Offsets of dots within their row: above and below its line in turn."""
    steps = (-1.0, 0.0, 1.0, -0.5, 0.5)
    return [SPREAD * steps[number % len(steps)] for number in range(count)]


def _with_zero(values: Sequence[float]) -> list[float]:
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.06 * (high - low or 1.0)
    return [low - room, high + room]


def _faint(theme: Theme) -> str:
    return f"rgba({'255,255,255' if theme == 'dark' else '15,23,42'},.1)"
