"""Opening whatever may lie where the database should be."""

import dataclasses
import logging
import os
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from db import DraftKey, backup, drafts, lines, versions
from db.errors import (
    AddressError,
    BusyError,
    DamagedError,
    MissingError,
    NotADatabaseError,
    ReadOnlyError,
    TooNewError,
    UnreachableError,
)
from db.models import METADATA
from tests.db.builders import content, new_version


@pytest.mark.slow
def test_nothing_is_made_on_import(tmp_path):
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", "import db"], check=True, env=environment)
    assert list(tmp_path.iterdir()) == []


def test_the_tables_are_those_of_the_models(store):
    with store.reading() as session:
        found = MigrationContext.configure(session.connection())
        assert compare_metadata(found, METADATA) == []


def test_a_new_file_is_whole_and_alone_in_its_folder(file_store, database):
    assert list(database.parent.iterdir()) == [database]
    assert file_store.where == str(database)
    assert lines.saved_lines(file_store) == ()


def test_a_store_opens_again_with_all_that_was_saved(store, url, opened):
    saved = versions.save(store, new_version())
    again = opened(url)
    assert versions.read(again, saved.version.id).content == content()
    assert again.upgrade is None


def test_fault_3_sqlite_waits_for_the_disk_and_keeps_its_rollback_journal(file_store):
    with file_store.writing() as session:
        connection = session.connection()
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys", "busy_timeout")
        ]
    assert pragmas == [2, "delete", 1, 30_000]


def test_a_folder_that_cannot_be_made_is_said(tmp_path, opened):
    (tmp_path / "file").write_text("")
    with pytest.raises(AddressError, match="No database could be made"):
        opened(f"sqlite:///{tmp_path / 'file' / 'w.db'}")


@pytest.mark.parametrize(
    ("found", "what"),
    [(b"", "is empty"), (b"name,tool\nAna,vim\n", "no database"), (b"SQLite format 2\0", "no")],
)
def test_fault_12_what_is_no_database_is_refused_and_left_alone(database, opened, found, what):
    database.write_bytes(found)
    with pytest.raises(NotADatabaseError, match=what):
        opened(f"sqlite:///{database}")
    assert database.read_bytes() == found
    assert list(database.parent.iterdir()) == [database]


def test_fault_12_a_folder_is_no_database(database, opened):
    database.mkdir()
    with pytest.raises(NotADatabaseError, match="is a folder"):
        opened(f"sqlite:///{database}")


def test_fault_12_the_database_of_another_program_is_left_alone(database, opened):
    with closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    before = database.read_bytes()
    with pytest.raises(NotADatabaseError, match="belongs to another program"):
        opened(f"sqlite:///{database}")
    assert database.read_bytes() == before


def test_fault_12_a_server_database_of_another_program_is_left_alone(store, url, opened):
    with store.writing() as session:
        session.execute(text("ALTER TABLE alembic_version RENAME TO another"))
    with pytest.raises(NotADatabaseError, match="belongs to another program"):
        opened(url)


def test_fault_18_a_newer_database_is_refused_without_a_write(store, url, opened):
    versions.save(store, new_version())
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = store.path.read_bytes() if store.path else None
    with pytest.raises(TooNewError, match="newer version of the workbench"):
        opened(url)
    if store.path:
        assert store.path.read_bytes() == before
        assert list(store.path.parent.iterdir()) == [store.path]


def damage(path, how):
    raw = bytearray(path.read_bytes())
    if how == "truncated":
        path.write_bytes(raw[: len(raw) // 2])
    else:
        middle = slice(4096, 4096 * 3)
        raw[middle] = os.urandom(4096 * 2) if how == "overwritten" else bytes(4096 * 2)
        path.write_bytes(raw)


@pytest.mark.parametrize("how", ["truncated", "overwritten", "zeroed"])
def test_fault_11_a_damaged_file_is_said_with_its_last_backup_and_left_alone(
    file_store, database, opened, how
):
    versions.save(file_store, new_version())
    backup.back_up(file_store)
    last = backup.back_up(file_store)
    damage(database, how)
    before = database.read_bytes()
    with pytest.raises(DamagedError, match="is damaged") as error:
        opened(f"sqlite:///{database}")
    assert str(last) in str(error.value)
    assert "salvage" in str(error.value)
    assert database.read_bytes() == before


def test_fault_11_damage_while_running_is_said_too(file_store, database):
    for _ in range(20):
        versions.save(file_store, new_version())
    raw = bytearray(database.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    database.write_bytes(raw)
    with pytest.raises(DamagedError, match="is damaged"):
        lines.saved_lines(file_store)


def test_fault_13_a_file_deleted_while_running_is_not_made_anew(file_store, database):
    versions.save(file_store, new_version())
    database.unlink()
    with pytest.raises(MissingError, match="no longer in its place"):
        versions.save(file_store, new_version())
    with pytest.raises(MissingError, match="no longer in its place"):
        lines.saved_lines(file_store)
    assert not database.exists()


def test_fault_13_a_file_deleted_within_a_save_refuses_it(file_store, database):

    def save():
        with file_store.writing() as session:
            session.execute(text("DELETE FROM draft"))
            database.unlink()

    with pytest.raises(MissingError, match="no longer in its place"):
        save()
    assert not database.exists()


def test_fault_13_another_file_in_its_place_gets_nothing_of_a_save_under_way(
    file_store, database, opened
):
    new = database.with_name("new.db")
    opened(f"sqlite:///{new}")
    before = new.read_bytes()

    def save():
        with file_store.writing() as session:
            session.execute(text("DELETE FROM draft"))
            new.replace(database)

    with pytest.raises(MissingError, match="no longer in its place"):
        save()
    assert database.read_bytes() == before


@pytest.fixture
def open_folder():
    """A folder that every user may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="db") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


AS_NOBODY = """
    import os, sys
    sys.path.insert(0, {root!r})
    import db                                    # while the code can still be read
    if os.geteuid() == 0:
        os.setgid(65534); os.setuid(65534)
    for path in {paths!r}:
        try:
            store = db.open_store("sqlite:///" + path)
            print(store.read_only, [line.name for line in db.lines.saved_lines(store)])
            db.drafts.keep(store, db.DraftKey("a", "b", "c"), {{}})
        except db.errors.StoreError as error:
            print(type(error).__name__, error)
"""


@pytest.mark.slow
def test_fault_10_a_read_only_file_can_be_browsed_and_a_closed_one_is_said(
    open_folder, opened, root
):
    paths = [open_folder / name / "w.db" for name in ("file", "folder", "closed")]
    for path in paths:
        versions.save(opened(f"sqlite:///{path}"), new_version())
    for path, own, folder in zip(paths, (0o444, 0o666, 0o666), (0o777, 0o555, 0o000), strict=True):
        path.chmod(own)
        path.parent.chmod(folder)
    script = textwrap.dedent(AS_NOBODY).format(root=str(root), paths=[str(path) for path in paths])
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, stdout=subprocess.PIPE, text=True
    )
    for path in paths:
        path.parent.chmod(0o755)
    file, refused, folder, refused_too, closed = done.stdout.splitlines()
    assert file == folder == "True ['Python users']"
    assert refused.startswith("ReadOnlyError The database")
    assert refused_too.startswith("ReadOnlyError The database")
    assert closed.startswith("AddressError The database")
    assert "may not be read" in closed


def test_fault_10_a_store_opened_for_reading_only_refuses_to_write(file_store):
    reading = dataclasses.replace(file_store, read_only=True)
    with pytest.raises(ReadOnlyError, match="can be read but not written"):
        versions.save(reading, new_version())


def test_fault_7_a_lock_of_another_program_is_told_and_the_draft_kept(database, opened):
    store = opened(f"sqlite:///{database}", busy_seconds=0.2)
    key = DraftKey("ana", "s", "r")
    drafts.keep(store, key, {"names": {"0": "Notebooks"}})
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BusyError, match="your draft is kept: try again"):
            versions.save(store, new_version(draft=key))
    assert drafts.find(store, key).content == {"names": {"0": "Notebooks"}}
    assert not versions.save(store, new_version(draft=key)).already


@pytest.mark.slow
def test_fault_7_a_lock_on_a_server_is_told_and_the_draft_kept(postgresql, opened):
    url = postgresql.new_database()
    store, other = opened(url, busy_seconds=0.2), opened(url)
    key = DraftKey("ana", "s", "r")
    first = versions.save(store, new_version())
    drafts.keep(store, key, {})
    with other.writing() as session:
        session.execute(text("SELECT 1 FROM cohort_line FOR UPDATE"))
        with pytest.raises(BusyError, match="your draft is kept: try again"):
            versions.save(store, new_version(parent=first.version.id, draft=key))
    assert drafts.find(store, key) is not None
    assert versions.save(store, new_version(draft=key)).version.number == 2


def test_fault_14_the_journal_of_a_save_under_way_is_not_taken_for_a_leftover(
    file_store, database, opened, caplog
):
    with file_store.writing() as session, caplog.at_level(logging.WARNING):
        session.execute(text("DELETE FROM draft WHERE owner = 'nobody'"))
        session.execute(text("INSERT INTO draft VALUES ('a', 'b', 'c', '{}', '2026-11-04')"))
        assert database.with_name("workbench.db-journal").exists()
        opened(f"sqlite:///{database}")
    assert caplog.text == ""
    assert drafts.find(file_store, DraftKey("a", "b", "c")) is not None


INTERRUPTED = """
    import os, sqlite3, sys
    connection = sqlite3.connect({path!r}, isolation_level=None)
    connection.execute("PRAGMA cache_size = 1")     # so that pages reach the file
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("CREATE TABLE half (x)")
    connection.executemany("INSERT INTO half VALUES (?)", [("x" * 1000,)] * 2000)
    os._exit(0)
"""


def test_fault_14_a_leftover_journal_is_undone_and_logged(file_store, database, opened, caplog):
    saved = versions.save(file_store, new_version())
    script = textwrap.dedent(INTERRUPTED).format(path=str(database))
    subprocess.run([sys.executable, "-c", script], check=True)
    assert database.with_name("workbench.db-journal").stat().st_size > 0
    with caplog.at_level(logging.WARNING):
        store = opened(f"sqlite:///{database}")
    assert "an interrupted save was undone or finished" in caplog.text
    assert versions.read(store, saved.version.id).content == content()
    with store.reading() as session:
        assert session.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'half'")).all() == []


def test_fault_14_a_leftover_write_ahead_log_is_finished(file_store, database, opened, caplog):
    versions.save(file_store, new_version())
    script = f"""
import os, sqlite3
connection = sqlite3.connect({str(database)!r}, isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("UPDATE survey SET notes = 'from the log'")
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert database.with_name("workbench.db-wal").stat().st_size > 0
    with caplog.at_level(logging.WARNING):
        store = opened(f"sqlite:///{database}")
    assert "(workbench.db-wal)" in caplog.text
    with store.reading() as session:
        assert session.execute(text("SELECT notes FROM survey")).scalar() == "from the log"
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "delete"


def test_a_server_that_does_not_answer_is_said(tmp_path, opened):
    with pytest.raises(UnreachableError, match="check that its server runs") as error:
        opened(f"postgresql://ana:geheim@/w?host={tmp_path}")
    assert "geheim" not in str(error.value)


@pytest.mark.slow
def test_fault_22_a_connection_ended_in_a_save_is_told_and_the_next_save_works(postgresql, opened):
    store = opened(postgresql.new_database())

    def save():
        with store.writing() as session:
            session.execute(text("INSERT INTO draft VALUES ('a', 'b', 'c', '{}', '')"))
            pid = session.execute(text("SELECT pg_backend_pid()")).scalar()
            with opened(postgresql.new_database()).writing() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    with pytest.raises(UnreachableError, match="was not done: try again"):
        save()
    assert drafts.find(store, DraftKey("a", "b", "c")) is None
    assert versions.save(store, new_version()).version.number == 1


@pytest.mark.slow
def test_fault_22_a_server_restarted_between_saves_is_found_again(postgresql, opened):
    store = opened(postgresql.new_database())
    first = versions.save(store, new_version())
    postgresql.restart()
    second = versions.save(store, new_version(parent=first.version.id))
    assert second.version.number == 2
    assert versions.read(store, first.version.id).content == content()
