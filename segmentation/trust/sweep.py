"""A grid of settings, each scored: what would other sliders have given?"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.embed import FULL_EPOCHS
from segmentation.progress import Progress, silent
from segmentation.resample import Task, run_tasks
from segmentation.run import Segmentation
from segmentation.spec import ClusterSpec, Method, RunSpec, TrustSpec
from segmentation.trust.chain import OneMap, on_one_map
from segmentation.trust.model import Sweep, SweepCell, SweepSpec
from segmentation.trust.people import People
from segmentation.trust.plan import Plan, in_half, plan
from segmentation.trust.stability import best_overlaps

THRESHOLDS = (0.05, 0.10, 0.15)
NEIGHBOURS = (16, 32, 64)

SIZES: dict[Method, tuple[Any, tuple[float, ...]]] = {
    "hdbscan": ("min_cluster_size", (0.01, 0.02, 0.04, 0.08)),
    "leiden": ("resolution", (0.5, 1.0, 1.5, 2.0)),
    "latent-class": ("cohorts", (3, 5, 7, 9, 12)),
}
"""Of each method, the setting that decides how large cohorts are, and the values tried."""

Place = tuple[float, int]
"""Threshold and neighbours of one map."""


def default_sweep(spec: RunSpec) -> SweepSpec:
    """Values around the usual ones, those of `spec` among them."""
    size_of, sizes = SIZES[spec.cluster.method]
    now = getattr(spec.cluster, size_of)
    around = sizes if size_of == "cohorts" and not now else (*sizes, now)
    neighbours: tuple[int, ...] = (*NEIGHBOURS, spec.embed.neighbors)
    if spec.cluster.method == "latent-class":
        neighbours = (spec.embed.neighbors,)  # which latent classes do not look at
    return SweepSpec(
        thresholds=_sorted((*THRESHOLDS, spec.encode.threshold)),
        neighbours=_sorted(neighbours),
        size_of=size_of,
        sizes=_sorted(around),
    )


def sweep(
    run: Segmentation,
    asked: SweepSpec,
    progress: Progress = silent,
    show: Callable[[Sweep], None] = lambda _: None,
    remembered: MutableMapping[str, Any] | None = None,
    keep_map: Callable[[RunSpec, NDArray[np.float32]], None] = lambda *_: None,
) -> Sweep:
    """Score every cell of the grid on the survey of a result.

    `show` is given the cells done so far, map by map; `keep_map` the settled map of each threshold
    and number of neighbours, so that adopting a cell need not draw it again. Raises like
    `examine`.
    """
    known = {} if remembered is None else remembered
    base = plan(run, TrustSpec())
    results: dict[str, Any] = {}

    def done(task: Task, result: Any) -> None:
        results[task.key] = result
        show(_cells(base, asked, results))
        if isinstance(result, OneMap) and result.positions is not None and _whole(base, run):
            keep_map(_of_task(task), result.positions)

    run_tasks(list(_tasks(base, asked)), done, progress, known)
    return dataclasses.replace(_cells(base, asked, results), complete=True)


def spec_at(spec: RunSpec, asked: SweepSpec, place: Place, size: float) -> RunSpec:
    """The settings of one cell."""
    threshold, neighbours = place
    value: Any = int(size) if asked.size_of == "cohorts" else size
    return replace(
        spec,
        encode=replace(spec.encode, threshold=threshold),
        embed=replace(spec.embed, neighbors=neighbours),
        cluster=ClusterSpec(**{**dataclasses.asdict(spec.cluster), asked.size_of: value}),
    )


def settled(people: People, spec: RunSpec, ways: tuple[ClusterSpec, ...]) -> OneMap:
    """Every size on one settled map."""
    return on_one_map(people, spec, ways, FULL_EPOCHS)


def _tasks(base: Plan, asked: SweepSpec) -> Iterator[Task]:
    for place in product(asked.thresholds, asked.neighbours):
        specs = [spec_at(base.spec, asked, place, size) for size in asked.sizes]
        ways = tuple(spec.cluster for spec in specs)
        words = f"Threshold {place[0]:.1%}, {place[1]} neighbours"
        for number in (None, *range(asked.resamples)):
            whole = number is None
            half = () if number is None else (base.half(number),)
            yield Task(
                _key(base, asked, place, number),
                words if whole else f"{words}: half samples",
                settled if whole else in_half,
                (base.people, *half, specs[0], ways),
                cost=4.0 if whole else 1.0,
            )


def _key(base: Plan, asked: SweepSpec, place: Place, number: int | None) -> str:
    return base.key("sweep", asked.size_of, *asked.sizes, *place, number)


def _of_task(task: Task) -> RunSpec:
    spec: RunSpec = task.arguments[1]
    return spec


def _whole(base: Plan, run: Segmentation) -> bool:
    """Whether the maps are those of everybody, not of a sample."""
    return len(base.rows) == int(run.features.included.sum())


def _cells(base: Plan, asked: SweepSpec, results: dict[str, Any]) -> Sweep:
    cells = []
    for place in product(asked.thresholds, asked.neighbours):
        drawn: OneMap | None = results.get(_key(base, asked, place, None))
        if drawn is None:
            continue
        halves = [
            (number, again)
            for number in range(asked.resamples)
            if (again := results.get(_key(base, asked, place, number))) is not None
        ]
        for column, size in enumerate(asked.sizes):
            found = drawn.found[column]
            stable = [
                best_overlaps(
                    *(found.labels[base.half(number)], found.cohorts),
                    *(again[column].labels, again[column].cohorts),
                )
                for number, again in halves
            ]
            cells.append(
                SweepCell(
                    spec=spec_at(base.spec, asked, place, size),
                    size=size,
                    cohorts=found.cohorts,
                    gain=found.gain,
                    gain_se=found.gain_se,
                    stability=float(np.nanmean(stable)) if stable and found.cohorts else None,
                    unassigned=found.unassigned,
                )
            )
    return Sweep(asked, tuple(cells))


def _sorted(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted(set(values)))
