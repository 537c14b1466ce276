"""What a survey in parts costs on a Dask cluster, part by part, and what that makes of 100 million.

Seeded parts of 250,000 respondents x 60 tools by default, as `benchmarks.scale` writes them, as
Parquet and as CSV, on a local cluster of two workers. Of each part: seconds of a worker, by step;
of the whole: the most memory of a worker (and of the process that reads Parquet for it), what a
part takes that stays on its worker, and bytes sent to the client. All but the fit on the sample and
what comes back for it is extrapolated in proportion to the number of parts.

    python -m benchmarks.parts [--parts 4] [--respondents 250000] [--tools 60] [--json FILE]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pickle
import platform
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.first_cohorts import peak_memory
from benchmarks.scale import written
from segmentation.parts import Cluster, Source, parts_of, segment_parts
from segmentation.parts.drawing import PER_BUCKET
from segmentation.spec import RunSpec

KINDS = ("parquet", "csv")
EVERYBODY = 100_000_000
WORKERS = (2, 8, 32, 128)
DRAWING = "Drawing the sample"
"""The step of which no more comes back the more parts there are, once they are many."""

STAYS = ("aligned", "order_of")
"""Steps whose results stay on the workers to the end."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parts", type=int, default=4)
    parser.add_argument("--respondents", type=int, default=250_000, help="of a part")
    parser.add_argument("--tools", type=int, default=60)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        cut_up(arguments.parts, arguments.respondents, arguments.tools, Path(folder))
        for kind in arguments.kinds:
            figures.append({"kind": kind, **measured(Path(folder) / kind)})
            report(figures[-1], arguments.respondents)
    if arguments.json:
        machine = {"cores": os.cpu_count(), "python": platform.python_version()}
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        asked = {name: getattr(arguments, name) for name in ("parts", "respondents", "tools")}
        arguments.json.write_text(
            json.dumps({"machine": machine, **asked, "lines": figures}, indent=1)
        )


def cut_up(parts: int, respondents: int, tools: int, folder: Path) -> None:
    """The same survey as parts of either kind."""
    from pyarrow import csv, parquet

    whole = written(parts * respondents, tools, folder / "whole.csv")
    for kind in KINDS:
        (folder / kind).mkdir()
    with whole.open("rb") as lines:
        header = lines.readline()
        for number in range(parts):
            part = folder / "csv" / f"{number:04d}.csv"
            with part.open("wb") as file:
                file.write(header)
                file.writelines(lines.readline() for _ in range(respondents))
            table = csv.read_csv(part)
            parquet.write_table(table, folder / "parquet" / f"{number:04d}.parquet")
    whole.unlink()


class Measured(Cluster):
    """A cluster that notes what comes back, and how much stays."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self.back: Counter[str] = Counter()
        self.stays: Counter[str] = Counter()

    def each(self, work: Callable[..., Any], *of: Sequence[Any], **shared: Any) -> list[Any]:
        found = super().each(work, *of, **shared)
        if work.__name__ in STAYS:
            self.stays[work.__name__] = self._client.submit(size_of, found[0]).result()
        return found

    def fetch(self, results: Sequence[Any]) -> list[Any]:
        found = super().fetch(results)
        self.back[self.step] += sum(map(size_of, found))
        return found


def size_of(value: Any) -> int:
    return len(pickle.dumps(value, 5))


class Watch(threading.Thread):
    """Looks ten times a second at how much memory the workers take, and those that they start."""

    def __init__(self, workers: Sequence[int]) -> None:
        super().__init__(daemon=True)
        self._workers = [psutil.Process(pid) for pid in workers]
        self.done = threading.Event()
        self.worker = self.reader = 0.0

    def run(self) -> None:
        while not self.done.wait(0.1):
            for worker in self._workers:
                self.worker = max(self.worker, resident(worker))
                self.reader = max(self.reader, *map(resident, worker.children()), 0.0)


def resident(process: psutil.Process) -> float:
    """MB; 0 once it has ended."""
    with contextlib.suppress(psutil.Error):
        return process.memory_info().rss / 1e6
    return 0.0


def measured(folder: Path) -> dict[str, Any]:
    from distributed import Client, LocalCluster, get_task_stream

    with (
        tempfile.TemporaryDirectory() as out,
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as cluster,
        Client(cluster) as client,
    ):
        pool, load = Measured(client), os.getloadavg()[0]
        parts = parts_of(str(folder))
        start = time.perf_counter()
        watch = Watch([worker.pid for worker in cluster.workers.values()])
        watch.start()
        with get_task_stream(client) as stream:
            run = segment_parts(Source(parts, "survey"), RunSpec(), pool, out)
        seconds = time.perf_counter() - start
        watch.done.set()
    spent: Counter[str] = Counter()
    for task in stream.data:
        for span in task["startstops"]:
            if span["action"] == "compute":
                spent[task["key"].rsplit("-", 5)[0]] += span["stop"] - span["start"]
    spent.pop("size_of", None)
    look = spent.pop("plan_of")
    fit = sum(run.sample.seconds[s] for s in ("neighbours", "embed", "cluster", "validate"))
    return {
        "MB of a part": sum(part.size for part in parts) / len(parts) / 1e6,
        "parts": len(parts),
        "seconds": seconds,
        "load before": load,
        "seconds of a worker a part": {k: round(v / len(parts), 3) for k, v in spent.most_common()},
        "seconds on the largest part, once": look,
        "worker peak MB": watch.worker,
        "reader peak MB": watch.reader,
        "stays, MB a part": {k: round(v / 1e6, 2) for k, v in pool.stays.items()},
        "back, kB a part": {
            step: round(v / len(parts) / 1e3, 1) for step, v in pool.back.items() if step != DRAWING
        },
        "back for the sample, MB": pool.back[DRAWING] / 1e6,
        "client seconds on the sample": fit,
        "client peak MB": peak_memory(),
        "cohorts": run.sample.clustering.cohorts,
    }


def report(line: dict[str, Any], respondents: int) -> None:
    for name, figure in line.items():
        print(
            f"{name:>32}  {figure:,.1f}" if isinstance(figure, float) else f"{name:>32}  {figure}"
        )
    parts = EVERYBODY / respondents
    of_part = sum(line["seconds of a worker a part"].values())
    stays = sum(line["stays, MB a part"].values())
    at_most = RunSpec().fit.sample * (PER_BUCKET + 1) * 16 / 1e6
    back = parts * sum(line["back, kB a part"].values()) / 1e3
    print(f"100 million: {back:,.1f} MB to the client, and for the sample some {at_most:,.0f} MB")
    for workers in WORKERS:
        hours = (parts * of_part / workers + line["client seconds on the sample"]) / 3600
        print(
            f"100 million on {workers:>4} workers: {hours:,.2f} hours, "
            f"{parts / workers * stays / 1e3:,.1f} GB held by each"
        )


if __name__ == "__main__":
    main()
