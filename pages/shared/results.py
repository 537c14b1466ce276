"""The result of the current choices: asked for once, previewed early, kept while looked at."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass

import streamlit as st

from pages.shared import cache, state, widgets
from pages.shared.jobs import Job, Report
from segmentation.cohorts import CohortSet
from segmentation.embed import FULL_EPOCHS, PREVIEW_EPOCHS
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.run import Segmentation
from segmentation.spec import RunSpec

SLOT = "segment"


@dataclass(frozen=True, eq=False)
class Shown:
    """A result to draw. `key` names it; `settled` is false for a preview and for one that
    belongs to the settings before."""

    key: str
    run: Segmentation
    settled: bool

    @property
    def cohorts(self) -> CohortSet:
        """The cohorts under the names that the analyst gave them."""
        edits = [edit for edit in state.workspace().edits if edit.result == self.key]
        names = {edit.cohort: edit.name for edit in edits if edit.name.strip()}
        return self.run.cohorts.renamed(names, {e.cohort: e.description for e in edits})

    @property
    def named(self) -> Segmentation:
        """The run with those names, for files."""
        return dataclasses.replace(self.run, cohorts=self.cohorts)

    @property
    def names(self) -> list[str]:
        return [cohort.name for cohort in self.cohorts.cohorts]


def key_of(survey: Survey, mapping: Mapping, spec: RunSpec) -> str:
    """One short name for everything that a result depends on."""
    parts = [survey.sha256, mapping.sha256(), json.dumps(spec.to_dict(), sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def current(survey: Survey, mapping: Mapping, spec: RunSpec) -> Shown | None:
    """The result of these choices, or a preview of it, or the one before while it is made.

    Progress, cancel and what went wrong are drawn here; None when there is nothing to draw.
    """
    key = key_of(survey, mapping, spec)
    job = _ask(key, survey, mapping, spec)
    place = st.empty()
    if not job.wait(widgets.GRACE):
        preview = job.partial
        with place.container():
            widgets.progress(job, SLOT, until=lambda: preview is None and job.partial is not None)
        return Shown(key, preview, settled=False) if preview is not None else _before()
    with place.container():
        found = widgets.outcome(job, SLOT)
    if found is None:
        return None
    state.remember_result(key)
    return Shown(key, found, settled=True)


def _ask(key: str, survey: Survey, mapping: Mapping, spec: RunSpec) -> Job[Segmentation]:
    def work(report: Report) -> Segmentation:
        if not cache.is_embedded(survey, mapping, spec):
            report.show(cache.segmented(survey, mapping, spec, PREVIEW_EPOCHS, report))
        return cache.segmented(survey, mapping, spec, FULL_EPOCHS, report)

    return cache.jobs().submit((SLOT, key), work, owner=state.owner(), slot=SLOT)


def _before() -> Shown | None:
    """The last result of this session, to look at meanwhile."""
    key = state.last_result()
    job = cache.jobs().get((SLOT, key)) if key else None
    if job is None or not job.ended or job.error is not None:
        return None
    return Shown(key, job.result(), settled=False)
