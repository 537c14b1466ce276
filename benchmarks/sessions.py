"""What a server takes for those who use it: sessions at rest, uploads in a row, checks of cohorts.

Starts a workbench of its own, with a database of its own, and speaks to it as browsers do: a
WebSocket a session, uploads beside it. Resident memory (VmRSS) of the server, in MB:

- started; one session that opened nothing; as many sessions as asked for, each with another file
  of its own open, and with its settled map drawn (`--maps`);
- after every 50 of 200 uploads of different small files by one session;
- at its most while so many sessions check their cohorts (`--checks`), apart for the server and for
  the processes that do the work.

    python -m benchmarks.sessions [--sessions N] [--respondents N] [--maps] [--uploads N]
        [--checks N]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from benchmarks.first_cohorts import ROOT
from benchmarks.intake import written

WATCHED = 90.0
"""Seconds of a check that are looked at; every worker has done several tasks by then."""
SMALL = 300
"""Respondents of the file that is uploaded over and over; each upload has one more."""
PATIENCE = 300.0
HELPER = 40_000
"""kB below which a process only keeps track of others."""
FILE = "file_uploader"
"""The kind of element that takes a file."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--respondents", type=int, default=10_000, help="in each session's file")
    parser.add_argument("--maps", action="store_true", help="draw each session's map as well")
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--checks", type=int, default=0, help="sessions that check their cohorts")
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    figures: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
    }
    if arguments.sessions:
        figures["sessions"] = idle(arguments.sessions, arguments.respondents, arguments.maps)
    if arguments.uploads:
        figures["uploads"] = uploads(arguments.uploads)
    if arguments.checks:
        figures["checks"] = checks(arguments.checks, arguments.respondents)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(figures, indent=1))


def idle(sessions: int, respondents: int, maps: bool) -> dict[str, int]:
    """Resident memory before and with that many sessions."""
    found: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as at, ExitStack() as open_:
        note(found, "started", at)
        tabs = [Tab(at, open_)]
        tabs[0].run()
        time.sleep(20)  # what the first session compiles, beside everything else
        note(found, "one session, nothing open", at)
        tabs += [Tab(at, open_) for _ in range(sessions - 1)]
        for tab in tabs[1:]:
            tab.run()
        note(found, f"{sessions} sessions, nothing open", at)
        for number, tab in enumerate(tabs):
            file = written(respondents + number, Path(folder) / f"{number}.csv")
            tab.upload(file)
        note(found, f"{sessions} sessions, a file of {respondents:,} open in each", at)
        if maps:
            for tab in tabs:
                tab.draw_map()
            note(found, f"{sessions} sessions, and its map", at)
    return found


def uploads(count: int) -> dict[str, int]:
    """Resident memory after every quarter of that many uploads by one session."""
    found: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as at, ExitStack() as open_:
        tab = Tab(at, open_)
        tab.run()
        time.sleep(20)
        for number in range(1, count + 1):
            file = written(SMALL + number, Path(folder) / "small.csv")
            tab.upload(file)
            if number == 1 or number % max(count // 4, 1) == 0:
                note(found, f"after upload {number}", at)
    return found


def checks(sessions: int, respondents: int) -> dict[str, int]:
    """Resident memory before, and at its most while that many sessions check their cohorts."""
    found: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as at, ExitStack() as open_:
        tabs = [Tab(at, open_) for _ in range(sessions)]
        for number, tab in enumerate(tabs):
            tab.run()
            tab.upload(written(respondents + number, Path(folder) / f"{number}.csv"))
            tab.draw_map()
        note(found, f"{sessions} sessions, maps of {respondents:,} drawn", at)
        for tab in tabs:
            tab.check()
        most = {"server": 0, "processes": 0, "MB of them": 0, "MB of the largest": 0}
        end = time.monotonic() + WATCHED
        while time.monotonic() < end:
            working = [one for one in map(_resident, _children(at.process)) if one > HELPER]
            now = (_resident(at.process), len(working), sum(working), max(working, default=0))
            most = {k: max(v, n) for (k, v), n in zip(most.items(), now, strict=True)}
            time.sleep(0.5)
    for what, kilobytes in most.items():
        found[what] = kilobytes if what == "processes" else round(kilobytes / 1024)
        print(f"{what + ', at most':58}{found[what]:>8,}", flush=True)
    return found


class Server:
    """Where a workbench listens, and as which process."""

    def __init__(self, port: int, process: int) -> None:
        self.address = f"127.0.0.1:{port}"
        self.process = process

    def resident(self) -> int:
        """Resident memory in MB, of the server and of processes that it started."""
        pids = [self.process, *_children(self.process)]
        return round(sum(_resident(pid) for pid in pids) / 1024)


class Tab:
    """One browser tab, without the browser."""

    def __init__(self, server: Server, keep: ExitStack) -> None:
        self._server = server
        origin = f"http://{server.address}"
        with urllib.request.urlopen(f"{origin}/_stcore/health") as answer:  # noqa: S310
            cookies = answer.headers.get_all("Set-Cookie") or []
        self._cookie = "; ".join(cookie.split(";")[0] for cookie in cookies)
        token = re.search(r"_streamlit_xsrf=([^;]+)", self._cookie)
        self._token = token[1] if token else ""
        self._socket: ClientConnection = keep.enter_context(
            connect(
                f"ws://{server.address}/_stcore/stream",
                origin=origin,  # type: ignore[arg-type]  # a str, as the library says elsewhere
                subprotocols=["streamlit", self._token],  # type: ignore[list-item]
                additional_headers={"Cookie": self._cookie},
                max_size=None,
                ping_interval=None,  # nobody listens between two runs
            )
        )
        self._session = ""
        self._query = ""
        self._page = ""
        self._running = False
        self._given: list[Any] = []
        self.elements: list[Any] = []

    def run(self) -> None:
        """One run of the script, and all that follow from it; what it drew is in `elements`."""
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_name = self._page
        message.rerun_script.widget_states.widgets.extend(self._given)
        self._socket.send(message.SerializeToString())
        self._running = True
        end = time.monotonic() + PATIENCE
        while self._more() or self._running:
            if time.monotonic() > end:
                raise TimeoutError("a run does not end")

    def upload(self, file: Path) -> None:
        """Give the file to the Survey page and wait until it is open."""
        uploaders = [e.file_uploader for e in self.elements if e.WhichOneof("type") == FILE]
        uploader = next(one for one in uploaders if one.label == "Survey export")
        message = BackMsg()
        message.file_urls_request.request_id = "1"
        message.file_urls_request.file_names.append(file.name)
        message.file_urls_request.session_id = self._session
        self._socket.send(message.SerializeToString())
        (urls,) = self._read_until("file_urls_response").file_urls_response.file_urls
        data = file.read_bytes()
        self._put(urls.upload_url, file.name, data)
        state = BackMsg().rerun_script.widget_states.widgets.add()
        state.id = uploader.id
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = file.name, len(data), urls.file_id
        info.file_urls.CopyFrom(urls)
        self._given = [state]  # as a browser says on every run
        self.run()
        people = f"{sum(1 for _ in file.open()) - 1:,}"
        self._until(lambda: people in self._metrics(), f"{file.name} to be open")

    def draw_map(self) -> None:
        """Go to the Segment page and wait for the settled map."""
        self._page = "segment"
        self._until(
            lambda: "plotly_chart" in self._kinds() and "progress" not in self._kinds(), "the map"
        )

    def check(self) -> None:
        """Go to the Trust page and have the cohorts checked."""
        self._page = "trust"
        self._until(lambda: self._button("check") is not None, "the check to be offered")
        given = self._given
        pressed = BackMsg().rerun_script.widget_states.widgets.add()
        pressed.id, pressed.trigger_value = str(self._button("check")), True
        self._given = [*given, pressed]
        self.run()
        self._given = given

    def _button(self, key: str) -> str | None:
        buttons = (e.button for e in self.elements if e.WhichOneof("type") == "button")
        ids = (one.id for one in buttons if not one.disabled)
        return next((one for one in ids if one.endswith(f"-{key}")), None)

    def _until(self, done: Any, what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"waited too long for {what}")
            time.sleep(0.2)
            self.run()

    def _kinds(self) -> set[str]:
        return {element.WhichOneof("type") for element in self.elements}

    def _metrics(self) -> set[str]:
        return {e.metric.body for e in self.elements if e.WhichOneof("type") == "metric"}

    def _put(self, path: str, name: str, data: bytes) -> None:
        boundary = "a-line-that-no-survey-holds"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"'
        body = f"{head}\r\nContent-Type: text/csv\r\n\r\n".encode() + data
        request = urllib.request.Request(
            f"http://{self._server.address}{path}",
            data=body + f"\r\n--{boundary}--\r\n".encode(),
            headers={
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Cookie": self._cookie,
                "X-Xsrftoken": self._token,
            },
            method="PUT",
        )
        urllib.request.urlopen(request).close()  # noqa: S310

    def _more(self) -> bool:
        """Whether more follows at once, as after `st.rerun`."""
        try:
            self._take(self._socket.recv(timeout=0.1))
        except TimeoutError:
            return False
        return True

    def _read_until(self, kind: str) -> ForwardMsg:
        while True:
            message = self._take(self._socket.recv(timeout=PATIENCE))
            if message.WhichOneof("type") == kind:
                return message

    def _take(self, raw: bytes | str) -> ForwardMsg:
        message = ForwardMsg()
        message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.elements, self._running = [], True
            self._session = message.new_session.initialize.session_id
        elif kind == "script_finished":
            self._running = False
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self.elements.append(message.delta.new_element)
        return message


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=true"]
        + [f"--server.port={port}", "--server.address=127.0.0.1"],
        cwd=ROOT,
        env={**os.environ, "WORKBENCH_DATABASE_URL": f"sqlite:///{folder / 'workbench.db'}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def note(found: dict[str, int], what: str, at: Server) -> None:
    found[what] = at.resident()
    print(f"{what:58}{found[what]:>8,} MB", flush=True)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not come up")


def _children(process: int) -> list[int]:
    """Whichever thread of it started them."""
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").iterdir():
        with suppress(OSError):  # it ended meanwhile
            found += map(int, (thread / "children").read_text().split())
    return found


def _resident(process: int) -> int:
    """In kB; 0 for a process that has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    line = re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)
    return int(line[1]) if line else 0


if __name__ == "__main__":
    main()
