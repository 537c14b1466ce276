"""What is made ready once a server, and how work waits for it."""

from __future__ import annotations

import gc
import os
from threading import Event, Thread

import pytest

from pages.shared import readiness
from segmentation.embed import compile_beside
from segmentation.errors import Cancelled


@pytest.fixture
def going_on(monkeypatch):
    """Making ready goes on until the event is set."""
    ready = Event()
    thread = Thread(target=ready.wait, args=(30,), daemon=True)
    thread.start()
    monkeypatch.setattr(readiness, "started", lambda: thread)
    yield ready
    ready.set()
    thread.join()


def test_work_waits_and_says_what_for(going_on):
    said: list[str] = []

    def report(step: str, share: float) -> None:
        said.append(step)
        going_on.set()

    readiness.wait(report)
    assert said
    assert set(said) == {"Making ready, once after the start"}


def test_who_waits_can_cancel(going_on):
    def report(step: str, share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        readiness.wait(report)
    assert not going_on.is_set()


def test_what_is_imported_is_no_longer_looked_through_for_garbage(monkeypatch):
    order: list[str] = []
    monkeypatch.setattr(readiness, "compile_beside", lambda: order.append("beside"))
    monkeypatch.setattr(readiness, "warm_up", lambda: order.append("here"))
    before = gc.get_freeze_count()
    try:
        readiness.make_ready()
        assert order == ["beside", "here"]
        assert gc.get_freeze_count() > before + 10_000
    finally:
        gc.unfreeze()


@pytest.mark.slow
def test_what_is_compiled_beside_is_kept_for_everybody(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    compile_beside()
    kept = {name for _, _, names in os.walk(tmp_path) for name in names}
    assert any("_search" in name for name in kept)
    assert any("_optimize_layout" in name for name in kept)
