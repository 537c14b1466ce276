"""Everything that is kept in memory between runs; the only user of Streamlit's caches.

Keys are the SHA-256 of the uploaded bytes, that of the mapping, and only the settings used so far,
never a frame: Streamlit hashes large frames by a sample, and two surveys would share one answer.
What is cached here is shared between sessions: read it, never change it.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.shared import tables
from pages.shared.jobs import Jobs
from pages.shared.stores import SurveyStore, WorkspaceStore
from segmentation.cluster import Clustering, cluster
from segmentation.cohorts import define_cohorts
from segmentation.embed import FULL_EPOCHS, Embedding, embed, respondent_positions, warm_up
from segmentation.encode import Features, encode
from segmentation.intake import Answers, Survey, read_answers
from segmentation.mapping import Mapping, suggest_mapping
from segmentation.mixture import Bools, Floats
from segmentation.neighbours import Neighbours, find_neighbours
from segmentation.outputs import tool_lines
from segmentation.profiles import Profiles, profile
from segmentation.progress import Progress
from segmentation.run import Segmentation, validate_clustering
from segmentation.spec import EncodeSpec, RunSpec
from segmentation.validate import Validation

MAPS = 24
"""Maps and results kept, over all sessions."""

HOVER_TOOLS = 8
"""Tools named when a respondent is pointed at; more would only make the page heavier."""

SAMPLE = Path(__file__).parents[2] / "sample_data" / "jupyter_2020.csv"


@dataclass(frozen=True)
class Sample:
    """The survey that ships."""

    data: bytes
    sha256: str


@dataclass(frozen=True, eq=False)
class Points:
    """`positions`: (respondents used, dimensions); `tools`: a line of tools for each."""

    positions: Floats
    tools: list[str]


@st.cache_resource(max_entries=1, show_spinner=False, on_release=Jobs.close)
def jobs() -> Jobs:
    return Jobs()


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


def suggested(survey: Survey) -> Mapping:
    """A mapping to start from; the sample has one made by hand."""
    return _suggested(survey.sha256, survey)


def answers(survey: Survey, question: str) -> Answers:
    """One question's answers in three states."""
    return _answers(survey.sha256, question, survey)


def encoded(survey: Survey, mapping: Mapping, spec: RunSpec) -> Features:
    return _encoded(survey.sha256, mapping.sha256(), spec.encode, survey, mapping)


def matching(survey: Survey, question: str, options: tuple[str, ...], text: str) -> Bools:
    """Respondents that fit a filter; see `tables.matching`. No question: ""."""
    return _matching(survey.sha256, question, options, text, survey)


@st.cache_resource(max_entries=8, show_spinner="Searching")
def _matching(
    sha: str, question: str, options: tuple[str, ...], text: str, _survey: Survey
) -> Bools:
    of_question = answers(_survey, question) if question else None
    return tables.matching(_survey, of_question, options, text)


@st.cache_resource(max_entries=64, show_spinner=False)
def _suggested(sha: str, _survey: Survey) -> Mapping:
    if sha == sample().sha256:
        return Mapping.from_json(SAMPLE.with_suffix(".mapping.json").read_text(encoding="utf-8"))
    return suggest_mapping(_survey)


@st.cache_resource(max_entries=64, show_spinner=False)
def _answers(sha: str, question: str, _survey: Survey) -> Answers:
    return read_answers(_survey, _survey.question(question))


@st.cache_resource(max_entries=16, show_spinner=False)  # a job has no page to spin on
def _encoded(
    sha: str, mapping_sha: str, spec: EncodeSpec, _survey: Survey, _mapping: Mapping
) -> Features:
    return encode(_survey, _mapping, spec)


@st.cache_resource(max_entries=1, show_spinner=False)
def warmed_up() -> None:
    """Start compiling what the first map needs, once a server, beside everything else."""
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()


def is_embedded(survey: Survey, mapping: Mapping, spec: RunSpec) -> bool:
    """Whether the settled map of these choices is at hand, so that no preview is needed."""
    return _map_key(survey, mapping, spec, FULL_EPOCHS) in _maps()


def segmented(
    survey: Survey, mapping: Mapping, spec: RunSpec, epochs: int, report: Progress
) -> Segmentation:
    """The whole chain; each stage is computed again only when something upstream changed."""
    features = encoded(survey, mapping, spec)
    near = _neighbours(_key(survey, mapping, spec.encode, spec.neighbours), features, spec, report)
    map_key = _map_key(survey, mapping, spec, epochs)
    drawn = _embedded(map_key, near, spec, epochs, report)
    _remember_map(map_key)
    report("Finding cohorts", 0.0)
    key = _key(survey, mapping, spec, epochs)
    found = _clustered(key, features, near, drawn, spec, report)
    report("Describing the cohorts", 0.5)
    described = _profiled(key, features, found)
    checked = _validated(key, features, found, spec)
    name = (survey.name, survey.sha256)
    cohorts = define_cohorts(name, features, found, described, spec, mapping)
    return Segmentation(features, near, drawn, found, checked, described, cohorts, {})


def points(run: Segmentation, preview: bool) -> Points:
    """Where the respondents stand on the run's map, and what each says when pointed at."""
    made = run.cohorts
    upstream = (made.spec.encode, made.spec.neighbours, made.spec.embed, preview)
    key = "|".join((made.survey_sha256, made.mapping.sha256(), *map(repr, upstream)))
    return _points(key, run)


def _key(survey: Survey, mapping: Mapping, *parts: object) -> str:
    """Names a result by the survey's bytes, the mapping and the settings that it depends on."""
    return "|".join((survey.sha256, mapping.sha256(), *map(repr, parts)))


def _map_key(survey: Survey, mapping: Mapping, spec: RunSpec, epochs: int) -> str:
    return _key(survey, mapping, spec.encode, spec.neighbours, spec.embed, epochs)


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
    return find_neighbours(_features, _spec.neighbours, _report)


@st.cache_resource(max_entries=MAPS, show_spinner=False)
def _embedded(
    key: str, _neighbours: Neighbours, _spec: RunSpec, _epochs: int, _report: Progress
) -> Embedding:
    return embed(_neighbours, _spec.embed, _epochs, _report)


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


@st.cache_resource(max_entries=MAPS, show_spinner=False)
def _points(key: str, _run: Segmentation) -> Points:
    positions = respondent_positions(_run.embedding.positions, _run.neighbours.patterns)
    return Points(positions, tool_lines(_run.features, HOVER_TOOLS))
