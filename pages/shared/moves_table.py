"""Who moved, as a table in HTML: people in each cohort of A and of B at once. No Streamlit."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pages.shared.comparison_tables import IN_NONE
from pages.shared.html_tables import CELL, FIGURE
from segmentation.charts import short
from segmentation.compare import Moves

NAMED = 7
"""Columns; with more, each is known by its number alone."""

DARKEST = 0x73
"""Of the shade of a cell that holds its whole row: 45 % opaque."""


def moves_table(moves: Moves, a: Sequence[str], b: Sequence[str], colour: str) -> str:
    """A row a cohort of A, a column a cohort of B: people, and their share of the row."""
    table = np.array(moves.table)
    rows = _with_none(a, table.sum(axis=1)[-1])
    columns = _with_none(b, table.sum(axis=0)[-1])
    table = table[: len(rows), : len(columns)]
    head = "".join(_head(column, len(columns) > NAMED) for column in columns)
    body = "".join(_row(label, counts, colour) for label, counts in zip(rows, table, strict=True))
    return (
        '<table aria-label="People by their cohort in A and in B" '
        'style="width:100%;border-collapse:collapse;table-layout:auto">'
        f'<thead><tr><th scope="col" style="{CELL}text-align:left;font-weight:600">A ↓ &nbsp; B →'
        f'</th>{head}<th scope="col" style="{CELL}text-align:right;font-weight:600">People</th>'
        f"</tr></thead><tbody>{body}</tbody></table>"
    )


def _with_none(names: Sequence[str], nowhere: int) -> list[str]:
    numbered = [f"{number}  {one}" for number, one in enumerate(names, start=1)]
    return [*numbered, *([IN_NONE] if nowhere else [])]


def _head(label: str, tight: bool) -> str:
    number, _, said = label.partition("  ")
    below = "" if tight or not said else f"<br><small>{html.escape(short(said, 26))}</small>"
    return (
        f'<th scope="col" title="{html.escape(label)}" style="{CELL}text-align:right;'
        f'font-weight:600">{html.escape(number)}{below}</th>'
    )


def _row(label: str, counts: NDArray[np.int64], colour: str) -> str:
    total = int(counts.sum())
    cells = "".join(_cell(int(count), total, colour) for count in counts)
    return (
        f'<tr><th scope="row" style="{CELL}text-align:left;font-weight:400;'
        f'overflow-wrap:anywhere;min-width:8rem">{html.escape(label)}</th>{cells}'
        f'<td style="{CELL}{FIGURE}">{total:,}</td></tr>'
    )


def _cell(count: int, total: int, colour: str) -> str:
    if not count:
        return f'<td style="{CELL}{FIGURE}">·</td>'
    share = count / total
    shade = f"background:{colour}{round(DARKEST * share):02x};"
    percent = "<1 %" if share < 0.01 else f"{100 * share:.0f} %"
    return f'<td style="{CELL}{FIGURE}{shade}">{count:,}<br><small>{percent}</small></td>'
