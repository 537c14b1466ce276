"""Copies of a database that are safe under load, and putting one of them back.

On PostgreSQL a backup is the whole workspace as JSON (`db.exchange`), which any database of the
workbench can import; copying the server's own files is the task of its keeper.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from db.checks import backup_folder, check_header, check_whole
from db.engine import BUSY_SECONDS, connect_sqlite, sqlite_engine
from db.errors import AddressError, BusyError, NotADatabaseError
from db.exchange import export_workspace
from db.faults import sentence, told
from db.location import data_folder, database_url
from db.migrate import MIGRATIONS, revision_of
from db.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backup:
    """A backup, as told before it is restored. `taken_at`: when it was made; `newest`: when the
    last version in it was saved, None without any."""

    path: Path
    taken_at: datetime
    newest: datetime | None
    surveys: int
    lines: int
    versions: int

    @property
    def sentence(self) -> str:
        """What it holds, for a confirmation."""
        return (
            f"Backup of {self.taken_at:%d %B %Y, %H:%M} UTC: {self.versions} versions of "
            f"{self.lines} cohort sets, {self.surveys} surveys."
        )


@dataclass(frozen=True)
class Restored:
    """`set_aside`: the database that was there before, None when there was none."""

    path: Path
    backup: Backup
    set_aside: Path | None


def back_up(store: Store, folder: Path | None = None) -> Path:
    """Write a backup and give its path. Others may save meanwhile; what is half done when it
    begins is not in it. Raises StoreError and leaves no half file when it cannot be written."""
    if store.path is None:
        target = _free(folder or data_folder() / "backups", "workbench", ".json")
        return write_whole(target, export_workspace(store))
    return _copy(store.path, folder or backup_folder(store.path), store.path.stem)


def write_whole(target: Path, text: str) -> Path:
    """Write a text file, whole or not at all."""

    def write(partial: Path) -> None:
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    return _written(target, write)


def describe(path: Path) -> Backup:
    """What a backup file holds. Raises NotADatabaseError, DamagedError or TooNewError when it
    cannot be restored."""
    with told(str(path)):
        check_header(path)
        check_whole(path, mode="ro")
        with sqlite_engine(path, BUSY_SECONDS).connect() as connection:
            if not revision_of(connection, str(path), MIGRATIONS):
                raise NotADatabaseError(f"{path} holds no tables: choose another backup.")
        with closing(connect_sqlite(path, "ro")) as bare:
            count = "SELECT (SELECT count(*) FROM survey), (SELECT count(*) FROM cohort_line), "
            count += "(SELECT count(*) FROM cohort_version), (SELECT max(saved_at) FROM "
            count += "cohort_version)"
            surveys, lines, versions, newest = bare.execute(count).fetchone()
        taken = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    saved = datetime.fromisoformat(newest) if newest else None
    return Backup(path, taken, saved, surveys, lines, versions)


def restore(backup: Path, url: str | None = None) -> Restored:
    """Put a copy of `backup` in the place of the SQLite database at `url`; what was there is set
    aside beside it, whole, even if it is damaged. `describe` first, and have it confirmed."""
    address = database_url(url)
    if address.get_backend_name() != "sqlite":
        raise AddressError(
            "A backup file takes the place of a SQLite database only: import a workspace (JSON) "
            "into this one instead (python -m db import)."
        )
    path = Path(address.database or "")
    found = describe(backup)
    with told(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        new = _copy(backup, path.parent, f".{path.name}.restoring")
        try:
            aside = _swap(new, path) if path.exists() else None
            if aside is None:
                new.rename(path)
        finally:
            new.unlink(missing_ok=True)
    log.warning("%s restored from %s; what was there: %s", path, backup, aside)
    return Restored(path, found, aside)


def copy_before_upgrade(path: Path, revision: str) -> Path:
    """The automatic backup, made while the upgrade holds the lock."""
    return _copy(path, backup_folder(path), f"{path.stem}-schema-{revision}")


def put_back(backup: Path, path: Path, wanted: str) -> None:
    """After an upgrade that failed: the file as `backup` has it, should undoing not have
    sufficed. Nothing when another server has brought it to revision `wanted` meanwhile."""
    with told(str(path)):
        new = _copy(backup, path.parent, f".{path.name}.restoring")
        try:
            with closing(connect_sqlite(path, "rw", BUSY_SECONDS)) as current:
                _lock(current, path)
                if not _as_expected(current, new, wanted):
                    log.error("%s put back from %s after an upgrade that failed", path, backup)
                    new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def _as_expected(current: sqlite3.Connection, old: Path, wanted: str) -> bool:
    try:
        (revision,) = current.execute("SELECT version_num FROM alembic_version").fetchone()
        with closing(connect_sqlite(old, "ro")) as before:
            return bool(revision == wanted) or _digest(current) == _digest(before)
    except sqlite3.DatabaseError:
        return False


def _digest(connection: sqlite3.Connection) -> str:
    digest = hashlib.sha256()
    for line in connection.iterdump():
        digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _lock(connection: sqlite3.Connection, path: Path) -> None:
    """Keep everybody out of a database, unless it is too damaged to be locked."""
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        raise BusyError(sentence(BusyError, str(path))) from error
    except sqlite3.DatabaseError:
        log.warning("%s is too damaged to be locked", path)


def _swap(new: Path, path: Path) -> Path:
    """Give the place of `path` to `new` in one step, so that at no moment there is none."""
    aside = _free(path.parent, f"{path.stem}-set-aside", path.suffix)
    with closing(connect_sqlite(path, "rw", BUSY_SECONDS)) as current:
        _lock(current, path)
        journal = Path(f"{path}-journal")
        if journal.exists():
            journal.rename(f"{aside}-journal")
        try:
            os.link(path, aside)
        except OSError:
            path.rename(aside)
        new.replace(path)
    return aside


def _copy(source: Path, folder: Path, stem: str) -> Path:
    target = _free(folder, stem, ".db")

    def copy(partial: Path) -> None:
        give_up = time.monotonic() + BUSY_SECONDS

        def patient(*_: int) -> None:
            if time.monotonic() > give_up:
                raise BusyError(sentence(BusyError, str(source)))

        with (
            closing(connect_sqlite(source, "ro", BUSY_SECONDS)) as old,
            closing(connect_sqlite(partial, "rwc")) as new,
        ):
            # One step for all pages: a step at a time starts anew after each save of others.
            old.backup(new, pages=-1, progress=patient)
        check_whole(partial)

    return _written(target, copy)


def _written(target: Path, write: Callable[[Path], None]) -> Path:
    """`target`, once it is whole; nothing of it otherwise."""
    partial = target.with_name(f"{target.name}.partial")
    with told(str(target)):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(partial)
            partial.rename(target)
        finally:
            partial.unlink(missing_ok=True)
            Path(f"{partial}-journal").unlink(missing_ok=True)
    return target


def _free(folder: Path, stem: str, suffix: str) -> Path:
    """A name with the time in it that no file has."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S-%f")
    return folder / f"{stem}-{stamp}{suffix}"
