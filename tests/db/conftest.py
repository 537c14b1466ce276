"""Databases to test on: a SQLite file, and a PostgreSQL server of the tests' own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from db import Store, open_store


class Server:
    """A private PostgreSQL that listens on a socket in its own folder only."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self.folder = folder
        self._emptied = ""
        # PostgreSQL refuses to run as root.
        self._as = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        self.user = "postgres" if self._as else pwd.getpwuid(os.geteuid()).pw_name

    def start(self) -> None:
        data = self.folder / "data"
        self._call("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "-D", data)
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off"
        self._call("pg_ctl", "start", "-w", "-D", data, "-l", self.folder / "log", "-o", options)

    def stop(self) -> None:
        self._call("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.folder / "data")

    def restart(self) -> None:
        self._call("pg_ctl", "restart", "-w", "-m", "fast", "-D", self.folder / "data")

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"w{uuid4().hex}"
        with psycopg.connect(host=str(self.folder), user=self.user, dbname="postgres") as admin:
            admin.autocommit = True
            admin.execute(f"CREATE DATABASE {name}")
        return f"postgresql://{self.user}@/{name}?host={self.folder}"

    def emptied_database(self) -> str:
        """The URL of one and the same database, empty again: much faster than a new one."""
        if not self._emptied:
            self._emptied = self.new_database()
        with psycopg.connect(self._emptied, autocommit=True) as admin:
            others = "pid <> pg_backend_pid() AND datname = current_database()"
            admin.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
            admin.execute("DROP SCHEMA public CASCADE")
            admin.execute("CREATE SCHEMA public")
        return self._emptied

    def _call(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [str(self._programs / program), *map(str, arguments)],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._as,
        )


def postgresql_programs() -> Path | None:
    """The folder of the newest server's programs, wherever they are installed."""
    on_path = shutil.which("pg_ctl")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    found = [*installed, *([Path(on_path)] if on_path else [])]
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    programs = postgresql_programs()
    if programs is None:
        reason = "no PostgreSQL is installed (apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # A short path, as that of a socket may have 107 bytes, and one that another user may enter.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    server = Server(programs, folder)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that does not exist yet, or is empty; once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'workbench.db'}"
    return request.getfixturevalue("postgresql").emptied_database()


@pytest.fixture
def opened() -> Iterator[Callable[..., Store]]:
    """`open_store`, with every store closed in the end."""
    stores: list[Store] = []

    def open_one(*arguments: object, **options: object) -> Store:
        stores.append(open_store(*arguments, **options))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def store(url: str, opened: Callable[..., Store]) -> Store:
    """An empty store, once on each kind of database."""
    return opened(url)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where a SQLite file may be made."""
    return tmp_path / "workbench.db"


@pytest.fixture
def file_store(database: Path, opened: Callable[..., Store]) -> Store:
    """An empty store in a SQLite file."""
    return opened(f"sqlite:///{database}")
