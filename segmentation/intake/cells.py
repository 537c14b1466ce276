"""One column's cells, each distinct text once: what every later step works on."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentation.intake.labels import clean_text

SAMPLE = 8_000
"""Distinct texts that detection looks at; counting always looks at all."""


@dataclass(frozen=True, eq=False)
class Cells:
    """`texts[codes[i]]` is the cell of respondent i; `counts[k]` how often `texts[k]` stands."""

    texts: list[str]
    codes: npt.NDArray[np.intp]
    counts: npt.NDArray[np.intp]
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, column: Sequence[str] | pd.Series, missing: tuple[str, ...] = ()) -> Cells:
        """Cells of a column of text; `missing` lists signs that stand for "no answer"."""
        values = np.empty(len(column), dtype=object)
        values[:] = column
        codes, texts = pd.factorize(values)
        counts = np.bincount(codes, minlength=len(texts))
        return cls(texts.tolist(), codes, counts, missing)

    @classmethod
    def pooled(cls, columns: Sequence[Cells]) -> Cells:
        """What several columns hold together, to look at and to count; there are no respondents."""
        counts: Counter[str] = Counter()
        for cells in columns:
            for text, count in cells.filled:
                counts[text] += count
        return cls(list(counts), np.zeros(0, np.intp), np.array([*counts.values()], np.intp))

    @cached_property
    def is_filled(self) -> npt.NDArray[np.bool_]:
        """Per distinct text: whether it is an answer at all, neither blank nor a missing sign."""
        filled = np.array([text[:1].isalnum() or clean_text(text) != "" for text in self.texts])
        for sign in self.missing:
            if sign in self.texts:
                filled[self.texts.index(sign)] = False
        return filled.astype(bool)

    @cached_property
    def filled(self) -> list[tuple[str, int]]:
        """Distinct answers with their number of respondents."""
        counts = self.counts.tolist()
        return [(self.texts[k], counts[k]) for k in np.flatnonzero(self.is_filled)]

    @cached_property
    def answered(self) -> int:
        """Respondents with any answer."""
        return int(self.counts[self.is_filled].sum())

    @cached_property
    def sample(self) -> list[tuple[str, int]]:
        """`filled`, or a part of it that does not depend on the order of the rows."""
        if len(self.filled) <= SAMPLE:
            return self.filled
        step = len(self.filled) // SAMPLE
        return [pair for pair in self.filled if zlib.crc32(pair[0].encode()) % step == 0]

    def column(self) -> npt.NDArray[np.object_]:
        """All cells in file order, equal texts sharing one string."""
        texts = np.empty(len(self.texts), dtype=object)
        texts[:] = self.texts
        return texts[self.codes]
