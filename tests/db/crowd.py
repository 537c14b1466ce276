"""Writers that are many, or killed in the act, each with connections of its own.

`python -m tests.db.crowd kill URL TRIALS SEED`, `... write URL WRITERS SAVES` and `... threads URL
WRITERS SAVES` print JSON, a line for every two numbers. The first two fork, which only a process
without threads may do; so tests start them as a process.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass, field

from db import DraftKey, Store, drafts, lines, open_store, versions
from db.errors import NotFoundError
from tests.db.builders import content, new_version

LINE = "Python users"
LONGEST_LIFE = 0.15
"""Seconds after which a writer has been killed at the latest."""


@dataclass
class Trials:
    """What came of killing a writer many times. `unheard`: committed, but killed before it could
    say so. `lost`, `torn`, `doubled` and `draftless` (neither saved nor kept as a draft) must be
    nought."""

    trials: int = 0
    acknowledged: int = 0
    unheard: int = 0
    undone: int = 0
    lost: int = 0
    torn: int = 0
    doubled: int = 0
    draftless: int = 0
    versions: int = 0


def kill_trials(url: str, trials: int, seed: int) -> Trials:
    """Kill a writer `trials` times at random moments and look at what it left behind."""
    moments = random.Random(seed)  # noqa: S311
    found = Trials(trials)
    open_store(url).close()
    for trial in range(trials):
        heard, begun = _killed_writer(url, trial, moments.uniform(0.0, LONGEST_LIFE))
        store = open_store(url)
        _look(store, heard, begun, found)
        store.close()
    _look_at_all(url, found)
    return found


def _killed_writer(url: str, trial: int, seconds: float) -> tuple[list[str], list[str]]:
    """Keys whose save was acknowledged, and keys whose save was begun."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _write_for_ever(url, trial, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        said.readline()  # the writer has opened the database
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        words = [line.split() for line in said.read().splitlines()]
    heard = [key for word, key in words if word == "ACK"]
    return heard, [key for word, key in words if word == "BEGIN"]


def _write_for_ever(url: str, trial: int, pipe: int) -> None:
    store = open_store(url)
    os.write(pipe, b"READY\n")
    step = 0
    while True:
        key = f"{trial}-{step}"
        draft = DraftKey("ana", "survey", key)
        drafts.keep(store, draft, {"key": key})
        os.write(pipe, f"BEGIN {key}\n".encode())
        versions.save(store, new_version(LINE, key, draft=draft))
        os.write(pipe, f"ACK {key}\n".encode())
        step += 1


def _look(store: Store, heard: list[str], begun: list[str], found: Trials) -> None:
    found.acknowledged += len(heard)
    for key in begun:
        record = versions.by_key(store, key)
        draft = drafts.find(store, DraftKey("ana", "survey", key))
        if record is None:
            found.lost += key in heard
            found.undone += key not in heard
            found.draftless += draft is None
        else:
            found.unheard += key not in heard
            found.torn += draft is not None or versions.read(store, record.id).content != content()
        # What the analyst does next: press Save again.
        retried = versions.save(store, new_version(LINE, key))
        found.doubled += retried.already != (record is not None)


def _look_at_all(url: str, found: Trials) -> None:
    store = open_store(url)
    line = lines.find_line(store, LINE)
    if line is None:
        raise NotFoundError("no version was saved in all trials")
    history = lines.history(store, line.id)
    found.versions = len(history)
    found.doubled += [v.number for v in history] != list(range(1, len(history) + 1))
    for record in history:
        found.torn += versions.read(store, record.id).content != content()
        found.torn += versions.membership(store, record.id) is None
    store.close()


@dataclass
class Crowd:
    """What came of writers that all save one line at once. `waits`: seconds of each save."""

    writers: int
    saves: int
    failures: int = 0
    numbers: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def write_together(url: str, writers: int, saves: int) -> Crowd:
    """Let `writers` processes save `saves` versions each, as fast as they can."""
    crowd = Crowd(writers, saves)
    open_store(url).close()
    pipes = [_started_writer(url, saves) for _ in range(writers)]
    for pipe in pipes:
        with os.fdopen(pipe) as said:
            for line in said.read().splitlines():
                word, number, wait = line.split()
                crowd.failures += word != "SAVED"
                crowd.numbers.append(int(number))
                crowd.waits.append(float(wait))
    for _ in pipes:
        os.wait()
    return crowd


def _started_writer(url: str, saves: int) -> int:
    reading, writing = os.pipe()
    if os.fork() != 0:
        os.close(writing)
        return reading
    store = open_store(url)
    for _ in range(saves):
        start = time.perf_counter()
        try:
            number, word = versions.save(store, new_version(LINE)).version.number, "SAVED"
        except Exception as error:  # noqa: BLE001 - counted, whatever it is
            number, word = 0, type(error).__name__
        wait = time.perf_counter() - start
        os.write(writing, f"{word} {number} {wait:.4f}\n".encode())
    os._exit(0)


def write_in_threads(url: str, writers: int, saves: int) -> Crowd:
    """The same in one process, as the sessions of one server."""
    crowd, store = Crowd(writers, saves), open_store(url)

    def run() -> None:
        for _ in range(saves):
            start = time.perf_counter()
            saved = versions.save(store, new_version(LINE))
            crowd.waits.append(time.perf_counter() - start)
            crowd.numbers.append(saved.version.number)

    threads = [threading.Thread(target=run) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    crowd.failures = writers * saves - len(crowd.numbers)
    store.close()
    return crowd


def main(arguments: list[str]) -> None:
    what, url, *numbers = arguments
    acts = {"kill": kill_trials, "write": write_together, "threads": write_in_threads}
    act = acts[what]
    for first, second in zip(numbers[::2], numbers[1::2], strict=True):
        print(json.dumps(asdict(act(url, int(first), int(second)))))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
