"""Several answers in one cell, and how to take them apart.

Commas inside brackets and quotes belong to the label. A label with a bare comma in it ("Social
media such as blogs, R-bloggers, Twitter") shows itself by its pieces, which never part company.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from segmentation.intake.cells import Cells
from segmentation.intake.deadline import check_time
from segmentation.intake.labels import clean_text, match_key

_OPENING, _CLOSING = "([{\u201c", ")]}\u201d"
_PROTECTING = re.compile(rf'[{re.escape(_OPENING + _CLOSING)}"]')
_TIGHT = re.compile(r",(?!\s)")
"""A platform that joins by a bare comma puts no space after it; a label does."""

_NEVER_ALONE = 0.98
_COUPLED = 10
"""How often two pieces must stand side by side before they count as one label."""


def split(cell: str, separator: str) -> list[str]:
    """The answers in one cell, untrimmed; separators in brackets or quotes do not count.

    A line break always parts answers; a bare comma does where no space follows it.
    """
    if separator not in cell:
        return [cell]
    if separator != "\n" and any(mark in cell for mark in '([{"\u201c'):
        return _protected(cell, separator)
    return _plain(cell, separator)


def _plain(cell: str, separator: str) -> list[str]:
    return _TIGHT.split(cell) if separator == "," else cell.split(separator)


def _protected(cell: str, separator: str) -> list[str]:
    """Pieces of a cell with brackets or quotes; without regard to them when they do not close."""
    pieces, depth, quoted, start = [], 0, False, 0
    for match in _marks(separator).finditer(cell):
        mark = match.group()
        if mark == '"':
            quoted = not quoted
        elif mark in _OPENING:
            depth += 1
        elif mark in _CLOSING:
            depth = max(depth - 1, 0)
        elif not (depth or quoted):
            pieces.append(cell[start : match.start()])
            start = match.end()
    if depth or quoted:
        return _plain(cell, separator)
    return [*pieces, cell[start:]]


def is_whole(piece: str) -> bool:
    """Whether every bracket and quote in a piece is closed there, so that it was cut rightly."""
    depth, quoted = 0, False
    for mark in _PROTECTING.findall(piece):
        if mark == '"':
            quoted = not quoted
        else:
            depth = depth + 1 if mark in _OPENING else max(depth - 1, 0)
    return not (depth or quoted)


@lru_cache
def _marks(separator: str) -> re.Pattern[str]:
    cut = _TIGHT.pattern if separator == "," else re.escape(separator)
    return re.compile(rf'[{re.escape(_OPENING + _CLOSING)}"]|{cut}')


class Splitter:
    """Cuts cells into answers' keys; remembers labels that hold the separator themselves."""

    def __init__(self, separator: str, labels: Iterable[str] = ()) -> None:
        self.separator = separator
        self._keys: dict[str, str] = {}
        self._whole: dict[tuple[str, ...], str] = {}
        for label in labels:
            pieces = self.pieces(label)
            if len(pieces) > 1:
                self._whole[tuple(pieces)] = match_key(label)
        self._longest = max(map(len, self._whole), default=1)

    @property
    def rejoins(self) -> bool:
        """Whether some label holds the separator, so that pieces may belong together."""
        return bool(self._whole)

    @property
    def name(self) -> tuple[str, frozenset[tuple[str, ...]]]:
        """The same for splitters that cut alike."""
        return self.separator, frozenset(self._whole)

    def keys(self, cell: str) -> list[str]:
        """The keys of the answers in `cell`, each once, in order; blank pieces are no answers."""
        pieces = self.pieces(cell)
        if self._longest > 1 and len(pieces) > 1:
            pieces = self._rejoined(pieces)
        return list(dict.fromkeys(pieces))

    def pieces(self, cell: str) -> list[str]:
        """The keys of the pieces of `cell`, however often, before labels are put together."""
        check_time()
        known = self._keys
        keys = []
        for piece in split(cell, self.separator):
            key = known.get(piece)
            if key is None:
                key = known[piece] = match_key(piece)
            if key:
                keys.append(key)
        return keys

    @property
    def texts(self) -> list[str]:
        """Every piece seen so far, as it was written."""
        return [text for text, key in self._keys.items() if key]

    def _rejoined(self, pieces: list[str]) -> list[str]:
        at, keys = 0, []
        while at < len(pieces):
            for length in range(min(self._longest, len(pieces) - at), 1, -1):
                whole = self._whole.get(tuple(pieces[at : at + length]))
                if whole:
                    keys.append(whole)
                    at += length
                    break
            else:
                keys.append(pieces[at])
                at += 1
        return keys


def inseparable(cells: Cells, separator: str) -> list[str]:
    """Labels that hold the separator: runs of pieces that never stand apart.

    Only labels with commas are looked for. Options that are merely chosen together by those who
    choose everything stand in the same company each time; a label does not.
    """
    if not separator.startswith(","):
        return []
    splitter = Splitter(separator)
    occurs: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    company: defaultdict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for text, count in cells.filled:
        pieces = splitter.pieces(text)
        for key in pieces:
            occurs[key] += count
        for at, pair in enumerate(pairwise(pieces)):
            together[pair] += count
            if len(company[pair]) < 2:
                company[pair].add(tuple(["", *pieces, ""][at : at + 4 : 3]))
    tied = {
        (one, two)
        for (one, two), count in together.items()
        if count >= _COUPLED
        and count >= _NEVER_ALONE * max(occurs[one], occurs[two])
        and len(company[one, two]) > 1
    }
    found: Counter[str] = Counter()
    for text, count in cells.filled if tied else ():
        for run in _runs([piece for piece in split(text, separator) if match_key(piece)], tied):
            found[clean_text(separator.join(piece.strip() for piece in run))] += count
    spelling: dict[str, str] = {}
    for label, _ in sorted(found.items(), key=lambda item: (-item[1], item[0])):
        spelling.setdefault(match_key(label), label)
    return sorted(spelling.values())


def _runs(pieces: Sequence[str], tied: set[tuple[str, str]]) -> Iterable[Sequence[str]]:
    """Runs of two or more pieces, each tied to the next."""
    start = 0
    for at in range(1, len(pieces) + 1):
        if at == len(pieces) or (match_key(pieces[at - 1]), match_key(pieces[at])) not in tied:
            if at - start > 1:
                yield pieces[start:at]
            start = at
