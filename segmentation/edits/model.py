"""An analyst's changes to one result as a value: what a draft keeps, and JSON both ways.

A cohort is known by an id that stays with it whatever its number becomes: the cohorts of the run
have their numbers from 0, and each one split off gets the next.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segmentation.errors import WorkbenchError
from segmentation.run import Segmentation

NO_EDITS = "These changes cannot be read: throw them away and start again."


@dataclass(frozen=True)
class Label:
    """What is said of one cohort. `name`: "" for the suggested one. `colour`: a place in the
    palette, None for the cohort's own (its id). `hidden`: left out of the page."""

    name: str = ""
    description: str = ""
    notes: str = ""
    colour: int | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Merge:
    """Two cohorts become one, which goes on as `kept`; both are ids."""

    kept: int
    gone: int


@dataclass(frozen=True)
class Split:
    """Everybody with one of these answers leaves their cohort, if any, and they form one of their
    own. `new`: its id. `patterns`: places among the distinct answers (`neighbours.Patterns`), so
    that identical answers stay together."""

    new: int
    patterns: tuple[int, ...]


@dataclass(frozen=True)
class Edits:
    """All changes to one result. `of`: the result's `fingerprint`, "" before anything is changed.

    `labels`: pairs of id and label, one an id. `order`: ids as the analyst wants them to follow
    each other; empty for the order of size.
    """

    of: str = ""
    steps: tuple[Merge | Split, ...] = ()
    labels: tuple[tuple[int, Label], ...] = ()
    order: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.steps or self.labels or self.order)

    def label(self, cohort: int) -> Label:
        """What is said of the cohort with this id."""
        return dict(self.labels).get(cohort, Label())

    def relabelled(self, cohort: int, **said: Any) -> Edits:
        """With some of a cohort's label replaced; a label that says nothing is none."""
        label = dataclasses.replace(self.label(cohort), **said)
        labels = {**dict(self.labels), cohort: label}
        kept = ((c, one) for c, one in sorted(labels.items()) if one != Label())
        return dataclasses.replace(self, labels=tuple(kept))

    def unnamed(self) -> Edits:
        """With the suggested names; all else stays."""
        edits = self
        for cohort, _ in self.labels:
            edits = edits.relabelled(cohort, name="")
        return edits

    def merged(self, kept: int, gone: int) -> Edits:
        """With two cohorts as one, under the label of `kept`."""
        return dataclasses.replace(self, steps=(*self.steps, Merge(kept, gone)))

    def split(self, patterns: Sequence[int], ids: Sequence[int]) -> Edits:
        """With people split off from cohorts, `ids` those there are."""
        taken = [step.gone if isinstance(step, Merge) else step.new for step in self.steps]
        step = Split(max((*ids, *taken)) + 1, tuple(sorted(set(map(int, patterns)))))
        return dataclasses.replace(self, steps=(*self.steps, step))

    def moved(self, ids: Sequence[int], cohort: int, by: int) -> Edits:
        """With a cohort that many places on in the order of `ids`, the ids by size."""
        order = self.in_order(ids)
        place = order.index(cohort)
        order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
        return dataclasses.replace(self, order=() if order == list(ids) else tuple(order))

    def in_order(self, ids: Sequence[int]) -> list[int]:
        """The ids in the analyst's order, new ones last; `ids` are those by size."""
        known = [cohort for cohort in self.order if cohort in ids]
        return known + [cohort for cohort in ids if cohort not in known]

    def to_dict(self) -> dict[str, Any]:
        """As JSON: numbers and typed text, no answers."""
        return {
            "of": self.of,
            "steps": [
                {"merge": [step.kept, step.gone]}
                if isinstance(step, Merge)
                else {"split": list(step.patterns), "new": step.new}
                for step in self.steps
            ],
            "labels": [[cohort, dataclasses.asdict(label)] for cohort, label in self.labels],
            "order": list(self.order),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Edits:
        """Inverse of `to_dict`. Raises WorkbenchError for anything else."""
        try:
            return cls(
                of=_text(data["of"]),
                steps=tuple(_step(step) for step in data["steps"]),
                labels=tuple((_whole(cohort), _label(said)) for cohort, said in data["labels"]),
                order=tuple(_whole(cohort) for cohort in data["order"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise WorkbenchError(NO_EDITS) from error


NO_CHANGES = Edits()


def fingerprint(run: Segmentation) -> str:
    """Tells whether two runs found the same cohorts of the same people."""
    return run.cohorts.fingerprint


def _step(data: Mapping[str, Any]) -> Merge | Split:
    if "merge" in data:
        kept, gone = data["merge"]
        return Merge(_whole(kept), _whole(gone))
    return Split(_whole(data["new"]), tuple(_whole(pattern) for pattern in data["split"]))


def _label(data: Mapping[str, Any]) -> Label:
    texts = {name: _text(data[name]) for name in ("name", "description", "notes")}
    colour = data["colour"]
    return Label(**texts, colour=None if colour is None else _whole(colour), hidden=data["hidden"])


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError("no whole number from 0")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
