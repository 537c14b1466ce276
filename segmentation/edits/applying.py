"""A result as the analyst changed it: every figure is computed again from who is where."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.cluster import SMALLEST_COHORT, number_by_size, with_policy
from segmentation.cohorts import CohortSet, define_cohorts
from segmentation.edits.model import NO_CHANGES, Edits, Merge, Split, fingerprint
from segmentation.errors import SegmentError, WorkbenchError
from segmentation.intake import Survey
from segmentation.mixture import Ints
from segmentation.profiles import profile
from segmentation.run import Segmentation, validate_clustering

OTHERS = (
    "These changes were made to other cohorts than those found now: throw them away, or go back to "
    "the version of the workbench that they were made with."
)


@dataclass(frozen=True, eq=False)
class Edited:
    """A result after merges and splits, and under the analyst's names. `ids`: of each cohort, in
    the order of the run's cohorts, largest first. `edits`: what was applied."""

    run: Segmentation
    ids: tuple[int, ...]
    edits: Edits = NO_CHANGES

    @property
    def order(self) -> list[int]:
        """Numbers of the cohorts in the analyst's order."""
        place = {cohort: number for number, cohort in enumerate(self.ids)}
        return [place[cohort] for cohort in self.edits.in_order(self.ids)]

    @property
    def places(self) -> list[int]:
        """Each cohort's place in the palette: a cohort keeps its colour when others change."""
        colours = (self.edits.label(cohort).colour for cohort in self.ids)
        return [
            cohort if colour is None else colour
            for cohort, colour in zip(self.ids, colours, strict=True)
        ]


@dataclass(frozen=True)
class Picked:
    """Respondents picked out, as whole groups of identical answers. `patterns`: their places
    among the distinct answers. `people`: how many in all; `along`: of these, who were not picked
    themselves but answered the same."""

    patterns: tuple[int, ...]
    people: int
    along: int


def apply_edits(survey: Survey, run: Segmentation, edits: Edits) -> Edited:
    """The result with the changes: definition, profiles, held-out gain, fidelity and saved set are
    all read off the new membership by the same functions as the run's own.

    A cohort of which nobody is left is gone. Raises like `check_edits`.
    """
    by_pattern = check_edits(run, edits)
    steps = Edits(of=edits.of, steps=edits.steps)
    if not edits.steps:
        return with_labels(Edited(run, tuple(range(run.clustering.cohorts)), steps), edits)
    changed, ids = _restructured(survey, run, by_pattern)
    return with_labels(Edited(changed, ids, steps), edits)


def check_edits(run: Segmentation, edits: Edits) -> Ints:
    """The cohort that each distinct answer comes to, by id, -1 = none: (patterns,).

    Raises SegmentError when a cohort would have fewer than SMALLEST_COHORT core members, and
    WorkbenchError when the changes are of another result.
    """
    if edits.of not in ("", fingerprint(run)):
        raise WorkbenchError(OTHERS)
    patterns = run.neighbours.patterns
    by_pattern = np.full(len(patterns.count), -1, dtype=np.int64)
    by_pattern[patterns.of_people] = run.clustering.core[run.clustering.fitted]
    for step in edits.steps:
        by_pattern = _after(step, by_pattern, patterns.count, _names(run, edits))
    return by_pattern


def with_labels(edited: Edited, edits: Edits) -> Edited:
    """A result under the suggested names, whose steps those of `edits` are, under the analyst's."""
    cohorts = _labelled(edited.run.cohorts, edited.ids, edits)
    return Edited(dataclasses.replace(edited.run, cohorts=cohorts), edited.ids, edits)


def pick_whole(run: Segmentation, points: Sequence[int]) -> Picked:
    """`points`: places among the used respondents, of those on the map. Identical answers always
    get the same cohort, so whoever answered the same as one of them comes along."""
    patterns = run.neighbours.patterns
    found = np.unique(patterns.of[np.asarray(points, dtype=np.int64)])
    found = found[found >= 0]
    people = int(np.isin(patterns.of, found).sum())
    return Picked(tuple(found.tolist()), people, people - len(set(points)))


def _restructured(
    survey: Survey, run: Segmentation, by_pattern: Ints
) -> tuple[Segmentation, tuple[int, ...]]:
    patterns, features, spec = run.neighbours.patterns, run.features, run.cohorts.spec
    number = number_by_size(by_pattern, patterns)
    ids = tuple(int(by_pattern[np.argmax(number == n)]) for n in range(int(number.max()) + 1))
    clustering = with_policy(features, patterns, number, spec.cluster.unassigned)
    profiles = profile(features, clustering)
    changed = dataclasses.replace(
        run,
        clustering=clustering,
        validation=validate_clustering(features, clustering, spec.embed.seed),
        profiles=profiles,
        cohorts=define_cohorts(survey, features, clustering, profiles, spec, run.cohorts.mapping),
    )
    return changed, ids


def _names(run: Segmentation, edits: Edits) -> dict[int, str]:
    """What the run's cohorts and those that were named are called, by id."""
    names = {number: cohort.name for number, cohort in enumerate(run.cohorts.cohorts)}
    return names | {cohort: label.name for cohort, label in edits.labels if label.name}


def _after(step: Merge | Split, by_pattern: Ints, count: Ints, names: dict[int, str]) -> Ints:
    """Each pattern's cohort by id after one step; sizes are checked."""
    if isinstance(step, Merge):
        if step.kept == step.gone or not {step.kept, step.gone} <= set(by_pattern.tolist()):
            raise WorkbenchError(OTHERS)
        return np.where(by_pattern == step.gone, step.kept, by_pattern)
    if not step.patterns or max(step.patterns) >= len(by_pattern):
        raise WorkbenchError(OTHERS)
    moved = np.asarray(step.patterns)
    _check(int(count[moved].sum()), "in the new cohort")
    after = by_pattern.copy()
    after[moved] = step.new
    for left in np.unique(by_pattern[moved]):
        people = int(count[after == left].sum())
        if left >= 0 and people:
            _check(people, f"left in “{names.get(int(left), 'a cohort split off before')}”")
    return after


def _check(people: int, where: str) -> None:
    if people < SMALLEST_COHORT:
        said = "1 person" if people == 1 else f"{people} people"
        raise SegmentError(
            f"There would be {said} {where}, and fewer than {SMALLEST_COHORT} describe themselves, "
            "not a cohort: pick out others on the map, or merge cohorts instead."
        )


def _labelled(cohorts: CohortSet, ids: Sequence[int], edits: Edits) -> CohortSet:
    labels = {number: edits.label(cohort) for number, cohort in enumerate(ids)}
    return cohorts.renamed(
        {number: label.name for number, label in labels.items() if label.name},
        {number: label.description for number, label in labels.items() if label.description},
    )
