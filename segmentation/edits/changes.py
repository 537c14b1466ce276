"""What a version changes about the one before it, in sentences, before it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from segmentation.cohorts import CohortSet
from segmentation.compare.differences import differences
from segmentation.compare.model import Difference
from segmentation.mixture import Bools

MOSTLY = 0.5
"""A cohort goes on in another where more than this share of its members are."""


@dataclass(frozen=True)
class Changes:
    """`cohorts`: a sentence for each cohort that is new, gone or otherwise; `made`: what differs
    in how the cohorts were made. Names in them are data."""

    cohorts: tuple[str, ...]
    made: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return bool(self.cohorts or self.made)


def what_changed(before: CohortSet, after: CohortSet) -> Changes:
    """From one set to another. Cohorts are found again by their members where both sets are of
    the same file, else by their names."""
    there = _by_members(before, after)
    if there is None:
        there = _by_name(before, after)
    named = {"Cohorts"}
    made = tuple(d for d in differences(before, after) if d.what not in named)
    return Changes(tuple(_sentences(before, after, there)), made)


def _by_members(before: CohortSet, after: CohortSet) -> Bools | None:
    """bool (before, after): whether one goes on in the other, by who is in them."""
    one, other = before.labels, after.labels
    same = before.survey_sha256 == after.survey_sha256
    if not same or one is None or other is None or len(one) != len(other):
        return None
    table = np.zeros((len(before.cohorts), len(after.cohorts)))
    both = (one >= 0) & (other >= 0)
    np.add.at(table, (one[both], other[both]), 1)
    old = np.bincount(one[one >= 0], minlength=len(table))[:, None]
    new = np.bincount(other[other >= 0], minlength=table.shape[1])
    goes_on: Bools = (table > MOSTLY * old) | (table > MOSTLY * new)
    return goes_on


def _by_name(before: CohortSet, after: CohortSet) -> Bools:
    return np.array(
        [[one.name == other.name for other in after.cohorts] for one in before.cohorts], dtype=bool
    ).reshape(len(before.cohorts), len(after.cohorts))


def _sentences(before: CohortSet, after: CohortSet, there: Bools) -> Iterator[str]:
    old = [f"“{cohort.name}”" for cohort in before.cohorts]
    new = [f"“{cohort.name}”" for cohort in after.cohorts]
    for i, row in enumerate(there):
        parts = np.flatnonzero(row)
        if not len(parts):
            yield f"{old[i]} is gone."
        elif len(parts) > 1:
            yield f"{old[i]} is split into {_listed([new[j] for j in parts])}."
        elif there[:, parts[0]].sum() == 1:
            yield from _same(before, after, i, int(parts[0]))
    for j, column in enumerate(there.T):
        parts = np.flatnonzero(column)
        if not len(parts):
            yield f"{new[j]} is new."
        elif len(parts) > 1:
            yield f"{_listed([old[i] for i in parts])} are merged into {new[j]}."


def _same(before: CohortSet, after: CohortSet, i: int, j: int) -> Iterator[str]:
    """What is otherwise about a cohort that goes on as itself."""
    one, other = before.cohorts[i], after.cohorts[j]
    if one.name != other.name:
        yield f"“{one.name}” is now called “{other.name}”."
    if one.size != other.size:
        yield f"“{other.name}” has {other.size:,} people, not {one.size:,}."
    if one.description != other.description:
        yield f"“{other.name}” is described otherwise."


def _listed(names: list[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1]
