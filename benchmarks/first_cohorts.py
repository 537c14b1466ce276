"""From a file to first cohorts: this engine against what an analyst would write in a notebook.

Stack Overflow 2019 (11,398 respondents, 95 tools) where it is at hand, else a seeded synthetic
survey of that shape. Each contender runs in a fresh process and then again, warm, in that process.
Times in seconds, memory as the peak resident size of the process.

    python -m benchmarks.first_cohorts [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "data" / "stackoverflow_2019" / "tools.csv"
THRESHOLD = 0.10
NEIGHBORS = 32
MIN_SHARE = 0.02


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(CHILDREN[arguments.child](arguments.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = REAL if REAL.exists() else synthetic(Path(folder) / "synthetic.csv")
        figures = compare(file, Path(folder))
    report(figures)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(figures, indent=1))


def compare(file: Path, folder: Path) -> dict[str, Any]:
    """Both contenders in fresh processes: with empty compile caches, then with filled ones."""
    caches = {"NUMBA_CACHE_DIR": str(folder / "numba")}
    runs = {
        "notebook, nothing compiled": child("notebook", file, caches),
        "notebook": child("notebook", file, caches),
        "workbench, nothing compiled": child("workbench", file, caches),
        "workbench": child("workbench", file, caches),
    }
    return {
        "survey": file.name if file == REAL else "synthetic",
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "runs": runs,
    }


def child(name: str, file: Path, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.first_cohorts", "--child", name]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "--file", str(file)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    figures["fresh process"] = time.perf_counter() - start - figures.pop("not counted")
    return figures


def notebook(file: Path) -> dict[str, Any]:
    """What most published notebooks do."""
    import warnings

    warnings.filterwarnings("ignore")
    import hdbscan
    import pandas as pd
    import umap

    start = time.perf_counter()
    answers = pd.read_csv(file)
    parts = [
        answers[name].str.get_dummies(";").add_prefix(f"{name}: ") for name in answers.columns[1:]
    ]
    tools = pd.concat(parts, axis=1)
    tools = tools.loc[:, tools.mean() >= THRESHOLD].astype(bool)
    tools = tools[tools.any(axis=1)]

    def embed() -> np.ndarray:
        model = umap.UMAP(n_neighbors=NEIGHBORS, metric="jaccard", random_state=42)
        return np.asarray(model.fit_transform(tools))

    def cluster() -> np.ndarray:
        smallest = round(MIN_SHARE * len(tools))
        return np.asarray(hdbscan.HDBSCAN(min_cluster_size=smallest).fit_predict(positions))

    first = time.perf_counter()
    positions = embed()
    labels = cluster()
    total = time.perf_counter() - start
    after = time.perf_counter()
    figures = {
        "read and encode": first - start,
        "file to cohorts": total,
        "map again, warm": timed(embed),
        "clustering again, warm": timed(cluster),
        "peak memory MB": peak_memory(),
        **quality(tools.to_numpy(), labels),
    }
    return {**figures, "not counted": time.perf_counter() - after}


def workbench(file: Path) -> dict[str, Any]:
    """The same question put to this engine."""
    from segmentation import RunSpec, read_survey, segment, suggest_mapping
    from segmentation.cluster import cluster
    from segmentation.embed import PREVIEW_EPOCHS, embed
    from segmentation.profiles import profile
    from segmentation.run import validate_clustering
    from segmentation.spec import EmbedSpec

    spec = RunSpec()
    start = time.perf_counter()
    survey = read_survey(file)
    run = segment(survey, suggest_mapping(survey), spec)
    total = time.perf_counter() - start
    after = time.perf_counter()
    features, patterns = run.features, run.neighbours.patterns

    def preview() -> None:
        drawn = embed(run.neighbours, EmbedSpec(neighbors=24), PREVIEW_EPOCHS)
        cluster(features, patterns, drawn, spec.cluster, 42)

    def clustering_move() -> None:
        found = cluster(features, patterns, run.embedding, spec.cluster, 42)
        validate_clustering(features, found, 42)
        profile(features, found)

    figures = {
        "read and encode": total - sum(run.seconds.values()) + run.seconds["encode"],
        "file to cohorts": total,
        "map again, warm": timed(lambda: embed(run.neighbours, spec.embed)),
        "neighbours preview, warm": timed(preview),
        "clustering again, warm": timed(
            lambda: cluster(features, patterns, run.embedding, spec.cluster, 42)
        ),
        "clustering move, warm": timed(clustering_move),
        "peak memory MB": peak_memory(),
        **quality(features.chosen_kept, run.clustering.core),
    }
    return {**figures, "not counted": time.perf_counter() - after}


def quality(chosen: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Both sides measured by the same function."""
    from segmentation.validate import validate

    count = int(labels.max()) + 1
    ones = np.ones(len(chosen))
    result = validate(chosen, np.ones_like(chosen), ones, labels.astype(np.int64), count, seed=42)
    return {
        "cohorts": count,
        "unassigned": float((labels < 0).mean()),
        "held-out gain": result.gain,
        "gain se": result.gain_se,
        "fidelity": result.fidelity,
    }


def timed(work: Callable[[], object], repeats: int = 3) -> float:
    """Median of a few runs."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))


def peak_memory() -> float:
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / 1024


def synthetic(path: Path, respondents: int = 11_398) -> Path:
    """Five questions, 95 tools, ten planted cohorts; always the same."""
    rng = np.random.default_rng(2019)
    cohorts = 10
    sizes = {"Language": 28, "Database": 14, "Platform": 18, "Framework": 13, "Editor": 22}
    truth = rng.choice(cohorts, respondents, p=rng.dirichlet(np.full(cohorts, 8.0)))
    breadth = rng.normal(0, 0.5, respondents)
    columns: dict[str, list[str]] = {}
    for question, number in sizes.items():
        rate = rng.beta(0.7, 2.2, number)[None] * np.exp(rng.normal(0, 0.7, (cohorts, number)))
        logit = np.log(rate.clip(0.01, 0.95) / (1 - rate.clip(0.01, 0.95)))[truth]
        ticked = rng.random((respondents, number)) < 1 / (1 + np.exp(-logit - breadth[:, None]))
        names = np.array([f"{question} {i:02d}" for i in range(number)])
        columns[f"{question}WorkedWith"] = [";".join(names[row]) for row in ticked]
    lines = [",".join(["Respondent", *columns])]
    lines += [
        f"{i + 1}," + ",".join(row) for i, row in enumerate(zip(*columns.values(), strict=True))
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def report(figures: dict[str, Any]) -> None:
    runs = figures["runs"]
    print(f"{figures['survey']}, {figures['machine']['cores']} cores")
    names = list(dict.fromkeys(name for run in runs.values() for name in run))
    print(f"{'':28}" + "".join(f"{name:>30}" for name in runs))
    for name in names:
        cells = [f"{run[name]:.2f}" if name in run else "" for run in runs.values()]
        print(f"{name:28}" + "".join(f"{cell:>30}" for cell in cells))
    theirs, ours = runs["notebook"], runs["workbench"]
    cold, our_cold = runs["notebook, nothing compiled"], runs["workbench, nothing compiled"]
    ratios = {
        "fresh process": theirs["fresh process"] / ours["fresh process"],
        "fresh process, nothing compiled": cold["fresh process"] / our_cold["fresh process"],
        "warm preview against warm UMAP": theirs["map again, warm"]
        / ours["neighbours preview, warm"],
        "peak memory": theirs["peak memory MB"] / ours["peak memory MB"],
    }
    for name, ratio in ratios.items():
        print(f"{name}: {ratio:.1f} times better")
    print(f"gain: {ours['held-out gain']:.2f} against {theirs['held-out gain']:.2f}")


CHILDREN = {"notebook": notebook, "workbench": workbench}

if __name__ == "__main__":
    main()
