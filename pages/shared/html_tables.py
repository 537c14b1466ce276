"""Small tables of results as HTML: names wrap instead of being cut, and nothing in them is markup.

They are read aloud as tables, and have no menu of their own.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from numbers import Real
from typing import Literal
from urllib.parse import quote

import pandas as pd

from segmentation.palette import SHAPES, Mark

Kind = Literal["text", "short", "number", "percent", "bar", "picture", "figure"]
"""`figure`: a number that is text already, with its sign, unit or interval."""

LINE = "border-bottom:1px solid rgba(128,136,150,.28);"
CELL = f"padding:.3rem .4rem;{LINE}vertical-align:top;"
FIGURE = "text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;"
WIDTHS: dict[Kind, str] = {
    "text": "min-width:5.6rem;",
    "bar": "width:5rem;",
    "number": "width:4rem;",
    "percent": "width:4rem;",
}
"""Names break inside a word only where a single word is longer than its column."""

TRANSPARENCY = "3d"
"""Of a bar behind a figure: 24 %."""


def html_table(table: pd.DataFrame, kinds: Mapping[str, Kind], label: str, colour: str = "") -> str:
    """The columns named in `kinds`, in that order; others are left out.

    `label`: what the table is, for those who cannot see it. `colour`: of the bars.
    """
    head = "".join(_head(name, kind) for name, kind in kinds.items())
    rows = "".join(
        "<tr>" + "".join(_cell(row[name], kind, colour) for name, kind in kinds.items()) + "</tr>"
        for _, row in table.iterrows()
    )
    return (
        f'<table aria-label="{html.escape(label)}" style="width:100%;border-collapse:collapse">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def swatch(style: Mark) -> str:
    """A picture of a cohort's mark, as an address that needs no request."""
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24">'
        f'<path fill="{style.colour}" d="{SHAPES[style.symbol]}"/></svg>'
    )
    return "data:image/svg+xml," + quote(picture)


def _head(name: str, kind: Kind) -> str:
    side = "left" if kind in ("text", "short", "picture") else "right"
    shown = "" if kind == "picture" else html.escape(name)
    style = f"{CELL}{WIDTHS.get(kind, '')}text-align:{side};font-weight:600"
    return f'<th scope="col" style="{style}">{shown}</th>'


def _cell(value: object, kind: Kind, colour: str) -> str:
    if kind == "picture":
        return f'<td style="{CELL}width:1.9rem"><img src="{value}" width="18" alt=""></td>'
    if kind == "figure":
        return f'<td style="{CELL}{FIGURE}">{html.escape(str(value))}</td>'
    if kind in ("text", "short") or not isinstance(value, Real):
        return f'<td style="{CELL}overflow-wrap:anywhere">{html.escape(str(value))}</td>'
    if math.isnan(number := float(value)):
        return f'<td style="{CELL}{FIGURE}">–</td>'
    text = f"{number:,.0f}" if kind == "number" else f"{number:.0f} %"
    fill = f"{colour}{TRANSPARENCY} {min(max(number, 0), 100):.0f}%,transparent 0"
    bar = f"background:linear-gradient(90deg,{fill});" if kind == "bar" and colour else ""
    return f'<td style="{CELL}{FIGURE}{bar}">{text}</td>'
