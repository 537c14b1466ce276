"""The map of respondents on the page: a component of its own, drawn on a canvas that stays.

Streamlit's Plotly chart with a selection is made anew, canvas and all, with every change of colour
or place; this one is told what changed. Everything in it is data: `canvas_map.js` writes text only.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from segmentation.charts import INK, PAPER, MapGroup, upright
from segmentation.mixture import Bools, Floats
from segmentation.palette import SHAPES, Theme

LABEL = "Map of respondents: people with similar tools lie close together"

HERE = Path(__file__)
FARTHEST = 65_535
"""Places are whole numbers up to this, from left to right and from top to bottom."""

PIXELS, PIXELS_FAINT, PIXELS_OTHER = 7.5, 5.25, 10.0
"""Of the box of 24 units that a mark is drawn in: of a circle, a faint one, another mark."""

_mount = st.components.v2.component(
    "respondent_map",
    html=HERE.with_suffix(".html").read_text(encoding="utf-8"),
    css=HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=HERE.with_suffix(".js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, eq=False)
class Placed:
    """Where respondents stand and what they use, ready to send. `across`, `down`: (points,) of 0
    to FARTHEST; `uses`: (points, bytes), a bit a tool, the first tool in the highest bit."""

    across: NDArray[np.uint16]
    down: NDArray[np.uint16]
    uses: NDArray[np.uint8]


def placed(positions: Floats, uses: Bools) -> Placed:
    """`positions`: (points, 2 or more); `uses`: (points, tools)."""
    turned = upright(positions)
    low = turned.min(axis=0)
    span = np.maximum(turned.max(axis=0) - low, 1e-9)
    share = (turned - low) / span
    across, down = np.rint(FARTHEST * np.array([share[:, 0], 1 - share[:, 1]])).astype(np.uint16)
    return Placed(across, down, np.packbits(uses, axis=1))


def pack(
    points: Placed,
    groups: Sequence[MapGroup],
    tools: Sequence[str],
    theme: Theme,
    bright: Bools | None,
) -> bytes:
    """What the page needs to draw and to say who is pointed at, in little-endian bytes.

    The length of a header, the header as JSON, then places, points in the order in which they are
    drawn, who is bright where somebody is, and tools. `groups`: their rows are points, each in one
    group; `bright`: (points,), the others fade.
    """
    header = {
        "points": len(points.across),
        "label": LABEL,
        "ink": INK[theme],
        "paper": PAPER[theme],
        "tools": list(tools),
        "bytesOfTools": points.uses.shape[1],
        "someBright": bright is not None,
        "groups": [_group(group, points) for group in groups],
    }
    text = json.dumps(header, ensure_ascii=False).encode()
    order = np.concatenate([group.rows for group in groups]).astype("<u4")
    arrays: list[NDArray[Any]] = [points.across.astype("<u2"), points.down.astype("<u2"), order]
    if bright is not None:
        arrays.append(bright.astype(np.uint8))
    arrays.append(points.uses)
    return b"".join((struct.pack("<I", len(text)), text, *(array.tobytes() for array in arrays)))


def draw(data: bytes, key: str) -> None:
    """Show the map, or change the one that is shown under the same key.

    Who is drawn around there is found with `state.drawn_around`, before the next drawing.
    """
    _mount(data=data, key=key, on_picked_change=_nothing)


def _group(group: MapGroup, points: Placed) -> dict[str, object]:
    other = PIXELS if group.symbol == "circle" else PIXELS_OTHER
    middle = (np.median(points.across[group.rows]), np.median(points.down[group.rows]))
    return {
        "name": group.name,
        "size": len(group.rows),
        "colour": group.colour,
        "path": SHAPES[group.symbol],
        "pixels": PIXELS_FAINT if group.faint else other,
        "faint": group.faint,
        "label": group.label,
        "at": [round(float(place) / FARTHEST, 4) for place in middle],
    }


def _nothing() -> None:
    """A state is kept only where a callback is named for it."""
