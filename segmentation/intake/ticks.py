"""Which options each respondent chose, for every way in which answers stand in a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentation.intake.cells import Cells
from segmentation.intake.cut import cut
from segmentation.intake.joined import Splitter
from segmentation.intake.labels import clean_label, match_key
from segmentation.intake.signs import NONE, OTHER, is_unticked

Bools = npt.NDArray[np.bool_]

_NEGATIVE = re.compile(
    r"(?:(?:i|we) (?:dont|do not|am not|are not|havent|have not|never|didnt|did not)|no|not|never"
    r"|dont)\b(?!.*\b(?:know|sure|aware|preference|yet)\b).*"
)
_UNDONE = {"", *map(match_key, ("0", "Incomplete"))}
_EXCLUSIVE = 0.95
_OFTEN = 5


@dataclass(frozen=True, eq=False)
class Ticks:
    """`chosen[:, j]` is the option with match key `keys[j]`; none-type options are among them.

    `chosen`: bool (respondents, keys). `answered`: bool (respondents,).
    """

    keys: tuple[str, ...]
    chosen: Bools
    answered: Bools


def option_columns(columns: Sequence[Cells], labels: Sequence[str]) -> Ticks:
    """One column an option, each cell repeating a label; other text ticks its column's option.

    A cell with the label of another option of the question ticks that other one. "None" written
    in beside "Other" ticks nothing.
    """
    keys = tuple(dict.fromkeys(match_key(label) for label in labels))
    at = {key: position for position, key in enumerate(keys)}
    chosen = np.zeros((len(columns[0].codes), len(keys)), dtype=bool)
    answered = np.zeros(len(chosen), dtype=bool)
    for cells, label in zip(columns, labels, strict=True):
        own = at[match_key(label)]
        target = np.array([_target(text, at, own) for text in cells.texts], dtype=np.intp)
        answered |= cells.is_filled[cells.codes]
        rows = np.flatnonzero((cells.is_filled & (target >= 0))[cells.codes])
        chosen[rows, target[cells.codes[rows]]] = True
    return Ticks(keys, chosen, answered)


def _target(text: str, at: Mapping[str, int], own: int) -> int:
    """The option that a cell ticks, by position; -1 for none."""
    key = match_key(text)
    return at.get(key, -1 if key in NONE or is_unticked(text) else own)


def slipped(columns: Sequence[Cells], labels: Sequence[str]) -> int:
    """How many cells hold the label of another option than their column's; write-ins aside."""
    keys = {match_key(label) for label in labels}
    return sum(
        count
        for cells, label in zip(columns, labels, strict=True)
        if match_key(label) not in OTHER
        for text, count in cells.filled
        if match_key(text) in keys and match_key(text) != match_key(label)
    )


def indicator_columns(columns: Sequence[Cells], labels: Sequence[str]) -> Ticks:
    """One column an option, each cell saying 0 or 1, No or Yes, nothing or a code."""
    keys = tuple(dict.fromkeys(match_key(label) for label in labels))
    at = {key: position for position, key in enumerate(keys)}
    chosen = np.zeros((len(columns[0].codes), len(keys)), dtype=bool)
    answered = np.zeros(len(chosen), dtype=bool)
    for cells, label in zip(columns, labels, strict=True):
        off = np.array([is_unticked(text) for text in cells.texts], dtype=bool)
        chosen[:, at[match_key(label)]] |= (cells.is_filled & ~off)[cells.codes]
        answered |= cells.is_filled[cells.codes]
    return Ticks(keys, chosen, answered)


def where_done(ticks: Ticks, form: Cells) -> Ticks:
    """`ticks` without answers where the form was never filled in and no box is ticked.

    `form` says how far it got; an unvisited form has all its boxes unticked all the same.
    """
    undone = np.array([match_key(text) in _UNDONE for text in form.texts], dtype=bool)[form.codes]
    return Ticks(ticks.keys, ticks.chosen, ticks.answered & (ticks.chosen.any(axis=1) | ~undone))


def one_cell(cells: Cells, keys: Sequence[str], splitter: Splitter | None) -> Ticks:
    """All answers in one cell; `keys` are the options wanted, others are not looked at."""
    found = cut(cells, splitter)
    at = {key: position for position, key in enumerate(keys)}
    column = np.array([at.get(key, -1) for key in found.keys], dtype=np.intp)[found.key]
    distinct = np.zeros((len(keys), len(cells.texts)), dtype=bool)
    distinct[column[column >= 0], found.text[column >= 0]] = True
    chosen = np.empty((len(keys), len(cells.codes)), dtype=bool)
    for one, row in zip(distinct, chosen, strict=True):
        np.take(one, cells.codes, out=row)
    return Ticks(tuple(keys), chosen.T, (found.answers > 0)[cells.codes])


def count_cell(cells: Cells, splitter: Splitter | None) -> tuple[Counter[str], Counter[str], int]:
    """Respondents per key, how often each key stood alone, and respondents who answered."""
    found = cut(cells, splitter)
    people = cells.counts[found.text]
    single = found.answers[found.text] == 1
    counts = np.bincount(found.key, people, len(found.keys)).astype(int).tolist()
    alone = np.bincount(found.key[single], people[single], len(found.keys)).astype(int).tolist()
    answered = int(cells.counts[found.answers > 0].sum())
    keys = found.keys
    return _counter(keys, counts), _counter(keys, alone), answered


def _counter(keys: Sequence[str], counts: Sequence[int]) -> Counter[str]:
    return Counter({key: count for key, count in zip(keys, counts, strict=True) if count})


def none_keys(counts: Counter[str], alone: Counter[str]) -> set[str]:
    """Keys of none-type options: the standard forms, and refusals that stand alone.

    A refusal ("I don't create dashboards", "No GPUs") counts when hardly anybody who chose it
    chose anything else.
    """
    found = {key for key in counts if key in NONE}
    for key, count in counts.items():
        if count >= _OFTEN and alone[key] >= _EXCLUSIVE * count and _NEGATIVE.fullmatch(key):
            found.add(key)
    return found


def count_columns(ticks: Ticks) -> tuple[Counter[str], Counter[str], int]:
    """As `count_cell`, for one column an option."""
    counts = Counter(dict(zip(ticks.keys, ticks.chosen.sum(axis=0).tolist(), strict=True)))
    single = ticks.chosen[ticks.chosen.sum(axis=1) == 1]
    alone = Counter(dict(zip(ticks.keys, single.sum(axis=0).tolist(), strict=True)))
    return counts, alone, int(ticks.answered.sum())


def spellings(pairs: Iterable[tuple[str, int]]) -> dict[str, str]:
    """The display label of each key: its most frequent spelling, ties by the text itself."""
    counts: Counter[str] = Counter()
    for text, count in pairs:
        counts[text] += count
    found: dict[str, str] = {}
    for text, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        found.setdefault(match_key(text), clean_label(text))
    return found
