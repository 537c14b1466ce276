"""The whole chain in one call, for the command line, notebooks and resamples."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from segmentation.cluster import Clustering, cluster
from segmentation.cohorts import CohortSet, define_cohorts
from segmentation.embed import Embedding, embed
from segmentation.encode import Features, encode
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.neighbours import Neighbours, find_neighbours
from segmentation.profiles import Profiles, profile
from segmentation.progress import Progress, silent
from segmentation.sampling import draw
from segmentation.spec import RunSpec
from segmentation.validate import Validation, validate


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Everything one run found; each part is what one stage returned."""

    features: Features
    neighbours: Neighbours
    embedding: Embedding
    clustering: Clustering
    validation: Validation
    profiles: Profiles
    cohorts: CohortSet
    seconds: dict[str, float]


def segment(
    survey: Survey, mapping: Mapping, spec: RunSpec | None = None, progress: Progress = silent
) -> Segmentation:
    """Encode, compare, draw, cluster, validate and describe.

    Raises WorkbenchError with what to change when the survey and settings give no cohorts.
    """
    spec = spec or RunSpec()
    clock = Clock()
    with clock("encode"):
        progress("Reading the tools", 0.0)
        features = encode(survey, mapping, spec.encode)
    with clock("neighbours"):
        patterns = draw(features, spec.fit, spec.embed.seed)
        neighbours = find_neighbours(features, spec.neighbours, progress, patterns)
    with clock("embed"):
        embedding = embed(neighbours, spec.embed, progress=progress)
    with clock("cluster"):
        clustering = cluster(features, patterns, embedding, spec.cluster, spec.embed.seed, progress)
    with clock("validate"):
        progress("Checking on held-out respondents", 0.0)
        validation = validate_clustering(features, clustering, spec.embed.seed)
    with clock("profile"):
        progress("Describing the cohorts", 0.0)
        profiles = profile(features, clustering)
    cohorts = define_cohorts(survey, features, clustering, profiles, spec, mapping)
    return Segmentation(
        features, neighbours, embedding, clustering, validation, profiles, cohorts, clock.seconds
    )


def validate_clustering(features: Features, clustering: Clustering, seed: int) -> Validation:
    """Held-out gain and fidelity of the method's own cohorts, before any policy, among those whom
    they were made from."""
    fitted = clustering.fitted
    return validate(
        features.chosen_kept[fitted],
        features.asked_kept[fitted],
        features.weight[features.used][fitted],
        clustering.core[fitted],
        clustering.cohorts,
        seed,
    )


class Clock:
    """Seconds of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = round(time.perf_counter() - start, 3)
