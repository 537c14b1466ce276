"""What the first map needs, compiled and imported once a server, beside everything else."""

from __future__ import annotations

import gc
import time
from functools import cache
from threading import Lock, Thread

from segmentation.embed import compile_beside, warm_up
from segmentation.progress import Progress

PAUSE = 0.1

_lock = Lock()


def started() -> Thread:
    """The thread that makes ready; the first call starts it."""
    with _lock:
        return _started()


@cache
def _started() -> Thread:
    thread = Thread(target=make_ready, name="make-ready", daemon=True)
    thread.start()
    return thread


def wait(report: Progress) -> None:
    """Until all is ready: a map drawn meanwhile would compile the same things again."""
    thread = started()
    while thread.is_alive():
        report("Making ready, once after the start", 0.0)
        time.sleep(PAUSE)


def make_ready() -> None:
    compile_beside()
    warm_up()
    # Streamlit collects garbage after every run of a page, progress bars included, and stops all
    # work for it: what was imported is never garbage and need not be looked through each time.
    gc.collect()
    gc.freeze()
