"""The answers in every distinct text of a column, as numbers: what counts and ticks are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.intake.cells import Cells
from segmentation.intake.deadline import check_time
from segmentation.intake.joined import Splitter, is_whole, split
from segmentation.intake.labels import match_key

Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Cut:
    """Text number `text[i]` of the column holds the answer `keys[key[i]]`; each pair stands once.

    `pieces`: every answer as it was written. `answers`: how many each text holds.
    """

    keys: tuple[str, ...]
    text: Ints
    key: Ints
    pieces: tuple[str, ...]
    answers: Ints


def cut(cells: Cells, splitter: Splitter | None) -> Cut:
    """The answers of a column: several in a text where they are joined, else the text itself."""
    name = splitter and splitter.name
    if name not in cells.cuts:
        check_time()
        at = np.flatnonzero(cells.is_filled)
        texts = [cells.texts[k] for k in at]
        pieces = _whole(texts) if splitter is None else _joined(texts, splitter)
        cells.cuts[name] = _each_once(pieces, at, len(cells.texts))
    found: Cut = cells.cuts[name]
    return found


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Text `text[i]` holds the piece `written[piece[i]]`, whose match key is `keys[piece[i]]`."""

    text: Ints
    piece: Ints
    keys: Sequence[str]
    written: Sequence[str] = ()


def _whole(texts: Sequence[str]) -> _Pieces:
    every = np.arange(len(texts))
    return _Pieces(every, every, [match_key(text) for text in texts])


def _joined(texts: Sequence[str], splitter: Splitter) -> _Pieces:
    array = pa.array(texts, pa.large_string())
    separator = splitter.separator
    spaced = separator == "," and pc.any(pc.match_substring_regex(array, r",\s")).as_py()
    if splitter.rejoins or spaced:
        text, piece, keys = _numbered([splitter.keys(one) for one in texts])
        return _Pieces(text, piece, keys, splitter.texts)
    lists = pc.split_pattern(array, separator)
    flat = lists.flatten().dictionary_encode()
    text = pc.list_parent_indices(lists).to_numpy().astype(np.intp)
    piece = flat.indices.to_numpy().astype(np.intp)
    written = flat.dictionary.to_pylist()
    cut_up = np.array([separator != "\n" and not is_whole(one) for one in written], dtype=bool)
    if cut_up.any():
        odd = np.unique(text[cut_up[piece]])
        left = ~np.isin(text, odd)
        at, more, words = _numbered([split(texts[k], separator) for k in odd])
        text = np.concatenate([text[left], odd[at]])
        piece = np.concatenate([piece[left], more + len(written)])
        written = [*written, *words]
    return _Pieces(text, piece, [match_key(one) for one in written], written)


def _numbered(answers: Sequence[Sequence[str]]) -> tuple[Ints, Ints, list[str]]:
    """Which list and which word, for every word in order; and the words."""
    at: dict[str, int] = {}
    words = [at.setdefault(word, len(at)) for one in answers for word in one]
    which = np.repeat(np.arange(len(answers)), [len(one) for one in answers])
    return which.astype(np.intp), np.array(words, dtype=np.intp), list(at)


def _each_once(pieces: _Pieces, at: Ints, texts: int) -> Cut:
    """Pieces as answers: those with one key are one, blank ones none. `at`: the texts' numbers."""
    number: dict[str, int] = {}
    numbers = [number.setdefault(key, len(number)) if key else -1 for key in pieces.keys]
    key = np.array(numbers, dtype=np.intp)[pieces.piece]
    width = max(len(number), 1)
    pairs = np.sort((at[pieces.text] * width + key)[key >= 0])  # far faster than np.unique
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    text = pairs // width
    written = [one for one in pieces.written if match_key(one)]
    answers = np.bincount(text, minlength=texts)
    return Cut(tuple(number), text, pairs % width, tuple(written), answers)
