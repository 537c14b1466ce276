"""Connections: SQLite safe against power cuts and crowds, PostgreSQL with the same manners.

SQLite keeps its rollback journal with `synchronous=FULL`: write-ahead logs could corrupt a database
before 3.51.3 (WAL-reset bug), and nothing here is fast enough to need them.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL

BUSY_SECONDS = 30.0
"""How long a write waits for others before it gives up."""
CONNECT_SECONDS = 10


def make_engine(url: URL, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine that has not connected yet."""
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(Path(url.database or ""), busy_seconds)
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "client_encoding": "utf8",
            "options": f"-c lock_timeout={int(busy_seconds * 1000)}",
        },
    )


def sqlite_engine(path: Path, busy_seconds: float, foreign_keys: bool = True) -> Engine:
    """A connection each time, and none that would make a file: a file that was deleted or
    replaced is then never written to under its old handle."""

    def connect() -> sqlite3.Connection:
        return connect_sqlite(path, "rw", busy_seconds)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, record: Any) -> None:
        record.info["file"] = identity(path)
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA synchronous = FULL")
        # So that INSERT OR REPLACE meets the triggers that keep saved versions.
        connection.execute("PRAGMA recursive_triggers = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Read first and write later is refused at once when another writes meanwhile, whatever
        # the timeout; a write therefore says so from the start.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def connect_sqlite(path: Path, mode: str, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A bare connection in autocommit. `mode`: "ro", "rw" or "rwc", which makes the file."""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
    )


def reading_from(engine: Engine) -> Engine:
    """The same engine for reading: all that one transaction reads is of one moment."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writing_to(engine: Engine) -> Engine:
    """The same engine for writing."""
    return engine.execution_options(writes=True)


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one put in its place; None where there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_dev, status.st_ino
