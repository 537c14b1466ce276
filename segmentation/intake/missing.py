"""The literal signs by which some platforms say "no answer"."""

from __future__ import annotations

from collections.abc import Sequence

from segmentation.intake.cells import Cells
from segmentation.intake.layouts import Layout

SIGNS: tuple[str, ...] = ("NA", "NULL")
"""Cells that R and databases write where there was nothing."""

_COLUMNS = 0.2
_DOMINATES = 0.5


def missing_signs(cells: Sequence[Cells], layout: Layout) -> tuple[tuple[str, ...], list[str]]:
    """Cells that mean "no answer" in this file, and a note about each.

    A sign is believed when the layout writes it, or when it stands in many columns of a file
    that has hardly a blank cell, and fills one of them for the most part.
    """
    found = [sign for sign in SIGNS if sign in layout.missing or _stands_for_blank(sign, cells)]
    notes = [
        f'"{sign}" is this file\'s sign for "no answer" and is read as a blank.' for sign in found
    ]
    return tuple(found), notes


def _stands_for_blank(sign: str, cells: Sequence[Cells]) -> bool:
    respondents = len(cells[0].codes)
    counts = [_count(column, sign) for column in cells]
    columns = sum(count > 0 for count in counts)
    blank = sum(_count(column, "") for column in cells)
    return (
        columns >= max(3, _COLUMNS * len(cells))
        and respondents >= 20
        and blank <= 0.01 * sum(counts)
        and max(counts) >= _DOMINATES * respondents
    )


def _count(column: Cells, text: str) -> int:
    return int(column.counts[column.texts.index(text)]) if text in column.texts else 0
