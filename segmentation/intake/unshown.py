"""What the export itself says was not shown: whole questions, and single boxes of one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from segmentation.intake.cells import Cells
from segmentation.intake.labels import match_key
from segmentation.intake.signs import is_unticked
from segmentation.intake.survey import Question

Bools = npt.NDArray[np.bool_]

_SPREAD = ("label columns", "indicator columns")


def unshown_questions(
    columns: Sequence[Cells], question: Question, not_shown: tuple[str, ...]
) -> Bools:
    """(respondents,): where a question without an answer was not shown.

    By a sign of its own ("N/A"), or because boxes that were shown say "0", "No" or "-99".
    """
    if _boxes_speak(columns, question):
        return np.ones(len(columns[0].codes), dtype=bool)
    unshown = np.zeros(len(columns[0].codes), dtype=bool)
    for cells in columns:
        unshown |= _signed(cells, not_shown)
    return unshown


def unshown_boxes(
    columns: Sequence[Cells],
    question: Question,
    not_shown: tuple[str, ...],
    options: Sequence[str],
    chosen: Bools,
) -> Bools | None:
    """(respondents, options): where every box of an option was left out; None where none was.

    A box says so by a sign of its own, or by staying blank where others say "No". `chosen` has
    one column for each of `options`.
    """
    if question.encoding not in _SPREAD:
        return None
    speak = _boxes_speak(columns, question)
    boxes: dict[str, list[Bools]] = {}
    for cells, label in zip(columns, question.column_options, strict=True):
        blank = ~cells.is_filled[cells.codes]
        says = speak and _says_no(cells, label)
        boxes.setdefault(match_key(label), []).append(
            blank if says else blank & _signed(cells, not_shown)
        )
    none = np.zeros(len(columns[0].codes), dtype=bool)
    left_out = [np.logical_and.reduce(boxes.get(match_key(label), [none])) for label in options]
    if not any(one.any() for one in left_out):
        return None
    unshown = np.column_stack(left_out) & ~chosen
    return unshown if unshown.any() else None


def _boxes_speak(columns: Sequence[Cells], question: Question) -> bool:
    """Whether most boxes of a question say so when they are shown and not ticked."""
    if question.encoding not in _SPREAD:
        return False
    pairs = zip(columns, question.column_options, strict=True)
    return 2 * sum(_says_no(cells, label) for cells, label in pairs) >= len(columns)


def _signed(cells: Cells, not_shown: tuple[str, ...]) -> Bools:
    signs = np.array([text.strip() in not_shown for text in cells.texts], dtype=bool)
    return signs[cells.codes]


def _says_no(cells: Cells, label: str) -> bool:
    """Whether a box that is not ticked says so instead of staying blank."""
    own = match_key(label)
    return any(is_unticked(text) and match_key(text) != own for text, _ in cells.filled)
