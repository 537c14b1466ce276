"""How long the reading of one file may take, whichever step the time goes into.

Looked at between records, columns and texts, each of which is bounded in size; so reading ends soon
after its time is up, in the thread that reads, and nobody else is held up.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from segmentation.errors import ReadError
from segmentation.intake.limits import Limits

_Item = TypeVar("_Item")
_OFTEN = 64
_ends: ContextVar[tuple[float, str]] = ContextVar("ends")
"""When the time of this thread's reading is up, on the monotonic clock, and what to say then."""


@contextmanager
def reading(name: str, limits: Limits) -> Iterator[None]:
    """Bounds all that is done within; `check_time` and `timed` raise ReadError once it is over."""
    token = _ends.set((time.monotonic() + limits.seconds, too_slow(name, limits)))
    try:
        yield
    finally:
        _ends.reset(token)


def check_time() -> None:
    """Raises ReadError when the time for reading is up; does nothing outside of `reading`."""
    ends, sentence = _ends.get((float("inf"), ""))
    if time.monotonic() > ends:
        raise ReadError(sentence)


def timed(items: Iterable[_Item]) -> Iterator[_Item]:
    """The same items, the time looked at every so often; raises like `check_time`."""
    for at, item in enumerate(items):
        if not at % _OFTEN:
            check_time()
        yield item


def too_slow(name: str, limits: Limits) -> str:
    return (
        f"{name} takes more than the limit of {limits.seconds} seconds to read; open a smaller "
        "part of it, or export it as CSV."
    )
