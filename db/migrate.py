"""Bringing a database to this version's schema: by one server at a time, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from db.engine import sqlite_engine, writing_to
from db.errors import NotADatabaseError, StoreError, TooNewError, UpgradeError
from db.faults import told

MIGRATIONS = Path(__file__).with_name("migrations")
ADVISORY_LOCK = 0x5EC_0407
"""Any number, the same in every server of this product."""
UPGRADE_SECONDS = 600.0
"""How long one server waits while another one upgrades."""
OURS = "alembic_version"

_one_at_a_time = Lock()
"""Alembic keeps its context in module variables."""


def head(scripts: Path = MIGRATIONS) -> str:
    """The revision of this version's schema."""
    revision = ScriptDirectory.from_config(_config(scripts)).get_current_head()
    if revision is None:
        raise RuntimeError(f"no migrations in {scripts}")
    return revision


def revision_of(connection: Connection, where: str, scripts: Path = MIGRATIONS) -> str:
    """The database's revision, "" for an empty one. Reads only.

    Raises TooNewError for one that this version does not know, NotADatabaseError where another
    program's tables are.
    """
    tables = set(inspect(connection).get_table_names())
    if OURS not in tables:
        if tables:
            raise NotADatabaseError(
                f"The database {where} belongs to another program, and was left as it is: choose "
                "another file or another database for the workbench."
            )
        return ""
    revision = connection.execute(text(f"SELECT version_num FROM {OURS}")).scalar() or ""  # noqa: S608
    known = {s.revision for s in ScriptDirectory.from_config(_config(scripts)).walk_revisions()}
    if revision not in known:
        raise TooNewError(
            f"The database {where} is of a newer version of the workbench and was left as it is: "
            "use that version, or set WORKBENCH_DATABASE_URL to another database."
        )
    return str(revision)


def upgrade(connection: Connection, where: str, scripts: Path = MIGRATIONS) -> None:
    """Upgrade within the transaction that is open on `connection`, and check that every saved
    version is still there. The caller commits. Raises UpgradeError after undoing it."""
    try:
        _run_scripts(connection, where, scripts)
    except StoreError:
        connection.rollback()
        raise
    except Exception as error:
        connection.rollback()
        raise UpgradeError(
            f"The database {where} could not be upgraded, and is as it was before: use the version "
            "of the workbench that wrote it, and report this with the server's log."
        ) from error


def _run_scripts(connection: Connection, where: str, scripts: Path) -> None:
    config = _config(scripts)
    config.attributes["connection"] = connection
    before = _saved(connection)
    with _one_at_a_time, told(where):
        command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"the upgrade left dangling rows in {broken[0]}")
    if not before <= _saved(connection):
        raise RuntimeError("the upgrade lost or changed a saved version")


@contextmanager
def locked(database: Engine | Path) -> Iterator[Connection]:
    """A connection that holds the right to upgrade, in a transaction; others wait for it.

    A SQLite file is locked as a whole, a server by an advisory lock.
    """
    if not isinstance(database, Path):
        with database.connect() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            yield connection
        return
    # SQLite rebuilds a table by dropping it, which foreign keys would forbid.
    engine = sqlite_engine(database, UPGRADE_SECONDS, foreign_keys=False)
    with writing_to(engine).connect() as connection:
        connection.begin()
        yield connection


def _saved(connection: Connection) -> set[tuple[str, str]]:
    if "cohort_version" not in inspect(connection).get_table_names():
        return set()
    rows = connection.execute(text("SELECT id, content_sha256 FROM cohort_version"))
    return {(row[0], row[1]) for row in rows}


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config
