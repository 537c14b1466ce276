"""The tables. Times are UTC in ISO 8601, hashes SHA-256 in hexadecimal, ids random texts.

Rows of a saved version (`CohortVersion` and what points to it, but not `VersionArchive`), of a run
and of a mapping never change: triggers in the migrations reject it. No respondent's answers are in
any table.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    MetaData,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
"""Every constraint has a name, so that a migration can change it on SQLite too."""


class Table(SQLModel):
    metadata = METADATA


class Survey(Table, table=True):
    """A survey; without `sha256` it is known only from a published report."""

    __tablename__ = "survey"
    __table_args__ = (CheckConstraint("utility BETWEEN 0 AND 4", name="utility"),)

    id: str = Field(primary_key=True)
    name: str
    wave: str
    population: str
    description: str
    file_name: str
    sha256: str | None = Field(unique=True)
    respondents: int | None
    applicable: int | None
    has_raw_data: bool
    utility: int | None
    notes: str
    created_at: str
    changed_at: str


class SavedMapping(Table, table=True):
    """What the questions of a survey were used for: `content` is the mapping's own JSON."""

    __tablename__ = "mapping"
    __table_args__ = (UniqueConstraint("survey_id", "sha256"),)

    id: str = Field(primary_key=True)
    survey_id: str = Field(foreign_key="survey.id")
    sha256: str
    content: str
    created_at: str


class Run(Table, table=True):
    """A run that an analyst kept; `spec`, `libraries`, `metrics` and `seconds` are JSON."""

    __tablename__ = "run"

    id: str = Field(primary_key=True)
    survey_id: str = Field(foreign_key="survey.id", index=True)
    mapping_id: str = Field(foreign_key="mapping.id")
    data_sha256: str
    seed: int = Field(sa_type=BigInteger)
    spec: str
    libraries: str
    metrics: str
    seconds: str
    author: str
    created_at: str


class CohortLine(Table, table=True):
    """A named line of versions. `name_key`: the name as compared, unique."""

    __tablename__ = "cohort_line"

    id: str = Field(primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    created_at: str
    archived_at: str | None = None


class CohortVersion(Table, table=True):
    """One saved version. `content` is the whole of what it says; `seal` covers the row itself."""

    __tablename__ = "cohort_version"
    __table_args__ = (UniqueConstraint("line_id", "number"),)

    id: str = Field(primary_key=True)
    line_id: str = Field(foreign_key="cohort_line.id")
    number: int
    parent_id: str | None = Field(foreign_key="cohort_version.id")
    survey_id: str = Field(foreign_key="survey.id", index=True)
    run_id: str | None = Field(foreign_key="run.id")
    author: str
    note: str
    saved_at: str
    save_key: str = Field(unique=True)
    content: str
    content_sha256: str
    membership_sha256: str
    seal: str


class VersionArchive(Table, table=True):
    """A version that is hidden; kept apart, so that the version's own row never changes."""

    __tablename__ = "version_archive"

    version_id: str = Field(primary_key=True, foreign_key="cohort_version.id")
    author: str
    archived_at: str


class Cohort(Table, table=True):
    """One cohort of a version. `share`: size / respondents used; `weighted_share`, with its 95 %
    interval `share_low` to `share_high`, counts every respondent by weight."""

    __tablename__ = "cohort"

    version_id: str = Field(primary_key=True, foreign_key="cohort_version.id")
    position: int = Field(primary_key=True)
    name: str
    description: str
    size: int
    share: float
    weighted_share: float
    share_low: float
    share_high: float
    place: int
    colour: str
    hidden: bool
    notes: str


class Prevalence(Table, table=True):
    """One tool in one cohort: `prevalence` among the `base` members asked. `rate`, smoothed, and
    `overall`, that of everyone asked, only for tools that form the cohorts."""

    __tablename__ = "prevalence"
    __table_args__ = (
        ForeignKeyConstraint(["version_id", "position"], ["cohort.version_id", "cohort.position"]),
    )

    version_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    column: int = Field(primary_key=True)
    tool: str
    category: str
    prevalence: float | None
    base: int
    rate: float | None
    overall: float | None


class AttributeDistribution(Table, table=True):
    """One level of one attribute in one cohort: its share among the `base` who answered."""

    __tablename__ = "attribute_distribution"
    __table_args__ = (
        ForeignKeyConstraint(["version_id", "position"], ["cohort.version_id", "cohort.position"]),
    )

    version_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    rank: int = Field(primary_key=True)
    attribute: str
    level: str
    share: float | None
    base: int


class MembershipArray(Table, table=True):
    """An array by row number of the survey's file: `kind` is "cohort" or "posterior"; `data` holds
    values of `dtype` in row-major `shape`, compressed by zlib."""

    __tablename__ = "membership"

    version_id: str = Field(primary_key=True, foreign_key="cohort_version.id")
    kind: str = Field(primary_key=True)
    dtype: str
    shape: str
    data: bytes


class Draft(Table, table=True):
    """Work not yet saved, of one owner on one result of one survey; `content` is JSON."""

    __tablename__ = "draft"

    owner: str = Field(primary_key=True)
    survey: str = Field(primary_key=True)
    result: str = Field(primary_key=True)
    content: str
    changed_at: str
