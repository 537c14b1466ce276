"""Opening a database: what it is, whether it is whole, and its schema brought up to date."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from db.backup import copy_before_upgrade, put_back
from db.checks import check_header, check_whole, left_behind
from db.engine import BUSY_SECONDS, connect_sqlite, make_engine, sqlite_engine, writing_to
from db.errors import AddressError, ReadOnlyError, UpgradeError
from db.faults import told
from db.location import VARIABLE, database_url, doubts, shown
from db.migrate import MIGRATIONS, head, locked, revision_of, upgrade
from db.store import Store, Upgrade

log = logging.getLogger(__name__)


def open_store(
    url: str | None = None, busy_seconds: float = BUSY_SECONDS, scripts: Path = MIGRATIONS
) -> Store:
    """The database at `url` (default: WORKBENCH_DATABASE_URL, else a file in the user's data
    folder), made where there is none, upgraded under a lock where it is older.

    Raises StoreError: no usable address, no database, another program's, damaged, too new, or out
    of reach; then it is left as it was.
    """
    address = database_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_file(Path(address.database or ""), busy_seconds, scripts)
    return _open_server(address, busy_seconds, scripts)


def _open_file(path: Path, busy_seconds: float, scripts: Path) -> Store:
    try:
        if not path.exists():
            _make_file(path, scripts)
        check_header(path)
    except PermissionError as error:
        raise AddressError(
            f"The database {path} may not be read by you: ask whoever keeps it for the right to "
            f"read it, or set {VARIABLE} to another place."
        ) from error
    leftover = left_behind(path)
    check_whole(path, busy_seconds)
    if leftover:
        log.warning("%s: an interrupted save was undone or finished (%s)", path, leftover)
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    engine = sqlite_engine(path, busy_seconds)
    store = Store(engine, str(path), path, not writable, doubts(path))
    with told(store.where), engine.connect() as connection:
        before = revision_of(connection, store.where, scripts)
    if writable:
        _leave_write_ahead_log(path, busy_seconds)
    if before == head(scripts):
        return store
    if store.read_only:
        raise ReadOnlyError(
            f"The database {path} is of an older version and can be read but not upgraded: ask "
            "whoever keeps it for the right to write."
        )
    return replace(store, upgrade=_upgrade_file(path, scripts))


def _leave_write_ahead_log(path: Path, busy_seconds: float) -> None:
    """Whoever copied or opened the file with another program may have changed its journal."""
    with told(str(path)), closing(connect_sqlite(path, "rw", busy_seconds)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _upgrade_file(path: Path, scripts: Path) -> Upgrade | None:
    """None when another server had done it while we waited."""
    with told(str(path)), locked(path) as connection:
        before = revision_of(connection, str(path), scripts)
        if before == head(scripts):
            return None
        backup = copy_before_upgrade(path, before)
        try:
            upgrade(connection, str(path), scripts)
        except UpgradeError:
            connection.close()
            put_back(backup, path, head(scripts))
            raise
        connection.commit()
    log.warning("%s upgraded from schema %s; as it was before: %s", path, before, backup)
    return Upgrade(before, head(scripts), backup)


def _make_file(path: Path, scripts: Path) -> None:
    """A new database, whole before it gets its name; another server may have been faster."""
    new = path.with_name(f".{path.name}.{uuid4().hex[:8]}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connect_sqlite(new, "rwc").close()
        with writing_to(sqlite_engine(new, BUSY_SECONDS)).connect() as connection:
            upgrade(connection, str(path), scripts)
            connection.commit()
        _name_unless_taken(new, path)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise AddressError(
            f"No database could be made at {path}: see that the folder can be written and has "
            f"room, or set {VARIABLE} to another place."
        ) from error
    finally:
        for made in (new, Path(f"{new}-journal")):
            if made.exists():
                made.unlink()


def _name_unless_taken(new: Path, path: Path) -> None:
    try:
        os.link(new, path)
    except FileExistsError:
        return
    except OSError:
        # A file system without links: there the name may be taken between the two steps.
        if not path.exists():
            new.rename(path)


def _open_server(address: URL, busy_seconds: float, scripts: Path) -> Store:
    where = shown(address)
    store = Store(make_engine(address, busy_seconds), where)
    try:
        with told(where):
            with store.engine.connect() as connection:
                before = revision_of(connection, where, scripts)
            if before != head(scripts):
                before = _upgrade_server(store, scripts)
    except BaseException:
        store.close()
        raise
    changed = before and before != head(scripts)
    return replace(store, upgrade=Upgrade(before, head(scripts), None)) if changed else store


def _upgrade_server(store: Store, scripts: Path) -> str:
    """The revision found once the lock was ours."""
    with locked(store.engine) as connection:
        before = revision_of(connection, store.where, scripts)
        if before != head(scripts):
            upgrade(connection, store.where, scripts)
            connection.commit()
    return before
