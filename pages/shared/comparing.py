"""Which cohort sets can be compared, and their comparison: asked for once, kept while looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from db import Store, VersionRecord, lines
from pages.shared import cache, results, state, store, verdicts, widgets
from pages.shared.compared import FILE, NOW, VERSION, Compared
from pages.shared.jobs import Report
from segmentation.charts import short
from segmentation.cohorts import CohortSet
from segmentation.compare import Comparison, History
from segmentation.errors import WorkbenchError

T = TypeVar("T")

SLOT = "compare"
NOTE = 40
"""Characters of a note in a list."""

LARGEST_FILE = 50 * 1024**2
"""Bytes; a cohorts.json of a million respondents has a tenth."""


@dataclass(frozen=True)
class Source:
    """A cohort set to pick. `name`: short, for charts; `label`: all that tells it from others;
    `record`: of a saved version."""

    id: str
    name: str
    label: str
    record: VersionRecord | None = None


@dataclass(frozen=True, eq=False)
class Loaded:
    """A set that was read. `key`: the hash of all that it holds."""

    source: Source
    cohorts: CohortSet
    key: str


def sources() -> list[Source]:
    """All that can be compared: the unsaved result, saved versions by line with the newest first,
    files. Raises StoreError when the database cannot be read."""
    return [*_unsaved(), *map(_saved, _versions(store.handle())), *_files(chosen())]


def without_database() -> list[Source]:
    """What can be compared where nothing saved can be read."""
    return [*_unsaved(), *_files(chosen())]


def chosen() -> Compared:
    """What was picked so far."""
    return state.workspace().compared


def keep(picked: Compared) -> None:
    if picked != chosen():
        state.save(state.workspace().comparing(picked))


def preset(among: Sequence[Source]) -> tuple[str, str]:
    """Ids of the two sets to begin with: the last two versions of the line saved last, or what
    there is."""
    saved = sorted((s.record for s in among if s.record), key=lambda r: r.saved_at, reverse=True)
    newest = [VERSION + r.id for r in saved if r.line_id == saved[0].line_id]
    others = [VERSION + r.id for r in saved if r.line_id != saved[0].line_id]
    unsaved = [source.id for source in among if source.id == NOW]
    files = [source.id for source in among if source.id.startswith(FILE)]
    if len(newest) > 1:
        return newest[1], newest[0]
    if newest and unsaved:
        return newest[0], unsaved[0]
    ordered = [*newest, *others, *unsaved, *files]
    two = [*reversed(ordered[:2]), "", ""]
    return two[0], two[1]


def both(among: Sequence[Source]) -> tuple[str, str]:
    """Ids of A and B: what was picked, else what there is to begin with, never one set twice."""
    known, picked = {source.id for source in among}, chosen()
    one, other = preset(among)
    b = picked.b if picked.b in known else (other if other != picked.a else one)
    a = picked.a if picked.a in known else (one if one != b else other)
    return a, b


def load(source: Source) -> Loaded:
    """Read a set. Raises WorkbenchError when it is not there, or not as it was saved."""
    if source.record is not None:
        cohorts, key = cache.saved_set(store.handle(), source.record.id)
    elif source.id == NOW:
        cohorts = _of_result()
        key = _hash(cohorts)
    else:
        cohorts, key = cache.set_of_file(source.id.removeprefix(FILE))
    return Loaded(source, cohorts, key)


def add_file(data: bytes, name: str) -> None:
    """Bring a cohorts.json along. Raises WorkbenchError when it is none."""
    if len(data) > LARGEST_FILE:
        raise WorkbenchError(f"{name} is too large for a saved cohort set: choose a cohorts.json.")
    sha256 = cache.surveys().put_file(data)
    cache.set_of_file(sha256)
    keep(chosen().with_file(sha256, name))


def compared(a: Loaded, b: Loaded) -> Comparison | None:
    """Their comparison; None while it is made, was cancelled or failed, which is said."""
    key = (a.key, b.key)
    return _made(("two", *key), lambda report: cache.compared(*key, a.cohorts, b.cohorts, report))


def followed(sets: Sequence[Loaded]) -> History | None:
    """Their history, the oldest set first; None like `compared`."""
    key = tuple(loaded.key for loaded in sets)
    cohorts = [loaded.cohorts for loaded in sets]
    return _made(("line", *key), lambda report: cache.followed("|".join(key), cohorts, report))


def downloads(files: Mapping[str, Callable[[], str]]) -> None:
    """A button for each file, made when it is asked for."""
    st.header("Download", anchor=False)
    widgets.file_buttons(files, key="compare-downloads")


def _made(key: tuple[str, ...], work: Callable[[Report], T]) -> T | None:
    job = cache.jobs().submit((SLOT, *key), work, owner=state.owner(), slot=SLOT)
    return widgets.outcome(job, SLOT) if widgets.finished(job, SLOT) else None


def _versions(database: Store) -> list[VersionRecord]:
    return [
        record
        for line in lines.saved_lines(database)
        for record in reversed(lines.history(database, line.id))
    ]


def _saved(record: VersionRecord) -> Source:
    name = f"{record.line} v{record.number}"
    facts = [name, record.survey, *([short(record.note, NOTE)] if record.note else [])]
    return Source(VERSION + record.id, name, " · ".join(facts), record)


def _unsaved() -> list[Source]:
    try:
        cohorts = _of_result()
    except WorkbenchError:
        return []
    return [Source(NOW, "Not saved", f"Cohorts now, not saved · {cohorts.survey}")]


def _files(picked: Compared) -> list[Source]:
    found = [(sha256, name) for sha256, name in picked.files if cache.surveys().file(sha256)]
    return [Source(FILE + sha256, name, f"{name} · {_survey_in(sha256)}") for sha256, name in found]


def _survey_in(sha256: str) -> str:
    return cache.set_of_file(sha256)[0].survey


def _of_result() -> CohortSet:
    """The cohorts on the Cohorts page as they are named there now."""
    survey = state.survey()
    shown = results.last(survey) if survey is not None else None
    if shown is None:
        raise WorkbenchError("There are no unsaved cohorts any more: pick a saved version.")
    return verdicts.named(shown).cohorts


def _hash(cohorts: CohortSet) -> str:
    return hashlib.sha256(cohorts.to_json().encode()).hexdigest()
