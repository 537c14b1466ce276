"""Each respondent's cohort by row, as a short text for a file: whole numbers, no answers."""

from __future__ import annotations

import base64
import zlib

import numpy as np

from segmentation.mixture import Ints


def pack(labels: Ints) -> str:
    """Cohort of each row from 0, -1 = in none: int16, little end first, zlib, base64."""
    return base64.b64encode(zlib.compress(labels.astype("<i2").tobytes(), 9)).decode("ascii")


def unpack(text: str, rows: int) -> Ints:
    """Inverse of `pack`. Raises ValueError when the text does not hold exactly `rows` numbers."""
    try:
        stream = zlib.decompressobj()
        raw = stream.decompress(base64.b64decode(text, validate=True), 2 * rows + 1)
    except zlib.error as error:
        raise ValueError("the members are damaged") from error
    if len(raw) != 2 * rows or not stream.eof:
        raise ValueError("the members are not as many as the respondents")
    return np.frombuffer(raw, dtype="<i2").astype(np.int64)
