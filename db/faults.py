"""What a database driver reports, in a sentence that the analyst can act on."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db.errors import (
    BusyError,
    DamagedError,
    DiskFullError,
    MissingError,
    ReadOnlyError,
    StoreError,
    UnreachableError,
)

SQLITE = (
    ("SQLITE_BUSY", BusyError),
    ("SQLITE_LOCKED", BusyError),
    ("SQLITE_FULL", DiskFullError),
    ("SQLITE_IOERR", DiskFullError),
    ("SQLITE_READONLY_DBMOVED", MissingError),
    ("SQLITE_READONLY", ReadOnlyError),
    ("SQLITE_CORRUPT", DamagedError),
    ("SQLITE_NOTADB", DamagedError),
    ("SQLITE_CANTOPEN", MissingError),
)
"""By the beginning of SQLite's own name for the error; the first that fits."""

POSTGRESQL = {
    "55P03": BusyError,  # lock not available
    "40P01": BusyError,  # deadlock
    "40001": BusyError,  # serialisation
    "53100": DiskFullError,
    "25006": ReadOnlyError,
    "42501": ReadOnlyError,  # no privilege
}
"""By SQLSTATE."""

DISK = {
    errno.ENOSPC: DiskFullError,
    errno.EDQUOT: DiskFullError,
    errno.EFBIG: DiskFullError,
    errno.EIO: DiskFullError,
    errno.EACCES: ReadOnlyError,
    errno.EPERM: ReadOnlyError,
    errno.EROFS: ReadOnlyError,
    errno.ENOENT: MissingError,
    errno.ENOTDIR: ReadOnlyError,
    errno.EEXIST: ReadOnlyError,
}
"""By the operating system's number."""

SENTENCE = {
    BusyError: "The database {where} is busy with another save, so this was not done; your draft "
    "is kept: try again in a minute.",
    DiskFullError: "The disk of {where} is full or cannot be written, so this was not saved; what "
    "was saved before is whole: download the cohorts as JSON, or free some space and save again.",
    ReadOnlyError: "The database {where} can be read but not written: ask whoever keeps it for the "
    "right to write, or set WORKBENCH_DATABASE_URL to another one.",
    DamagedError: "The database {where} is damaged and was left as it is: restore the last backup "
    "(python -m db restore), or save what can still be read (python -m db salvage).",
    MissingError: "The database {where} is no longer in its place, so nothing was read or saved: "
    "put the file back or restore a backup, and start the workbench again.",
    UnreachableError: "The database {where} broke the connection off or does not answer, so this "
    "was not done: try again, and check that its server runs and the address is right.",
}


def sentence(kind: type[StoreError], where: str) -> str:
    return SENTENCE[kind].format(where=where)


@contextmanager
def told(where: str) -> Iterator[None]:
    """Turn what the user can put right into a StoreError about the database at `where`."""
    try:
        yield
    except (DBAPIError, PoolTimeout, sqlite3.Error, OSError) as error:
        kind = kind_of(error)
        if kind is None:
            raise
        raise kind(sentence(kind, where)) from error


def kind_of(error: Exception) -> type[StoreError] | None:
    """Which of our errors it is; None for a fault of the program."""
    if isinstance(error, PoolTimeout):
        return BusyError
    if isinstance(error, OSError):
        return DISK.get(error.errno or 0)
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "")
        return next((kind for start, kind in SQLITE if name.startswith(start)), None)
    state = getattr(cause, "sqlstate", None)
    if state in POSTGRESQL:
        return POSTGRESQL[state]
    broken = isinstance(error, DBAPIError) and error.connection_invalidated
    # 08: connection, 57P: server stops; without a state the server was never reached.
    lost = broken or str(state or "08").startswith(("08", "57P"))
    return UnreachableError if lost and _operational(cause) else None


def _operational(cause: object) -> bool:
    return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
