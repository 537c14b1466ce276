"""How far a set's cohorts can be trusted, as far as that goes along with the set."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal, get_args

Verdict = Literal["structure", "breadth only", "none", "unclear"]
Band = Literal["highly stable", "stable", "pattern", "not to be trusted", "dissolved"]
Ruling = Literal["holds", "pattern, members doubtful", "do not use"]

LARGEST = 1e12
"""Of any figure here."""

SENTENCES: dict[Verdict, str] = {
    "structure": "There is structure: which tools go together here is more than chance.",
    "breadth only": (
        "Caution: these cohorts tell who uses many tools and who uses few, and nothing beyond "
        "that. Do not present them as kinds of people."
    ),
    "none": (
        "Caution: shuffled answers give cohorts that are just as good as these. Do not present "
        "them as real."
    ),
    "unclear": (
        "Caution: this survey cannot tell these cohorts from chance. Present them as tentative "
        "at most."
    ),
}
"""What each verdict of the structure test means, for the screen and for files."""


def caution(verdict: Verdict) -> str:
    """What whoever reads about the cohorts has to know; "" where the verdict is *structure*."""
    return "" if verdict == "structure" else SENTENCES[verdict]


@dataclass(frozen=True)
class CohortTrusted:
    """One cohort. `stability`: mean Jaccard overlap with its best match in resamples, with its
    `band`; `ruling`: what to make of it. None as long as it is not known."""

    stability: float | None = None
    band: Band | None = None
    ruling: Ruling | None = None


@dataclass(frozen=True)
class Trusted:
    """What was found out about one result. `of`: the fingerprint of who is where, as of
    `CohortSet.fingerprint`. `verdict`, `gain`, `se`: of the structure test, the gain in nats per
    respondent; `respondents`: whom it looked at; `shuffles`: copies of each kind. `resamples`:
    halves of the respondents that the stability rests on. `cohorts`: in the order of the set's,
    empty as long as nothing is known of them."""

    of: str
    verdict: Verdict
    gain: float
    se: float
    respondents: int
    shuffles: int
    resamples: int = 0
    cohorts: tuple[CohortTrusted, ...] = ()

    @property
    def sentence(self) -> str:
        """What the verdict means."""
        return SENTENCES[self.verdict]

    @property
    def caution(self) -> str:
        """Like `caution`, of this verdict."""
        return caution(self.verdict)

    def cohort(self, number: int) -> CohortTrusted:
        """What is known of one cohort, by number from 0."""
        return self.cohorts[number] if self.cohorts else CohortTrusted()

    def to_dict(self) -> dict[str, Any]:
        """As plain values. `trusted_from` is the inverse."""
        return {**dataclasses.asdict(self), "cohorts": [vars(c).copy() for c in self.cohorts]}


def trusted_from(data: dict[str, Any]) -> Trusted:
    """Inverse of `Trusted.to_dict`. Raises KeyError, TypeError or ValueError on anything else."""
    trusted = Trusted(**{**data, "cohorts": tuple(CohortTrusted(**c) for c in data["cohorts"])})
    if not isinstance(trusted.of, str):
        raise TypeError("a fingerprint is no text")
    _known(trusted.verdict, get_args(Verdict))
    _figure(trusted.gain, low=-LARGEST)
    _figure(trusted.se)
    for count in (trusted.respondents, trusted.shuffles, trusted.resamples):
        if type(count) is not int:
            raise TypeError("no whole number")
        _figure(count)
    for cohort in trusted.cohorts:
        if cohort.stability is not None:
            _figure(cohort.stability, high=1.0)
        _known(cohort.band, (*get_args(Band), None))
        _known(cohort.ruling, (*get_args(Ruling), None))
    return trusted


def _known(word: Any, words: tuple[Any, ...]) -> None:
    if word not in words:
        raise ValueError("a verdict is unknown")


def _figure(value: Any, low: float = 0.0, high: float = LARGEST) -> None:
    if type(value) not in (int, float):
        raise TypeError("no number")
    if not low <= value <= high:  # which no NaN is
        raise ValueError("a figure is out of bounds")
