"""Upgrades: backed up first, whole or not at all, by one server at a time."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db import lines, versions
from db.engine import connect_sqlite
from db.errors import ReadOnlyError, TooNewError, UpgradeError
from db.migrate import MIGRATIONS, head
from tests.db.builders import content, new_version

RELEASED = sorted(Path(__file__).with_name("released").glob("*.sql"))

NEXT = '''
"""A schema of the future, which rebuilds tables."""
import time
import sqlalchemy as sa
from alembic import op
revision = "9001"
down_revision = "{before}"

def upgrade():
    with op.batch_alter_table("cohort_line") as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="red"))
        table.alter_column("name", type_=sa.String(300))
    {then}
'''


@pytest.fixture
def future(tmp_path):
    """`future("...")`: the migrations with one more, which ends in these statements."""

    def scripts(then: str = "pass") -> Path:
        folder = tmp_path / "future"
        shutil.copytree(MIGRATIONS, folder, dirs_exist_ok=True)
        (folder / "versions" / "9001_next.py").write_text(NEXT.format(before=head(), then=then))
        return folder

    return scripts


def revision(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def dump(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_fault_16_every_released_schema_upgrades_with_all_it_held(
    released, database, opened, future
):
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(released.read_text("utf-8"))
        counts = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in (
                "survey",
                "mapping",
                "run",
                "cohort_line",
                "cohort_version",
                "cohort",
                "prevalence",
                "attribute_distribution",
                "membership",
                "draft",
                "version_archive",
            )
        }
        hashes = set(connection.execute("SELECT id, content_sha256, seal FROM cohort_version"))
    before = dump(database)
    store = opened(f"sqlite:///{database}", scripts=future())
    assert store.upgrade.before == released.stem
    assert dump(store.upgrade.backup) == before
    assert min(counts.values()) > 0
    with store.reading() as session:
        for table, count in counts.items():
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == count
        there = session.execute(text("SELECT id, content_sha256, seal FROM cohort_version"))
        assert {tuple(row) for row in there} == hashes
    for version, _, _ in hashes:
        versions.read(store, version)
        assert versions.membership(store, version) is not None
    with pytest.raises(DBAPIError, match="never change"), store.writing() as session:
        session.execute(text("DELETE FROM cohort"))


def test_the_newest_schema_has_its_released_database():
    assert RELEASED[-1].stem == head()


def test_an_upgrade_keeps_everything_on_both_databases(store, url, opened, future):
    saved = versions.save(store, new_version())
    upgraded = opened(url, scripts=future())
    assert (upgraded.upgrade.before, upgraded.upgrade.after) == (head(), "9001")
    assert versions.read(upgraded, saved.version.id).content == content()
    with pytest.raises(TooNewError):
        opened(url)


def database_leftovers(path):
    """Files beside the database that nobody asked for."""
    return [other for other in path.parent.iterdir() if other.is_file() and other != path]


FAILING = {
    "committed": "op.execute('COMMIT')\n    raise RuntimeError('half way')",
    "error": "raise RuntimeError('half way')",
    "lost": "op.execute('DROP TABLE membership')\n    raise RuntimeError('half way')",
    "dangling": 'op.execute("DELETE FROM cohort_line")',
}


@pytest.mark.parametrize("how", FAILING)
def test_fault_17_an_upgrade_that_fails_leaves_the_old_version(store, url, opened, future, how):
    saved = versions.save(store, new_version())
    before = dump(store.path) if store.path else None
    with pytest.raises(UpgradeError, match="is as it was before"):
        opened(url, scripts=future(FAILING[how]))
    if store.path:
        assert dump(store.path) == before
        assert not list(database_leftovers(store.path))
    assert versions.read(opened(url), saved.version.id).content == content()


KILLED = """
    import sys
    from pathlib import Path
    sys.path.insert(0, {root!r})
    import db
    db.open_store("sqlite:///" + {path!r}, scripts=Path({scripts!r}))
"""
PAUSE = """
    op.execute("PRAGMA cache_size = 1")  # so that pages reach the file
    op.execute("CREATE TABLE half (x)")
    for _ in range(2000):
        op.execute("INSERT INTO half VALUES (hex(randomblob(500)))")
    print("half way", flush=True)
    time.sleep(60)"""


@pytest.mark.slow
def test_fault_17_an_upgrade_killed_half_way_leaves_the_old_version(
    file_store, database, opened, future, root
):
    saved = versions.save(file_store, new_version())
    before = dump(database)
    script = textwrap.dedent(KILLED).format(
        root=str(root), path=str(database), scripts=str(future(PAUSE))
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"half way\n"
        child.send_signal(signal.SIGKILL)
    assert database.with_name("workbench.db-journal").exists()
    store = opened(f"sqlite:///{database}")
    assert store.upgrade is None
    assert versions.read(store, saved.version.id).content == content()
    assert dump(database) == before
    (kept,) = (database.parent / "backups").glob("*.db")
    assert dump(kept) == before


def test_fault_19_of_two_servers_one_upgrades_and_the_other_waits(store, url, opened, future):
    versions.save(store, new_version())
    scripts = future("time.sleep(0.3)")
    done = []
    threads = [
        threading.Thread(target=lambda: done.append(opened(url, scripts=scripts))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4
    assert sum(one.upgrade is not None for one in done) == 1
    assert all(len(lines.saved_lines(one)) == 1 for one in done)
    if store.path:
        assert revision(store.path) == "9001"
        assert len(list((store.path.parent / "backups").glob("*.db"))) == 1


def test_two_servers_may_make_the_first_database_at_once(url, opened):
    done = []
    threads = [threading.Thread(target=lambda: done.append(opened(url))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in done:
        versions.save(one, new_version())
    assert [line.versions for line in lines.saved_lines(done[0])] == [8]


def test_fault_9_an_upgrade_without_room_for_its_backup_is_not_begun(
    file_store, database, opened, future
):
    versions.save(file_store, new_version())
    before = dump(database)
    (database.parent / "backups").write_text("in the way of the folder")
    with pytest.raises(ReadOnlyError, match="backups"):
        opened(f"sqlite:///{database}", scripts=future())
    assert dump(database) == before


def test_a_read_only_file_of_an_older_schema_says_that_it_cannot_be_upgraded(
    file_store, database, opened, future, monkeypatch
):
    scripts = future()
    access = os.access
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK and access(path, mode))
    with pytest.raises(ReadOnlyError, match="older version"):
        opened(f"sqlite:///{database}", scripts=scripts)
    with closing(connect_sqlite(database, "ro")) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
