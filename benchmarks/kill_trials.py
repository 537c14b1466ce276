"""Kill a writer 200 times amid its work, and let 8 and 32 save at once: what is lost, and how long
a save waits. `python -m benchmarks.kill_trials [URL ...]`; a SQLite file of its own by default.

Every URL must name a database that is empty, or a file that does not exist.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

TRIALS = 200
SEED = 42
RUNS = (
    *(("write", 8, 25), ("write", 32, 1), ("write", 32, 25)),
    *(("threads", 8, 25), ("threads", 32, 1), ("threads", 32, 25)),
)
"""Writers as processes or as threads of one server, how many, and saves of each."""


def crowd(what: str, url: str, *numbers: int) -> dict[str, Any]:
    arguments = [sys.executable, "-m", "tests.db.crowd", what, url, *map(str, numbers)]
    done = subprocess.run(arguments, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return dict(json.loads(done.stdout))


def measure(url: str) -> None:
    for what, writers, saves in RUNS:
        found = crowd(what, url, writers, saves)
        waits = np.array(found.pop("waits"))
        found |= {"what": what, "different_numbers": len(set(found.pop("numbers")))}
        found |= {f"seconds_p{p}": round(float(np.percentile(waits, p)), 3) for p in (50, 99, 100)}
        print(json.dumps(found))
    print(json.dumps(crowd("kill", url, TRIALS, SEED)))


def main(urls: list[str]) -> None:
    if urls:
        for url in urls:
            measure(url)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(f"sqlite:///{Path(folder) / 'workbench.db'}")


if __name__ == "__main__":
    main(sys.argv[1:])
