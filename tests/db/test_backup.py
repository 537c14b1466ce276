"""Backups, and putting one back."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from db import backup, importing, lines, versions
from db.errors import AddressError, BusyError, DamagedError, NotADatabaseError, TooNewError
from tests.db.builders import content, new_version


def test_a_backup_holds_everything_and_says_what(file_store):
    saved = versions.save(file_store, new_version()).version
    versions.save(file_store, new_version("Another"))
    path = backup.back_up(file_store)
    found = backup.describe(path)
    assert (found.surveys, found.lines, found.versions) == (1, 2, 2)
    assert found.newest > saved.saved_at
    assert "2 versions of 2 cohort sets, 1 surveys" in found.sentence


def test_a_backup_goes_where_it_is_told(file_store, tmp_path):
    path = backup.back_up(file_store, tmp_path / "stick" / "weekly")
    assert path.parent == tmp_path / "stick" / "weekly"


@pytest.mark.slow
def test_a_backup_of_a_server_is_the_workspace_as_json(postgresql, opened, tmp_path, file_store):
    server = opened(postgresql.new_database())
    saved = versions.save(server, new_version()).version
    path = backup.back_up(server, tmp_path / "kept")
    assert path.suffix == ".json"
    importing.import_text(file_store, path.read_text("utf-8"))
    assert versions.read(file_store, saved.id).content == content()
    with pytest.raises(AddressError, match="import a workspace"):
        backup.restore(path, postgresql.new_database())


def test_fault_21_restoring_tells_what_and_sets_the_present_aside(file_store, database, opened):
    first = versions.save(file_store, new_version()).version
    kept = backup.back_up(file_store)
    second = versions.save(file_store, new_version(parent=first.id)).version
    told = backup.describe(kept)
    assert told.versions == 1
    assert (datetime.now(UTC) - told.taken_at).days == 0

    done = backup.restore(kept, f"sqlite:///{database}")

    assert done.backup == told
    restored = opened(f"sqlite:///{database}")
    assert lines.history(restored, first.line_id) == (first,)
    aside = opened(f"sqlite:///{done.set_aside}")
    assert lines.history(aside, first.line_id) == (first, second)
    assert kept.exists()
    assert sorted(database.parent.glob("*")) == sorted(
        [database, done.set_aside, database.parent / "backups"]
    )


def test_a_store_that_was_open_goes_on_with_what_was_restored(file_store, database):
    first = versions.save(file_store, new_version()).version
    kept = backup.back_up(file_store)
    versions.save(file_store, new_version(parent=first.id))
    backup.restore(kept, f"sqlite:///{database}")
    assert versions.save(file_store, new_version(parent=first.id)).version.number == 2


@pytest.mark.parametrize("present", ["missing", "damaged", "empty"])
def test_fault_21_a_backup_takes_the_place_of_whatever_is_left(
    file_store, database, opened, present
):
    saved = versions.save(file_store, new_version()).version
    kept = backup.back_up(file_store)
    if present == "missing":
        database.unlink()
    else:
        size = database.stat().st_size
        database.write_bytes(b"" if present == "empty" else database.read_bytes()[: size // 2])
    left = database.read_bytes() if database.exists() else None
    done = backup.restore(kept, f"sqlite:///{database}")
    assert versions.read(opened(f"sqlite:///{database}"), saved.id).content == content()
    assert (done.set_aside.read_bytes() if done.set_aside else None) == left


def test_restoring_waits_for_whoever_saves(file_store, database, monkeypatch):
    monkeypatch.setattr("db.backup.BUSY_SECONDS", 0.1)
    kept = backup.back_up(file_store)
    before = database.read_bytes()
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match="try again"):
            backup.restore(kept, f"sqlite:///{database}")
    assert database.read_bytes() == before
    assert not list(database.parent.glob("*aside*"))


def test_what_is_no_backup_is_refused_and_nothing_changes(file_store, database, tmp_path):
    versions.save(file_store, new_version())
    kept = backup.back_up(file_store)
    before = database.read_bytes()
    wrong = tmp_path / "wrong.db"
    raw = kept.read_bytes()
    newer = tmp_path / "newer.db"
    newer.write_bytes(raw)
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for path, bytes_there, error in (
        (wrong, b"", NotADatabaseError),
        (wrong, b"PK\x03\x04", NotADatabaseError),
        (wrong, raw[: len(raw) // 2], DamagedError),
        (newer, newer.read_bytes(), TooNewError),
    ):
        path.write_bytes(bytes_there)
        with pytest.raises(error):
            backup.restore(path, f"sqlite:///{database}")
    assert database.read_bytes() == before


def test_fault_20_a_backup_of_a_locked_database_gives_up_in_the_end(
    file_store, database, monkeypatch
):
    monkeypatch.setattr("db.backup.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BusyError, match="try again"):
            backup.back_up(file_store)
    assert os.listdir(database.parent / "backups") == []  # noqa: PTH208
