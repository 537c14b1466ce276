"""Where the database is: its address, how it is shown, and whether that place suits SQLite."""

from __future__ import annotations

import os
import re
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from db.errors import AddressError

VARIABLE = "WORKBENCH_DATABASE_URL"
APPLICATION = "survey-segmentation-workbench"
FILE = "workbench.db"

NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "davfs", "davfs2", "glusterfs", "lustre"}
)
"""File systems whose locks SQLite cannot rely on; those of FUSE over a network beside them."""
NETWORK_FUSE = re.compile(r"fuse\.(sshfs|rclone|s3fs|gvfsd.*|glusterfs|davfs.*|onedriver)")
SYNCED = re.compile(
    r"dropbox|onedrive|google ?drive|googledrive|icloud ?drive|mobile documents|nextcloud|owncloud"
    r"|pcloud ?drive|syncthing",
    re.IGNORECASE,
)
SECRET = re.compile(r"pass|secret|token|key", re.IGNORECASE)


def data_folder() -> Path:
    """The user's own folder for this application's data; not made here."""
    return Path(user_data_path(APPLICATION, appauthor=False))


def database_url(said: str | None = None) -> URL:
    """The address said, else that of the environment, else a file in the user's data folder.

    Raises AddressError for anything but SQLite in a file and PostgreSQL.
    """
    text = said or os.environ.get(VARIABLE, "")
    if not text:
        return URL.create("sqlite", database=str(data_folder() / FILE))
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise AddressError(_unusable("is no address of a database")) from None
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise AddressError(_unusable(f"names {backend}, which the workbench cannot use"))
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise AddressError(_unusable("names no file"))
    return URL.create("sqlite", database=str(Path(url.database).expanduser().absolute()))


def shown(url: URL) -> str:
    """The address for a screen: a file's path, or a server's address without its secrets."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    hidden = {name: "***" if SECRET.search(name) else value for name, value in url.query.items()}
    return url.set(query=hidden).render_as_string(hide_password=True)


def doubts(path: Path, mounts: str | None = None) -> tuple[str, ...]:
    """Sentences about a place where a SQLite file may come to harm. `mounts`: the text of
    /proc/mounts, read where there is one when None."""
    found = []
    if _on_network(path, mounts):
        found.append(
            f"The database {path} is on a network drive, where two people who save at once can "
            f"damage it: move it to this computer, or set {VARIABLE} to a PostgreSQL database."
        )
    if any(SYNCED.search(part) for part in path.parent.parts):
        found.append(
            f"The database {path} is in a folder that is synchronised, which can replace it while "
            f"it is in use: move it elsewhere, or set {VARIABLE} to a PostgreSQL database."
        )
    return tuple(found)


def _on_network(path: Path, mounts: str | None) -> bool:
    if str(path).startswith(("\\\\", "//")):
        return True
    if mounts is None:
        table = Path("/proc/mounts")
        mounts = table.read_text("utf-8", "replace") if table.exists() else ""
    best, kind = "", ""
    for line in mounts.splitlines():
        _, _, rest = line.partition(" ")
        where, _, rest = rest.partition(" ")
        where = where.replace("\\040", " ")
        if len(where) >= len(best) and path.is_relative_to(where):
            best, kind = where, rest.partition(" ")[0]
    return kind in NETWORK or NETWORK_FUSE.fullmatch(kind) is not None


def _unusable(what: str) -> str:
    return (
        f"The address of the database {what}: set {VARIABLE} to sqlite:///folder/{FILE} or "
        "postgresql://user:password@host/database."
    )
