"""Long work beside the page: progress in words, cancel, and one computation for equal requests.

Knows no Streamlit. A page submits work under a key that says everything the result depends on, and
looks at the job again later. Work must look at its report often: that is where a cancel arrives.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from threading import Event, RLock
from typing import Any, Generic, TypeVar

from segmentation.errors import Cancelled, WorkbenchError

T = TypeVar("T")
LOG = logging.getLogger(__name__)

STOPS_REMEMBERED = 1000


class State(Enum):
    """Where a job stands; the last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Generic[T]):
    """One piece of work. Read its attributes at any time; only `Jobs` and the worker set them."""

    def __init__(self, key: Hashable, work: Callable[[Report], T]) -> None:
        self.key = key
        self.state = State.WAITING
        self.message = "Waiting for other work to finish"
        self.fraction = 0.0
        self.partial: Any = None
        """What the work has to show already, such as a map that still settles."""
        self.error: BaseException | None = None
        self.owners: set[tuple[str, str]] = set()
        self._work: Callable[[Report], T] | None = work
        self._result: T | None = None
        self._cancel = Event()
        self._ended = Event()
        self._submitted = time.monotonic()
        self._finished: float | None = None

    @classmethod
    def stopped(cls, key: Hashable) -> Job[T]:
        """What somebody is given who has stopped that job."""
        job: Job[T] = cls(key, lambda _: (_ for _ in ()).throw(Cancelled))
        job.run()
        return job

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    @property
    def seconds(self) -> float:
        """Since it was asked for, until now or until it ended."""
        return (self._finished or time.monotonic()) - self._submitted

    def wait(self, seconds: float) -> bool:
        """Give the job some time; True when it has ended."""
        return self._ended.wait(seconds)

    def result(self) -> T:
        """The result of an ended job; raises what the work raised, Cancelled included."""
        if not self.ended:
            raise RuntimeError("the job has not ended")
        if self.error is not None:
            raise self.error
        return self._result  # type: ignore[return-value]  # None only where T is

    def cancel(self) -> None:
        """Ask the work to stop at its next report."""
        self._cancel.set()

    def run(self) -> None:
        """Do the work; called once, by a worker."""
        try:
            report = Report(self)
            report.check()
            self.state, self.message = State.RUNNING, "Starting"
            self._result = self._work(report) if self._work else None
            self.state, self.fraction = State.DONE, 1.0
        except Cancelled as stop:
            self.state, self.error = State.CANCELLED, stop
        except WorkbenchError as fault:
            self.state, self.error = State.FAILED, fault
        except Exception as crash:
            LOG.exception("a job crashed")
            self.state, self.error = State.FAILED, crash
        finally:
            self._finished = time.monotonic()
            self.partial = None
            self._work = None  # lets go of what it was given, such as an uploaded file
            self._ended.set()


class Report:
    """What work is given to tell how far it is: `report("Laying out the map", 0.4)`."""

    def __init__(self, job: Job[Any]) -> None:
        self._job = job

    def __call__(self, message: str, fraction: float) -> None:
        """Raises Cancelled when nobody wants the result any more."""
        self.check()
        self._job.message = message
        self._job.fraction = min(max(fraction, 0.0), 1.0)

    def show(self, partial: object) -> None:
        """Offer something to look at before the end."""
        self.check()
        self._job.partial = partial

    def check(self) -> None:
        if self._job._cancel.is_set():
            raise Cancelled


class Jobs:
    """Runs jobs on a few threads and remembers the last ones that ended."""

    def __init__(self, workers: int = 2, keep: int = 24) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="job")
        self._keep = keep
        self._jobs: dict[Hashable, Job[Any]] = {}
        self._stopped: dict[tuple[str, str], Hashable] = {}
        self._lock = RLock()

    def submit(
        self, key: Hashable, work: Callable[[Report], T], *, owner: str, slot: str
    ) -> Job[T]:
        """The job with that key: the one that exists, or a new one.

        `owner` is who asks, `slot` what for ("read", "map"): the newest request of an owner for a
        slot supersedes the one before, which is cancelled unless somebody else wants it too.
        What failed stays failed until it is forgotten, and what the owner stopped stays stopped
        until it is resumed: a page that asks on every run does not start it again.
        """
        with self._lock:
            who = (owner, slot)
            if self._stopped.get(who) == key:
                return Job.stopped(key)
            self._stopped.pop(who, None)
            self._leave(who, but=key)
            job = self._jobs.pop(key, None)
            if job is None or job._cancel.is_set():
                job = Job(key, work)
                self._pool.submit(job.run)
            self._jobs[key] = job
            job.owners.add(who)
            self._forget_oldest()
            return job

    def get(self, key: Hashable) -> Job[Any] | None:
        """The job with that key, if it is remembered; asking starts nothing."""
        with self._lock:
            return self._jobs.get(key)

    def forget(self, key: Hashable) -> None:
        """Let go of an ended job, so that the next request does the work again."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and job.ended:
                del self._jobs[key]

    def stop(self, key: Hashable, *, owner: str, slot: str) -> None:
        """The owner does not want that job; it ends unless somebody else does."""
        with self._lock:
            self._stopped[owner, slot] = key
            while len(self._stopped) > STOPS_REMEMBERED:
                del self._stopped[next(iter(self._stopped))]
            self._leave((owner, slot), but=None)

    def resume(self, *, owner: str, slot: str) -> None:
        """The owner's next request is served again, whatever it stopped before."""
        with self._lock:
            self._stopped.pop((owner, slot), None)

    def close(self) -> None:
        """Cancel everything and let the threads end."""
        with self._lock:
            for job in self._jobs.values():
                job.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _leave(self, who: tuple[str, str], but: Hashable | None) -> None:
        for job in self._jobs.values():
            if who in job.owners and (but is None or job.key != but):
                job.owners.discard(who)
                if not job.owners and not job.ended:
                    job.cancel()

    def _forget_oldest(self) -> None:
        ended = [key for key, job in self._jobs.items() if job.ended]
        for key in ended[: max(0, len(ended) - self._keep)]:
            del self._jobs[key]
