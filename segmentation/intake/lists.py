"""Cells that hold a list as JSON or Python writes it: ["R", "SQL"]."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import replace

from segmentation.intake.cells import Cells
from segmentation.intake.columns import Column
from segmentation.intake.layouts import Layout
from segmentation.intake.long_form import JOINED_BY


def unpack_lists(
    columns: Sequence[Column], cells: Sequence[Cells], layout: Layout
) -> tuple[list[Column], list[Cells]]:
    """Columns whose every answer is a list, with one answer a line instead."""
    read = _in_lines if layout.long else _unpacked
    found = [read(column, texts) for column, texts in zip(columns, cells, strict=True)]
    return [column for column, _ in found], [texts for _, texts in found]


def _in_lines(column: Column, cells: Cells) -> tuple[Column, Cells]:
    several = any(JOINED_BY in text for text, _ in cells.filled)
    return replace(column, joined_by=JOINED_BY if several else ""), cells


def _unpacked(column: Column, cells: Cells) -> tuple[Column, Cells]:
    whole = (text.strip()[:1] + text.strip()[-1:] == "[]" for text, _ in cells.filled)
    if not cells.filled or not all(whole):
        return column, cells
    texts = {}
    for text, _ in cells.filled:
        items = _items(text)
        if items is None:
            return column, cells
        texts[text] = JOINED_BY.join(items)
    every = [texts.get(text, text) for text in cells.texts]
    plain = Cells.of([every[code] for code in cells.codes.tolist()], cells.missing)
    return replace(column, joined_by=JOINED_BY), plain


def _items(text: str) -> list[str] | None:
    """The answers in a list of plain values; None when it is something else."""
    for read in (json.loads, ast.literal_eval):
        try:
            items = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(items, list) and all(isinstance(i, str | int | float) for i in items):
            return [" ".join(str(item).split()) for item in items]
    return None
