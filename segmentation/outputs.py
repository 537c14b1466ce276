"""A run as files: plain tables and figures that open anywhere."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.charts import cohort_groups, respondent_map, standalone_html
from segmentation.cohorts import Assignment
from segmentation.embed import respondent_positions
from segmentation.encode import Features
from segmentation.errors import WorkbenchError
from segmentation.profiles import Profiles, labels_of
from segmentation.run import Segmentation

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


ASSIGNMENTS = "assignments.csv"
RUN_FILES = ("cohorts.json", ASSIGNMENTS, "profiles.csv", "map.html", "metrics.json")


def write_run(run: Segmentation, folder: Path) -> list[Path]:
    """Write every file of `run_files`, once all of them are made.

    Raises WorkbenchError where nothing can be written; a file that was there then stays whole.
    """
    texts = {name: make() for name, make in run_files(run).items()}
    return [write_text(folder / name, text) for name, text in texts.items()]


def run_files(run: Segmentation) -> dict[str, Callable[[], str]]:
    """The files of a run by name, each made when it is called for."""
    names = [cohort.name for cohort in run.cohorts.cohorts]
    makers = (
        run.cohorts.to_json,
        lambda: to_csv(assignments(run)),
        lambda: to_csv(profile_table(run.profiles, names)),
        lambda: standalone_html(cohort_map(run), f"Cohorts of {run.cohorts.survey}"),
        lambda: json.dumps(metrics(run), indent=1, allow_nan=False),
    )
    return dict(zip(RUN_FILES, makers, strict=True))


def write_assignment(assignment: Assignment, folder: Path) -> Path:
    """Write assignments.csv of cohorts applied to a survey; raises like `write_run`."""
    best = np.nanmax(np.nan_to_num(assignment.posterior, nan=0.0), axis=1)
    placed = np.isfinite(assignment.posterior).all(axis=1)
    table = _assignment_table(assignment.cohort, np.where(placed, best, np.nan))
    return write_text(folder / ASSIGNMENTS, to_csv(table))


def assignments(run: Segmentation) -> pd.DataFrame:
    """One line a respondent in file order: `row` from 1, `cohort` from 1 (blank when unassigned
    or not used), `probability` of that cohort, or of the likeliest where there is none."""
    used = run.features.used
    cohort = np.full(len(used), -1, dtype=np.int64)
    cohort[used] = run.clustering.labels
    probability = np.full(len(used), np.nan)
    posterior, labels = run.clustering.posterior, run.clustering.labels
    own = posterior[np.arange(len(labels)), np.maximum(labels, 0)]
    probability[used] = np.where(labels >= 0, own, posterior.max(axis=1))
    return _assignment_table(cohort, probability)


def profile_table(profiles: Profiles, names: list[str]) -> pd.DataFrame:
    """Every tool in every cohort: prevalence, base, index, significance (+1, 0, -1)."""
    cohorts, tools = profiles.tool_rates.index.shape
    rates = profiles.tool_rates
    return pd.DataFrame(
        {
            "cohort": np.repeat(np.arange(1, cohorts + 1), tools),
            "name": np.repeat(np.array(names, dtype=object), tools),
            "tool": [tool.name for tool in profiles.tools] * cohorts,
            "category": [tool.category for tool in profiles.tools] * cohorts,
            "formed_cohorts": np.tile(profiles.kept, cohorts),
            "prevalence": rates.prevalence.round(4).ravel(),
            "low": rates.low.round(4).ravel(),
            "high": rates.high.round(4).ravel(),
            "base": rates.base.astype(int).ravel(),
            "everyone": np.tile(rates.overall.round(4), cohorts),
            "index": rates.index.round(1).ravel(),
            "significant": rates.significant.ravel(),
        }
    )


def metrics(run: Segmentation) -> dict[str, Any]:
    """The run in figures; shares 0 to 1, gain in nats per respondent, seconds per stage."""
    features, validation = run.features, run.validation
    return {
        "respondents": len(features.used),
        "respondents_used": int(features.used.sum()),
        "tools_seen": len(features.tools),
        "tools_kept": int(features.kept.sum()),
        "cohorts": run.clustering.cohorts,
        "unassigned_share": run.clustering.unassigned_share,
        "heldout_gain": validation.gain,
        "heldout_gain_se": validation.gain_se,
        "fidelity": validation.fidelity,
        "seconds": run.seconds,
        "versions": run.cohorts.versions,
    }


def cohort_map(run: Segmentation) -> Any:
    """The map coloured by cohort, light, for a file."""
    positions = respondent_positions(run.embedding.positions, run.neighbours.patterns)
    names = [cohort.name for cohort in run.cohorts.cohorts]
    groups = cohort_groups(run.clustering.labels, names, "light")
    return respondent_map(positions, groups, tool_lines(run.features), "light", legend=True)


def tool_lines(features: Features, most: int = 12) -> list[str]:
    """Each used respondent's kept tools in one line, for hovering."""
    names = labels_of(features.tools_kept)
    lines = []
    for row in features.chosen_kept:
        mine = [names[i] for i in np.flatnonzero(row)]
        rest = len(mine) - most
        lines.append(", ".join(mine[:most]) + (f" and {rest} more" if rest > 0 else ""))
    return lines


def to_csv(table: pd.DataFrame) -> str:
    """CSV text in which no cell of text can be taken for a spreadsheet formula (OWASP)."""
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]) and safe[name].dtype != bool:
            safe[name] = safe[name].map(_inert)
    text: str = safe.to_csv(index=False, lineterminator="\n")
    return text


def _inert(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return "'" + cell
    return cell


def _assignment_table(cohort: NDArray[np.int64], probability: NDArray[np.float64]) -> pd.DataFrame:
    number = pd.Series(cohort + 1, dtype="Int64")
    return pd.DataFrame(
        {
            "row": np.arange(1, len(cohort) + 1),
            "cohort": number.mask(number == 0),
            "probability": probability.round(4),
        }
    )


def write_text(path: Path, text: str) -> Path:
    """Write a file whole or not at all, with the folders that it needs.

    Raises WorkbenchError where it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise WorkbenchError(
            f"{path} cannot be written ({error.strerror}): choose another place, or make room."
        ) from error
    return path
