"""Tools x cohorts as a coloured table: what sets each cohort apart, where that is evidence."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segmentation.charts import short
from segmentation.mixture import Floats
from segmentation.palette import Theme

SCALE: dict[Theme, tuple[str, ...]] = {
    "light": ("#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b"),
    "dark": ("#4393c3", "#2a5674", "#20262e", "#8a4437", "#e0604c"),
}
"""Colours of an index of 25, 50, 100, 200 and 400; beyond, of the nearest."""

SCALE_SAYS = ("≤ 25", "50", "100", "200", "≥ 400")
FIGURE = "text-align:center;font-variant-numeric:tabular-nums;"
FIRST = "width:1%;white-space:nowrap;text-align:left;padding:.1rem .6rem .1rem 0;font-weight:400;"
HEAD = "writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap;padding:.3rem 0;"


def index_table(
    index: Floats,
    significant: NDArray[np.int64],
    cohorts: Sequence[str],
    items: Sequence[str],
    theme: Theme,
) -> str:
    """Tools down, cohorts across: index against everyone (100), figures where they are evidence.

    `index`, `significant`: (cohorts, items).
    """
    colours = _colours(index, theme)
    head = "".join(_head(number, name) for number, name in enumerate(cohorts, start=1))
    rows = []
    for item, name in enumerate(items):
        cells = "".join(
            _cell(index[cohort, item], significant[cohort, item], colours[cohort][item])
            for cohort in range(len(cohorts))
        )
        shown = html.escape(short(name, 40))
        rows.append(
            f'<tr><th scope="row" title="{html.escape(name)}" style="{FIRST}">{shown}</th>'
            f"{cells}</tr>"
        )
    return (
        '<div style="overflow-x:auto" tabindex="0" role="region" '
        'aria-label="What sets each cohort apart">'
        '<table aria-label="Index of each tool in each cohort" '
        'style="border-collapse:separate;border-spacing:1px;width:100%;font-size:.85rem">'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        f"{_key(theme)}"
    )


def _head(number: int, name: str) -> str:
    full, cut = html.escape(f"{number}  {name}"), html.escape(f"{number}  {short(name, 24)}")
    return (
        f'<th scope="col" title="{full}" style="vertical-align:bottom;font-weight:400">'
        f'<div style="{HEAD}margin:auto">{cut}</div></th>'
    )


def _cell(index: float, significant: int, colour: str) -> str:
    said = "not asked" if np.isnan(index) else f"index {index:.0f}"
    shown = f"{index:.0f}" if significant else ""
    ink = _ink(colour)
    return f'<td title="{said}" style="{FIGURE}background:{colour};color:{ink}">{shown}</td>'


def _colours(index: Floats, theme: Theme) -> list[list[str]]:
    """Between the colours of the scale, by the doublings of the index."""
    doublings = np.log2(np.clip(np.nan_to_num(index, nan=100.0), 1, 10_000) / 100)
    scale = np.array([_channels(colour) for colour in SCALE[theme]])
    steps = np.arange(len(scale)) - len(scale) // 2
    mixed = np.stack([np.interp(doublings, steps, scale[:, c]) for c in range(3)], axis=-1)
    return [[f"#{bytes(cell).hex()}" for cell in row] for row in mixed.round().astype(np.uint8)]


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _ink(colour: str) -> str:
    """Black or white, whichever stands out more: 4.5 to 1 at least (WCAG relative luminance)."""
    part = np.array(_channels(colour)) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    light = float(linear @ [0.2126, 0.7152, 0.0722])
    return "#ffffff" if light < 0.179 else "#000000"


def _key(theme: Theme) -> str:
    """What the colours say."""
    boxes = " ".join(
        f'<span style="background:{colour};color:{_ink(colour)};padding:.1rem .6rem">{said}</span>'
        for colour, said in zip(SCALE[theme], SCALE_SAYS, strict=True)
    )
    return (
        '<div style="display:flex;margin-top:.5rem;font-size:.85rem">'
        f'<span style="padding:.1rem .6rem .1rem 0">Index</span> {boxes}</div>'
    )
