"""Everybody in a part placed by what was found in the sample, counted, and written where told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.cluster import Clustering, Rule, rule_of
from segmentation.encode import Features
from segmentation.mixture import Ints
from segmentation.neighbours import Patterns, numbered, pattern_keys
from segmentation.outputs import assignment_lines, to_csv
from segmentation.parts.aligning import Everywhere, PartFeatures, features_of_part
from segmentation.parts.drawing import Keys
from segmentation.parts.files import write_file
from segmentation.profiles import Counts, count
from segmentation.spec import Unassigned


@dataclass(frozen=True, eq=False)
class Found:
    """What the sample says about everybody: `patterns`: (words, patterns), answers in it as
    `pattern_keys`, and the `core` cohort of each; `rule`: for all other answers."""

    patterns: Keys
    core: Ints
    rule: Rule


@dataclass(frozen=True)
class Place:
    """Of a part: its `number` from 1, how many respondents come `before` it, and the `folder` that
    its assignments are written to, None for nowhere."""

    number: int
    before: int
    folder: str | None


def found_in(
    sample: Features, patterns: Patterns, clustering: Clustering, policy: Unassigned
) -> Found:
    """What a sample that was fitted says; everybody in `sample` is fitted."""
    core = np.full(len(patterns.count), -1, dtype=np.int64)
    core[patterns.of] = clustering.core
    chosen, asked = sample.chosen_kept, sample.asked_kept
    rule = rule_of(chosen, asked, sample.weight, clustering.core, policy)
    return Found(pattern_keys(patterns.chosen, patterns.asked), core, rule)


def placed(part: PartFeatures, place: Place, everywhere: Everywhere, found: Found) -> Counts:
    """What a part adds to the profiles, once everybody in it is placed."""
    features = features_of_part(part, everywhere)
    chosen, asked = features.chosen_kept, features.asked_kept
    known = found.patterns.shape[1]
    number, _ = numbered(np.hstack([found.patterns, pattern_keys(chosen, asked)]))
    of = np.full(int(number.max()) + 1, -1, dtype=np.int64)
    of[number[:known]] = np.arange(known)
    pattern = of[number[known:]]
    core = np.append(found.core, -1)[pattern]
    clustering = found.rule.place(chosen, asked, core, pattern < 0)
    if place.folder is not None:
        table = assignment_lines(features, clustering, place.before)
        write_file(place.folder, name_of(place), to_csv(table))
    return count(features, clustering)


def name_of(place: Place) -> str:
    """What the assignments of a part are called."""
    return f"assignments-{place.number:05d}.csv"
