"""What the server holds in memory while it runs, bounded: files and surveys, and choices made.

Answers of respondents are nowhere else: not on disk, not in the session, not in a log.
"""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from pages.shared.compared import Compared
from pages.shared.labelling import Labelling
from segmentation.intake import Preview, ReadOptions, Survey
from segmentation.mapping import Mapping
from segmentation.spec import RunSpec, TrustSpec
from segmentation.trust.model import SweepSpec

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

UNDO_STEPS = 30
SHELF = 8
LABELLINGS = 50
"""Results whose changes are kept in a workspace."""

AS_DETECTED = ReadOptions()


@dataclass(frozen=True)
class Wanted:
    """A file, by the SHA-256 of its bytes, and what the analyst decided about its reading."""

    sha256: str
    options: ReadOptions = AS_DETECTED


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
    labellings: tuple[Labelling, ...] = ()
    """What was changed about results, one a result, the last changed one last."""
    author: str = ""
    """Who saves, as last typed."""
    compared: Compared = Compared()
    trust: TrustSpec = TrustSpec()
    """How thoroughly cohorts are checked."""
    sweep: SweepSpec | None = None
    """The grid of settings that was last asked for."""
    revision: int = 0
    """Grows whenever something else than an editor changes what it shows; part of widget keys."""

    @property
    def wanted(self) -> Wanted:
        """The reading of the open survey: how it is read is part of its mapping."""
        return Wanted(self.survey, self.mapping.reading if self.mapping else ReadOptions())

    def reading_of(self, survey: str) -> ReadOptions:
        """How a survey was read here before, whether it is open or not."""
        if survey == self.survey:
            return self.wanted.options
        kept = dict(self.shelf).get(survey)
        return kept.reading if kept else ReadOptions()

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

    def comparing(self, compared: Compared) -> Workspace:
        """With other cohort sets picked to compare."""
        return dataclasses.replace(self, compared=compared)

    def checking(self, trust: TrustSpec) -> Workspace:
        """With cohorts checked as thoroughly as that."""
        return dataclasses.replace(self, trust=trust)

    def sweeping(self, sweep: SweepSpec) -> Workspace:
        """With another grid of settings asked for."""
        return dataclasses.replace(self, sweep=sweep)

    def labelling(self, result: str) -> Labelling:
        """What was changed about a result; nothing at the start."""
        there = (one for one in self.labellings if one.result == result)
        return next(there, Labelling(result))

    def labelled(self, labelling: Labelling) -> Workspace:
        """With a result changed by what stands on the page."""
        others = [one for one in self.labellings if one.result != labelling.result]
        return dataclasses.replace(self, labellings=(*others, labelling)[-LABELLINGS:])

    def relabelled(self, labelling: Labelling) -> Workspace:
        """Like `labelled`, where the change comes from elsewhere than the fields on the page."""
        return dataclasses.replace(self.labelled(labelling), revision=self.revision + 1)

    def undone(self) -> Workspace:
        """With the mapping before the last change."""
        if not self.past:
            return self
        return dataclasses.replace(
            self, mapping=self.past[-1], past=self.past[:-1], revision=self.revision + 1
        )


def carried_over(
    mapping: Mapping, before: Collection[str], after: Sequence[str], suggestion: Mapping
) -> Mapping:
    """A mapping for the same survey once it is read otherwise; `suggestion` is that of the new one.

    `before` and `after`: keys of the survey's questions. What was said of a question that is still
    there stays said; new questions are as suggested; those that are gone go.
    """
    said = {entry.question: entry for entry in mapping.questions}
    suggested = {
        entry.question: entry for entry in suggestion.questions if entry.question not in before
    }
    entries = (said.get(key) or suggested.get(key) for key in after)
    return dataclasses.replace(
        mapping,
        questions=tuple(entry for entry in entries if entry is not None),
        reading=suggestion.reading,
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
    """Uploaded files, and what was read from them; what is unused for longest goes first.

    A survey lives with its file, its code book and its preview: whoever asks for it uses them all.
    """

    def __init__(self, limit_bytes: int = 2 * 1024**3, limit: int = 96) -> None:
        self._limit_bytes = limit_bytes
        self._limit = limit
        self._kept: OrderedDict[tuple[str, Hashable], tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, wanted: Wanted) -> Survey | None:
        """The survey as read under these choices."""
        with self._lock:
            found: Survey | None = self._take("survey", wanted)
            if found is not None:
                self._take("file", wanted.sha256)
                self._take("book", wanted.options.codebook)
                self._take("preview", wanted)
            return found

    def preview(self, wanted: Wanted) -> Preview | None:
        """What the first records look like under these choices, whether they can be read or not."""
        with self._lock:
            found: Preview | None = self._take("preview", wanted)
            return found

    def file(self, sha256: str) -> bytes | None:
        with self._lock:
            found: bytes | None = self._take("file", sha256)
            return found

    def codebook(self, sha256: str | None) -> bytes | None:
        with self._lock:
            found: bytes | None = self._take("book", sha256)
            return found

    def put(self, wanted: Wanted, survey: Survey, size: int) -> None:
        """`size`: bytes of the file, a fair measure of what its answers take in memory."""
        with self._lock:
            self._keep("survey", wanted, survey, size)

    def put_preview(self, wanted: Wanted, preview: Preview) -> None:
        with self._lock:
            size = sum(len(cell) for row in preview.rows for cell in row.cells)
            self._keep("preview", wanted, preview, size)

    def put_file(self, data: bytes) -> str:
        """Keep the bytes of an upload; returns their SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self._lock:
            self._keep("file", sha256, data, len(data))
        return sha256

    def put_codebook(self, data: bytes) -> str:
        """Keep a code book; what was read without it is let go. Returns its SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self._lock:
            if ("book", sha256) not in self._kept:
                for kind, key in list(self._kept):
                    if isinstance(key, Wanted) and key.options.codebook == sha256:
                        del self._kept[kind, key]
            self._keep("book", sha256, data, len(data))
        return sha256

    def _take(self, kind: str, key: Hashable) -> Any:
        if (kind, key) not in self._kept:
            return None
        self._kept.move_to_end((kind, key))
        return self._kept[kind, key][0]

    def _keep(self, kind: str, key: Hashable, value: object, size: int) -> None:
        self._kept[kind, key] = (value, size)
        self._kept.move_to_end((kind, key))
        while len(self._kept) > 1 and self._over():
            self._kept.popitem(last=False)

    def _over(self) -> bool:
        used = sum(size for _, size in self._kept.values())
        return used > self._limit_bytes or len(self._kept) > self._limit


class Bounded(MutableMapping[K, V]):
    """A dictionary that several threads use; what is unused for longest goes first.

    `limit_bytes`: of arrays and texts in the values, nested ones too.
    """

    def __init__(self, limit: int, limit_bytes: int = 2**62) -> None:
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __getitem__(self, key: K) -> V:
        with self._lock:
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def __setitem__(self, key: K, value: V) -> None:
        size = _size(value)
        with self._lock:
            self._drop(key)
            self._kept[key] = (value, size)
            self._bytes += size
            while len(self._kept) > 1 and (
                len(self._kept) > self._limit or self._bytes > self._limit_bytes
            ):
                self._drop(next(iter(self._kept)))

    def __delitem__(self, key: K) -> None:
        with self._lock:
            if key not in self._kept:
                raise KeyError(key)
            self._drop(key)

    def __iter__(self) -> Iterator[K]:
        """Over those there are now, the longest unused first."""
        with self._lock:
            return iter(list(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: object) -> bool:
        return key in self._kept

    def _drop(self, key: K) -> None:
        if key in self._kept:
            self._bytes -= self._kept.pop(key)[1]


def _size(value: object) -> int:
    """Bytes of the arrays and texts in a result, roughly."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, tuple | list):
        return sum(map(_size, value), 64)
    if dataclasses.is_dataclass(value):
        return sum((_size(getattr(value, f.name)) for f in dataclasses.fields(value)), 64)
    return 64
