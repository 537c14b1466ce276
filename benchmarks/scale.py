"""How time and memory grow with a survey, stage by stage, and whether a sample gives its cohorts.

Seeded surveys of eight planted cohorts that tick more or less, weighted, as joined questions of
twelve options: 1,000 to 1,000,000 respondents x 50 and 300 tools by default. Each contender works
in a process of its own, and is stopped after --limit seconds. Wall clock and processor seconds (of
all cores; they hardly depend on what else the machine does), peak resident memory of the process,
and how all grow: the slope of log figure over log respondents from one size to the next (1 is
linear).

    python -m benchmarks.scale [--respondents N ...] [--tools N ...] [--contenders NAME ...]
    python -m benchmarks.scale --agreement METHOD ... [--respondents 100000]

With --json FILE the figures are added to those there, so that sizes can be measured one by one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.first_cohorts import NEIGHBORS, ROOT, THRESHOLD, peak_memory

SIZES = (1_000, 10_000, 100_000, 1_000_000)
TOOLS = (50, 300)
SHARES = (0.22, 0.18, 0.15, 0.13, 0.11, 0.09, 0.07, 0.05)
"""Of the planted cohorts."""

OPTIONS = 12
BLOCK = 50_000
SAMPLE = 50_000
SEEDS = (42, 43, 44)
METHODS = ("hdbscan", "leiden", "latent-class")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--respondents", type=int, nargs="+")
    parser.add_argument("--tools", type=int, nargs="+")
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--agreement", nargs="+", choices=METHODS, help="sample against everybody")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="of --agreement")
    parser.add_argument("--limit", type=float, default=600, help="seconds a contender may take")
    parser.add_argument("--json", type=Path, help="add the figures to those in this file")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child in CONTENDERS:
        print(json.dumps(CONTENDERS[arguments.child](arguments.file)))
    elif arguments.child:
        print(json.dumps(agreement(arguments.file, arguments.child, arguments.sample)))
    else:
        figures = measured(arguments)
        report(figures)
        if arguments.json:
            keep(arguments.json, figures)


def measured(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """A line for each survey and contender, or survey and method."""
    compared = arguments.agreement
    sizes = arguments.respondents or ([100_000] if compared else SIZES)
    names = [f"agreement: {name}" for name in compared] if compared else arguments.contenders
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for tools in arguments.tools or ((60,) if compared else TOOLS):
            for size in sizes:
                file = written(size, tools, Path(folder) / f"{size}x{tools}.csv")
                for name in names:
                    line = {"contender": name, "respondents": size, "tools": tools}
                    line["MB"] = file.stat().st_size / 1e6
                    more = ("--sample", str(arguments.sample))
                    line |= child(name.split(": ")[-1], file, arguments.limit, more)
                    lines.append(line)
                    print(json.dumps(line), file=sys.stderr, flush=True)
                file.unlink()
    return lines


def child(name: str, file: Path, limit: float, more: tuple[str, ...]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scale", "--child", name, "--file", str(file)]
    load = os.getloadavg()[0]
    start = time.perf_counter()
    try:
        done = subprocess.run(
            [*command, *more], cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"not within {limit:g} s"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["killed"])[-1][:200]}
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {"process seconds": time.perf_counter() - start, "load before": load, **figures}


class Clock:
    """Seconds of each stage, by the wall and of all cores together."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._start = self._last = time.perf_counter()

    def __call__(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = now - self._last
        self._last = now

    def figures(self, cohorts: int) -> dict[str, Any]:
        return {
            "seconds": self._last - self._start,
            "processor seconds": time.process_time(),
            "peak memory MB": peak_memory(),
            "stages": {stage: round(seconds, 3) for stage, seconds in self.stages.items()},
            "cohorts": cohorts,
        }


def workbench(file: Path) -> dict[str, Any]:
    """All of `python -m segmentation run --out`, by its stages."""
    clock = Clock()
    from segmentation import RunSpec, read_survey, segment, suggest_mapping
    from segmentation.outputs import write_run

    clock("import")
    survey = read_survey(file)
    mapping = suggest_mapping(survey)
    clock("read")
    run = segment(survey, mapping, RunSpec())
    clock("segment")
    with tempfile.TemporaryDirectory() as folder:
        write_run(run, Path(folder))
    clock("write")
    clock.stages |= run.seconds
    return clock.figures(run.clustering.cohorts)


def matrix_of(file: Path, clock: Clock) -> Any:
    """Tools at or over the threshold of whoever ticked one, as a notebook makes them."""
    import warnings

    import pandas as pd

    warnings.filterwarnings("ignore")
    answers = pd.read_csv(file)
    names = [name for name in answers.columns if name.startswith("Tools")]
    tools = pd.concat([answers[name].str.get_dummies(";").astype(bool) for name in names], axis=1)
    tools = tools.loc[:, tools.mean() >= THRESHOLD]
    kept = tools[tools.any(axis=1)].to_numpy()
    clock("read and encode")
    return kept


def notebook(file: Path) -> dict[str, Any]:
    settings = {"n_neighbors": NEIGHBORS, "metric": "jaccard", "random_state": 42}
    return on_a_map(file, settings, lambda tools: {"min_cluster_size": max(10, len(tools) // 50)})


def bertopic(file: Path) -> dict[str, Any]:
    """BERTopic's own reduction and clustering (`BERTopic()`, 0.17), with tools for embeddings."""
    settings = {"n_neighbors": 15, "n_components": 5, "min_dist": 0.0, "metric": "cosine"}
    clusters = {"min_cluster_size": 10, "prediction_data": True}
    return on_a_map(file, {**settings, "low_memory": False}, lambda _: clusters, np.float32)


def on_a_map(
    file: Path,
    settings: dict[str, Any],
    clusters: Callable[[Any], dict[str, Any]],
    kind: type = bool,
) -> dict[str, Any]:
    """umap-learn and hdbscan as they are called by themselves."""
    clock = Clock()
    tools = matrix_of(file, clock)
    import hdbscan
    import umap

    clock("import")
    positions = umap.UMAP(**settings).fit_transform(tools.astype(kind))
    clock("embed")
    labels = hdbscan.HDBSCAN(**clusters(tools)).fit_predict(positions)
    clock("cluster")
    return clock.figures(int(labels.max()) + 1)


def stepmix(file: Path) -> dict[str, Any]:
    """Latent classes, as many as were planted, from four starts."""
    clock = Clock()
    tools = matrix_of(file, clock)
    from stepmix import StepMix

    clock("import")
    settings = {"measurement": "binary", "n_init": 4, "random_state": 42, "abs_tol": 1e-5}
    model = StepMix(len(SHARES), **settings, progress_bar=0)
    model.fit(tools.astype(float))
    model.predict(tools.astype(float))
    clock("cluster")
    return clock.figures(len(SHARES))


def k_means(file: Path) -> dict[str, Any]:
    clock = Clock()
    tools = matrix_of(file, clock)
    from sklearn.cluster import KMeans

    clock("import")
    KMeans(len(SHARES), n_init=4, random_state=42).fit_predict(tools.astype(np.float32))
    clock("cluster")
    return clock.figures(len(SHARES))


def agreement(file: Path, method: str, sample: int) -> dict[str, Any]:
    """Adjusted Rand index of the cohorts of a sample with those of everybody, of two seeds of
    everybody, and of two seeds of a sample, with everybody assigned.

    Latent classes: as many as were planted. Of the other respondents alone: `outside`.
    """
    from sklearn.metrics import adjusted_rand_score

    from segmentation import read_survey, suggest_mapping
    from segmentation.cluster import cluster
    from segmentation.embed import embed
    from segmentation.encode import encode
    from segmentation.neighbours import find_neighbours
    from segmentation.sampling import draw
    from segmentation.spec import ClusterSpec, EmbedSpec, EncodeSpec, FitSpec, NeighbourSpec

    survey = read_survey(file)
    features = encode(survey, suggest_mapping(survey), EncodeSpec())
    near = {}

    def fitted(size: int, seed: int) -> Any:
        patterns = draw(features, FitSpec(size), seed)
        if (size, seed if size else 0) not in near:
            found = find_neighbours(features, NeighbourSpec(), patterns=patterns)
            near[size, seed if size else 0] = found
        found = near[size, seed if size else 0]
        chosen = len(SHARES) if method == "latent-class" else 0
        spec = ClusterSpec(method, cohorts=chosen, unassigned="everyone")  # type: ignore[arg-type]
        return cluster(features, found.patterns, embed(found, EmbedSpec(seed=seed)), spec, seed)

    whole = [fitted(0, seed) for seed in SEEDS]
    part = [fitted(sample, seed) for seed in SEEDS]
    outside = np.setdiff1d(np.arange(len(part[0].core)), part[0].sampled)
    inside = part[0].sampled

    def pairs(one: list[Any], other: list[Any], among: Any = slice(None)) -> list[float]:
        return [
            round(float(adjusted_rand_score(a.labels[among], b.labels[among])), 4)
            for i, a in enumerate(one)
            for j, b in enumerate(other)
            if i < j or one is not other
        ]

    return {
        "sample": sample,
        "sample against everybody": pairs(whole, part),
        "seed against seed, everybody": pairs(whole, whole),
        "seed against seed, sample": pairs(part, part),
        "outside the sample": pairs(whole[:1], part[:1], outside),
        "left out, everybody": [round(float((w.core < 0).mean()), 4) for w in whole],
        "left out inside": round(float((part[0].core[inside] < 0).mean()), 4),
        "left out outside": round(float((part[0].core[outside] < 0).mean()), 4),
        "cohorts": [found.cohorts for found in (*whole, *part)],
    }


def written(respondents: int, tools: int, path: Path) -> Path:
    """The survey as a file, `;`-joined; always the same for the same size."""
    rng = np.random.default_rng([respondents, tools])
    level = rng.normal(-1.4, 0.8, tools)
    tilt = rng.normal(0, 1.5, (len(SHARES), tools)) * (rng.random((len(SHARES), tools)) < 0.4)
    questions = [range(first, min(first + OPTIONS, tools)) for first in range(0, tools, OPTIONS)]
    names = np.array([f"Tool {tool:03d}" for tool in range(tools)])
    header = ["Respondent", "Role", "Weight", *(f"Tools{i + 1}" for i in range(len(questions)))]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(header) + "\n")
        for first in range(1, respondents + 1, BLOCK):
            count = min(BLOCK, respondents + 1 - first)
            cohort = rng.choice(len(SHARES), count, p=SHARES)
            breadth = rng.normal(0, 0.5, (count, 1))
            ticked = rng.random((count, tools)) < 1 / (1 + np.exp(-level - tilt[cohort] - breadth))
            role = np.where(rng.random(count) < 0.6, cohort, rng.integers(0, len(SHARES), count))
            columns = [
                [str(first + i) for i in range(count)],
                [f"Role {i}" for i in role],
                [f"{weight:.2f}" for weight in np.exp(rng.normal(0, 0.4, count))],
            ]
            columns += [
                [";".join(names[question][row]) for row in ticked[:, question]]
                for question in questions
            ]
            file.writelines(",".join(row) + "\n" for row in zip(*columns, strict=True))
    return path


def keep(path: Path, figures: list[dict[str, Any]]) -> None:
    """Add lines to those of a file; a line measured again replaces the one before."""
    before = json.loads(path.read_text())["lines"] if path.exists() else []
    lines = {tuple(line[k] for k in ("contender", "respondents", "tools")): line for line in before}
    lines |= {tuple(new[k] for k in ("contender", "respondents", "tools")): new for new in figures}
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "lines": list(lines.values())}, indent=1))


def growth(lines: list[dict[str, Any]]) -> Iterator[str]:
    """The exponent of each figure from each size to the next, a line for each contender."""
    for name, tools in dict.fromkeys((line["contender"], line["tools"]) for line in lines):
        mine = [x for x in lines if (x["contender"], x["tools"]) == (name, tools)]
        mine = sorted((x for x in mine if "stages" in x), key=lambda x: x["respondents"])
        for one, next_one in itertools.pairwise(mine):
            times = math.log(next_one["respondents"] / one["respondents"])
            grown = ", ".join(
                f"{key} n^{math.log(next_one[key] / one[key]) / times:.2f}"
                for key in ("seconds", "processor seconds", "peak memory MB")
            )
            sizes = f"{one['respondents']:,} to {next_one['respondents']:,}"
            yield f"{name} x {tools}, {sizes}: {grown}"


def report(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        head = f"{line['contender']:>26}{line['respondents']:>11,} x {line['tools']:<4}"
        if "failed" in line:
            print(f"{head}{line['failed']}")
        elif "stages" not in line:
            print(f"{head}{ {k: v for k, v in line.items() if k not in head} }")
        else:
            print(
                f"{head}{line['seconds']:>9.1f} s{line['processor seconds']:>9.1f} processor s"
                f"{line['peak memory MB']:>9,.0f} MB  {line['stages']}"
            )
    print("\n".join(growth(lines)))


CONTENDERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "workbench": workbench,
    "notebook": notebook,
    "bertopic": bertopic,
    "stepmix": stepmix,
    "k-means": k_means,
}

if __name__ == "__main__":
    main()
