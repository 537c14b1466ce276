"""UMAP's graph and layout of the distinct tool sets, fed with exact neighbours.

The only importer of `umap`, inside functions, because importing it takes seconds.
McInnes, Healy and Melville (2018), UMAP: Uniform Manifold Approximation and Projection.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from segmentation.mixture import Ints
from segmentation.neighbours import Neighbours, Patterns
from segmentation.progress import Progress, silent
from segmentation.spec import EmbedSpec

FULL_EPOCHS = 200
PREVIEW_EPOCHS = 40

LARGE = 10_000
LARGE_EPOCHS = 100
"""Above LARGE patterns the map settles in this many epochs: each moves every point as often as
it has neighbours, and more made no difference to gain or agreement between seeds (measured)."""

SMALLEST_SPECTRAL = 32
"""Below this many patterns the spectral start fails or is noise; a random one serves as well."""

GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))

_umap_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Embedding:
    """`graph`: symmetric weights (patterns, patterns), 0 to 1: UMAP's fuzzy simplicial set.
    `positions`: float32 (patterns, dimensions), map units."""

    graph: sparse.csr_array
    positions: NDArray[np.float32]


def embed(
    neighbours: Neighbours,
    spec: EmbedSpec,
    epochs: int = FULL_EPOCHS,
    progress: Progress = silent,
) -> Embedding:
    """Lay the patterns out so that similar tool sets lie close.

    `epochs`: rounds of the layout; PREVIEW_EPOCHS answers a moving slider, FULL_EPOCHS settles
    (LARGE_EPOCHS above LARGE patterns).
    The same input, seed and machine give the same layout.
    """
    graph = build_graph(neighbours, spec.neighbors)
    if len(neighbours.patterns.count) > LARGE:
        epochs = min(epochs, LARGE_EPOCHS)
    return Embedding(graph, _layout(neighbours.patterns, graph, spec, epochs, progress))


def build_graph(neighbours: Neighbours, neighbors: int) -> sparse.csr_array:
    """UMAP's fuzzy graph on the nearest `neighbors` patterns (itself included, as UMAP counts)."""
    umap_ = _umap()
    k = min(neighbors, neighbours.indices.shape[1])
    graph, _, _ = umap_.fuzzy_simplicial_set(
        neighbours.patterns.chosen,
        k,
        None,
        "precomputed",
        knn_indices=np.ascontiguousarray(neighbours.indices[:, :k]),
        knn_dists=np.ascontiguousarray(neighbours.distances[:, :k]),
    )
    return sparse.csr_array(graph)


def respondent_positions(positions: NDArray[np.float32], patterns: Patterns) -> NDArray[np.float64]:
    """Where each respondent fitted (`patterns.people`) stands on the map: (people, dimensions).

    Respondents with identical answers are laid out as a sunflower disc around their pattern, at
    the map's typical spacing, so that popular answers take the room that their number deserves
    and density still means density.
    """
    rank = _rank_within_pattern(patterns)
    angle = rank * GOLDEN_ANGLE
    radius = _spacing(positions) * np.sqrt(rank) / np.sqrt(np.pi)
    placed = positions[patterns.of_people].astype(np.float64)
    placed[:, 0] += radius * np.cos(angle)
    placed[:, 1] += radius * np.sin(angle)
    return placed


def warm_up() -> None:
    """Import and compile what the first map needs, on a toy survey; takes seconds, once."""
    warm_up_neighbours()
    warm_up_layout()


def warm_up_neighbours() -> None:
    from segmentation.nearest import nearest

    toy = _toy()
    nearest(toy.chosen, toy.asked, 12, "jaccard", silent)


def warm_up_layout() -> None:
    """Leaves out the search for neighbours, so that the two can be compiled side by side."""
    toy = _toy()
    apart = (toy.chosen[:, None] != toy.chosen).mean(axis=2, dtype=np.float32)
    near = np.argsort(apart, axis=1, kind="stable")[:, :12].astype(np.int32)
    distances = np.take_along_axis(apart, near.astype(np.intp), axis=1)
    embed(Neighbours(toy, near, distances), EmbedSpec(neighbors=10), epochs=11)


def compile_beside() -> None:
    """The same in processes of their own, which leave what they compiled on the disk: compiling
    holds up every thread of the process that does it."""
    root = str(Path(__file__).parent.parent)
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    known = {**os.environ, "PYTHONPATH": paths}
    both = [
        subprocess.Popen(  # noqa: S603  # this Python, and a line of ours
            [sys.executable, "-c", f"from {__name__} import {part.__name__} as part; part()"],
            env=known,
        )
        for part in (warm_up_layout, warm_up_neighbours)
    ]
    for process in both:
        process.wait()


def _toy() -> Patterns:
    chosen = np.unique(np.random.default_rng(0).random((80, 12)) < 0.4, axis=0)
    number = len(chosen)
    return Patterns(
        chosen, np.ones_like(chosen), np.arange(number), np.ones(number, dtype=np.int64)
    )


def _layout(
    patterns: Patterns,
    graph: sparse.csr_array,
    spec: EmbedSpec,
    epochs: int,
    progress: Progress,
) -> NDArray[np.float32]:
    umap_ = _umap()
    a, b = umap_.find_ab_params(1.0, spec.min_dist)
    progress("Drawing the map", 0.0)
    with warnings.catch_warnings():
        # UMAP warns of a disconnected graph or a slow spectral start: it falls back by itself.
        warnings.simplefilter("ignore")
        positions, _ = umap_.simplicial_set_embedding(
            patterns.chosen.astype(np.float32),
            sparse.coo_matrix(graph),
            n_components=spec.dimensions,
            initial_alpha=1.0,
            a=a,
            b=b,
            gamma=1.0,
            negative_sample_rate=5,
            n_epochs=epochs,
            init="spectral" if len(patterns.count) >= SMALLEST_SPECTRAL else "random",
            random_state=np.random.RandomState(spec.seed),
            metric="euclidean",
            metric_kwds={},
            densmap=False,
            densmap_kwds={},
            output_dens=False,
            tqdm_kwds={"report": lambda share: progress("Drawing the map", share)},
        )
    return np.asarray(positions, dtype=np.float32)


def _rounds(
    steps: range, report: Callable[[float], None] | None = None, **kwargs: Any
) -> Iterable[int]:
    """The rounds of a layout in place of UMAP's progress bar: `report` is told which share is done
    before each, and may raise Cancelled. Raised inside tqdm, that would keep a lock of the whole
    process for ever, and every later layout in another thread would wait for it."""
    if report is None:
        from tqdm.auto import tqdm

        return cast("Iterable[int]", tqdm(steps, **kwargs))
    return _told(steps, report)


def _told(steps: range, report: Callable[[float], None]) -> Iterator[int]:
    for step in steps:
        report(step / len(steps))
        yield step


def _spacing(positions: NDArray[np.float32]) -> float:
    """Median distance of a pattern to the nearest other one, in map units."""
    from scipy.spatial import KDTree

    distance, _ = KDTree(positions).query(positions, k=[2])
    return float(np.median(distance))


def _rank_within_pattern(patterns: Patterns) -> Ints:
    of = patterns.of_people
    order = np.argsort(of, kind="stable")
    first = np.cumsum(patterns.count) - patterns.count
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - first[of[order]]
    return rank


def _umap() -> Any:
    """The module `umap.umap_`, its compiled functions kept on disk between processes."""
    with _umap_lock, warnings.catch_warnings(), _without_approximate_neighbours():
        # umap warns that TensorFlow, which only its neural variant needs, is not installed.
        warnings.simplefilter("ignore")
        from umap import layouts, umap_

        layouts.tqdm = _rounds
        for function in (
            umap_.smooth_knn_dist,
            umap_.compute_membership_strengths,
            layouts._nb_optimize_layout_euclidean_single_epoch,
        ):
            if not function.signatures:
                # Nowhere writable to keep compiled code: then it compiles in every process.
                with contextlib.suppress(RuntimeError):
                    function.enable_caching()
    return umap_


@contextmanager
def _without_approximate_neighbours() -> Iterator[None]:
    """Import umap without pynndescent, which compiles for 12 s on import and is never called here:
    UMAP is given exact neighbours. Once umap is imported this does nothing."""
    if "umap" in sys.modules or "pynndescent" in sys.modules:
        yield
        return
    names: dict[str, dict[str, object]] = {
        "pynndescent": {"NNDescent": None, "__path__": []},
        "pynndescent.distances": {"named_distances": {}},
        "pynndescent.sparse": {"sparse_named_distances": {}},
    }
    for name, contents in names.items():
        sys.modules[name] = ModuleType(name)
        vars(sys.modules[name]).update(contents)
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
