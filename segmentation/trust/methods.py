"""Which method suits the survey: each one on the same people, side by side."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from segmentation.embed import FULL_EPOCHS
from segmentation.spec import EmbedSpec, Method, RunSpec
from segmentation.trust.chain import Found, chain
from segmentation.trust.model import Methods, MethodTrust
from segmentation.trust.people import People

METHODS: tuple[Method, ...] = get_args(Method)

SEEDS = 3
"""Runs of each method that are compared with each other."""

WORDS: dict[Method, str] = {
    "hdbscan": "HDBSCAN",
    "leiden": "Leiden",
    "latent-class": "Latent classes",
}

AS_STABLE = 0.05
"""A method that is less stable by more than this has to gain more for it."""


@dataclass(frozen=True, eq=False)
class Timed:
    """A run of one method, and how many seconds it took."""

    found: Found
    seconds: float


def with_method(spec: RunSpec, method: Method, seed: int | None = None) -> RunSpec:
    """The same settings with another method, everybody assigned, so that methods compare."""
    return replace(
        spec,
        cluster=replace(spec.cluster, method=method, unassigned="everyone"),
        embed=spec.embed if seed is None else replace(spec.embed, seed=seed),
    )


def seeds(spec: EmbedSpec) -> list[int]:
    """The seed of the settings, and others."""
    return [spec.seed, *(1 + (spec.seed + 7919 * number) % 1_000_003 for number in range(1, SEEDS))]


def run_method(people: People, spec: RunSpec) -> Timed:
    """One method with settled maps."""
    start = time.perf_counter()
    found = chain(people, spec, FULL_EPOCHS)
    return Timed(found, time.perf_counter() - start)


def agreement(labels: Sequence[NDArray[np.int16]]) -> float | None:
    """Mean adjusted Rand index over all pairs of runs, among respondents in a cohort of both."""
    from sklearn.metrics import adjusted_rand_score

    values = []
    for one, other in combinations(labels, 2):
        both = (one >= 0) & (other >= 0)
        if both.any():
            values.append(float(adjusted_rand_score(one[both], other[both])))
    return float(np.mean(values)) if values else None


def choose(rows: Sequence[MethodTrust]) -> Methods:
    """The best method: of those that tell something about new people and find more than one
    cohort, the one with the largest held-out gain times stability; None of them: no method."""
    able = [row for row in rows if row.cohorts > 1 and row.gain - 2 * row.gain_se > 0]
    if not able:
        return Methods(
            tuple(rows), None, "No method found cohorts that say anything about new people."
        )
    if any(row.stability is None for row in able):
        return Methods(tuple(rows), None, "")
    best = max(able, key=lambda row: row.gain * (row.stability or 0.0))
    return Methods(tuple(rows), best.method, _why(best, [row for row in able if row is not best]))


def in_sentence(method: Method) -> str:
    """The name of a method amid a sentence."""
    return "latent classes" if method == "latent-class" else WORDS[method]


def _why(best: MethodTrust, others: Sequence[MethodTrust]) -> str:
    name = in_sentence(best.method)
    if not others:
        return f"Only the cohorts of {name} say something about new people."
    gains = max(other.gain for other in others)
    steady = max(other.stability or 0.0 for other in others)
    stable = best.stability or 0.0
    if best.gain >= gains and stable >= steady - AS_STABLE:
        most = "and are found again most often" if stable >= steady else "and are about as stable"
        return f"The cohorts of {name} say most about new people, {most}."
    if best.gain >= gains:
        return (
            f"The cohorts of {name} say so much more about new people that it outweighs that they "
            "are found again less often."
        )
    return (
        f"The cohorts of {name} are found again more often ({stable:.2f} against at most "
        f"{steady:.2f}), which outweighs that others say somewhat more about new people."
    )
