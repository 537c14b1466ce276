"""Opening a survey: bytes become a survey in memory and a mapping to start from.

How a file is read is part of its mapping. Whatever changes that, here or on another page, leads to
a new reading in the background, while the survey as it was read before stays open.
"""

from __future__ import annotations

import dataclasses
import os

import streamlit as st

from pages.shared import cache, state, widgets
from pages.shared.jobs import Job, Report
from pages.shared.state import Opening
from pages.shared.stores import SurveyStore, Wanted, Workspace, carried_over
from segmentation.errors import ReadError
from segmentation.intake import ReadOptions, Survey, preview_records, preview_survey, read_survey
from segmentation.mapping import Mapping

SLOT = "read"


def current() -> Survey | None:
    """The open survey, once what is being read is read.

    Meanwhile progress is shown, and after a failure its reason; the survey that was open before
    stays open.
    """
    if state.opening() is None and _starts_on_sample():
        open_sample()
    if state.opening() is None and state.survey() is None:
        _read_again()
    opening = state.opening()
    if opening is not None:
        _proceed(opening)
    return state.survey()


def failed() -> Opening | None:
    """The reading that did not succeed, if the file is still there to try again."""
    opening = state.opening()
    if opening is None or cache.surveys().file(opening.wanted.sha256) is None:
        return None
    job = _job(opening)
    return opening if job is not None and isinstance(job.error, ReadError) else None


def uploader(label: str) -> None:
    """A place to drop a file; it is read at once and not needed afterwards."""
    file = st.file_uploader(
        label,
        key=f"upload-{state.workspace().revision}",
        help="CSV or other delimited text, Excel or ODS, SPSS, Stata, Parquet, Feather or JSON, "
        "also zipped. It is held in memory only.",
    )
    if file is not None and state.is_new_upload(file.file_id):
        open_bytes(file.getvalue(), file.name)
        state.took_upload(file)
        st.rerun()


def open_sample() -> None:
    """Start reading the Jupyter 2020 survey, which has a ready mapping."""
    open_bytes(cache.sample().data, cache.SAMPLE.name)


def open_bytes(data: bytes, name: str) -> None:
    """Start reading a file, as it was read before if it was; `current` says when it is open."""
    sha256 = cache.surveys().put_file(data)
    _start(Opening(Wanted(sha256, state.workspace().reading_of(sha256)), name))


def reread(options: ReadOptions) -> None:
    """Start reading the file at hand in another way.

    That is the one that could not be read, else the open survey's. The mapping is carried over.
    """
    last, workspace = failed(), state.workspace()
    if last is not None:
        _start(dataclasses.replace(last, wanted=Wanted(last.wanted.sha256, options)))
    elif workspace.survey:
        _start(Opening(Wanted(workspace.survey, options), workspace.survey_name))


def use_mapping(mapping: Mapping) -> None:
    """Take a mapping from elsewhere; the file is read again first where the mapping says so."""
    workspace = state.workspace()
    if mapping.reading == workspace.wanted.options:
        state.save(workspace.replaced(mapping))
    else:
        wanted = Wanted(workspace.survey, mapping.reading)
        _start(Opening(wanted, workspace.survey_name, mapping))


def leave() -> None:
    """Let go of a file that could not be read, or of choices that could not be followed."""
    state.set_opening(None)


def _start(opening: Opening) -> None:
    key, store, wanted = (SLOT, opening.wanted), cache.surveys(), opening.wanted

    def read(report: Report) -> None:
        report("Reading the file", 0.1)
        if store.get(wanted) is None:
            _read(store, wanted, opening.name)

    if store.get(wanted) is None:
        cache.jobs().forget(key)  # it was read before, and has left the memory since
    cache.jobs().resume(owner=state.owner(), slot=SLOT)
    cache.jobs().submit(key, read, owner=state.owner(), slot=SLOT)
    state.set_opening(opening)


def _read(store: SurveyStore, wanted: Wanted, name: str) -> None:
    """Keep the survey, and its first records to check it by; those also where it cannot be read."""
    data = store.file(wanted.sha256)
    if data is None:
        raise ReadError(f"{name} is no longer in memory: open the file again.")
    try:
        book = store.codebook(wanted.options.codebook)
        survey = read_survey(data, name, wanted.options, codebook=book)
    except ReadError:
        store.put_preview(wanted, preview_records(data, name, wanted.options))
        raise
    store.put_preview(wanted, preview_survey(survey, data))
    store.put(wanted, survey, len(data))


def _read_again() -> None:
    """Follow a mapping whose reading has left the memory, as one that is undone may have."""
    workspace = state.workspace()
    if workspace.survey and cache.surveys().file(workspace.survey) is not None:
        _start(Opening(workspace.wanted, workspace.survey_name))


def _starts_on_sample() -> bool:
    asked = os.environ.get("WORKBENCH_OPEN_SAMPLE") == "1"
    return asked and not state.workspace().survey and not state.lost() and state.once("sample")


def _job(opening: Opening) -> Job[None] | None:
    job = cache.jobs().get((SLOT, opening.wanted))
    if job is None or state.owner() not in {owner for owner, _ in job.owners}:
        return None
    return job


def _proceed(opening: Opening) -> None:
    job = _job(opening)
    if job is None:
        state.set_opening(None)  # cancelled, or long ago
        return
    if not widgets.finished(job, SLOT):
        return
    try:
        widgets.outcome(job, SLOT)
    except Exception:
        state.set_opening(None)  # else the page would fail on every run
        raise
    survey = cache.surveys().get(opening.wanted) if job.error is None else None
    if survey is not None:
        state.set_opening(None)
        state.save(_opened(state.workspace(), opening, survey))


def _opened(workspace: Workspace, opening: Opening, survey: Survey) -> Workspace:
    """With the survey that was read, and the mapping that goes with it."""
    suggestion = cache.suggested(survey)
    if survey.sha256 != workspace.survey or workspace.mapping is None:
        return workspace.opened(survey.sha256, opening.name, suggestion)
    if opening.mapping is not None:
        mapping = dataclasses.replace(opening.mapping, reading=survey.reading.chosen)
        return workspace.replaced(mapping)
    if workspace.wanted == opening.wanted:
        return workspace.opened(survey.sha256, opening.name, suggestion)
    before = cache.surveys().get(workspace.wanted)
    known = {question.key for question in before.questions} if before else set()
    now = [question.key for question in survey.questions]
    return workspace.replaced(carried_over(workspace.mapping, known, now, suggestion))
