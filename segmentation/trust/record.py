"""What of all that was found out goes along with the cohorts."""

from __future__ import annotations

import dataclasses

from segmentation.cohorts import CohortSet, CohortTrusted, Trusted
from segmentation.trust.model import Trust


def summary(trust: Trust, cohorts: CohortSet) -> Trusted | None:
    """In short, for `CohortSet.trusted`; None before there is a verdict, and where it was found
    out of other cohorts than these, as before a merge."""
    if trust.structure is None or not _is_of(trust, cohorts):
        return None
    structure = trust.structure
    return Trusted(
        of=cohorts.fingerprint,
        verdict=structure.verdict,
        gain=structure.gain,
        se=structure.se,
        respondents=structure.respondents,
        shuffles=min(len(structure.independent), len(structure.breadth_keeping)),
        resamples=trust.resamples,
        cohorts=tuple(
            CohortTrusted(one.stability.jaccard, one.stability.band, one.ruling)
            for one in sorted(trust.cohorts, key=lambda one: one.number)
        ),
    )


def with_trust(cohorts: CohortSet, trust: Trust | None) -> CohortSet:
    """The same set with what is known of it, if anything is."""
    return cohorts.trusted(summary(trust, cohorts) if trust is not None else None)


def under_names(trust: Trust, cohorts: CohortSet) -> Trust:
    """The same under the names that the set has now; `trust` is of these cohorts."""
    rows = (
        dataclasses.replace(one, name=cohorts.cohorts[one.number].name) for one in trust.cohorts
    )
    return dataclasses.replace(trust, survey=cohorts.survey, cohorts=tuple(rows))


def _is_of(trust: Trust, cohorts: CohortSet) -> bool:
    """Names may be others meanwhile; people may not."""
    sizes = [one.size for one in sorted(trust.cohorts, key=lambda one: one.number)]
    return (
        trust.survey_sha256 == cohorts.survey_sha256
        and trust.spec == cohorts.spec
        and trust.fingerprint in ("", cohorts.fingerprint)
        and (not sizes or sizes == [cohort.size for cohort in cohorts.cohorts])
    )
