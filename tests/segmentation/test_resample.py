"""Resampled work: the same figures anywhere, stopped at once, shared fairly, lost to nobody."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from segmentation.errors import Cancelled, WorkbenchError
from segmentation.resample import (
    EXPENDABLE,
    POLITE,
    SCHEDULER,
    WORKERS,
    Task,
    end_processes,
    run_tasks,
    seed_of,
    workers,
)

LONG = 60.0


def figure(seed: int, after: float = 0.0) -> float:
    time.sleep(after)
    matrix = np.random.default_rng(seed).random((200, 200))
    return float(np.linalg.svd(matrix @ matrix.T, compute_uv=False).sum())


def wait_in(folder: str, seconds: float) -> int:
    """Leaves its process id behind, and takes its time."""
    Path(folder, str(os.getpid())).touch()
    time.sleep(seconds)
    return os.getpid()


def break_down(how: str) -> None:
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    raise ZeroDivisionError(how)


def figures(count: int, after: float = 0.0) -> list[Task]:
    return [
        Task(f"figure {n}", "Counting", figure, (seed_of("figure", n), after)) for n in range(count)
    ]


def results_of(tasks: list[Task], **how) -> dict[str, object]:
    found: dict[str, object] = {}
    run_tasks(tasks, lambda task, result: found.__setitem__(task.key, result), **how)
    return found


def until(true, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_seeds_are_told_apart_and_never_change():
    assert seed_of("half", 1) == seed_of("half", 1)
    seeds = {seed_of(42, kind, n) for kind in ("half", "shuffle") for n in range(500)}
    assert len(seeds) == 1_000
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert seed_of("half", 1) == 3_101_975, "saved results are known by it"


def test_the_number_of_workers_can_be_set(monkeypatch):
    monkeypatch.setenv(WORKERS, "3")
    assert workers() == 3
    for said in ("", "many", "0"):
        monkeypatch.setenv(WORKERS, said)
        assert workers() >= 1


def rank() -> tuple[int, int]:
    """Niceness, and how soon the system ends this process where memory runs out."""
    return os.nice(0), int(Path("/proc/self/oom_score_adj").read_text())


@pytest.mark.slow
class TestOnThisMachine:
    @pytest.mark.skipif(not Path("/proc/self/oom_score_adj").exists(), reason="Linux only")
    def test_the_server_comes_first_for_cores_and_memory(self):
        mine = rank()
        (there,) = results_of([Task("rank", "Asking", rank, ())]).values()
        assert there == (max(mine[0], POLITE), max(mine[1], EXPENDABLE))
        assert rank() == mine

    def test_any_number_of_workers_gives_the_same_figures(self, monkeypatch):
        found = []
        for number in ("1", "2"):
            monkeypatch.setenv(WORKERS, number)
            found.append(results_of(figures(6)))
        alone = {task.key: figure(*task.arguments) for task in figures(6)}
        assert found[0] == found[1]
        assert found[0] == pytest.approx(alone, rel=1e-12)

    def test_one_worker_too_is_a_process_of_its_own(self, tmp_path, monkeypatch):
        """In this one nothing could be stopped, and a crash would take the pages along."""
        monkeypatch.setenv(WORKERS, "1")
        tasks = [Task(f"w{n}", "Waiting", wait_in, (str(tmp_path), 0.0)) for n in range(4)]
        assert os.getpid() not in results_of(tasks).values()

    def test_what_is_remembered_is_not_computed_again(self):
        known: dict[str, object] = {"figure 1": "from before"}
        found = results_of(figures(3), remembered=known)
        assert found["figure 1"] == "from before"
        assert known == found
        assert set(found) == {"figure 0", "figure 1", "figure 2"}
        never = [Task(key, "Never", break_down, ("called",)) for key in known]
        assert results_of(never, remembered=known) == found

    def test_progress_is_told_in_words_and_reaches_the_end(self):
        told: list[tuple[str, float]] = []
        results_of(figures(4, 0.3), progress=lambda step, share: told.append((step, share)))
        shares = [share for _, share in told]
        assert shares == sorted(shares)
        assert shares[-1] == pytest.approx(1.0)
        assert all(step.startswith("Counting") for step, _ in told)

    def test_what_comes_after_counts_in_the_share(self):
        told: list[float] = []
        results_of(figures(2), progress=lambda _, share: told.append(share), further=2.0)
        assert max(told) == pytest.approx(0.5)

    def test_a_cancel_stops_the_processes_too(self, tmp_path, monkeypatch):
        monkeypatch.setenv(WORKERS, "2")
        asked_at = 0.0

        def stop(step: str, share: float) -> None:
            nonlocal asked_at
            if len(list(tmp_path.iterdir())) == 2:
                asked_at = time.monotonic()
                raise Cancelled

        tasks = [Task(f"w{n}", "Waiting", wait_in, (str(tmp_path), LONG)) for n in range(4)]
        with pytest.raises(Cancelled):
            results_of(tasks, progress=stop)
        took = time.monotonic() - asked_at
        at_work = [int(path.name) for path in tmp_path.iterdir()]
        assert took < LONG / 4, "nobody waits for a task to end"
        until(lambda: not any(map(_alive, at_work)))
        assert len(results_of(figures(2))) == 2, "the next request has processes again"

    def test_idle_processes_end_when_they_are_told_to(self, tmp_path):
        results_of([Task("w", "Waiting", wait_in, (str(tmp_path), 0.0))])
        (idle,) = (int(path.name) for path in tmp_path.iterdir())
        assert _alive(idle)
        end_processes()
        until(lambda: not _alive(idle))
        assert len(results_of(figures(2))) == 2, "the next request has processes again"

    def test_a_fault_of_the_work_is_raised_as_it_is(self):
        with pytest.raises(ZeroDivisionError, match="a fault"):
            results_of([Task("a", "Breaking", break_down, ("a fault",))])

    def test_a_lost_process_is_one_sentence_and_what_was_finished_is_kept(self, monkeypatch):
        monkeypatch.setenv(WORKERS, "1")
        known: dict[str, object] = {}
        tasks = [*figures(2), Task("lost", "Breaking", break_down, ("killed",))]
        with pytest.raises(WorkbenchError, match=r"ended before they were done.*start again"):
            results_of(tasks, remembered=known)
        assert set(known) == {"figure 0", "figure 1"}
        assert len(results_of(figures(3), remembered=known)) == 3

    def test_two_requests_at_once_take_turns(self, monkeypatch):
        """A short request does not wait for a long one that came first."""
        monkeypatch.setenv(WORKERS, "1")
        monkeypatch.setattr("segmentation.resample.TURN", 0.3)
        order: list[str] = []
        first_is_on = threading.Event()

        def ask(name: str, count: int) -> None:
            def done(task: Task, result: object) -> None:
                order.append(name)
                first_is_on.set()

            run_tasks(figures(count, 0.2), done)

        long = threading.Thread(target=ask, args=("long", 20))
        long.start()
        assert first_is_on.wait(60)
        ask("short", 2)
        done_before = order.count("long")
        long.join(60)
        assert order.count("long") == 20
        assert order.count("short") == 2
        assert done_before < 20


@pytest.mark.slow
class TestOnACluster:
    @pytest.fixture
    def cluster(self, monkeypatch):
        from distributed import LocalCluster

        with LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as cluster:
            monkeypatch.setenv(SCHEDULER, cluster.scheduler_address)
            yield cluster

    @pytest.mark.usefixtures("cluster")
    def test_a_cluster_gives_the_identical_figures(self, monkeypatch):
        there = results_of(figures(8))
        monkeypatch.delenv(SCHEDULER)
        assert there == results_of(figures(8))

    def test_a_worker_killed_midway_loses_nothing(self, cluster):
        pids = [worker.pid for worker in cluster.workers.values()]
        killed: list[int] = []

        def kill_one(step: str, share: float) -> None:
            if share > 0.2 and not killed:
                killed.append(pids[0])
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pids[0], signal.SIGKILL)

        there = results_of(figures(12, 0.2), progress=kill_one)
        assert killed
        assert there == pytest.approx({t.key: figure(*t.arguments) for t in figures(12)}, rel=1e-12)


def test_a_scheduler_that_does_not_answer_is_one_sentence(monkeypatch):
    monkeypatch.setenv(SCHEDULER, "tcp://127.0.0.1:9")
    monkeypatch.setattr("segmentation.resample.CONNECTING", 1)
    with pytest.raises(WorkbenchError, match=r"does not answer: start it, or take the setting"):
        results_of(figures(1))


def test_an_address_that_is_none_is_one_sentence(monkeypatch):
    monkeypatch.setenv(SCHEDULER, "not an address")
    monkeypatch.setattr("segmentation.resample.CONNECTING", 1)
    with pytest.raises(WorkbenchError, match="does not answer"):
        results_of(figures(1))


def _alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
