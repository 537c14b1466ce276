"""Does the structure test cry wolf, does it miss cohorts, and does each method find them?

On a hundred surveys without cohorts and a hundred with planted ones (benchmarks/trust_surveys.py):
the verdict at the product's defaults, by shape and by difficulty, and for the planted ones the
adjusted Rand index between the truth and the cohorts that each method finds, everybody assigned,
among the respondents whom the test looks at. A survey gets no more shuffles than can change its
verdict.

    python -m benchmarks.trust [--method hdbscan] [--shuffles 20] [--only PATTERN] [--json FILE]

With --json, what the file holds already is not computed again; --judge-only leaves the methods out.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score

from benchmarks.trust_surveys import PLACED_RIGHTLY, Case, cases, made
from segmentation.resample import Task, run_tasks, seed_of
from segmentation.spec import ClusterSpec, Method, RunSpec
from segmentation.trust.chain import several
from segmentation.trust.people import People, draw
from segmentation.trust.shuffles import breadth_keeping
from segmentation.trust.structure import (
    LARGEST,
    Kind,
    Looked,
    as_it_is,
    judge,
    shuffled,
    still_open,
    ties_of,
)

VERDICTS = ("structure", "breadth only", "none", "unclear")
METHODS: tuple[Method, ...] = ("hdbscan", "leiden", "latent-class")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--method", choices=METHODS, default="hdbscan")
    parser.add_argument("--shuffles", type=int, default=20)
    parser.add_argument("--only", default="", help="regular expression that names begin with")
    parser.add_argument("--json", type=Path, help="file of results, added to as they come")
    parser.add_argument("--judge-only", action="store_true")
    told = parser.parse_args()
    known = json.loads(told.json.read_text("utf-8")) if told.json and told.json.exists() else {}
    wanted = [case for case in cases() if re.match(told.only, case.name)]
    tasks = [
        Task(
            f"{case.name}, {told.method}, {told.shuffles}{', judged' * told.judge_only}",
            case.name,
            result_of,
            (case, told.method, told.shuffles, told.judge_only),
            cost=min(case.respondents, LARGEST),
        )
        for case in wanted
    ]
    found: dict[str, dict[str, Any]] = {}

    def done(task: Task, result: dict[str, Any]) -> None:
        found[task.step] = result
        print(f"{len(found):4} of {len(tasks)}  {task.step:44} {result['verdict']}", flush=True)
        if told.json:
            told.json.write_text(json.dumps(known, indent=0), encoding="utf-8")

    run_tasks(tasks, done, remembered=known)
    report([found[case.name] for case in wanted])


def result_of(case: Case, method: Method, shuffles: int, judge_only: bool) -> dict[str, Any]:
    """Verdict and recovery of one survey; runs in a worker."""
    survey = made(case)
    rows = draw(len(survey.people), LARGEST, seed_of(case.name))
    people, truth = survey.people.take(rows), survey.truth[rows]
    spec = RunSpec(cluster=ClusterSpec(method))
    result = {
        "name": case.name,
        "shape": case.shape,
        "planted": case.planted,
        "respondents": case.respondents,
        "cohorts": case.cohorts,
        **judged(people, spec, case.name, shuffles),
    }
    if case.planted and not judge_only:
        ways = [ClusterSpec(way, unassigned="everyone") for way in METHODS]
        for way, found in zip(METHODS, several(people, spec, ways), strict=True):
            result[f"rand {way}"] = float(adjusted_rand_score(truth, found.labels))
    return result


def judged(people: People, spec: RunSpec, name: str, shuffles: int) -> dict[str, Any]:
    """The verdict that this many shuffles of each kind give, without those that change nothing."""
    real = as_it_is(people, spec)
    copies: dict[Kind, list[Looked]] = {"independent": [], "breadth-keeping": []}
    for kind, looked in copies.items():
        for number in range(shuffles):
            if kind not in still_open(real.gain, *([c.gain for c in k] for k in copies.values())):
                break
            looked.append(shuffled(people, spec, kind, seed_of(name, kind, number)))
    ties: Iterable[Looked] = ()
    if not copies["breadth-keeping"] or real.gain <= max(c.gain for c in copies["breadth-keeping"]):
        seeds = [seed_of(name, "breadth-keeping", number) for number in range(shuffles)]
        ties = (Looked(-np.inf, 0.0, ties_of(breadth_keeping(people, seed))) for seed in seeds)
    verdict = judge(real, copies["independent"], [*copies["breadth-keeping"], *ties])
    return {
        "verdict": verdict,
        "gain": real.gain,
        "se": real.se,
        "ties": real.ties,
        **{kind: [copy.gain for copy in looked] for kind, looked in copies.items()},
    }


def report(results: Sequence[dict[str, Any]]) -> None:
    without = [result for result in results if not result["planted"]]
    planted = [result for result in results if result["planted"]]
    _table("without cohorts", without, sorted({r["shape"] for r in without}))
    _table("planted cohorts", planted, [d for d in PLACED_RIGHTLY if planted])
    false = sum(result["verdict"] == "structure" for result in without)
    print(f"\nfalse structure: {false} of {len(without)}")
    easier = [result for result in planted if result["shape"] != "hard"]
    seen = sum(result["verdict"] == "structure" for result in easier)
    print(f"structure on clear and medium ones: {seen} of {len(easier)}")
    if planted and "rand hdbscan" in planted[0]:
        print(f"\n{'adjusted Rand, mean (least)':32}" + "".join(f"{m:>18}" for m in METHODS))
        for difficulty in PLACED_RIGHTLY:
            rows = [result for result in planted if result["shape"] == difficulty]
            cells = [[row[f"rand {method}"] for row in rows] for method in METHODS]
            said = [f"{np.mean(cell):.2f} ({min(cell):.2f})" for cell in cells if cell]
            print(f"{difficulty:32}" + "".join(f"{cell:>18}" for cell in said))


def _table(title: str, results: Sequence[dict[str, Any]], shapes: Sequence[str]) -> None:
    print(f"\n{title:32}" + "".join(f"{verdict:>14}" for verdict in VERDICTS))
    for shape in shapes:
        count = Counter(result["verdict"] for result in results if result["shape"] == shape)
        print(f"{shape:32}" + "".join(f"{count[verdict]:14}" for verdict in VERDICTS))


if __name__ == "__main__":
    main()
