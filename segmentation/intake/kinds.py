"""What the answers of one column are: a number, one of a few levels, free text, nothing."""

from __future__ import annotations

import re
from collections import Counter

from segmentation.intake.cells import Cells
from segmentation.intake.labels import match_key
from segmentation.intake.survey import Kind

LEVELS = 12
"""A numeric column with at most this many values is a scale, not a measurement."""

_MANY = 30
_NUMBER = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:[,.' ]\d{3})+)(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s?%?")
_TIME = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?|\d{1,2}:\d{2}(?::\d{2})?.*|\d+ days? [\d:.]+"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}.*|\d{1,2}\.? [A-Z][a-z]{2,8}\.? \d{4}.*"
)


def kind_of(cells: Cells, metadata: bool = False) -> Kind:
    """The kind of a column whose cells hold one answer each; never "multi-select".

    Metadata (time stamps, durations, progress) is number or text, however few its values are.
    """
    if not cells.answered:
        return "empty"
    if _share(cells, _NUMBER) >= 0.95:
        return "number" if metadata or len(cells.filled) > LEVELS else "single-select"
    if metadata or _share(cells, _TIME) >= 0.9:
        return "text"
    levels: Counter[str] = Counter()
    for text, count in cells.filled:
        levels[match_key(text)] += count
    return "single-select" if _few(levels) else "text"


def _share(cells: Cells, pattern: re.Pattern[str]) -> float:
    total = sum(count for _, count in cells.sample)
    return sum(n for text, n in cells.sample if pattern.fullmatch(text.strip())) / total


def _few(levels: Counter[str]) -> bool:
    """Whether levels are shared by respondents rather than written by each for themselves."""
    total = levels.total()
    longest = max(map(len, levels))
    if total <= 5 or len(levels) == 1:
        return longest <= 60
    repeated = sum(count for count in levels.values() if count > 1) / total
    if len(levels) <= _MANY:
        return repeated >= 0.5
    enough = max(3.0, 0.005 * total)
    return sum(count for count in levels.values() if count >= enough) >= 0.6 * total
