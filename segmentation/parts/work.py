"""Where work on parts is done: here, one after the other, or on a Dask cluster.

What a step makes of a part stays where it was made; only `fetch` brings anything here. On a cluster
a part that is lost with its worker is read and worked on again by another.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from segmentation.errors import WorkbenchError
from segmentation.progress import Progress, silent

CONNECTING = 10
"""Seconds for which a scheduler may take to answer."""

LOST = (
    "The Dask cluster was lost before the work was done, which happens when a part takes more "
    "memory than a worker has: give the workers more memory, or cut the survey into more parts."
)


class Pool(ABC):
    """Somewhere to work, and who is told what is being done: `step`, in words."""

    def __init__(self, progress: Progress = silent) -> None:
        self._progress = progress
        self.step = ""

    @abstractmethod
    def each(self, work: Callable[..., Any], *of: Sequence[Any], **shared: Any) -> list[Any]:
        """`work` on each part: an item of each of `of`, and what all parts share.

        The results are for another step, or for `fetch`."""

    @abstractmethod
    def share(self, value: Any) -> Any:
        """A value that many parts need, sent to where they are once."""

    @abstractmethod
    def fetch(self, results: Sequence[Any]) -> list[Any]:
        """The results themselves, in order. Raises what the work raised."""


class Here(Pool):
    """In this process."""

    def each(self, work: Callable[..., Any], *of: Sequence[Any], **shared: Any) -> list[Any]:
        found = []
        for number, items in enumerate(zip(*of, strict=True)):
            self._progress(self.step, number / len(of[0]))
            found.append(work(*items, **shared))
        return found

    def share(self, value: Any) -> Any:
        return value

    def fetch(self, results: Sequence[Any]) -> list[Any]:
        return list(results)


class Cluster(Pool):
    """On the workers of a Dask client."""

    def __init__(self, client: Any, progress: Progress = silent) -> None:
        super().__init__(progress)
        self._client = client

    def each(self, work: Callable[..., Any], *of: Sequence[Any], **shared: Any) -> list[Any]:
        items: Iterable[Any] = zip(*of, strict=True)
        return [self._client.submit(work, *some, **shared, pure=False) for some in items]

    def share(self, value: Any) -> Any:
        # A task, and not scattered: what a lost worker held could not be had again.
        return self._client.submit(_itself, value, pure=False)

    def fetch(self, results: Sequence[Any]) -> list[Any]:
        import distributed

        done: Any = distributed.as_completed
        try:
            for number, _ in enumerate(done(results, loop=self._client.loop)):
                self._progress(self.step, number / len(results))
            found: list[Any] = self._client.gather(list(results))
        except WorkbenchError:
            raise
        except Exception as error:
            if type(error).__name__ in _LOST or isinstance(error, OSError):
                raise WorkbenchError(LOST) from error
            raise
        return found


_LOST = ("KilledWorker", "CancelledError", "FutureCancelledError", "CommClosedError")


def _itself(value: Any) -> Any:
    return value


@contextmanager
def workers_of(scheduler: str | None, progress: Progress = silent) -> Iterator[Pool]:
    """The cluster whose scheduler has that address; None to work here.

    Raises WorkbenchError when it does not answer.
    """
    if scheduler is None:
        yield Here(progress)
        return
    import distributed

    connect: Any = distributed.Client
    try:
        client = connect(scheduler, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise WorkbenchError(
            f"No Dask scheduler answers at {scheduler}: start it, or leave out --dask to work on "
            "this machine."
        ) from error
    with client:
        yield Cluster(client, progress)
