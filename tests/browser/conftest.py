"""One server and one Chromium for all browser tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
expect.set_options()  # a loaded machine takes its time

FLAGS = ("--no-sandbox", "--disable-dev-shm-usage")


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        why = "no Chromium: set CHROMIUM to its path, or apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running workbench."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with running(root, log) as address:
        yield address
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]


@contextmanager
def running(root: Path, log: Path, script: str = "streamlit_app.py", **known: str) -> Iterator[str]:
    """Address of a server of its own, with the environment `known` and a database beside `log`."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script]
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    database = f"sqlite:///{log.with_name('workbench.db')}"
    known = {**os.environ, "WORKBENCH_DATABASE_URL": database, **known}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, *options], cwd=root, stdout=out, stderr=out, env=known
        )
        try:
            base = known.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
            wait_until_healthy(f"http://127.0.0.1:{port}/{base}".rstrip("/"), process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def open_page(chromium: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """`open_page("/mapping", width=1440, dark=False)`; a request to anywhere else fails."""
    contexts, strangers = [], []

    def note(request: Request) -> None:
        if not request.url.startswith((server, "data:", "blob:", server.replace("http", "ws"))):
            strangers.append(request.url)

    def go(path: str = "/", *, width: int = 1440, height: int = 900, dark: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", note)
        page.goto(server + path)
        settle(page)
        return page

    yield go
    for context in contexts:
        context.close()
    assert not strangers, "the app asked for something outside itself"


def settle(page: Page) -> None:
    """Wait until the script of the page has run through."""
    page.wait_for_timeout(210)
    app = "[data-testid=stApp][data-test-connection-state=CONNECTED]"
    page.locator(f"{app}[data-test-script-state=notRunning]").wait_for(timeout=60_000)
    page.wait_for_function("document.querySelectorAll('[data-testid=stSkeleton]').length === 0")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
                if answer.read() == b"ok":
                    return
        except (URLError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"the server did not come up: {log.read_text()[-2000:]}")
