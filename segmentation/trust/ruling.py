"""One line on each cohort: does it hold?"""

from __future__ import annotations

from segmentation.cohorts.trusted import Ruling
from segmentation.figures import percent
from segmentation.profiles import MIN_BASE
from segmentation.trust.stability import DISSOLVED, Stability
from segmentation.trust.structure import Structure

FEWEST = 5
"""Resamples before anything is said."""

HOLDS = 0.75
PATTERN = 0.60
"""Hennig's (2007) bounds of the mean Jaccard overlap: stable, and a pattern in the data."""

FAITHFUL = 0.5


def rule(
    stability: Stability,
    over_settings: float | None,
    fidelity: float | None,
    size: int,
    structure: Structure | None,
) -> tuple[Ruling | None, str]:
    """The ruling on a cohort with its reason, (None, "") while nothing can be said.

    `over_settings`: the smaller of the mean overlaps under other neighbours and other thresholds.
    """
    if stability.jaccard is None or stability.resamples < FEWEST or structure is None:
        return None, ""
    overlap = f"{stability.jaccard:.2f}"
    if structure.verdict == "none":
        return "do not use", "The survey as a whole shows no structure beyond chance."
    if stability.jaccard < PATTERN:
        return "do not use", f"Half samples do not find it again (overlap {overlap} of 1)."
    if stability.jaccard < HOLDS:
        return (
            "pattern, members doubtful",
            f"Half samples find something like it (overlap {overlap}), with other members.",
        )
    doubt = _doubt(over_settings, fidelity, size, structure)
    if doubt:
        return "pattern, members doubtful", doubt
    return "holds", f"Half samples find it again with the same members (overlap {overlap})."


def _doubt(
    over_settings: float | None, fidelity: float | None, size: int, structure: Structure
) -> str:
    if structure.verdict == "breadth only":
        return "It may be no more than people who choose many tools, or few."
    if structure.verdict == "unclear":
        return "It is found again, but the survey is too small or too noisy to rule out chance."
    if size < MIN_BASE:
        return f"It is found again, but has only {size} people: too few for its figures."
    if over_settings is not None and over_settings <= DISSOLVED:
        return f"It dissolves under other settings (overlap {over_settings:.2f})."
    if fidelity is not None and fidelity < FAITHFUL:
        return f"Its description puts back only {percent(fidelity)} of its members."
    return ""
