"""Is this file a database of ours, and is it whole? Nothing here writes a byte of its own."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from db.engine import BUSY_SECONDS, connect_sqlite
from db.errors import DamagedError, NotADatabaseError
from db.faults import sentence, told

MAGIC = b"SQLite format 3\x00"
BACKUPS = "backups"
log = logging.getLogger(__name__)


def backup_folder(path: Path) -> Path:
    """Where backups of the database at `path` go by default."""
    return path.parent / BACKUPS


def newest_backup(path: Path) -> Path | None:
    """The last backup of the database at `path` that is in its folder."""
    found = backup_folder(path).glob(f"{path.stem}-*.db")
    return max(found, key=lambda backup: backup.stat().st_mtime, default=None)


def check_header(path: Path) -> None:
    """Raises NotADatabaseError for an empty file and for anything but SQLite; OSError."""
    if path.is_dir():
        raise NotADatabaseError(f"{path} is a folder, not a database: choose a file.")
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
    if start != MAGIC:
        what = "is empty" if not start else "is no database of the workbench"
        raise NotADatabaseError(
            f"The file {path} {what}, and was left as it is: choose another one, restore a backup "
            "(python -m db restore), or move it away to start a new database."
        )


def left_behind(path: Path) -> str:
    """The name of the journal that an interrupted save left, "" where there is none or where the
    save is still under way. SQLite undoes or finishes that save when the file is next read."""
    found = [Path(f"{path}{end}") for end in ("-journal", "-wal")]
    names = [journal.name for journal in found if journal.exists() and journal.stat().st_size]
    if not names:
        return ""
    with closing(connect_sqlite(path, "rw", busy_seconds=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            return "" if error.sqlite_errorname.startswith("SQLITE_BUSY") else names[0]
    return names[0]


def check_whole(path: Path, busy_seconds: float = BUSY_SECONDS, mode: str = "rw") -> None:
    """Raises DamagedError when SQLite finds pages that do not fit together. With "rw", SQLite
    first undoes what an interrupted save left behind."""
    with told(str(path)), closing(connect_sqlite(path, mode, busy_seconds)) as connection:
        try:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
        except sqlite3.DatabaseError as error:
            if not error.sqlite_errorname.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
                raise
            found = [str(error)]
    if found != ["ok"]:
        log.error("%s is damaged: %s", path, found[0])
        last = newest_backup(path)
        known = f" The last backup is {last}." if last else ""
        raise DamagedError(sentence(DamagedError, str(path)) + known)
