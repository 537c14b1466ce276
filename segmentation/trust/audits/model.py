"""What the audits found, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BreadthAudit:
    """`share`: 0 to 1, of the variance between cohorts that follows from how many tools their
    members chose; `mean_tools`: of the kept tools, chosen by the mean member of each cohort."""

    share: float
    mean_tools: tuple[float, ...]


@dataclass(frozen=True)
class NicheTool:
    """A tool under the threshold that marks a cohort (`number`) on evidence."""

    tool: str
    category: str
    cohort: int
    prevalence: float
    overall: float
    index: float
    base: int


@dataclass(frozen=True)
class ThresholdAudit:
    """`tools`: those that mark a cohort found here, the highest index first. `niches`: cohorts
    that appear only under a lower `threshold` and are marked by tools dropped now, as the names
    of those tools with the number of people."""

    dropped: int
    tools: tuple[NicheTool, ...]
    threshold: float
    niches: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class AttributeAudit:
    """One attribute against the cohorts, among those who answered it and are in a cohort.

    `v`: Cramer's V, bias-corrected, with its permutation `p`; `ami`: adjusted mutual information.
    Of several answers a person, the level with the largest V (`level`) counts. `counts`: people,
    (levels, cohorts). `title`: it sounds like a role or job title.
    """

    name: str
    levels: tuple[str, ...]
    people: int
    v: float
    ami: float
    p: float
    permutations: int
    level: str
    counts: tuple[tuple[int, ...], ...]
    title: bool


@dataclass(frozen=True)
class CohortMarks:
    """Tools that mark one cohort on evidence: among those that formed the cohorts, and among all
    others, which had no part in it; `again`: of how many marks on one half of the respondents
    the other half shows evidence too, of `tested`; None where that was not asked for, 0 of 0 where
    the half did not give this cohort or nothing could be tested."""

    number: int
    forming: int
    others: int
    others_names: tuple[str, ...]
    again: int | None
    tested: int | None


@dataclass(frozen=True)
class OrderProof:
    """`shuffles` of rows and columns were made; in `identical` of them every respondent had the
    same cohort; `moved`: most respondents who had another one in any of them. `people`: looked
    at."""

    shuffles: int
    identical: int
    moved: int
    people: int


@dataclass(frozen=True)
class Audits:
    """A part is None until it was found out."""

    breadth: BreadthAudit | None = None
    threshold: ThresholdAudit | None = None
    attributes: tuple[AttributeAudit, ...] | None = None
    marks: tuple[CohortMarks, ...] | None = None
    order: OrderProof | None = None

    @property
    def role(self) -> AttributeAudit | None:
        """The attribute that sounds like a title."""
        return next((audit for audit in self.attributes or () if audit.title), None)
