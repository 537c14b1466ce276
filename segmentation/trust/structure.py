"""Is there more in the survey than chance, and more than "some tick many boxes"?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from segmentation.cohorts.trusted import Verdict
from segmentation.mixture import Floats
from segmentation.spec import EncodeSpec, RunSpec
from segmentation.trust.chain import everybody_placed
from segmentation.trust.people import People
from segmentation.trust.shuffles import breadth_keeping, independent

Kind = Literal["independent", "breadth-keeping"]

LARGEST = 4_000
"""Respondents that the test looks at; of more, a random sample."""

FIRST = 5
"""Shuffles of each kind after which there is a first verdict."""

SHUFFLES = {"independent": independent, "breadth-keeping": breadth_keeping}


@dataclass(frozen=True)
class Looked:
    """What the test sees in a survey or a copy. `gain`, `se`: held out, everybody assigned, nats
    per respondent; `ties`: how much tools go with each other, 1 when not at all."""

    gain: float
    se: float
    ties: float


@dataclass(frozen=True)
class Structure:
    """`gain`, `se`: of the survey, nats per respondent; `independent`, `breadth_keeping`: gain of
    each shuffled copy; `ties`, `breadth_keeping_ties`: how much tools go with each other, see
    `ties_of`; `respondents`: whom the test looked at, of `of` used."""

    verdict: Verdict
    gain: float
    se: float
    independent: tuple[float, ...]
    breadth_keeping: tuple[float, ...]
    respondents: int
    of: int
    ties: float = 0.0
    breadth_keeping_ties: tuple[float, ...] = ()

    @property
    def unseen(self) -> bool:
        """Whether the verdict is *unclear* because tools go together in a way that the cohorts do
        not show, not because their gain could be either."""
        figures = self.gain, self.se, self.independent, self.breadth_keeping
        return self.verdict == "unclear" and judge_gain(*figures) != "unclear"


def judge(
    real: Looked, independent: Sequence[Looked], breadth_keeping: Sequence[Looked]
) -> Verdict:
    """The verdict on a survey beside its shuffled copies.

    *structure*: gain - 2 se exceeds every breadth-keeping gain, and every independent one.
    *none*: the gain is zero or less, or no more than an independent one. *breadth only*: gain -
    2 se exceeds every independent gain, and the gain is no more than a breadth-keeping one. Else
    *unclear*: above chance, by less than the error of measurement. *unclear* too, instead of the
    second and third, when tools go with each other more than in any breadth-keeping copy: then
    there is something that these cohorts do not show.
    """
    by_gain = judge_gain(
        real.gain, real.se, [c.gain for c in independent], [c.gain for c in breadth_keeping]
    )
    if by_gain in {"none", "breadth only"} and more_ties(real, breadth_keeping):
        return "unclear"
    return by_gain


def judge_gain(
    gain: float, se: float, independent: Sequence[float], breadth_keeping: Sequence[float]
) -> Verdict:
    """What the gains alone say, see `judge`."""
    low, chance, breadth = (
        gain - 2 * se,
        max(independent, default=-np.inf),
        max(breadth_keeping, default=-np.inf),
    )
    if gain <= 0 or gain <= chance:
        return "none"
    if low > breadth and low > chance:
        return "structure"
    if low > chance and gain <= breadth:
        return "breadth only"
    return "unclear"


def more_ties(real: Looked, breadth_keeping: Sequence[Looked]) -> bool:
    """Whether tools go with each other more than in any of the copies."""
    return real.ties > max(copy.ties for copy in breadth_keeping)


def still_open(
    gain: float, independent: Sequence[float], breadth_keeping: Sequence[float]
) -> tuple[Kind, ...]:
    """The kinds of copies of which more could change what the gains say. With none left, to stop
    gives the verdict that any number of further copies would give."""
    if gain <= max((0.0, *independent)):
        return ()
    if gain <= max(breadth_keeping, default=-np.inf):
        return ("independent",)
    return ("independent", "breadth-keeping")


def as_it_is(people: People, spec: RunSpec) -> Looked:
    """The survey; `people`: those used, on the tools kept."""
    found = everybody_placed(people, keeping_all(spec))
    return Looked(found.gain, found.gain_se, ties_of(people))


def shuffled(people: People, spec: RunSpec, kind: Kind, seed: int) -> Looked:
    """One shuffled copy, the whole chain re-run on it."""
    return as_it_is(SHUFFLES[kind](people, seed), spec)


def ties_of(people: People) -> float:
    """How much tools go with each other: mean over pairs of tools of the chi-square of their
    2 x 2 table among those asked both, unweighted; 1 on average where tools are independent, 0
    with no pair to compare."""
    asked = people.asked.astype(np.float32)
    chosen = (people.chosen & people.asked).astype(np.float32)
    n, both, first = asked.T @ asked, chosen.T @ chosen, chosen.T @ asked
    pair = np.triu(n > 0, k=1)
    n, both, first, second = n[pair], both[pair], first[pair], first.T[pair]
    spread: Floats = first.astype(float) * (n - first) * second * (n - second)
    known = spread > 0
    excess = (both * n - first * second)[known].astype(float)
    chi_square = n[known] * excess**2 / spread[known]
    return float(chi_square.mean()) if known.any() else 0.0


def keeping_all(spec: RunSpec) -> RunSpec:
    """The threshold was applied before: a copy has the same tools."""
    return replace(spec, encode=EncodeSpec(0.0))
