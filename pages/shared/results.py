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
from segmentation.edits import Edited, Edits, check_edits, fingerprint
from segmentation.embed import FULL_EPOCHS, PREVIEW_EPOCHS
from segmentation.errors import WorkbenchError
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.run import Segmentation
from segmentation.spec import RunSpec

SLOT, CHANGES = "segment", "changes"

Stage = Literal["settled", "preview", "before"]

CLUSTERING = 1.5
"""Seconds that cohorts on a map that is at hand may take before the result before is drawn again:
drawing twice costs the browser more than the wait."""

MEANWHILE: dict[Stage, str] = {
    "preview": ":material/hourglass_top: A quick preview; the map is still settling.",
    "before": ":material/hourglass_top: Below is still the result before the last change.",
}


@dataclass(frozen=True, eq=False)
class Shown:
    """A result to draw, as the analyst changed it. `key` names the result, or the one that a
    preview is a preview of; `stage` "before" is the last result, of other choices, while the one
    asked for is made. `base`: the result as it came out, before any change.

    A preview's cohorts are not those of the settled map: nothing was changed about them.
    """

    key: str
    edited: Edited
    stage: Stage
    base: Segmentation

    @property
    def run(self) -> Segmentation:
        return self.edited.run

    @property
    def of(self) -> str:
        """Which result the changes are of."""
        return fingerprint(self.base)

    @property
    def settled(self) -> bool:
        return self.stage == "settled"

    @property
    def cohorts(self) -> CohortSet:
        """The cohorts under the names that the analyst gave them."""
        return self.run.cohorts

    @property
    def people(self) -> str:
        """One short name for who stands on the map: whoever is picked out stays so when they are
        laid out or put into cohorts in another way."""
        made = self.run.cohorts
        parts = (made.spec.encode, made.spec.fit, made.spec.embed.seed)
        whole = "|".join((made.survey_sha256, made.mapping.sha256(), *map(repr, parts)))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

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
    parts = [survey.key, mapping.sha256(), json.dumps(spec.to_dict(), sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def current(survey: Survey, mapping: Mapping, spec: RunSpec) -> Shown | None:
    """The result of these choices, or a preview of it, or the one before while it is made.

    Progress, cancel, what went wrong and what is shown meanwhile are drawn here; None when there
    is nothing else to draw.
    """
    key = key_of(survey, mapping, spec)
    drawn = cache.is_embedded(survey, mapping, spec)
    job = _ask(key, survey, mapping, spec)
    with st.container(key="progress-of-result"):
        shown = _shown(key, job, survey, CLUSTERING if drawn else widgets.GRACE)
        if shown is not None and shown.stage in MEANWHILE:
            st.caption(MEANWHILE[shown.stage])
    if shown is not None:
        state.drew()
    return shown


def seconds_of(key: str) -> dict[str, float]:
    """How long the result took to make, as far as that is remembered."""
    job = cache.jobs().get((SLOT, key))
    return {"total": round(job.seconds, 3)} if job is not None else {}


def _shown(key: str, job: Job[Segmentation], survey: Survey, grace: float) -> Shown | None:
    ready = job.wait(0 if job.partial is not None else grace)
    if not ready and job.partial is None and state.is_drawn():
        widgets.watch(job, SLOT, lambda: job.partial is not None, MEANWHILE["before"])
    if not job.ended:
        preview = job.partial
        widgets.progress(job, SLOT, until=lambda: preview is None and job.partial is not None)
        return _plain(key, preview, "preview") if preview is not None else _before(survey)
    found = widgets.outcome(job, SLOT)
    if found is not None:
        state.remember_result(key)
        return _changed(key, survey, found, "settled")
    return _before(survey) if job.state is State.CANCELLED else None


def _ask(key: str, survey: Survey, mapping: Mapping, spec: RunSpec) -> Job[Segmentation]:
    def work(report: Report) -> Segmentation:
        if not cache.is_embedded(survey, mapping, spec):
            report.show(cache.segmented(survey, mapping, spec, PREVIEW_EPOCHS, report))
        return cache.segmented(survey, mapping, spec, FULL_EPOCHS, report)

    return cache.jobs().submit((SLOT, key), work, owner=state.owner(), slot=SLOT)


def last(survey: Survey) -> Shown | None:
    """The result that was last looked at, if it is of this survey; asks for nothing."""
    return _before(survey)


def _before(survey: Survey) -> Shown | None:
    """The last result of this session, if it is of the same survey, read the same way."""
    key = state.last_result()
    job = cache.jobs().get((SLOT, key)) if key else None
    if job is None or job.state is not State.DONE:
        return None
    run: Segmentation = job.result()
    same = run.cohorts.survey_sha256 == survey.sha256
    same &= run.cohorts.mapping.reading == survey.reading.chosen  # else its rows may be others
    return _changed(key, survey, run, "before") if same else None


def _changed(key: str, survey: Survey, run: Segmentation, stage: Stage) -> Shown:
    """The result with what the analyst changed, or as it is where that does not fit it; without
    merges and splits while their figures are computed."""
    edits = state.workspace().labelling(key).edits
    try:
        if edits.steps and not _restructured(key, survey, run, edits):
            edits, stage = dataclasses.replace(edits, steps=()), "before"
        return Shown(key, cache.edited(key, survey, run, edits), stage, run)
    except WorkbenchError as error:
        widgets.sentence(error, key="changes-do-not-fit")
        return _plain(key, run, stage)


def _restructured(key: str, survey: Survey, run: Segmentation, edits: Edits) -> bool:
    """Whether the figures after merges and splits are at hand. Raises like `check_edits`."""
    check_edits(run, edits)

    def work(report: Report) -> bool:
        report("Computing the cohorts again", 0.1)
        cache.edited(key, survey, run, edits)
        return True

    name = (CHANGES, key, edits.of, edits.steps)
    job = cache.jobs().submit(name, work, owner=state.owner(), slot=CHANGES)
    if not widgets.finished(job, CHANGES):
        return False
    made = widgets.outcome(job, CHANGES)
    return made is not None


def _plain(key: str, run: Segmentation, stage: Stage) -> Shown:
    edited = Edited(run, tuple(range(run.clustering.cohorts)))
    return Shown(key, edited, stage, run)
