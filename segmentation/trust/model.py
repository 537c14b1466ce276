"""What was found out about how far cohorts can be trusted: plain values, whole or in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from segmentation.cluster import ClassFit
from segmentation.cohorts.trusted import Ruling
from segmentation.spec import Method, RunSpec, TrustSpec
from segmentation.trust.audits.model import Audits
from segmentation.trust.stability import Stability
from segmentation.trust.structure import Structure

Varied = Literal["neighbours", "threshold"]


@dataclass(frozen=True)
class Setting:
    """The cohorts under another setting. `overlap`: Jaccard of each cohort with its best match
    among those found then, None where none of its members could be placed."""

    varied: Varied
    value: float
    overlap: tuple[float | None, ...]


@dataclass(frozen=True)
class CohortTrust:
    """One cohort. `size`: respondents; `marks`: tools that mark it on evidence, over-used ones;
    `fidelity`: share of core members put back, cross-validated. `confused_with`: the cohort whose
    likeness its members are most often found in, in the resamples, by number, with the share of
    them, `confused`; None where there is none. `ruling` with its `reason` in one sentence; None
    while nothing can be said yet."""

    number: int
    name: str
    size: int
    stability: Stability
    over_neighbours: float | None
    over_threshold: float | None
    fidelity: float | None
    marks: int
    confused_with: int | None
    confused: float
    ruling: Ruling | None
    reason: str


@dataclass(frozen=True)
class MethodTrust:
    """One method on the same survey. `stability`: mean over its cohorts of the overlap with their
    best match in half samples; `agreement`: adjusted Rand index between runs with other seeds,
    everybody assigned; `unassigned`: share of the respondents used; `seconds`: of one run."""

    method: Method
    cohorts: int
    gain: float
    gain_se: float
    stability: float | None
    agreement: float | None
    unassigned: float
    seconds: float


@dataclass(frozen=True)
class Methods:
    """The methods side by side; `best`: of which one, and why in a sentence."""

    rows: tuple[MethodTrust, ...]
    best: Method | None
    reason: str


@dataclass(frozen=True)
class HowMany:
    """`lowest`: number of classes of the lowest BIC; `suggested`: what entropy prefers among those
    that BIC cannot tell apart, and why in a sentence."""

    counts: tuple[ClassFit, ...]
    lowest: int
    suggested: int
    reason: str


@dataclass(frozen=True)
class Trust:
    """Everything that is known so far. A part is None, or empty, until it was found out.

    `people`: respondents whom resamples draw from, of `of` used. `resamples`: done so far;
    `complete`: all that was asked for is there. `fingerprint`: of who is where in the result
    (`CohortSet.fingerprint`), "" where that was not kept.
    """

    survey: str
    survey_sha256: str
    spec: RunSpec
    asked: TrustSpec
    people: int
    of: int
    structure: Structure | None = None
    cohorts: tuple[CohortTrust, ...] = ()
    settings: tuple[Setting, ...] = ()
    methods: Methods | None = None
    how_many: HowMany | None = None
    audits: Audits | None = None
    resamples: int = 0
    seconds: float = 0.0
    complete: bool = False
    fingerprint: str = ""


@dataclass(frozen=True)
class SweepSpec:
    """The grid. `sizes`: of what `size_of` names: the minimum cohort size (share), the resolution
    or the number of cohorts, whichever the method reads."""

    thresholds: tuple[float, ...]
    neighbours: tuple[int, ...]
    size_of: Literal["min_cluster_size", "resolution", "cohorts"]
    sizes: tuple[float, ...]
    resamples: int = 4


@dataclass(frozen=True)
class SweepCell:
    """What one cell of the grid gives; `spec`: the settings that adopting it takes over.
    `stability`: mean over cohorts and half samples of the best overlap; None until there is one."""

    spec: RunSpec
    size: float
    cohorts: int
    gain: float
    gain_se: float
    stability: float | None
    unassigned: float


@dataclass(frozen=True)
class Sweep:
    """`cells`: by threshold, neighbours, size; those that are done. `complete`: all are there."""

    asked: SweepSpec
    cells: tuple[SweepCell, ...]
    complete: bool = False
