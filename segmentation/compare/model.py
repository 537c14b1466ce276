"""What a comparison of two cohort sets says; differences are always B less A."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from segmentation.cohorts import CohortSet
from segmentation.vocabulary import Tool

Verdict = Literal["matched", "no counterpart"]
Change = Literal["stayed", "grew", "shrank"]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in how the two sets were made, in words."""

    what: str
    a: str
    b: str


@dataclass(frozen=True)
class ToolDrift:
    """One tool's prevalence in A and in B, among those asked (0 to 1).

    `difference`: b - a, with its 95 % interval; `base_a`, `base_b`: respondents asked.
    `p`: adjusted for the false discovery rate over all that was tested together; None where there
    were too few people for a test. `significant`: p at or under 5 %.
    """

    tool: Tool
    a: float
    b: float
    difference: float
    interval: Interval
    base_a: int
    base_b: int
    p: float | None
    significant: bool


@dataclass(frozen=True)
class ToolChange:
    """A tool's prevalence among everyone, and where its change comes from.

    `mix` + `definition` + `elsewhere` = `everyone.difference`. `mix`: cohorts grew or shrank;
    `definition`: members of matched cohorts answer otherwise; `elsewhere`: so do people outside
    them.
    """

    everyone: ToolDrift
    mix: float
    definition: float
    elsewhere: float


@dataclass(frozen=True)
class Match:
    """A cohort of A beside one of B, or a cohort without a counterpart (the other number None).

    `similarity`: 0 to 1, of people whom either definition puts in its cohort, the share whom both
    do; `cutoff`: under it there is no counterpart; `nearest`: the other set's most similar cohort.
    `share_difference`, `interval`, `change`: of the cohort's share of respondents; `change` None
    where the two sets are of the same people. `spread`: how many times further apart the tools
    lie than sampling alone explains, at least 1; it widens the intervals of `drift`.
    """

    a: int | None
    b: int | None
    similarity: float
    cutoff: float
    verdict: Verdict
    nearest: int | None
    share_difference: float | None = None
    interval: Interval | None = None
    change: Change | None = None
    spread: float = 1.0
    drift: tuple[ToolDrift, ...] = ()


@dataclass(frozen=True)
class Rename:
    """An option that A alone offered and one that B alone did, probably the same.

    `close_name`: they are spelt alike; `same_use`: matched cohorts and everyone else use them
    alike.
    """

    a: Tool
    b: Tool
    close_name: bool
    same_use: bool
    prevalence_a: float
    prevalence_b: float


@dataclass(frozen=True)
class Reworded:
    """A tool that both offered, under other labels."""

    tool: Tool
    a: tuple[str, ...]
    b: tuple[str, ...]


@dataclass(frozen=True)
class Instrument:
    """What changed in the questions instead of the people.

    `added`, `removed`: tools that B alone or A alone offered, each with its prevalence there; a
    tool of `renamed` stands in these too.
    """

    added: tuple[tuple[Tool, float], ...]
    removed: tuple[tuple[Tool, float], ...]
    renamed: tuple[Rename, ...]
    reworded: tuple[Reworded, ...]


@dataclass(frozen=True)
class Moves:
    """Who moved, where both sets are of the same rows.

    `table[i][j]`: respondents in cohort i of A and j of B; the last row and column are those in
    no cohort of A or B. `ari`, `ami`: adjusted Rand index and adjusted mutual information among
    the respondents in a cohort of both, None with none; `covered`: their share of those in a
    cohort of either.
    """

    table: tuple[tuple[int, ...], ...]
    ari: float | None
    ami: float | None
    covered: float


@dataclass(frozen=True)
class Comparison:
    """Everything that sets B differs in from set A.

    `coverage`: share of the definition's information that the shared tools carry, the smaller of
    `coverage_a` and `coverage_b`. `matches`: A's cohorts in order, then B's without counterpart.
    `tools`: every tool that both offered, the largest difference first; empty for the same
    people. `moves`: None unless both sets keep the cohorts of the same rows. `notes`: what a
    reader must know, a sentence each.
    """

    a: CohortSet
    b: CohortSet
    differences: tuple[Difference, ...]
    tools_shared: int
    coverage_a: float
    coverage_b: float
    matches: tuple[Match, ...]
    tools: tuple[ToolChange, ...]
    instrument: Instrument
    moves: Moves | None
    notes: tuple[str, ...]

    @property
    def coverage(self) -> float:
        return min(self.coverage_a, self.coverage_b)

    @property
    def matched(self) -> tuple[Match, ...]:
        return tuple(match for match in self.matches if match.verdict == "matched")

    @property
    def same_people(self) -> bool:
        """Whether both sets are of one file of answers."""
        return self.a.survey_sha256 == self.b.survey_sha256
