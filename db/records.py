"""What the store takes and gives back: plain frozen values, never rows."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.cohorts import CohortSet
from segmentation.mapping import Mapping
from segmentation.spec import RunSpec


@dataclass(frozen=True)
class SurveyFacts:
    """What is known of a survey. `sha256`: of the uploaded bytes, None for a survey known only
    from a report. `applicable`: respondents to whom the questions applied. `utility`: 0 to 4
    stars, None when not judged."""

    name: str
    sha256: str | None = None
    wave: str = ""
    population: str = ""
    description: str = ""
    file_name: str = ""
    respondents: int | None = None
    applicable: int | None = None
    has_raw_data: bool = True
    utility: int | None = None
    notes: str = ""


@dataclass(frozen=True)
class SavedSurvey:
    """A survey in the store."""

    id: str
    facts: SurveyFacts
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class RunFacts:
    """A run worth keeping. `data_sha256`: of the survey's bytes. `metrics`: figures only, as
    `segmentation.outputs.metrics` gives them. `seconds`: per stage."""

    data_sha256: str
    mapping: Mapping
    spec: RunSpec
    libraries: Dict[str, str]
    metrics: Dict[str, Any]
    seconds: Dict[str, float]
    author: str = ""


@dataclass(frozen=True)
class SavedRun:
    """A run in the store, with all that repeats it."""

    id: str
    survey_id: str
    facts: RunFacts
    created_at: datetime


@dataclass(frozen=True)
class Look:
    """How one cohort is shown. `colour`: CSS, "" for the palette's. `place`: order on the page,
    from 0."""

    place: int = 0
    colour: str = ""
    hidden: bool = False
    notes: str = ""


@dataclass(frozen=True)
class AttributeShare:
    """Share (0 to 1, None with nobody asked) of one level among the `base` members of a cohort
    who answered; `cohort`: its position in the set, from 0."""

    cohort: int
    attribute: str
    level: str
    share: float | None
    base: int


@dataclass(frozen=True)
class Content:
    """All that a version says: the set, how each cohort is shown, and who its members are.

    `looks`: one a cohort, or empty for plain ones in the set's order. `trust`: all that was found
    out about how far the cohorts can be trusted, as JSON values (`content.fits_trust`).
    """

    cohorts: CohortSet
    looks: tuple[Look, ...] = ()
    attributes: tuple[AttributeShare, ...] = ()
    trust: dict[str, Any] | None = None


@dataclass(frozen=True, eq=False)
class Membership:
    """Each respondent's cohort by row of the survey's file: (respondents,), -1 in none.

    `posterior`: (respondents,) of that cohort or (respondents, cohorts), single precision.
    """

    cohort: NDArray[np.int64]
    posterior: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class DraftKey:
    """Whose unsaved work, on which result of which survey (its SHA-256)."""

    owner: str
    survey: str
    result: str


@dataclass(frozen=True)
class Draft:
    """Unsaved work as it was typed; `content` is any JSON object."""

    key: DraftKey
    content: dict[str, Any]
    changed_at: datetime


@dataclass(frozen=True, eq=False)
class NewVersion:
    """What to save. `line`: its name, made when it is new. `parent`: id of the version that the
    work started from. `key`: one text per act of saving, the same on every retry. `run`: id of a
    kept run. `membership`: the set's own members when None. `draft`: removed with the save."""

    line: str
    content: Content
    key: str
    parent: str | None = None
    author: str = ""
    note: str = ""
    run: str | None = None
    membership: Membership | None = None
    draft: DraftKey | None = None


@dataclass(frozen=True)
class VersionRecord:
    """A saved version without its content. `parent`: id of the one it was made from.
    `cohorts`: how many; `respondents`: of the survey, in total."""

    id: str
    line_id: str
    line: str
    number: int
    parent: str | None
    survey_id: str
    survey: str
    run: str | None
    author: str
    note: str
    saved_at: datetime
    content_sha256: str
    archived: bool
    cohorts: int


@dataclass(frozen=True)
class Version:
    """A saved version whole, its hash checked."""

    record: VersionRecord
    content: Content


@dataclass(frozen=True)
class Saved:
    """What came of a save. `already`: this very save had been done before. `newer`: the version
    that somebody saved in the line meanwhile; both are kept."""

    version: VersionRecord
    already: bool = False
    newer: VersionRecord | None = None

    @property
    def sentence(self) -> str:
        """What happened, for the screen; names in it are data."""
        mine = f"v{self.version.number}"
        if self.already:
            return f"Already saved as {mine} of {self.version.line}."
        if self.newer is not None:
            by = f" by {self.newer.author}" if self.newer.author else ""
            return f"v{self.newer.number}{by} exists; yours is {mine}. Both are kept."
        return f"Saved as {mine} of {self.version.line}."


@dataclass(frozen=True)
class Line:
    """A named line with its newest version that is not archived (else its newest)."""

    id: str
    name: str
    archived: bool
    versions: int
    latest: VersionRecord
