"""The job manager, without Streamlit."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from pages.shared.jobs import Job, Jobs, Report, State
from segmentation.errors import Cancelled, ReadError

PATIENCE = 10


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    manager = Jobs(workers=2, keep=3)
    yield manager
    manager.close()


class Slow:
    """Work that runs until it is let go, looking at its report all the time."""

    def __init__(self) -> None:
        self.calls = 0
        self.started = Event()
        self.go = Event()

    def __call__(self, report: Report) -> str:
        self.calls += 1
        report("Working", 0.5)
        self.started.set()
        while not self.go.wait(0.005):
            report.check()
        return "result"


def _nothing(report: Report) -> None:
    report("Done at once", 1.0)


def ended(job: Job[object]) -> State:
    assert job.wait(PATIENCE)
    return job.state


def test_work_is_done_and_its_result_kept(jobs):
    job = jobs.submit("key", lambda _: 6 * 7, owner="ana", slot="map")
    assert ended(job) is State.DONE
    assert job.result() == 42
    assert job.fraction == 1.0


def test_progress_is_told_in_words_while_it_runs(jobs):
    work = Slow()
    job = jobs.submit("key", work, owner="ana", slot="map")
    assert work.started.wait(PATIENCE)
    assert (job.state, job.message, job.fraction) == (State.RUNNING, "Working", 0.5)
    with pytest.raises(RuntimeError):
        job.result()
    work.go.set()
    assert ended(job) is State.DONE


def test_equal_requests_share_one_computation(jobs):
    work = Slow()
    first = jobs.submit("key", work, owner="ana", slot="map")
    second = jobs.submit("key", work, owner="ben", slot="map")
    work.go.set()
    assert first is second
    assert ended(first) is State.DONE
    assert jobs.submit("key", work, owner="ana", slot="map") is first
    assert work.calls == 1


def test_a_newer_request_supersedes_the_stale_one(jobs):
    stale, fresh = Slow(), Slow()
    old = jobs.submit("old", stale, owner="ana", slot="map")
    assert stale.started.wait(PATIENCE)
    new = jobs.submit("new", fresh, owner="ana", slot="map")
    assert ended(old) is State.CANCELLED
    fresh.go.set()
    assert ended(new) is State.DONE


def test_other_slots_and_other_owners_are_left_alone(jobs):
    first, second = Slow(), Slow()
    reading = jobs.submit("read", first, owner="ana", slot="read")
    theirs = jobs.submit("map", second, owner="ben", slot="map")
    mine = jobs.submit("map 2", lambda _: 1, owner="ana", slot="map")
    first.go.set()
    second.go.set()
    assert {ended(reading), ended(theirs), ended(mine)} == {State.DONE}


def test_shared_work_goes_on_while_somebody_wants_it(jobs):
    work = Slow()
    job = jobs.submit("key", work, owner="ana", slot="map")
    jobs.submit("key", work, owner="ben", slot="map")
    jobs.stop("key", owner="ana", slot="map")
    assert not job.wait(0.05)
    jobs.stop("key", owner="ben", slot="map")
    assert ended(job) is State.CANCELLED


def test_stopped_work_ends_at_its_next_report_and_stays_stopped(jobs):
    work = Slow()
    job = jobs.submit("key", work, owner="ana", slot="map")
    assert work.started.wait(PATIENCE)
    jobs.stop("key", owner="ana", slot="map")
    assert ended(job) is State.CANCELLED
    again = jobs.submit("key", work, owner="ana", slot="map")
    assert ended(again) is State.CANCELLED
    with pytest.raises(Cancelled):
        again.result()
    assert work.calls == 1


def test_stopped_work_is_resumed_on_request_and_by_a_change_of_mind(jobs):
    work = Slow()
    work.go.set()
    jobs.stop("key", owner="ana", slot="map")
    jobs.resume(owner="ana", slot="map")
    assert ended(jobs.submit("key", work, owner="ana", slot="map")) is State.DONE
    jobs.stop("key", owner="ana", slot="map")
    assert ended(jobs.submit("other", work, owner="ana", slot="map")) is State.DONE
    assert ended(jobs.submit("key", work, owner="ana", slot="map")) is State.DONE


def test_superseded_work_is_started_afresh_when_it_is_wanted_again(jobs):
    stale = Slow()
    old = jobs.submit("old", stale, owner="ana", slot="map")
    assert stale.started.wait(PATIENCE)
    jobs.submit("new", _nothing, owner="ana", slot="map")
    stale.go.set()
    again = jobs.submit("old", stale, owner="ana", slot="map")
    assert again is not old
    assert ended(again) is State.DONE


def test_work_that_waits_never_starts_once_it_is_cancelled(jobs):
    blockers = [Slow(), Slow()]
    for place, blocker in enumerate(blockers):
        jobs.submit(place, blocker, owner=str(place), slot="map")
        assert blocker.started.wait(PATIENCE)
    waiting = Slow()
    job = jobs.submit("late", waiting, owner="ana", slot="map")
    assert job.state is State.WAITING
    jobs.stop("late", owner="ana", slot="map")
    for blocker in blockers:
        blocker.go.set()
    assert ended(job) is State.CANCELLED
    assert waiting.calls == 0


def test_what_a_user_can_fix_comes_back_and_is_not_tried_on_every_run(jobs):
    calls = []

    def work(report: Report) -> str:
        calls.append(report)
        if len(calls) == 1:
            raise ReadError("Empty: choose another file.")
        return "read"

    job = jobs.submit("key", work, owner="ana", slot="read")
    assert ended(job) is State.FAILED
    with pytest.raises(ReadError, match="choose another"):
        job.result()
    assert jobs.submit("key", work, owner="ana", slot="read") is job
    jobs.forget("key")
    assert jobs.submit("key", work, owner="ana", slot="read").wait(PATIENCE)
    assert jobs.get("key").result() == "read"


def test_a_crash_is_logged_and_raised_where_the_result_is_asked_for(jobs, caplog):
    job = jobs.submit("key", lambda _: 1 / 0, owner="ana", slot="map")
    assert ended(job) is State.FAILED
    with pytest.raises(ZeroDivisionError):
        job.result()
    assert "a job crashed" in caplog.text


def test_only_the_last_ended_jobs_are_remembered(jobs):
    for key in range(10):
        jobs.submit(key, _nothing, owner="ana", slot=f"slot {key}").wait(PATIENCE)
    remembered = [key for key in range(10) if jobs.get(key)]
    assert len(remembered) <= 4
    assert 9 in remembered


def test_something_to_look_at_before_the_end(jobs):
    shown = Event()

    def work(report: Report) -> None:
        report.show([1, 2, 3])
        shown.wait(PATIENCE)

    job = jobs.submit("key", work, owner="ana", slot="map")
    while job.partial is None and not job.wait(0.005):
        pass
    assert job.partial == [1, 2, 3]
    shown.set()
    ended(job)
    assert job.partial is None


def test_forgotten_work_is_done_again_but_never_while_it_runs(jobs):
    work = Slow()
    job = jobs.submit("key", work, owner="ana", slot="map")
    jobs.forget("key")
    assert jobs.get("key") is job
    work.go.set()
    ended(job)
    jobs.forget("key")
    assert ended(jobs.submit("key", work, owner="ana", slot="map")) is State.DONE
    assert work.calls == 2
