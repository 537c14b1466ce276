"""One column's cells, each distinct text once: what every later step works on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.intake.deadline import check_time, timed
from segmentation.intake.labels import clean_text

SAMPLE = 5_000
"""Distinct texts, about, that detection looks at; counting always looks at all."""


@dataclass(frozen=True, eq=False)
class Cells:
    """`texts[codes[i]]` is the cell of respondent i; `counts[k]` how often `texts[k]` stands."""

    texts: list[str]
    codes: npt.NDArray[np.int32]
    counts: npt.NDArray[np.intp]
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, column: Sequence[str] | pd.Series, missing: tuple[str, ...] = ()) -> Cells:
        """Cells of a column of text; `missing` lists signs that stand for "no answer"."""
        check_time()
        values = np.empty(len(column), dtype=object)
        values[:] = column
        codes, texts = pd.factorize(values)
        counts = np.bincount(codes, minlength=len(texts))
        return cls(texts.tolist(), codes.astype(np.int32), counts, missing)

    @classmethod
    def of_array(cls, column: pa.ChunkedArray) -> Cells:
        """As `of`, for a column that Arrow holds as numbers of texts."""
        encoded = column.unify_dictionaries().combine_chunks()
        texts, codes = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
        counts = np.bincount(codes, minlength=len(texts))
        here = counts > 0
        if not here.all():  # texts that only rows before these hold
            codes = (np.cumsum(here, dtype=np.int32) - 1)[codes]
            texts, counts = list(compress(texts, here.tolist())), counts[here]
        return cls(texts, codes.astype(np.int32, copy=False), counts)

    def numbers(self) -> npt.NDArray[np.float64]:
        """Every cell as a number, in file order; nan where it is none."""
        texts = pd.Series(self.texts, dtype=object).str.strip()
        return pd.to_numeric(texts, errors="coerce").to_numpy(np.float64)[self.codes]

    def missing_as(self, signs: tuple[str, ...]) -> Cells:
        """The same cells with these signs for "no answer"."""
        if signs == self.missing:
            return self
        return Cells(self.texts, self.codes, self.counts, signs)

    @classmethod
    def pooled(cls, columns: Sequence[Cells]) -> Cells:
        """What several columns hold together, to look at and to count; there are no respondents."""
        counts: Counter[str] = Counter()
        for cells in columns:
            for text, count in cells.filled:
                counts[text] += count
        return cls(list(counts), np.zeros(0, np.int32), np.array([*counts.values()], np.intp))

    @cached_property
    def cuts(self) -> dict[Any, Any]:
        """Answers that were taken apart already; see `cut.cut`."""
        return {}

    @cached_property
    def is_filled(self) -> npt.NDArray[np.bool_]:
        """Per distinct text: whether it is an answer at all, neither blank nor a missing sign."""
        plain = pc.match_substring_regex(pa.array(self.texts, pa.large_string()), "^[0-9A-Za-z]")
        filled: npt.NDArray[np.bool_] = np.array(plain.to_numpy(zero_copy_only=False), dtype=bool)
        for k in timed(np.flatnonzero(~filled)):
            filled[k] = clean_text(self.texts[k]) != ""
        for sign in self.missing:
            if sign in self.texts:
                filled[self.texts.index(sign)] = False
        return filled

    @property
    def are_unique(self) -> bool:
        """Whether no two respondents have the same cell."""
        return len(self.texts) == len(self.codes)

    @cached_property
    def filled(self) -> Filled:
        """Distinct answers with their number of respondents."""
        return Filled(self)

    @cached_property
    def answered(self) -> int:
        """Respondents with any answer."""
        return int(self.counts[self.is_filled].sum())

    @cached_property
    def sample(self) -> list[tuple[str, int]]:
        """`filled`, or a part of it that does not depend on the order of the rows."""
        many = len(self.filled)
        if many <= SAMPLE:
            return list(self.filled)
        texts = np.empty(len(self.texts), dtype=object)
        texts[:] = self.texts
        hashed = pd.util.hash_array(texts, categorize=False)
        taken = np.flatnonzero(self.is_filled & (hashed % many < SAMPLE))
        return [(self.texts[k], int(self.counts[k])) for k in taken]

    def column(self, at: npt.NDArray[np.intp] | None = None) -> npt.NDArray[np.object_]:
        """All cells in file order, or those of some respondents; equal texts share one string."""
        texts = np.empty(len(self.texts), dtype=object)
        texts[:] = self.texts
        return texts[self.codes if at is None else self.codes[at]]


class Filled(Sequence[tuple[str, int]]):
    """Pairs of a distinct answer and its number of respondents, made when they are asked for."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._at = np.flatnonzero(cells.is_filled)

    def __len__(self) -> int:
        return len(self._at)

    @overload
    def __getitem__(self, at: int) -> tuple[str, int]: ...
    @overload
    def __getitem__(self, at: slice) -> list[tuple[str, int]]: ...
    def __getitem__(self, at: int | slice) -> tuple[str, int] | list[tuple[str, int]]:
        if isinstance(at, slice):
            return [self[place] for place in range(len(self))[at]]
        k = self._at[at]
        return self._cells.texts[k], int(self._cells.counts[k])

    def __iter__(self) -> Iterator[tuple[str, int]]:
        pairs = zip(self._cells.texts, self._cells.counts.tolist(), strict=True)
        return compress(pairs, self._cells.is_filled.tolist())
