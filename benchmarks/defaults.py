"""Which HDBSCAN defaults give useful, stable cohorts on the largest surveys at hand?

For each selection method and number of minimum samples, and for the other methods: cohorts, share
unassigned, share of the largest, held-out gain, fidelity, agreement between seeds (adjusted Rand)
and stability (mean Jaccard of each cohort with its best match in half samples, all re-run).

    python -m benchmarks.defaults [--resamples 6]
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_rand_score

from segmentation import read_survey, suggest_mapping
from segmentation.cluster import Clustering, cluster
from segmentation.embed import Embedding, embed
from segmentation.encode import Features, encode
from segmentation.errors import SegmentError
from segmentation.neighbours import Neighbours, find_neighbours
from segmentation.run import validate_clustering
from segmentation.spec import ClusterSpec, EmbedSpec, RunSpec, Selection

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
SURVEYS = ("stackoverflow_2019/tools.csv", "r_community/2018_en.tsv", "cncf/cncf_2018.csv")
SELECTIONS: tuple[Selection, ...] = ("eom", "leaf")
MIN_SAMPLES = (1, 5, 10, 20, 50)
SEEDS = (42, 1, 2)
HEADER = (
    *("survey", "method", "cohorts", "unassigned", "largest", "gain", "fidelity"),
    *("seeds agree", "stability"),
)


def variants() -> Iterator[tuple[str, ClusterSpec]]:
    for selection in SELECTIONS:
        for number in MIN_SAMPLES:
            spec = ClusterSpec(selection=selection, min_samples=number, unassigned="everyone")
            yield f"hdbscan {selection} {number}", spec
    yield "leiden", ClusterSpec("leiden", unassigned="everyone")
    yield "latent classes", ClusterSpec("latent-class", unassigned="everyone")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--resamples", type=int, default=6)
    resamples = parser.parse_args().resamples
    print(" | ".join(HEADER))
    for name in SURVEYS:
        for row in compare(SHARED / name, resamples):
            print(" | ".join((name.split("/")[0], *row)), flush=True)


def compare(file: Path, resamples: int) -> Iterator[tuple[str, ...]]:
    survey = read_survey(file)
    features = encode(survey, suggest_mapping(survey), RunSpec().encode)
    maps = [drawn(features, seed) for seed in SEEDS]
    halves = [half(features, seed) for seed in range(resamples)]
    half_maps = [drawn(sample, 42) for sample, _ in halves]
    for name, spec in variants():
        try:
            found = [
                cluster(features, near.patterns, map_, spec, seed)
                for seed, (near, map_) in zip(SEEDS, maps, strict=True)
            ]
        except SegmentError:
            yield name, *["–"] * 7
            continue
        stable = [
            overlap(found[0].labels[rows], cluster(sample, near.patterns, map_, spec, 42).labels)
            for (sample, rows), (near, map_) in zip(halves, half_maps, strict=True)
        ]
        yield name, *summary(features, found, float(np.mean(stable)))


def summary(features: Features, found: list[Clustering], stability: float) -> tuple[str, ...]:
    first = found[0]
    checked = validate_clustering(features, first, 42)
    agreement = np.mean([adjusted_rand_score(first.labels, other.labels) for other in found[1:]])
    return (
        str(first.cohorts),
        f"{(first.core < 0).mean():.0%}",
        f"{np.bincount(first.core[first.core >= 0]).max() / len(first.core):.0%}",
        f"{checked.gain:.2f}",
        f"{checked.fidelity:.0%}",
        f"{agreement:.2f}",
        f"{stability:.2f}",
    )


def drawn(features: Features, seed: int) -> tuple[Neighbours, Embedding]:
    near = find_neighbours(features, RunSpec().neighbours)
    return near, embed(near, EmbedSpec(seed=seed))


def half(features: Features, seed: int) -> tuple[Features, np.ndarray]:
    """Half of the used respondents, and which rows of the used ones they are."""
    used = np.flatnonzero(features.used)
    rows = np.sort(np.random.default_rng(seed).choice(len(used), len(used) // 2, replace=False))
    keep = used[rows]
    sample = dataclasses.replace(
        features,
        chosen=features.chosen[keep],
        asked=features.asked[keep],
        weight=features.weight[keep],
        used=features.used[keep],
        attributes=(),
    )
    return sample, rows


def overlap(labels: np.ndarray, others: np.ndarray) -> float:
    """Mean over cohorts of the Jaccard overlap with their best match."""
    theirs = [others == cohort for cohort in np.unique(others)]
    best = []
    for cohort in np.unique(labels):
        mine = labels == cohort
        best.append(max((mine & other).sum() / (mine | other).sum() for other in theirs))
    return float(np.mean(best))


if __name__ == "__main__":
    main()
