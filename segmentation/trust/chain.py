"""The whole chain on other people or other settings: what every resample runs.

Like a run, it fits on a sample where the people are more than `spec.fit` says, and places the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from segmentation.cluster import Clustering, cluster
from segmentation.embed import Embedding, build_graph, embed
from segmentation.encode import Features, features_of
from segmentation.errors import SegmentError
from segmentation.neighbours import Neighbours, find_neighbours
from segmentation.run import validate_clustering
from segmentation.sampling import draw
from segmentation.spec import ClusterSpec, RunSpec
from segmentation.trust.people import People

EPOCHS = 50
"""Rounds of the layout in resamples: verdicts are those of a settled map (measured)."""


@dataclass(frozen=True, eq=False)
class Found:
    """Cohorts of some people. `labels`: int16 (people,), after the policy for the unassigned, -1 =
    in none; `gain`, `gain_se`: held out, nats per respondent; 0 where no cohort was found.
    `unassigned`: share of the respondents used whom the method itself left out."""

    labels: NDArray[np.int16]
    cohorts: int
    gain: float
    gain_se: float
    unassigned: float


def chain(people: People, spec: RunSpec, epochs: int = EPOCHS) -> Found:
    """Threshold, neighbours, map, cohorts and held-out gain of these people."""
    return several(people, spec, (spec.cluster,), epochs)[0]


def everybody_placed(people: People, spec: RunSpec, epochs: int = EPOCHS) -> Found:
    """Like `chain`, with everybody assigned, and the gain that of profiles read off everybody.

    Islands that HDBSCAN cuts out of a map are denser than the survey, so that profiles of their
    core members alone promise too much of everybody else: on surveys of a few hundred their gain
    is below zero though there are cohorts (measured).
    """
    everyone = replace(spec.cluster, unassigned="everyone")
    return on_one_map(people, spec, (everyone,), epochs, core_alone=False).found[0]


def several(
    people: People, spec: RunSpec, ways: Sequence[ClusterSpec], epochs: int = EPOCHS
) -> tuple[Found, ...]:
    """Like `chain`, with several ways to form cohorts on one map."""
    return on_one_map(people, spec, ways, epochs).found


@dataclass(frozen=True, eq=False)
class OneMap:
    """What several ways give on one map, and where its patterns lie (patterns, dimensions); None
    where no way looks at the map, or there is none."""

    found: tuple[Found, ...]
    positions: NDArray[np.float32] | None


def on_one_map(
    people: People,
    spec: RunSpec,
    ways: Sequence[ClusterSpec],
    epochs: int,
    core_alone: bool = True,
) -> OneMap:
    """Like `several`, with the map. `core_alone`: the gain is that of the method's own members."""
    try:
        features = features_of(
            people.tools, people.chosen, people.asked, people.weight, spec.encode
        )
        patterns = draw(features, spec.fit, spec.embed.seed)
        near = find_neighbours(features, spec.neighbours, patterns=patterns)
    except SegmentError:
        return OneMap(tuple(nothing(len(people)) for _ in ways), None)
    laid_out = any(way.method == "hdbscan" for way in ways)
    drawn = embed(near, spec.embed, epochs) if laid_out else _graph(near, spec)
    found = []
    for way in ways:
        try:
            made = cluster(features, patterns, drawn, way, spec.embed.seed)
            found.append(_found(features, made, spec.embed.seed, core_alone))
        except SegmentError:
            found.append(nothing(len(people)))
    return OneMap(tuple(found), drawn.positions if laid_out else None)


def held(way: ClusterSpec, cohorts: int) -> ClusterSpec:
    """The same way, with the number of latent classes held where it was to be chosen."""
    free = way.method == "latent-class" and not way.cohorts
    return replace(way, cohorts=cohorts) if free else way


def _graph(near: Neighbours, spec: RunSpec) -> Embedding:
    """Without a layout, which takes most of the time and which only HDBSCAN looks at."""
    nowhere = np.zeros((len(near.patterns.count), spec.embed.dimensions), dtype=np.float32)
    return Embedding(build_graph(near, spec.embed.neighbors), nowhere)


def _found(features: Features, made: Clustering, seed: int, core_alone: bool) -> Found:
    labels = np.full(len(features.used), -1, dtype=np.int16)
    labels[features.used] = made.labels
    read_off = made if core_alone else replace(made, core=made.labels)
    checked = validate_clustering(features, read_off, seed)
    left_out = float(np.mean(made.core < 0))
    return Found(labels, made.cohorts, checked.gain, checked.gain_se, left_out)


def nothing(people: int) -> Found:
    """No cohort at all."""
    return Found(np.full(people, -1, dtype=np.int16), 0, 0.0, 0.0, 1.0)
