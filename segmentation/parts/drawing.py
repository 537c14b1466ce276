"""The sample of `sampling.draw`, drawn from parts of which none is ever seen whole.

`draw` puts everybody in order and takes every N/n-th. Here the order is cut into buckets of some
PER_BUCKET people; counts of the buckets add up over the parts, and say in which bucket, and at
which place in it, each one drawn stands. Who stands in these buckets is told by key alone, and at
last the people drawn are fetched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.encode import uses
from segmentation.mixture import Floats, Ints
from segmentation.parts.aligning import Everywhere, PartFeatures, weight_of
from segmentation.parts.bits import Bits
from segmentation.sampling import every, order_keys, weight_bands

PER_BUCKET = 32
"""People in a bucket where few of all are drawn."""

OF_THOSE_DRAWN = 8
"""Where many are, buckets are smaller, so that no more than some eighth of all is nominated."""

Keys = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Order:
    """Where those used of a part stand: `rows` in the part, `keys` and `bands` as in `draw`."""

    rows: Ints
    keys: Keys
    bands: NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Buckets:
    """The order cut up: `bands` ascending; each is cut into 2 ** `power` buckets, of which `first`
    is the number of the first; `number`: of all buckets."""

    bands: Ints
    power: Ints
    first: Ints
    number: int

    @classmethod
    def of(cls, people: Counter[int], size: int) -> Buckets:
        """For so many people in each band, of whom `size` are drawn in all."""
        each = min(PER_BUCKET, max(1.0, people.total() / size / OF_THOSE_DRAWN))
        bands = np.array(sorted(people), dtype=np.int64)
        many = np.array([people[band] for band in bands.tolist()])
        power = np.maximum(1, np.ceil(np.log2(many / each))).astype(np.int64)
        ends = np.cumsum(1 << power)
        return cls(bands, power, ends - (1 << power), int(ends[-1]))

    def holding(self, order: Order) -> Ints:
        """The bucket of each one: (people,)."""
        band = np.searchsorted(self.bands, order.bands)
        shift = (64 - self.power[band]).astype(np.uint64)
        return np.asarray(self.first[band] + (order.keys >> shift).astype(np.int64))


@dataclass(frozen=True, eq=False)
class Picks:
    """Who is drawn: the bucket and the place in it of each, ascending."""

    bucket: Ints
    place: Ints


@dataclass(frozen=True, eq=False)
class Nominees:
    """Who stands in the buckets picked, in one part: bucket, key, and how many are so."""

    bucket: NDArray[np.int32]
    key: Keys
    people: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Drawn:
    """People fetched from a part: `rows` in the part, ascending, and what they said to the kept
    tools."""

    rows: Ints
    chosen: Bits
    asked: Bits
    weight: Floats


def order_of(part: PartFeatures, everywhere: Everywhere, seed: int) -> Order:
    """Where everybody used of a part stands."""
    chosen, weight = part.chosen.table(), weight_of(part)
    used, kept = uses(chosen, weight, everywhere.kept), everywhere.kept
    heavy, asked = weight[used], part.asked.table()
    keys = order_keys(chosen[:, kept][used], asked[:, kept][used], heavy, seed)
    return Order(np.flatnonzero(used), keys, weight_bands(heavy).astype(np.int16))


def people_of(order: Order) -> Counter[int]:
    """How many stand in each band."""
    bands, people = np.unique(order.bands, return_counts=True)
    return Counter(dict(zip(bands.tolist(), people.tolist(), strict=True)))


def filled(order: Order, buckets: Buckets) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The buckets that hold somebody of a part, and how many."""
    found, people = np.unique(buckets.holding(order), return_counts=True)
    return found.astype(np.int32), people.astype(np.int32)


def together(buckets: Buckets, *counts: Any) -> NDArray[np.int32]:
    """How many stand in each bucket, of several parts: counts of `filled`, or of this."""
    total = np.zeros(buckets.number, dtype=np.int32)
    for one in counts:
        if isinstance(one, tuple):
            total[one[0]] += one[1]
        else:
            total += one
    return total


def picks_of(counts: NDArray[np.int32], size: int, seed: int) -> Picks:
    """Who is drawn, from how many stand in each bucket."""
    ends = np.cumsum(counts, dtype=np.int64)
    at = every(int(ends[-1]), size, seed)
    bucket = np.searchsorted(ends, at, side="right")
    return Picks(bucket, at - (ends[bucket] - counts[bucket]))


def nominees_of(order: Order, buckets: Buckets, picks: Picks) -> Nominees:
    """Who of a part stands in a bucket that somebody is drawn from."""
    holding, wanted = buckets.holding(order), np.unique(picks.bucket)
    inside = np.flatnonzero(_among(holding, wanted))
    keys, first, people = np.unique(order.keys[inside], return_index=True, return_counts=True)
    return Nominees(holding[inside[first]].astype(np.int32), keys, people.astype(np.int32))


def taken(picks: Picks, nominees: Sequence[Nominees]) -> list[tuple[Keys, Ints]]:
    """Of each part, the keys of those drawn and how many of each: the first, part after part."""
    part = np.repeat(np.arange(len(nominees)), [len(n.key) for n in nominees])
    bucket, key, people = (
        np.concatenate([getattr(n, name) for n in nominees]) for name in ("bucket", "key", "people")
    )
    order = np.lexsort((part, key, bucket))
    part, bucket, key, people = part[order], bucket[order], key[order], people[order]
    new = np.append(True, (key[1:] != key[:-1]) | (bucket[1:] != bucket[:-1]))
    group, start = np.cumsum(new) - 1, np.flatnonzero(new)
    upto = np.cumsum(people, dtype=np.int64)
    before_bucket = (upto - people)[np.searchsorted(bucket, picks.bucket)]
    of_pick = group[np.searchsorted(upto, before_bucket + picks.place, side="right")]
    wanted = np.bincount(of_pick, minlength=len(start))
    before = upto - people - (upto - people)[start][group]
    take = np.clip(wanted[group] - before, 0, people)
    mine = [np.flatnonzero((part == number) & (take > 0)) for number in range(len(nominees))]
    return [(key[at][np.argsort(key[at])], take[at][np.argsort(key[at])]) for at in mine]


def fetched(
    part: PartFeatures, order: Order, everywhere: Everywhere, wanted: tuple[Keys, Ints] | None
) -> Drawn:
    """The people drawn from a part; None for everybody used."""
    rows, kept = order.rows, everywhere.kept
    if wanted is not None:
        keys, take = wanted
        inside = np.flatnonzero(_among(order.keys, keys))
        inside = inside[np.argsort(order.keys[inside], kind="stable")]
        mine = order.keys[inside]
        rank = np.arange(len(mine)) - np.searchsorted(mine, mine)
        rows = np.sort(rows[inside[rank < take[np.searchsorted(keys, mine)]]])
    chosen, asked = part.chosen.table()[:, kept][rows], part.asked.table()[:, kept][rows]
    return Drawn(rows, Bits.of(chosen), Bits.of(asked), weight_of(part)[rows])


def _among(values: NDArray[np.integer], wanted: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether each value is among those wanted, which ascend."""
    if not len(wanted):
        return np.zeros(len(values), dtype=bool)
    at = np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)
    return np.asarray(wanted[at] == values)
