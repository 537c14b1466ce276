"""What the server does at its start."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator

import pytest
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

from pages.shared import readiness, serving

LINE = b"a-line-that-no-survey-holds"


@pytest.fixture
def files_opened(monkeypatch) -> list[str]:
    """Temporary files that were made for uploads."""
    opened: list[str] = []
    real = tempfile.TemporaryFile

    def note(*arguments, **named):
        opened.append("opened")
        return real(*arguments, **named)

    monkeypatch.setattr(tempfile, "TemporaryFile", note)
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MultiPartParser.spool_max_size)
    monkeypatch.setattr(readiness, "started", lambda: None)
    monkeypatch.setattr(serving, "_stop_work", lambda: None)
    return opened


def form(data: bytes) -> Iterator[bytes]:
    """The body of an upload, as a browser sends it."""
    yield b"--" + LINE + b'\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n'
    yield from (data[start : start + 65_536] for start in range(0, len(data), 65_536))
    yield b"\r\n--" + LINE + b"--\r\n"


async def sent(data: bytes) -> bytes:
    parts = form(data)

    async def receive():
        part = next(parts, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    kind = b"multipart/form-data; boundary=" + LINE
    scope = {"type": "http", "method": "PUT", "headers": [(b"content-type", kind)]}
    async with Request(scope, receive).form() as found:
        return await found["f"].read()


def test_fault_76_an_upload_is_not_put_on_the_disk_on_its_way_in(files_opened):
    data = b"canary@example.org," * 200_000

    async def served() -> bytes:
        async with serving.started(None):
            return await sent(data)

    assert asyncio.run(sent(data)) == data
    assert files_opened, "without the setting it would be"
    files_opened.clear()
    assert asyncio.run(served()) == data
    assert not files_opened
