"""The files of a run on parts: as those of any run, but for the assignments, a file a part."""

from __future__ import annotations

import json
from typing import Any

from segmentation.charts import standalone_html
from segmentation.outputs import cohort_map, metrics, profile_table, to_csv
from segmentation.parts.files import write_file
from segmentation.parts.run import PartsRun
from segmentation.sampling import ESTIMATED, EXACT, sampled_in_words

PARTS_FILES = ("cohorts.json", "profiles.csv", "map.html", "metrics.json")


def write_parts(run: PartsRun, folder: str) -> list[str]:
    """Write what is about everybody; the assignments were written with the parts.

    Raises WorkbenchError where nothing can be written.
    """
    cohorts = run.sample.cohorts
    names = [cohort.name for cohort in cohorts.cohorts]
    texts = (
        cohorts.to_json(),
        to_csv(profile_table(run.sample.profiles, names)),
        standalone_html(cohort_map(run.sample), f"Cohorts of {cohorts.survey}", cohorts.caution),
        json.dumps(parts_metrics(run), indent=1, allow_nan=False),
    )
    return [write_file(folder, name, text) for name, text in zip(PARTS_FILES, texts, strict=True)]


def parts_metrics(run: PartsRun) -> dict[str, Any]:
    """Like `outputs.metrics`, of everybody; `parts`: how many there were."""
    placed = int(run.sample.profiles.size.sum())
    fitted, said = len(run.people), parts_in_words(run)
    sampling = {"exact": EXACT, "estimated": ESTIMATED, "in_words": said}
    return {
        **metrics(run.sample),
        "parts": len(run.names),
        "respondents": run.respondents,
        "respondents_included": run.included,
        "respondents_used": run.used,
        "respondents_fitted": fitted,
        "unassigned_share": 1 - placed / run.used,
        **({"sampling": sampling} if fitted < run.used else {}),
    }


def parts_in_words(run: PartsRun) -> str:
    """Like `sampling.in_words`, of everybody."""
    fitted, seed = len(run.people), run.sample.cohorts.spec.embed.seed
    return sampled_in_words(run.used, fitted, fitted < run.used, seed)
