"""Results to audit, made from a matrix of answers without a file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from segmentation.cluster import Clustering, cluster
from segmentation.cohorts import define_cohorts
from segmentation.embed import Embedding, embed
from segmentation.encode import Attribute, Features, features_of
from segmentation.intake import read_survey
from segmentation.mixture import fit_mixture, score
from segmentation.neighbours import Neighbours, find_neighbours
from segmentation.profiles import profile
from segmentation.run import Segmentation, validate_clustering
from segmentation.spec import RunSpec
from segmentation.trust.chain import EPOCHS
from segmentation.vocabulary import Tool
from tests.segmentation.builders import survey_csv
from tests.segmentation.cohort_sets import MAPPING


def tools_named(number: int) -> tuple[Tool, ...]:
    return tuple(Tool(f"t{i:02d}", "Tool") for i in range(number))


def encoded(
    chosen: np.ndarray,
    spec: RunSpec,
    asked: np.ndarray | None = None,
    attributes: tuple[Attribute, ...] = (),
) -> Features:
    asked = np.ones_like(chosen) if asked is None else asked
    found = features_of(
        tools_named(chosen.shape[1]), chosen & asked, asked, np.ones(len(chosen)), spec.encode
    )
    return replace(found, attributes=attributes)


def given(
    chosen: np.ndarray,
    labels: np.ndarray,
    spec: RunSpec | None = None,
    asked: np.ndarray | None = None,
    attributes: tuple[Attribute, ...] = (),
) -> Segmentation:
    """A result whose cohorts are these: `labels` of everybody, -1 = in none."""
    spec = spec or RunSpec()
    features = encoded(chosen, spec, asked, attributes)
    near = find_neighbours(features, spec.neighbours)
    nowhere = np.zeros((len(near.patterns.count), 2), dtype=np.float32)
    own = labels[features.used]
    answers = features.chosen_kept, features.asked_kept
    definition = fit_mixture(*answers, features.weight[features.used], own, int(own.max()) + 1)
    posterior = score(definition, *answers).posterior.astype(np.float32)
    clustering = Clustering(own, own, posterior, definition)
    return _described(features, near, Embedding(None, nowhere), clustering, spec)


def found(chosen: np.ndarray, spec: RunSpec) -> Segmentation:
    """The cohorts that the chain finds, on a map of few rounds."""
    features = encoded(chosen, spec)
    near = find_neighbours(features, spec.neighbours)
    drawn = embed(near, spec.embed, EPOCHS)
    clustering = cluster(features, near.patterns, drawn, spec.cluster, spec.embed.seed)
    return _described(features, near, drawn, clustering, spec)


def _described(
    features: Features,
    near: Neighbours,
    drawn: Embedding,
    clustering: Clustering,
    spec: RunSpec,
) -> Segmentation:
    profiles = profile(features, clustering)
    survey = read_survey(survey_csv(features.chosen), "planted.csv")
    cohorts = define_cohorts(survey, features, clustering, profiles, spec, MAPPING)
    checked = validate_clustering(features, clustering, spec.embed.seed)
    return Segmentation(features, near, drawn, clustering, checked, profiles, cohorts, {})
