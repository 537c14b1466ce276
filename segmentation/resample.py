"""One runner for all resampled work: many independent tasks on processes, or on a Dask cluster.

A task is a function at the top of a module with plain arguments. The result of a request depends
on its tasks alone: whatever is drawn at random takes its seed from `seed_of`, libraries use one
thread each, and results are told apart by key, so that any number of workers gives the same.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor
from threadpoolctl import threadpool_limits

from segmentation.errors import WorkbenchError
from segmentation.progress import Progress, silent

SCHEDULER = "WORKBENCH_DASK_SCHEDULER"
"""Environment: address of a Dask scheduler that does the work instead of this machine."""

WORKERS = "WORKBENCH_WORKERS"
"""Environment: processes for resampled work; as many as there are cores without it."""

TURN = 4.0
"""Seconds for which one request may use the processes while another waits."""

GLANCE = 0.2
"""Seconds between two looks at whether somebody wants the work stopped."""

POLITE = 10
"""Niceness of the processes: whoever looks at a page comes first."""

EXPENDABLE = 500
"""Of 1000: where memory runs out, the system ends these processes before the server."""

CONNECTING = 10
"""Seconds for which a scheduler may take to answer."""

DONE = object()


@dataclass(frozen=True, eq=False)
class Task:
    """`key`: names what is computed, within a request; `step`: the same in words; `cost`: how long
    it takes, in any unit that the tasks of a request share."""

    key: str
    step: str
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    cost: float = 1.0


def seed_of(*parts: object) -> int:
    """A seed from what it is for: 0 to 2**31 - 1."""
    text = "|".join(map(str, parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


def run_tasks(
    tasks: Sequence[Task],
    done: Callable[[Task, Any], None],
    progress: Progress = silent,
    remembered: MutableMapping[str, Any] | None = None,
    further: float = 0.0,
) -> None:
    """Do the tasks, begun in order, and give each result to `done` as it comes.

    `remembered`: results by key, which are not computed again; new ones are added. `further`: cost
    of what the request will still ask for after these. `progress` is
    called at least every GLANCE seconds; what it raises ends the work at once, in the processes
    too. Raises what a task raised, and WorkbenchError when the processes or the cluster are lost.
    """
    known = {} if remembered is None else remembered
    left = []
    for task in tasks:
        if task.key in known:
            done(task, known[task.key])
        else:
            left.append(task)
    clock = _Clock(tasks, left, further)
    while left:
        finished = _one_turn(tuple(left), clock, progress)
        for task, result in finished:
            known[task.key] = result
            done(task, result)
            clock.finish(task)
            left.remove(task)
            progress(*clock.say())


class _Clock:
    """How much is done, and how long the rest will take at the pace so far."""

    def __init__(self, tasks: Sequence[Task], left: Sequence[Task], further: float) -> None:
        self._total = further + sum(task.cost for task in tasks)
        self._left = self._at_start = further + sum(task.cost for task in left)
        self._start = time.monotonic()
        self._step = left[0].step if left else ""

    def finish(self, task: Task) -> None:
        self._left -= task.cost
        self._step = task.step

    def say(self) -> tuple[str, float]:
        share = 1 - self._left / self._total if self._total else 1.0
        seconds = time.monotonic() - self._start
        pace = self._at_start - self._left
        if pace <= 0 or seconds < 2:
            return self._step, share
        return f"{self._step}, {_about(self._left / pace * seconds)}", share


def _about(seconds: float) -> str:
    if seconds < 8:
        return "a few seconds left"
    if seconds < 90:
        return f"about {5 * round(seconds / 5)} seconds left"
    return f"about {round(seconds / 60)} minutes left"


def _one_turn(
    left: Sequence[Task], clock: _Clock, progress: Progress
) -> Iterator[tuple[Task, Any]]:
    """Results of as many of the tasks as one turn allows, as they come; at least one."""
    scheduler = os.environ.get(SCHEDULER, "")
    told: queue.SimpleQueue[Any] = queue.SimpleQueue()
    stop = threading.Event()
    with _turn(bool(scheduler), clock, progress) as over:

        def some() -> Iterator[Any]:
            for number, task in enumerate(left):
                if stop.is_set() or (number and over()):
                    return
                yield delayed(_timed)(number, task.work, task.arguments, not scheduler)

        def work() -> None:
            try:
                with _backend(scheduler):
                    ahead = "n_jobs" if scheduler else workers()
                    for result in Parallel(pre_dispatch=ahead, **_HOW)(some()):
                        told.put(result)
                told.put(DONE)
            except BaseException as error:
                told.put(error)

        worker = threading.Thread(target=work, name="resample", daemon=True)
        worker.start()
        try:
            yield from _as_they_come(left, told, clock, progress)
        finally:
            stop.set()
            if worker.is_alive() and not scheduler:
                get_reusable_executor(reuse=True).shutdown(wait=False, kill_workers=True)
                worker.join(timeout=30)


_HOW: dict[str, Any] = {
    "return_as": "generator_unordered",
    "batch_size": 1,
    "max_nbytes": None,  # answers never go to a file, not even for a moment
}


def _as_they_come(
    left: Sequence[Task], told: queue.SimpleQueue[Any], clock: _Clock, progress: Progress
) -> Iterator[tuple[Task, Any]]:
    while True:
        try:
            found = told.get(timeout=GLANCE)
        except queue.Empty:
            progress(*clock.say())
            continue
        if found is DONE:
            return
        if isinstance(found, BaseException):
            raise _in_words(found)
        number, result = found
        yield left[number], result


def _in_words(error: BaseException) -> BaseException:
    """Lost workers are said in a sentence; a fault of the work is raised as it is."""
    lost = ("TerminatedWorkerError", "BrokenProcessPool", "KilledWorker", "ShutdownExecutorError")
    if type(error).__name__ in lost or isinstance(error, OSError):
        return WorkbenchError(
            "The processes that did this work ended before they were done, which happens when "
            "memory runs out: what was finished is kept, so start again to do the rest."
        )
    return error


def _timed(number: int, work: Callable[..., Any], arguments: tuple[Any, ...], local: bool) -> Any:
    """Runs in a worker."""
    if local:
        _stand_back()
    with threadpool_limits(1):
        return number, work(*arguments)


def _stand_back() -> None:
    """Let the server and its pages come first: for the cores, and to live on."""
    if hasattr(os, "nice") and os.nice(0) < POLITE:
        os.nice(POLITE - os.nice(0))
    with suppress(OSError):  # only Linux has it, and one that is higher already must not fall
        file = Path("/proc/self/oom_score_adj")
        if int(file.read_text()) < EXPENDABLE:
            file.write_text(str(EXPENDABLE))


@contextmanager
def _backend(scheduler: str) -> Iterator[None]:
    """Where joblib sends the tasks. A worker of a cluster that is lost has its tasks done by
    another; running ones cannot be stopped there, but no more are sent."""
    if not scheduler:
        # For one, joblib would work in this very process, where nothing can be stopped: so there
        # are two, and no more tasks are handed out at a time than there are to be workers.
        with parallel_config("loky", n_jobs=max(2, workers())):
            yield
        return
    from distributed import Client

    with _client(Client, scheduler) as client, parallel_config("dask", client=client):
        yield


def _client(client: Any, scheduler: str) -> Any:
    try:
        return client(scheduler, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise WorkbenchError(
            f"The Dask scheduler that {SCHEDULER} names ({scheduler}) does not answer: start it, "
            "or take the setting away to work on this machine."
        ) from error


def end_processes() -> None:
    """End the processes of this machine, at work or idle; they would outlive the one that started
    them. The next request gets new ones."""
    get_reusable_executor(reuse=True).shutdown(wait=False, kill_workers=True)
    for process in multiprocessing.active_children():  # a thread of joblib would do it too late
        process.terminate()


def workers() -> int:
    """Processes on this machine that do resampled work."""
    wanted = os.environ.get(WORKERS, "")
    return max(1, int(wanted)) if wanted.isdigit() else max(1, os.cpu_count() or 1)


class _Queue:
    """Requests take turns on the processes, first come, first served."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[object] = []

    def enter(self, me: object) -> None:
        with self._changed:
            self._waiting.append(me)

    def is_first(self, me: object, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._waiting[0] is me, timeout=seconds)

    def others_wait(self) -> bool:
        with self._changed:
            return len(self._waiting) > 1

    def leave(self, me: object) -> None:
        with self._changed:
            self._waiting.remove(me)
            self._changed.notify_all()


_turns = _Queue()


@contextmanager
def _turn(elsewhere: bool, clock: _Clock, progress: Progress) -> Iterator[Callable[[], bool]]:
    """Hold the processes; yields whether the turn is over. A cluster shares itself out."""
    if elsewhere:
        yield lambda: False
        return
    me = object()
    _turns.enter(me)
    try:
        while not _turns.is_first(me, GLANCE):
            progress("Waiting for other work to finish", clock.say()[1])
        start = time.monotonic()
        yield lambda: time.monotonic() - start > TURN and _turns.others_wait()
    finally:
        _turns.leave(me)
