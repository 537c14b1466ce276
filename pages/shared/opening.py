"""Opening a survey: bytes become a survey in memory and a mapping to start from."""

from __future__ import annotations

import hashlib
import os

import streamlit as st

from pages.shared import cache, state, widgets
from pages.shared.jobs import Report
from pages.shared.state import Opening
from segmentation.intake import Survey, read_survey

SLOT = "read"


def current() -> Survey | None:
    """The open survey, once what is being read is read.

    Meanwhile progress is shown, and after a failure its reason; the survey that was open before
    stays open.
    """
    if state.opening() is None and _starts_on_sample():
        open_sample()
    opening = state.opening()
    if opening is not None:
        _proceed(opening)
    return state.survey()


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
        st.rerun()


def open_sample() -> None:
    """Start reading the Jupyter 2020 survey, which has a ready mapping."""
    open_bytes(cache.sample().data, cache.SAMPLE.name)


def open_bytes(data: bytes, name: str) -> None:
    """Start reading a file; `current` says when it is open."""
    sha256 = hashlib.sha256(data).hexdigest()
    key, store = (SLOT, sha256), cache.surveys()

    def read(report: Report) -> None:
        report("Reading the file", 0.1)
        if store.get(sha256) is None:
            store.put(read_survey(data, name), len(data))

    if store.get(sha256) is None:
        cache.jobs().forget(key)  # it was read before, and has left the memory since
    cache.jobs().resume(owner=state.owner(), slot=SLOT)
    cache.jobs().submit(key, read, owner=state.owner(), slot=SLOT)
    state.set_opening(Opening(sha256, name))


def _starts_on_sample() -> bool:
    asked = os.environ.get("WORKBENCH_OPEN_SAMPLE") == "1"
    return asked and not state.workspace().survey and not state.lost() and state.once("sample")


def _proceed(opening: Opening) -> None:
    job = cache.jobs().get((SLOT, opening.sha256))
    if job is None or state.owner() not in {owner for owner, _ in job.owners}:
        state.set_opening(None)  # cancelled, or long ago
        return
    if not widgets.finished(job, SLOT):
        return
    try:
        widgets.outcome(job, SLOT)
    except Exception:
        state.set_opening(None)  # else the page would fail on every run
        raise
    survey = cache.surveys().get(opening.sha256) if job.error is None else None
    if survey is not None:
        state.set_opening(None)
        suggestion = cache.suggested(survey)
        state.save(state.workspace().opened(survey.sha256, opening.name, suggestion))
