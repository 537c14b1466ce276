"""What the server holds in memory while it runs, bounded: surveys as read, and choices made.

Answers of respondents are nowhere else: not on disk, not in the session, not in a log.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.spec import RunSpec

UNDO_STEPS = 30
SHELF = 8
EDITS = 500


@dataclass(frozen=True)
class CohortEdit:
    """A name and a description that the analyst gave to a cohort; "" is the suggested name.

    `result` is the key of the result that the cohort belongs to, so that an edit never moves to
    another run's cohort of the same number.
    """

    result: str
    cohort: int
    name: str = ""
    description: str = ""


@dataclass(frozen=True)
class Workspace:
    """The choices of one piece of work: ids and settings, never answers or results."""

    survey: str = ""
    """SHA-256 of the uploaded bytes; "" before a survey is open."""
    survey_name: str = ""
    mapping: Mapping | None = None
    past: tuple[Mapping, ...] = ()
    """Earlier mappings, newest last."""
    shelf: tuple[tuple[str, Mapping], ...] = ()
    """The last mapping of other surveys opened here, by their hash."""
    spec: RunSpec = RunSpec()
    colour_by: str = ""
    edits: tuple[CohortEdit, ...] = ()
    revision: int = 0
    """Grows whenever something else than an editor changes what it shows; part of widget keys."""

    def opened(self, survey: str, name: str, suggestion: Mapping) -> Workspace:
        """With another survey open. A survey that was open here before has its mapping back."""
        if survey == self.survey and self.mapping is not None:
            return dataclasses.replace(self, survey_name=name)
        shelf = [(sha, kept) for sha, kept in self.shelf if sha not in (survey, self.survey)]
        if self.mapping is not None:
            shelf.append((self.survey, self.mapping))
        return dataclasses.replace(
            self,
            survey=survey,
            survey_name=name,
            mapping=dict(self.shelf).get(survey, suggestion),
            past=(),
            shelf=tuple(shelf[-SHELF:]),
            revision=self.revision + 1,
        )

    def mapped(self, mapping: Mapping) -> Workspace:
        """With a mapping edited by hand; the one before can be had back."""
        if mapping == self.mapping:
            return self
        past = (*self.past, self.mapping) if self.mapping is not None else self.past
        return dataclasses.replace(self, mapping=mapping, past=past[-UNDO_STEPS:])

    def replaced(self, mapping: Mapping) -> Workspace:
        """Like `mapped`, where the mapping comes from elsewhere than the editors on the page."""
        return dataclasses.replace(self.mapped(mapping), revision=self.revision + 1)

    def tuned(self, spec: RunSpec) -> Workspace:
        """With other settings."""
        return dataclasses.replace(self, spec=spec)

    def retuned(self, spec: RunSpec) -> Workspace:
        """Like `tuned`, where the settings come from elsewhere than the controls on the page."""
        return dataclasses.replace(self, spec=spec, revision=self.revision + 1)

    def coloured(self, by: str) -> Workspace:
        """With the map in other colours."""
        return dataclasses.replace(self, colour_by=by)

    def edits_of(self, result: str) -> dict[int, CohortEdit]:
        """Names and descriptions given to a result's cohorts, by cohort."""
        return {edit.cohort: edit for edit in self.edits if edit.result == result}

    def labelled(self, edit: CohortEdit) -> Workspace:
        """With a cohort's name and description as edited; the newest edits are kept."""
        same = (edit.result, edit.cohort)
        others = [e for e in self.edits if (e.result, e.cohort) != same]
        said = (edit,) if edit.name or edit.description else ()
        return dataclasses.replace(self, edits=(*others, *said)[-EDITS:])

    def unnamed(self, result: str) -> Workspace:
        """With the suggested names of a result again; descriptions stay."""
        workspace = self
        for edit in self.edits_of(result).values():
            workspace = workspace.labelled(dataclasses.replace(edit, name=""))
        return dataclasses.replace(workspace, revision=self.revision + 1)

    def undone(self) -> Workspace:
        """With the mapping before the last change."""
        if not self.past:
            return self
        return dataclasses.replace(
            self, mapping=self.past[-1], past=self.past[:-1], revision=self.revision + 1
        )


class WorkspaceStore:
    """Workspaces by token; the ones unused for longest go first."""

    def __init__(self, limit: int = 500) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, Workspace] = OrderedDict()
        self._lock = Lock()

    def get(self, token: str) -> Workspace | None:
        with self._lock:
            if token in self._kept:
                self._kept.move_to_end(token)
            return self._kept.get(token)

    def put(self, token: str, workspace: Workspace) -> None:
        with self._lock:
            self._kept[token] = workspace
            self._kept.move_to_end(token)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)

    @staticmethod
    def new_token() -> str:
        """Cannot be guessed: whoever has it sees the work."""
        return secrets.token_urlsafe(16)


class SurveyStore:
    """Surveys by the hash of their bytes; the ones unused for longest go first."""

    def __init__(self, limit_bytes: int = 2 * 1024**3, limit: int = 24) -> None:
        self._limit_bytes = limit_bytes
        self._limit = limit
        self._kept: OrderedDict[str, tuple[Survey, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, sha256: str) -> Survey | None:
        with self._lock:
            if sha256 not in self._kept:
                return None
            self._kept.move_to_end(sha256)
            return self._kept[sha256][0]

    def put(self, survey: Survey, size: int) -> None:
        """`size`: bytes of the file, a fair measure of what it takes in memory."""
        with self._lock:
            self._kept[survey.sha256] = (survey, size)
            self._kept.move_to_end(survey.sha256)
            while len(self._kept) > 1 and self._over():
                self._kept.popitem(last=False)

    def _over(self) -> bool:
        used = sum(size for _, size in self._kept.values())
        return used > self._limit_bytes or len(self._kept) > self._limit
