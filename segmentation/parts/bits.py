"""Tables of yes and no, held small: the form in which a part stays where it was read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmentation.mixture import Bools, Ints


@dataclass(frozen=True, eq=False)
class Bits:
    """A table (rows, columns): a bit a cell, or the places of what is true where those are fewer
    bytes, as with options that hardly anybody wrote in."""

    shape: tuple[int, int]
    packed: NDArray[np.uint8] | None
    places: Ints | None

    @classmethod
    def of(cls, table: Bools) -> Bits:
        """Of a table, or of a single column."""
        columns = np.ascontiguousarray(table.T if table.ndim == 2 else table[None])
        shape = (columns.shape[1], columns.shape[0])
        if columns.size < 64 * max(int(np.count_nonzero(columns)), 1):
            return cls(shape, np.packbits(columns, axis=1), None)
        return cls(shape, None, np.flatnonzero(columns))

    def table(self) -> Bools:
        """(rows, columns), column after column in memory."""
        rows, columns = self.shape
        if self.packed is not None:
            return np.unpackbits(self.packed, axis=1, count=rows).view(np.bool_).T
        flat = np.zeros(rows * columns, dtype=bool)
        flat[self.places] = True
        return flat.reshape(columns, rows).T

    def column(self) -> Bools:
        """The only column: (rows,)."""
        return np.ascontiguousarray(self.table()[:, 0])
