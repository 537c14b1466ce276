"""Who is in which cohort, as few bytes: an array by row of the survey's file, with its hash."""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db import models
from db.content import canonical, sha256
from db.errors import TamperedError
from db.records import Membership

DTYPES = {name: np.dtype(name) for name in ("|i1", "<i2", "<f4")}
"""Of membership arrays: the smallest that holds them, the same on every machine."""


def arrays_of(version: str, membership: Membership | None) -> list[models.MembershipArray]:
    """The membership as rows of bytes; empty without one."""
    if membership is None:
        return []
    small = int(membership.cohort.max(initial=0)) <= np.iinfo(np.int8).max
    arrays = {"cohort": membership.cohort.astype("|i1" if small else "<i2")}
    if membership.posterior is not None:
        arrays["posterior"] = membership.posterior.astype("<f4")
    return [
        models.MembershipArray(
            version_id=version,
            kind=kind,
            dtype=array.dtype.str,
            shape=canonical(array.shape),
            data=zlib.compress(np.ascontiguousarray(array).tobytes()),
        )
        for kind, array in arrays.items()
    ]


def membership_from(rows: Sequence[models.MembershipArray]) -> Membership | None:
    """Inverse of `arrays_of`. Raises TamperedError when the bytes do not fit what they claim."""
    arrays = {row.kind: _array(row) for row in rows}
    if "cohort" not in arrays:
        return None
    return Membership(arrays["cohort"].astype(np.int64), arrays.get("posterior"))


def membership_hash(rows: Sequence[models.MembershipArray]) -> str:
    """Of the arrays, whatever their compression; "" for none."""
    if not rows:
        return ""
    told = [
        [row.kind, row.dtype, row.shape, hashlib.sha256(_array(row).tobytes()).hexdigest()]
        for row in sorted(rows, key=lambda row: row.kind)
    ]
    return sha256(canonical(told))


def _array(row: models.MembershipArray) -> NDArray[Any]:
    try:
        dtype = DTYPES[row.dtype]
        shape = tuple(int(n) for n in json.loads(row.shape))
        # Bounded: a few bytes may claim to hold gigabytes.
        size = math.prod(shape) * dtype.itemsize
        plain = zlib.decompressobj().decompress(row.data, size + 1)
        return np.frombuffer(plain, dtype=dtype).reshape(shape)
    except (KeyError, ValueError, TypeError, zlib.error) as error:
        raise TamperedError(
            "The members of this version are not what was saved: restore a backup from before."
        ) from error
