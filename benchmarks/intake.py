"""From a file to a ready one-hot matrix: this engine against `pandas.read_csv` + `get_dummies`.

A seeded survey of five joined multi-select questions, as long and as full as those of Stack
Overflow 2019 but with ticks drawn one by one, so that fewer cells are alike than in a real one, at
20,000, 200,000 and 1,000,000 respondents; each contender reads each file in a fresh process. Both
matrices are counted and must agree. Seconds of wall clock, peak resident memory of the process, and
how both grow with the file: the slope of log time and log memory over log respondents between the
two largest sizes (1 is linear).

    python -m benchmarks.intake [--respondents N ...] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.first_cohorts import ROOT, peak_memory

SIZES = (20_000, 200_000, 1_000_000)
OPTIONS = {"Language": 28, "Database": 14, "Platform": 18, "Framework": 13, "Editor": 22}
ROLES = ("Developer", "Data scientist", "Student", "Manager", "Analyst, business")
BLOCK = 50_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--respondents", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(CHILDREN[arguments.child](arguments.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        runs = [compare(size, Path(folder)) for size in arguments.respondents]
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    figures = {"machine": machine, "sizes": runs}
    report(figures)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(figures, indent=1))


def compare(respondents: int, folder: Path) -> dict[str, Any]:
    file = written(respondents, folder / f"{respondents}.csv")
    size = file.stat().st_size / 1e6
    runs = {name: child(name, file) for name in CHILDREN}
    file.unlink()
    ticks = {tuple(run.pop("ticks")) for run in runs.values()}
    if len(ticks) > 1:
        raise AssertionError("the contenders count different ticks")
    return {"respondents": respondents, "MB": size, "runs": runs}


def child(name: str, file: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.intake", "--child", name, "--file", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def pandas_alone(file: Path) -> dict[str, Any]:
    """What most notebooks do; blank cells are NaN, which `get_dummies` leaves out."""
    import pandas as pd

    start = time.perf_counter()
    answers = pd.read_csv(file)
    parts = [answers[f"{name}WorkedWith"].str.get_dummies(";").astype(bool) for name in OPTIONS]
    matrix = pd.concat(parts, axis=1)
    seconds = time.perf_counter() - start
    ticks = sorted(matrix.sum().tolist())
    return {"seconds": seconds, "peak memory MB": peak_memory(), "ticks": ticks}


def workbench(file: Path) -> dict[str, Any]:
    """Layout, questions, options, personal data and three answer states included."""
    from segmentation.encode import encode
    from segmentation.intake import read_survey
    from segmentation.mapping import Mapping, QuestionMapping
    from segmentation.spec import EncodeSpec

    start = time.perf_counter()
    survey = read_survey(file)
    read = time.perf_counter()
    tools = [q for q in survey.questions if q.kind == "multi-select"]
    entries = tuple(QuestionMapping(q.key, "tools", q.key) for q in tools)
    features = encode(survey, Mapping(entries, blank="not chosen"), EncodeSpec())
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "of it reading": read - start,
        "peak memory MB": peak_memory(),
        "ticks": sorted(features.chosen.sum(axis=0).tolist()),
    }


def written(respondents: int, path: Path) -> Path:
    """The survey as a file, `;`-joined; always the same for the same size."""
    rng = np.random.default_rng(respondents)
    rate = {question: rng.beta(0.55, 2.4, count) for question, count in OPTIONS.items()}
    header = ["Respondent", "MainRole", *(f"{question}WorkedWith" for question in OPTIONS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(header) + "\n")
        for first in range(1, respondents + 1, BLOCK):
            count = min(BLOCK, respondents + 1 - first)
            columns = [[str(first + i) for i in range(count)]]
            columns.append([f'"{ROLES[i]}"' for i in rng.integers(0, len(ROLES), count)])
            for question, options in OPTIONS.items():
                names = np.array([f"{question} {i}" for i in range(options)])
                ticked = rng.random((count, options)) < rate[question]
                columns.append([";".join(names[row]) for row in ticked])
            file.writelines(",".join(row) + "\n" for row in zip(*columns, strict=True))
    return path


def report(figures: dict[str, Any]) -> None:
    print(
        f"{figures['machine']['cores']} cores; five joined questions, {sum(OPTIONS.values())} tools"
    )
    print(
        f"{'respondents':>12}{'MB':>8}{'':>14}{'seconds':>10}"
        f"{'rows/s':>12}{'MB/s':>8}{'peak MB':>10}"
    )
    for size in figures["sizes"]:
        for name, run in size["runs"].items():
            rows, mb = (size[key] / run["seconds"] for key in ("respondents", "MB"))
            print(
                f"{size['respondents']:>12,}{size['MB']:>8.1f}{name:>14}{run['seconds']:>10.2f}"
                f"{rows:>12,.0f}{mb:>8.1f}{run['peak memory MB']:>10,.0f}"
            )
        ratio = size["runs"]["pandas"]["seconds"] / size["runs"]["workbench"]["seconds"]
        print(f"{'':34}{ratio:.1f} times faster")
    for name in CHILDREN if len(figures["sizes"]) > 1 else ():
        last, end = figures["sizes"][-2:]
        growth = {
            key: math.log(end["runs"][name][key] / last["runs"][name][key])
            / math.log(end["respondents"] / last["respondents"])
            for key in ("seconds", "peak memory MB")
        }
        print(f"{name}: " + ", ".join(f"{key} grow as n^{n:.2f}" for key, n in growth.items()))


CHILDREN = {"pandas": pandas_alone, "workbench": workbench}

if __name__ == "__main__":
    main()
