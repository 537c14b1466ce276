"""Checks of cohorts: asked for, going on beside the page, found again, kept.

Nothing runs until it is asked for; what was found out is kept by what it is of, so that it is
there again after a change of mind, in another tab and for a colleague at the same survey.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from pages.shared import cache, state, widgets
from pages.shared.jobs import Job, Report, State
from pages.shared.results import Shown
from segmentation.edits import Merge, Split
from segmentation.errors import WorkbenchError
from segmentation.intake import Survey
from segmentation.spec import TrustSpec
from segmentation.trust.audits.model import CohortMarks
from segmentation.trust.examine import examine, marks_again
from segmentation.trust.model import Sweep, SweepSpec, Trust
from segmentation.trust.sweep import spec_at
from segmentation.trust.sweep import sweep as run_sweep

T = TypeVar("T")

SLOT, SWEEP, MARKS = "trust", "trust-sweep", "trust-marks"

BETWEEN = 3.0
"""Seconds between two drawings of what is known so far."""


@dataclass(frozen=True)
class Check:
    """One request: `result` by its name, with the merges and splits made to it."""

    result: str
    steps: tuple[Merge | Split, ...]
    asked: TrustSpec

    def is_of(self, other: Check) -> bool:
        """Whether both look at the same cohorts."""
        return (self.result, self.steps) == (other.result, other.steps)


@dataclass(frozen=True, eq=False)
class Looked:
    """What there is to show. `trust`: whole or in part; `check`: what it answers, `wanted`: what
    would be asked for now; `job`: of `wanted`, None where it was not asked for."""

    wanted: Check
    check: Check
    trust: Trust | None
    job: Job[Trust] | None

    @property
    def stale(self) -> bool:
        """Whether the figures are of other cohorts than those that are there now."""
        return self.trust is not None and not self.check.is_of(self.wanted)

    @property
    def running(self) -> bool:
        return self.job is not None and not self.job.ended

    @property
    def answered(self) -> bool:
        """Whether there is nothing more to find out at this thoroughness."""
        whole = self.trust is not None and self.trust.complete
        return whole and not self.stale and _covers(self.check.asked, self.wanted.asked)


def look(survey: Survey, shown: Shown) -> Looked:
    """The check of these cohorts as far as it got, or the last one that was looked at."""
    wanted = _wanted(shown)
    job = _there(SLOT, wanted)
    check = _best(wanted, going_on=job is not None and not job.ended)
    if check is None:
        check = _last_of(survey) or wanted
    elif cache.trusts().get(check) is not None:
        state.remember_checked(check)
    return Looked(wanted, check, _trust(check, shown), job)


def known(shown: Shown) -> Trust | None:
    """The check of these cohorts as they are seen, as far as it got; None where there is none."""
    check = _best(_wanted(shown), going_on=False)
    return _trust(check, shown) if check is not None else None


def start(shown: Shown) -> None:
    """Check these cohorts, or go on where it was stopped."""
    check = _wanted(shown)
    run = shown.named

    def work(report: Report) -> Trust:
        def show(trust: Trust) -> None:
            cache.trusts()[check] = trust
            report.show(trust)

        found = examine(run, check.asked, report, show, cache.remembered())
        cache.trusts()[check] = found
        return found

    _begin(SLOT, check, work)


def start_sweep(survey: Survey, shown: Shown, asked: SweepSpec) -> None:
    """Try a grid of settings around the present ones."""
    key = sweep_key(shown, asked)
    run = shown.named
    keep_map = partial(cache.keep_map, survey, run.cohorts.mapping)

    def work(report: Report) -> Sweep:
        def show(found: Sweep) -> None:
            cache.sweeps()[key] = found
            report.show(found)

        found = run_sweep(run, asked, report, show, cache.remembered(), keep_map)
        cache.sweeps()[key] = found
        return found

    state.save(state.workspace().sweeping(asked))
    _begin(SWEEP, key, work)


def sweep_of(shown: Shown, asked: SweepSpec) -> tuple[Sweep | None, Job[Sweep] | None]:
    """A sweep as far as it got, and its work."""
    key = sweep_key(shown, asked)
    return cache.sweeps().get(key), _there(SWEEP, key)


def sweep_key(shown: Shown, asked: SweepSpec) -> Hashable:
    """Names a sweep: adopting one of its cells leaves it in place."""
    made = shown.cohorts
    start = spec_at(made.spec, asked, (asked.thresholds[0], asked.neighbours[0]), asked.sizes[0])
    return (made.survey_sha256, made.mapping.sha256(), start, asked)


def start_marks(shown: Shown, check: Check) -> None:
    """Test the marks of the cohorts on a half that had no part in finding them."""
    run = shown.named

    def work(report: Report) -> tuple[CohortMarks, ...]:
        marks = marks_again(run, report)
        trust = cache.trusts().get(check)
        if trust is not None and trust.audits is not None:
            audits = dataclasses.replace(trust.audits, marks=marks)
            cache.trusts()[check] = dataclasses.replace(trust, audits=audits)
        return marks

    _begin(MARKS, check, work)


def marks_job(check: Check) -> Job[Any] | None:
    return _there(MARKS, check)


def under_way(job: Job[Any], slot: str) -> None:
    """How far it is, with a way out; draws the page anew as something new is there to see, but
    not so often that nobody can read it."""
    drawn, at = job.partial, time.monotonic()

    def is_news() -> bool:
        return job.partial is not drawn and time.monotonic() - at > BETWEEN

    def stop() -> None:
        cache.long_jobs().stop(job.key, owner=_owner(), slot=slot)

    widgets.progress(job, slot, is_news, stop)


def ended(job: Job[Any], slot: str, again: Callable[[], None]) -> None:
    """Why an ended job has not done what it was to do; nothing where it has."""
    if job.state is State.DONE:
        return
    with st.container(key=f"ended-{slot}"):
        if job.state is State.CANCELLED:
            st.markdown(
                "Stopped. What was found out until then is kept: going on does only the rest."
            )
        elif job.error is not None:
            widgets.sentence(_in_words(job.error), key=f"failed-{slot}")
        st.button("Go on", key=f"again-{slot}", on_click=_again, args=(job, slot, again))


def _again(job: Job[Any], slot: str, start_again: Callable[[], None]) -> None:
    cache.long_jobs().resume(owner=_owner(), slot=slot)
    cache.long_jobs().forget(job.key)
    start_again()


def _in_words(error: BaseException) -> str:
    if isinstance(error, WorkbenchError):
        return str(error)
    return "This work broke off by a fault of the workbench: try it again, or report it."


def _begin(slot: str, key: Hashable, work: Callable[[Report], T]) -> None:
    jobs, name = cache.long_jobs(), (slot, key)
    jobs.resume(owner=_owner(), slot=slot)
    jobs.forget(name)
    jobs.submit(name, work, owner=_owner(), slot=slot)


def _there(slot: str, key: Hashable) -> Job[Any] | None:
    return cache.long_jobs().get((slot, key))


def _owner() -> str:
    """Who asks: the work, so that a reload of the page finds it and can stop it."""
    return next(iter(state.owners()), state.owner())


def _wanted(shown: Shown) -> Check:
    return Check(shown.key, shown.edited.edits.steps, state.workspace().trust)


def _covers(had: TrustSpec, wanted: TrustSpec) -> bool:
    return had.resamples >= wanted.resamples and had.shuffles >= wanted.shuffles


def _best(wanted: Check, going_on: bool) -> Check | None:
    """What to show of these cohorts: the check asked for once it has something, else the most
    thorough one of them."""
    known = cache.trusts()
    if wanted in known or going_on:
        return wanted
    of_same = [one for one in known if isinstance(one, Check) and one.is_of(wanted)]
    return max(of_same, key=lambda one: (one.asked.resamples, one.asked.shuffles), default=None)


def _last_of(survey: Survey) -> Check | None:
    """The last check that was looked at, if it was of this survey."""
    last = state.last_checked()
    trust = cache.trusts().get(last) if last is not None else None
    return last if trust is not None and trust.survey_sha256 == survey.sha256 else None


def _trust(check: Check, shown: Shown) -> Trust | None:
    """With the names that the cohorts have now, and this session's name of the survey."""
    trust = cache.trusts().get(check)
    if trust is None or check.result != shown.key or len(trust.cohorts) != len(shown.names):
        return trust
    cohorts = tuple(dataclasses.replace(one, name=shown.names[one.number]) for one in trust.cohorts)
    name = state.workspace().survey_name
    return dataclasses.replace(trust, cohorts=cohorts, survey=name)
