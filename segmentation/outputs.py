"""A run as files: plain tables and figures that open anywhere."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.charts import cohort_groups, respondent_map, standalone_html
from segmentation.cluster import Clustering
from segmentation.cohorts import Assignment, CohortSet
from segmentation.contrast import Contrast, GroupProfile
from segmentation.embed import respondent_positions
from segmentation.encode import Features
from segmentation.errors import WorkbenchError
from segmentation.mixture import Bools, Floats, Ints
from segmentation.profiles import Profiles, labels_of
from segmentation.run import Segmentation
from segmentation.sampling import ESTIMATED, EXACT, on_map
from segmentation.sampling import in_words as sampling_in_words

_FORMULA = re.compile(r"\A(?=[=+\-@\t\n])|(?<=[,;|\t\n])(?=[=+\-@])")
"""Where a spreadsheet may begin to take text for a formula: at the start of a cell, and behind what
it takes for the end of one, as by a semicolon where commas are decimal ones."""


LEFT_OUT = "left out by filter"

HOVER_TOOLS = 12
"""Tools named of whom a map in a file is pointed at."""

ASSIGNMENTS = "assignments.csv"
RUN_FILES = ("cohorts.json", ASSIGNMENTS, "profiles.csv", "map.html", "metrics.json")


def write_run(run: Segmentation, folder: Path) -> list[Path]:
    """Write every file of `run_files`, once all of them are made.

    Raises WorkbenchError where nothing can be written; a file that was there then stays whole.
    """
    texts = {name: make() for name, make in run_files(run).items()}
    return [write_text(folder / name, text) for name, text in texts.items()]


def run_files(run: Segmentation, places: Sequence[int] = ()) -> dict[str, Callable[[], str]]:
    """The files of a run by name, each made when it is called for. `places`: of the cohorts in
    the palette; their numbers without any."""
    names = [cohort.name for cohort in run.cohorts.cohorts]
    caution, title = run.cohorts.caution, f"Cohorts of {run.cohorts.survey}"
    makers = (
        run.cohorts.to_json,
        lambda: to_csv(cautioned(assignments(run), caution)),
        lambda: to_csv(cautioned(profile_table(run.profiles, names), caution)),
        lambda: standalone_html(cohort_map(run, places), title, caution),
        lambda: json.dumps(metrics(run), indent=1, allow_nan=False),
    )
    return dict(zip(RUN_FILES, makers, strict=True))


def write_assignment(assignment: Assignment, folder: Path, caution: str = "") -> Path:
    """Write assignments.csv of cohorts applied to a survey; raises like `write_run`. `caution`:
    of the cohorts."""
    return write_text(folder / ASSIGNMENTS, to_csv(cautioned(placements(assignment), caution)))


def cautioned(table: pd.DataFrame, caution: str) -> pd.DataFrame:
    """The table with what whoever reads it has to know about the cohorts, in every line, so that
    it stays with whatever is cut out of the file; as it is where there is nothing to know."""
    return table.assign(caution=caution) if caution else table


def placements(assignment: Assignment) -> pd.DataFrame:
    """Like `assignments`, of cohorts applied to a survey.

    `margin`: probability less that of the second likeliest cohort; blank like the probability for
    those who chose none of the cohorts' tools.
    """
    best = np.nanmax(np.nan_to_num(assignment.posterior, nan=0.0), axis=1)
    placed = np.isfinite(assignment.posterior).all(axis=1)
    probability = np.where(placed, best, np.nan)
    table = _assignment_table(assignment.cohort, probability, assignment.included)
    table["margin"] = assignment.margin.round(4)
    table["unlike_any_cohort"] = np.where(placed, np.where(assignment.unlike, "yes", "no"), "")
    return table


def assignments(run: Segmentation) -> pd.DataFrame:
    """One line a respondent in file order: `row` from 1, `cohort` from 1 (blank when unassigned
    or not used), `probability` of that cohort, or of the likeliest where there is none, `note`:
    whether a filter left the respondent out."""
    return assignment_lines(run.features, run.clustering)


def assignment_lines(features: Features, clustering: Clustering, before: int = 0) -> pd.DataFrame:
    """`assignments` of these respondents, `before` whom there are so many others."""
    used, labels, posterior = features.used, clustering.labels, clustering.posterior
    cohort = np.full(len(used), -1, dtype=np.int64)
    cohort[used] = labels
    probability = np.full(len(used), np.nan)
    own = posterior[np.arange(len(labels)), np.maximum(labels, 0)]
    probability[used] = np.where(labels >= 0, own, posterior.max(axis=1))
    return _assignment_table(cohort, probability, features.included, before)


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


def group_table(group: GroupProfile) -> pd.DataFrame:
    """Every tool and every answer to an attribute: in the group, in the rest, and of everyone.

    `group_base` and `rest_base` are people asked, or people who answered.
    """
    tools = [(tool.category, tool.name) for tool in group.tools]
    parts = [_contrast_table("tool", tools, group.by_tool)]
    for attribute, contrast in group.attributes:
        answers = [(attribute.name, level) for level in attribute.levels]
        parts.append(_contrast_table("answer", answers, contrast))
    return pd.concat(parts, ignore_index=True)


def _contrast_table(
    kind: str, names: Sequence[tuple[str, str]], contrast: Contrast
) -> pd.DataFrame:
    inside = contrast.inside
    return pd.DataFrame(
        {
            "kind": [kind] * len(names),
            "of": np.array([of for of, _ in names], dtype=object),
            "name": np.array([name for _, name in names], dtype=object),
            "group": inside.prevalence[0].round(4),
            "group_low": inside.low[0].round(4),
            "group_high": inside.high[0].round(4),
            "group_base": inside.base[0].astype(int),
            "rest": contrast.outside.round(4),
            "rest_low": contrast.outside_low.round(4),
            "rest_high": contrast.outside_high.round(4),
            "rest_base": contrast.outside_base.astype(int),
            "everyone": inside.overall.round(4),
            "index": inside.index[0].round(1),
            "significant": inside.significant[0],
        }
    )


def metrics(run: Segmentation) -> dict[str, Any]:
    """The run in figures; shares 0 to 1, gain in nats per respondent, seconds per stage. `trust`:
    how far the cohorts can be trusted, where that was looked at."""
    features, validation = run.features, run.validation
    return {
        "respondents": len(features.used),
        "respondents_included": int(features.included.sum()),
        "respondents_used": int(features.used.sum()),
        "respondents_fitted": len(run.neighbours.patterns.people),
        **_exactness(run),
        "tools_seen": len(features.tools),
        "tools_kept": int(features.kept.sum()),
        "cohorts": run.clustering.cohorts,
        "unassigned_share": run.clustering.unassigned_share,
        "heldout_gain": validation.gain,
        "heldout_gain_se": validation.gain_se,
        "fidelity": validation.fidelity,
        "seconds": run.seconds,
        "versions": run.cohorts.versions,
        **_trust(run.cohorts),
    }


def _trust(cohorts: CohortSet) -> dict[str, Any]:
    """The verdict with its caution, and each cohort's; nothing where there is no verdict."""
    if cohorts.trust is None:
        return {}
    return {"trust": {**cohorts.trust.to_dict(), "caution": cohorts.caution}}


def _exactness(run: Segmentation) -> dict[str, Any]:
    """Which figures count everybody and which a sample decides; nothing without a sample."""
    if run.clustering.sampled is None:
        return {}
    said = sampling_in_words(run.neighbours.patterns, run.cohorts.spec.embed.seed)
    return {"sampling": {"exact": EXACT, "estimated": ESTIMATED, "in_words": said}}


def cohort_map(run: Segmentation, places: Sequence[int] = ()) -> Any:
    """The map coloured by cohort, light, for a file."""
    people, positions = map_points(run)
    names = [cohort.name for cohort in run.cohorts.cohorts]
    groups = cohort_groups(run.clustering.labels[people], names, "light", places)
    lines = tool_lines(run.features, people)
    return respondent_map(positions, groups, lines, "light")


def map_points(run: Segmentation) -> tuple[Ints, Floats]:
    """Whom a map shows, as places among the used respondents, and where each stands on it."""
    patterns, seed = run.neighbours.patterns, run.cohorts.spec.embed.seed
    shown = on_map(patterns, seed)
    positions = respondent_positions(run.embedding.positions, patterns)
    return patterns.people[shown], positions[shown]


def tool_lines(features: Features, people: Ints) -> list[str]:
    """The kept tools of some of the used respondents, each in one line, for hovering."""
    names = labels_of(features.tools_kept)
    lines = []
    for row in features.chosen_kept[people]:
        mine = [names[i] for i in np.flatnonzero(row)]
        rest = len(mine) - HOVER_TOOLS
        lines.append(", ".join(mine[:HOVER_TOOLS]) + (f" and {rest} more" if rest > 0 else ""))
    return lines


def to_csv(table: pd.DataFrame) -> str:
    """CSV text in which no cell of text can be taken for a spreadsheet formula (OWASP)."""
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]) and safe[name].dtype != bool:
            texts = (cell for cell in safe[name].unique() if isinstance(cell, str))
            inert = {text: _inert(text) for text in texts}
            safe[name] = safe[name].map(lambda cell, inert=inert: inert.get(cell, cell))
    text: str = safe.to_csv(index=False, lineterminator="\n")
    return text


def _inert(text: str) -> str:
    one_kind = re.sub(r"\r\n?", "\n", text)  # a lone return is not put in quotes, and ends a row
    return _FORMULA.sub("'", one_kind)


def _assignment_table(
    cohort: NDArray[np.int64], probability: NDArray[np.float64], included: Bools, before: int = 0
) -> pd.DataFrame:
    number = pd.Series(cohort + 1, dtype="Int64")
    return pd.DataFrame(
        {
            "row": np.arange(before + 1, before + len(cohort) + 1),
            "cohort": number.mask(number == 0),
            "probability": probability.round(4),
            "note": np.where(included, "", LEFT_OUT),
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
