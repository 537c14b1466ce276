"""Everything that is kept in memory between runs; the only user of Streamlit's caches.

Keys name the survey (its bytes and how they were read), the mapping and the settings used so far,
never a frame: Streamlit hashes large frames by a sample, and two surveys would share one answer.
What is cached here is shared between sessions: read it, never change it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from db import Store, open_store, versions
from db.engine import BUSY_SECONDS
from db.errors import StoreError
from db.location import VARIABLE
from pages.shared import readiness, tables
from pages.shared.canvas_map import Placed, placed
from pages.shared.jobs import Jobs
from pages.shared.stores import Bounded, SurveyStore, WorkspaceStore
from segmentation import quality
from segmentation.cluster import Clustering, cluster
from segmentation.cohorts import CohortSet, define_cohorts
from segmentation.compare import Comparison, History, compare, history
from segmentation.contrast import GroupProfile, profile_group
from segmentation.edits import Edited, Edits, apply_edits, with_labels
from segmentation.embed import FULL_EPOCHS, Embedding, build_graph, embed
from segmentation.encode import Features, encode
from segmentation.errors import WorkbenchError
from segmentation.intake import Answers, ReadOptions, Survey, read_answers
from segmentation.mapping import (
    AnswerFilter,
    Filter,
    Filters,
    Mapping,
    Review,
    Submitted,
    Template,
    none_counts,
    suggest_mapping,
)
from segmentation.mapping.grids import Grid
from segmentation.mixture import Bools, Ints
from segmentation.neighbours import Neighbours, find_neighbours
from segmentation.outputs import map_points
from segmentation.profiles import Profiles, profile
from segmentation.progress import Progress
from segmentation.respondents import Included, gave_answer, in_words, keeps
from segmentation.respondents import included as find_included
from segmentation.run import Segmentation, validate_clustering
from segmentation.sampling import draw, in_force
from segmentation.spec import EncodeSpec, RunSpec
from segmentation.trust.model import Sweep, Trust
from segmentation.validate import Validation

MAPS = 24
"""Maps and results kept, over all sessions."""

LONG_JOBS = 8
"""Requests for long work that are under way at once; more wait."""

TRUSTS = 64
REMEMBERED = (50_000, 256 * 1024**2)
"""Results of resampled work kept, and their bytes."""

SWEPT_MAPS = (200, 64 * 1024**2)
"""Maps of sweeps kept, and their bytes."""

SAMPLE = Path(__file__).parents[2] / "sample_data" / "jupyter_2020.csv"


@dataclass(frozen=True)
class Sample:
    """The survey that ships."""

    data: bytes
    sha256: str


@dataclass(frozen=True, eq=False)
class Points:
    """Whom the map shows. `people`: (points,), places among the respondents used."""

    people: Ints
    placed: Placed


@dataclass(frozen=True)
class Opened:
    """The database, or the sentence that says why it could not be opened."""

    store: Store | None
    error: str = ""

    def close(self) -> None:
        if self.store is not None:
            self.store.close()


@st.cache_resource(max_entries=1, show_spinner=False, on_release=Jobs.close)
def jobs() -> Jobs:
    return Jobs()


@st.cache_resource(max_entries=1, show_spinner=False, on_release=Jobs.close)
def long_jobs() -> Jobs:
    """For work of minutes: its threads only wait for processes, which take turns by themselves."""
    return Jobs(workers=LONG_JOBS)


@st.cache_resource(max_entries=1, show_spinner=False)
def trusts() -> Bounded[Hashable, Trust]:
    """What was found out about results, whole or in part."""
    return Bounded(TRUSTS)


@st.cache_resource(max_entries=1, show_spinner=False)
def sweeps() -> Bounded[Hashable, Sweep]:
    return Bounded(TRUSTS)


@st.cache_resource(max_entries=1, show_spinner=False)
def remembered() -> Bounded[str, Any]:
    """What resampled work came to, so that asking for more does only the rest."""
    return Bounded(*REMEMBERED)


@st.cache_resource(max_entries=1, show_spinner=False)
def surveys() -> SurveyStore:
    return SurveyStore()


@st.cache_resource(max_entries=1, show_spinner=False)
def workspaces() -> WorkspaceStore:
    return WorkspaceStore()


@st.cache_resource(max_entries=1, show_spinner=False)
def sample() -> Sample:
    data = SAMPLE.read_bytes()
    return Sample(data, hashlib.sha256(data).hexdigest())


def database(patience: float = BUSY_SECONDS) -> Opened:
    """The database of this server, opened once. `patience`: seconds to wait while others save."""
    return _database(os.environ.get(VARIABLE, ""), patience)


def open_again() -> None:
    """Try to open the database anew when it is asked for next."""
    _database.clear()


@st.cache_resource(max_entries=4, show_spinner=False, on_release=Opened.close)
def _database(address: str, patience: float) -> Opened:
    try:
        return Opened(open_store(address or None, patience))
    except StoreError as error:
        return Opened(None, str(error))


def suggested(survey: Survey) -> Mapping:
    """A mapping to start from; the sample has one made by hand."""
    found = _suggested(survey.key, survey)
    return dataclasses.replace(found, reading=survey.reading.chosen)


def review(survey: Survey, template: Template) -> Review:
    """A saved mapping beside the survey: which question is which."""
    return _review(
        survey.key, hashlib.sha256(template.to_json().encode()).hexdigest(), survey, template
    )


def count_none(survey: Survey, question: str) -> dict[str, int]:
    """How many chose each of a question's none-type options."""
    return _count_none(survey.key, question, survey)


def answers(survey: Survey, question: str) -> Answers:
    """One question's answers in three states."""
    return _answers(survey.key, question, survey)


def encoded(survey: Survey, mapping: Mapping, spec: RunSpec) -> Features:
    return _encoded(survey.key, mapping.sha256(), spec.encode, survey, mapping)


def included(survey: Survey, mapping: Mapping) -> Included:
    """Who counts, and what each filter leaves out."""
    return _included(survey.key, mapping.sha256(), survey, mapping)


def left_out_by(survey: Survey, mapping: Mapping, one: Filter) -> int:
    """How many respondents one filter would leave out by itself, in the mapping or not."""
    plain = dataclasses.replace(mapping, filters=Filters())
    return _left_out_by(survey.key, plain.sha256(), repr(one), survey, plain, one)


def submitted_sign(survey: Survey) -> Submitted | None:
    """The columns that say who sent the form off."""
    return _signs(survey.key, survey)[0]


def duration_columns(survey: Survey) -> list[tuple[str, ...]]:
    """The columns recognised as durations, the likeliest first."""
    return _signs(survey.key, survey)[1]


def duration_choices(survey: Survey) -> list[tuple[str, ...]]:
    """Those recognised, then every other column of numbers."""
    found = duration_columns(survey)
    numbers = [q.columns for q in survey.questions if q.kind == "number"]
    return [*found, *(columns for columns in numbers if columns not in found)]


def grids_for_lines(survey: Survey, mapping: Mapping) -> list[Grid]:
    """Grids in which somebody may have given one answer all the way down."""
    plain = dataclasses.replace(mapping, filters=Filters())
    return _grids_for_lines(survey.key, plain.sha256(), survey, plain)


@st.cache_resource(max_entries=24, show_spinner=False)
def _signs(sha: str, _survey: Survey) -> tuple[Submitted | None, list[tuple[str, ...]]]:
    return quality.submitted_sign(_survey), quality.duration_columns(_survey)


@st.cache_resource(max_entries=24, show_spinner=False)
def _grids_for_lines(sha: str, mapping_sha: str, _survey: Survey, _mapping: Mapping) -> list[Grid]:
    return quality.grids_for_lines(_survey, _mapping, quality.FEWEST_IN_LINE)


def group_profile(
    survey: Survey, mapping: Mapping, spec: RunSpec, said: AnswerFilter
) -> GroupProfile:
    """Those who gave an answer, against all others who count."""
    return _group_profile(_key(survey, mapping, spec.encode, said), survey, mapping, spec, said)


@st.cache_resource(max_entries=32, show_spinner=False)
def _included(sha: str, mapping_sha: str, _survey: Survey, _mapping: Mapping) -> Included:
    return find_included(_survey, _mapping)


@st.cache_resource(max_entries=256, show_spinner=False)
def _left_out_by(
    sha: str, mapping_sha: str, said: str, _survey: Survey, _mapping: Mapping, _one: Filter
) -> int:
    return int((~keeps(_survey, _mapping, _one)).sum())


@st.cache_resource(max_entries=16, show_spinner=False)
def _group_profile(
    key: str, _survey: Survey, _mapping: Mapping, _spec: RunSpec, _said: AnswerFilter
) -> GroupProfile:
    features = encoded(_survey, _mapping, _spec)
    name = in_words(_survey, _mapping, _said)
    return profile_group(features, gave_answer(_survey, _said), name)


def matching(survey: Survey, question: str, options: tuple[str, ...], text: str) -> Bools:
    """Respondents that fit a filter; see `tables.matching`. No question: ""."""
    return _matching(survey.key, question, options, text, survey)


@st.cache_resource(max_entries=8, show_spinner="Searching")
def _matching(
    sha: str, question: str, options: tuple[str, ...], text: str, _survey: Survey
) -> Bools:
    of_question = answers(_survey, question) if question else None
    return tables.matching(_survey, of_question, options, text)


@st.cache_resource(max_entries=64, show_spinner=False)
def _suggested(key: str, _survey: Survey) -> Mapping:
    as_detected = _survey.reading.chosen == ReadOptions()
    if _survey.sha256 == sample().sha256 and as_detected:
        return Mapping.from_json(SAMPLE.with_suffix(".mapping.json").read_text(encoding="utf-8"))
    return suggest_mapping(_survey)


@st.cache_resource(max_entries=8, show_spinner="Comparing questions")
def _review(key: str, template_sha: str, _survey: Survey, _template: Template) -> Review:
    return Review.of(_template, _survey)


@st.cache_resource(max_entries=64, show_spinner=False)
def _count_none(key: str, question: str, _survey: Survey) -> dict[str, int]:
    return none_counts(_survey, _survey.question(question))


@st.cache_resource(max_entries=64, show_spinner=False)
def _answers(sha: str, question: str, _survey: Survey) -> Answers:
    return read_answers(_survey, _survey.question(question))


@st.cache_resource(max_entries=16, show_spinner=False)  # a job has no page to spin on
def _encoded(
    sha: str, mapping_sha: str, spec: EncodeSpec, _survey: Survey, _mapping: Mapping
) -> Features:
    return encode(_survey, _mapping, spec)


def is_embedded(survey: Survey, mapping: Mapping, spec: RunSpec) -> bool:
    """Whether the settled map of these choices is at hand, so that no preview is needed."""
    key = _map_key(survey, mapping, spec, FULL_EPOCHS)
    return key in _maps() or key in _swept_maps()


def keep_map(
    survey: Survey, mapping: Mapping, spec: RunSpec, positions: NDArray[np.float32]
) -> None:
    """Where a sweep put the patterns: its settings can be adopted without drawing the map again."""
    _swept_maps()[_map_key(survey, mapping, spec, FULL_EPOCHS)] = positions


def segmented(
    survey: Survey, mapping: Mapping, spec: RunSpec, epochs: int, report: Progress
) -> Segmentation:
    """The whole chain; each stage is computed again only when something upstream changed."""
    readiness.wait(report)
    features = encoded(survey, mapping, spec)
    near_key = _key(survey, mapping, spec.encode, spec.neighbours, *_sampled(features, spec))
    near = _neighbours(near_key, features, spec, report)
    map_key = _map_key(survey, mapping, spec, epochs)
    drawn = _embedded(map_key, near, spec, epochs, report)
    _remember_map(map_key)
    report("Finding cohorts", 0.0)
    key = _key(survey, mapping, spec, epochs)
    found = _clustered(key, features, near, drawn, spec, report)
    report("Describing the cohorts", 0.5)
    described = _profiled(key, features, found)
    checked = _validated(key, features, found, spec)
    cohorts = define_cohorts(survey, features, found, described, spec, mapping)
    return Segmentation(features, near, drawn, found, checked, described, cohorts, {})


def edited(key: str, survey: Survey, run: Segmentation, edits: Edits) -> Edited:
    """The result `key` as the analyst changed it; computed again only when who is where changes.

    Raises WorkbenchError like `apply_edits`.
    """
    steps = Edits(of=edits.of, steps=edits.steps)
    return with_labels(_edited(f"{key}|{steps!r}", survey, run, steps), edits)


@st.cache_resource(max_entries=MAPS, show_spinner=False)
def _edited(key: str, _survey: Survey, _run: Segmentation, _steps: Edits) -> Edited:
    return apply_edits(_survey, _run, _steps)


def points(run: Segmentation, preview: bool) -> Points:
    """Where the respondents stand on the run's map, and what each says when pointed at."""
    made = run.cohorts
    spec = made.spec
    upstream = (spec.encode, spec.neighbours, spec.embed, spec.fit, preview)
    key = "|".join((made.survey_sha256, made.mapping.sha256(), *map(repr, upstream)))
    return _points(key, run)


def _key(survey: Survey, mapping: Mapping, *parts: object) -> str:
    """Names a result by the survey's bytes, the mapping and the settings that it depends on."""
    return "|".join((survey.key, mapping.sha256(), *map(repr, parts)))


def _map_key(survey: Survey, mapping: Mapping, spec: RunSpec, epochs: int) -> str:
    return _key(survey, mapping, spec.encode, spec.neighbours, spec.embed, spec.fit, epochs)


def _sampled(features: Features, spec: RunSpec) -> tuple[object, ...]:
    """The settings that decide who is compared; none where it is everybody."""
    return (spec.fit, spec.embed.seed) if in_force(features, spec.fit) else ()


def _remember_map(key: str) -> None:
    maps = _maps()
    maps[key] = None
    while len(maps) > MAPS:
        maps.popitem(last=False)


@st.cache_resource(max_entries=1, show_spinner=False)
def _maps() -> OrderedDict[str, None]:
    """Keys of the maps in the cache, oldest first."""
    return OrderedDict()


@st.cache_resource(max_entries=8, show_spinner=False)
def _neighbours(key: str, _features: Features, _spec: RunSpec, _report: Progress) -> Neighbours:
    patterns = draw(_features, _spec.fit, _spec.embed.seed)
    return find_neighbours(_features, _spec.neighbours, _report, patterns)


@st.cache_resource(max_entries=MAPS, show_spinner=False)
def _embedded(
    key: str, _neighbours: Neighbours, _spec: RunSpec, _epochs: int, _report: Progress
) -> Embedding:
    positions = _swept_maps().get(key)
    if positions is not None:
        return Embedding(build_graph(_neighbours, _spec.embed.neighbors), positions)
    return embed(_neighbours, _spec.embed, _epochs, _report)


@st.cache_resource(max_entries=1, show_spinner=False)
def _swept_maps() -> Bounded[str, NDArray[np.float32]]:
    """Settled positions by the key of their map."""
    return Bounded(*SWEPT_MAPS)


@st.cache_resource(max_entries=MAPS, show_spinner=False)
def _clustered(
    key: str,
    _features: Features,
    _neighbours: Neighbours,
    _embedding: Embedding,
    _spec: RunSpec,
    _report: Progress,
) -> Clustering:
    seed = _spec.embed.seed
    return cluster(_features, _neighbours.patterns, _embedding, _spec.cluster, seed, _report)


@st.cache_resource(max_entries=MAPS, show_spinner=False)
def _validated(
    key: str, _features: Features, _clustering: Clustering, _spec: RunSpec
) -> Validation:
    return validate_clustering(_features, _clustering, _spec.embed.seed)


@st.cache_resource(max_entries=MAPS, show_spinner=False)
def _profiled(key: str, _features: Features, _clustering: Clustering) -> Profiles:
    return profile(_features, _clustering)


def saved_set(store: Store, version: str) -> tuple[CohortSet, str]:
    """The cohorts of a saved version, and the hash of all that they are. Raises StoreError."""
    return _saved_set(store.where, version, store)


@st.cache_resource(max_entries=32, show_spinner=False)
def _saved_set(where: str, version: str, _store: Store) -> tuple[CohortSet, str]:
    cohorts = versions.read(_store, version).content.cohorts
    return cohorts, hashlib.sha256(cohorts.to_json().encode()).hexdigest()


@st.cache_resource(max_entries=16, show_spinner=False)
def set_of_file(sha256: str) -> tuple[CohortSet, str]:
    """The cohorts in a file brought along, and its hash. Raises WorkbenchError when there are
    none in it, or when it is no longer in memory."""
    data = surveys().file(sha256)
    if data is None:
        raise WorkbenchError("That file is no longer in memory: drop it here again.")
    return CohortSet.from_json(data.decode("utf-8", "replace")), sha256


@st.cache_resource(max_entries=16, show_spinner=False)  # a job has no page to spin on
def compared(a: str, b: str, _a: CohortSet, _b: CohortSet, _report: Progress) -> Comparison:
    """Two sets compared, by the hash of each."""
    return compare(_a, _b, progress=_report)


@st.cache_resource(max_entries=8, show_spinner=False)
def followed(key: str, _sets: list[CohortSet], _report: Progress) -> History:
    """A line of sets, by the hashes of all."""
    return history(_sets, progress=_report)


@st.cache_resource(max_entries=MAPS, show_spinner=False)
def _points(key: str, _run: Segmentation) -> Points:
    people, positions = map_points(_run)
    return Points(people, placed(positions, _run.features.chosen_kept[people]))
