"""Small features and surveys whose right answers are known."""

from __future__ import annotations

import numpy as np

from segmentation.encode import Attribute, Features
from segmentation.vocabulary import Tool


def features(
    chosen: np.ndarray,
    asked: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    threshold: float = 0.0,
    attributes: tuple[Attribute, ...] = (),
) -> Features:
    """Features of a bool matrix (respondents, tools); tools are named t00, t01, ..."""
    chosen = np.asarray(chosen, dtype=bool)
    asked = np.ones_like(chosen) if asked is None else np.asarray(asked, dtype=bool)
    weight = np.ones(len(chosen)) if weight is None else np.asarray(weight, dtype=float)
    prevalence = (weight @ chosen) / (weight @ asked)
    kept = prevalence >= threshold
    return Features(
        tools=tuple(Tool(f"t{i:02d}", "Tool") for i in range(chosen.shape[1])),
        chosen=chosen,
        asked=asked,
        weight=weight,
        base=asked.sum(axis=0).astype(float),
        prevalence=prevalence,
        kept=kept,
        used=chosen[:, kept].any(axis=1),
        included=np.ones(len(chosen), dtype=bool),
        attributes=attributes,
    )


def planted(
    cohorts: int = 4, size: int = 100, tools: int = 24, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """A clear survey: each cohort favours its own block of tools. Returns chosen and truth."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(cohorts), size)
    rate = np.full((cohorts, tools), 0.08)
    width = tools // cohorts
    for cohort in range(cohorts):
        rate[cohort, cohort * width : (cohort + 1) * width] = 0.8
    chosen = rng.random((len(truth), tools)) < rate[truth]
    chosen[np.arange(len(truth)), truth * width] = True
    return chosen, truth


def survey_csv(chosen: np.ndarray, extra: dict[str, list[str]] | None = None) -> bytes:
    """The same as a file: one column an option, each holding its label, plus extra columns."""
    tools = [f"t{i:02d}" for i in range(chosen.shape[1])]
    header = [*(extra or {}), *(f"Tools [{tool}]" for tool in tools)]
    lines = [",".join(header)]
    for row in range(len(chosen)):
        cells = [values[row] for values in (extra or {}).values()]
        cells += ["Yes" if ticked else "No" for ticked in chosen[row]]
        lines.append(",".join(cells))
    return "\n".join(lines).encode()
