"""Every benchmark of speed and memory, one after the other, and one JSON of what they found.

    python -m benchmarks.suite [--only NAME ...] [--json FILE]

Takes about two hours on 2 cores that do nothing else; what is in the file already and not asked for
by --only is kept. `docs/performance.md` holds the tables.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.first_cohorts import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "results.json"
STEPS: dict[str, tuple[str, ...]] = {
    "first cohorts": ("benchmarks.first_cohorts",),
    "intake": ("benchmarks.intake",),
    "latency": ("benchmarks.latency",),
    "sessions": ("benchmarks.sessions", "--maps", "--checks", "1"),
    "scale": ("benchmarks.scale",),
    "sample": ("benchmarks.scale", "--agreement", "latent-class", "leiden", "hdbscan"),
    "parts": ("benchmarks.parts",),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--json", type=Path, default=RESULTS)
    told = parser.parse_args()
    told.json.parent.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = json.loads(told.json.read_text("utf-8")) if told.json.exists() else {}
    failed = []
    for name in told.only:
        print(f"\n== {name}", flush=True)
        figures = measured(STEPS[name])
        if figures is None:
            failed.append(name)
            continue
        found[name] = {"machine": machine(), "figures": figures}
        told.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}. What the others found is in {told.json}.")


def measured(command: tuple[str, ...]) -> Any:
    """What the benchmark wrote, or None where it failed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.json"
        done = subprocess.run(
            [sys.executable, "-m", *command, "--json", str(path)], cwd=ROOT, check=False
        )
        return json.loads(path.read_text("utf-8")) if done.returncode == 0 else None


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory GB": round(memory / 1e9, 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
