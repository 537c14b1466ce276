"""The result of the current choices: asked for once, previewed early, kept while looked at."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from pages.shared import cache, state, widgets
from pages.shared.jobs import Job, Report, State
from segmentation.cohorts import CohortSet
from segmentation.embed import FULL_EPOCHS, PREVIEW_EPOCHS
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.run import Segmentation
from segmentation.spec import RunSpec

SLOT = "segment"

Stage = Literal["settled", "preview", "before"]

MEANWHILE: dict[Stage, str] = {
    "preview": "A quick preview; the map is still settling.",
    "before": "Below is still the result before the last change.",
}


@dataclass(frozen=True, eq=False)
class Shown:
    """A result to draw. `key` names the result, or the one that a preview is a preview of;
    `stage` "before" is the last result, of other choices, while the one asked for is made."""

    key: str
    run: Segmentation
    stage: Stage

    @property
    def settled(self) -> bool:
        return self.stage == "settled"

    @property
    def cohorts(self) -> CohortSet:
        """The cohorts under the names that the analyst gave them.

        A preview's cohorts are not those of the settled map: they have no names but their own.
        """
        if self.stage == "preview":
            return self.run.cohorts
        edits = state.workspace().edits_of(self.key)
        names = {cohort: edit.name for cohort, edit in edits.items() if edit.name}
        return self.run.cohorts.renamed(names, {c: edit.description for c, edit in edits.items()})

    @property
    def named(self) -> Segmentation:
        """The run for files: with those names, and with this session's name of the survey."""
        cohorts = dataclasses.replace(self.cohorts, survey=state.workspace().survey_name)
        return dataclasses.replace(self.run, cohorts=cohorts)

    @property
    def names(self) -> list[str]:
        return [cohort.name for cohort in self.cohorts.cohorts]


def key_of(survey: Survey, mapping: Mapping, spec: RunSpec) -> str:
    """One short name for everything that a result depends on."""
    parts = [survey.sha256, mapping.sha256(), json.dumps(spec.to_dict(), sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def current(survey: Survey, mapping: Mapping, spec: RunSpec) -> Shown | None:
    """The result of these choices, or a preview of it, or the one before while it is made.

    Progress, cancel, what went wrong and what is shown meanwhile are drawn here; None when there
    is nothing else to draw.
    """
    key = key_of(survey, mapping, spec)
    job = _ask(key, survey, mapping, spec)
    with st.container(key="progress-of-result"):
        shown = _shown(key, job, survey)
        if shown is not None and shown.stage in MEANWHILE:
            st.caption(f":material/hourglass_top: {MEANWHILE[shown.stage]}")
    return shown


def _shown(key: str, job: Job[Segmentation], survey: Survey) -> Shown | None:
    if not job.wait(widgets.GRACE if job.partial is None else 0):
        preview = job.partial
        widgets.progress(job, SLOT, until=lambda: preview is None and job.partial is not None)
        return Shown(key, preview, "preview") if preview is not None else _before(survey)
    found = widgets.outcome(job, SLOT)
    if found is not None:
        state.remember_result(key)
        return Shown(key, found, "settled")
    return _before(survey) if job.state is State.CANCELLED else None


def _ask(key: str, survey: Survey, mapping: Mapping, spec: RunSpec) -> Job[Segmentation]:
    def work(report: Report) -> Segmentation:
        if not cache.is_embedded(survey, mapping, spec):
            report.show(cache.segmented(survey, mapping, spec, PREVIEW_EPOCHS, report))
        return cache.segmented(survey, mapping, spec, FULL_EPOCHS, report)

    return cache.jobs().submit((SLOT, key), work, owner=state.owner(), slot=SLOT)


def _before(survey: Survey) -> Shown | None:
    """The last result of this session, if it is of the same survey."""
    key = state.last_result()
    job = cache.jobs().get((SLOT, key)) if key else None
    if job is None or job.state is not State.DONE:
        return None
    run: Segmentation = job.result()
    same = run.cohorts.survey_sha256 == survey.sha256
    return Shown(key, run, "before") if same else None
