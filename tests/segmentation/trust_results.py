"""What a check of cohorts found, made by hand."""

from __future__ import annotations

from typing import get_args

from segmentation.cohorts import CohortSet
from segmentation.cohorts.trusted import Ruling, Verdict
from segmentation.spec import TrustSpec
from segmentation.trust.model import CohortTrust, Trust
from segmentation.trust.stability import Stability
from segmentation.trust.structure import Structure

RULINGS: tuple[Ruling, ...] = get_args(Ruling)
STEADY = (0.9, 0.65, 0.4)
"""Stability of the first cohort, of the second and so on, in turn like the rulings."""


def trust_of(cohorts: CohortSet, verdict: Verdict = "none", partial: bool = False) -> Trust:
    """Of these cohorts; `partial`: there is a verdict, and nothing on any cohort yet."""
    used = cohorts.respondents_used
    structure = Structure(verdict, 0.25, 0.05, (0.3, -0.1), (0.28, 0.31, 0.2), used, used)
    rows = tuple(
        CohortTrust(
            number=number,
            name=cohort.name,
            size=cohort.size,
            stability=Stability(STEADY[number % 3], 0.02, 0.1, 0.6, 50),
            over_neighbours=None,
            over_threshold=None,
            fidelity=0.8,
            marks=3,
            confused_with=None,
            confused=0.0,
            ruling=RULINGS[number % 3],
            reason="For a reason.",
        )
        for number, cohort in enumerate(cohorts.cohorts)
    )
    return Trust(
        survey=cohorts.survey,
        survey_sha256=cohorts.survey_sha256,
        spec=cohorts.spec,
        asked=TrustSpec(),
        people=used,
        of=used,
        structure=structure,
        cohorts=() if partial else rows,
        resamples=0 if partial else 50,
        fingerprint=cohorts.fingerprint,
    )
