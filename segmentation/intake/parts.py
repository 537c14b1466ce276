"""Columns with their cells, and the multi-select questions they make up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from segmentation.intake.cells import Cells
from segmentation.intake.columns import Column

EDGES = " -:.,;_/|>\u2013\u2014"
"""What may stand between a question and its option in a header."""


@dataclass(frozen=True, eq=False)
class Part:
    """A column with its cells, on the way to a question."""

    column: Column
    cells: Cells


@dataclass(frozen=True, eq=False)
class Group:
    """Columns of one multi-select question; `labels[i]` is the option of `parts[i]`."""

    key: str
    text: str
    encoding: Literal["label columns", "indicator columns"]
    parts: tuple[Part, ...]
    labels: tuple[str, ...]
