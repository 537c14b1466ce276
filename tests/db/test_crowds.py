"""Many at once, killed in the act, on a full disk: what was saved stays, whole and once."""

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import event, text

from db import DraftKey, backup, drafts, lines, versions
from db.checks import check_whole
from db.errors import DiskFullError
from tests.db.builders import content, new_version

LINE = "Python users"


def crowd(what, url, *numbers):
    arguments = [sys.executable, "-m", "tests.db.crowd", what, url, *map(str, numbers)]
    done = subprocess.run(arguments, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_faults_1_and_2_a_killed_save_is_whole_or_absent_and_never_double(url):
    (found,) = crowd("kill", url, 20, 7)
    assert found["acknowledged"] + found["undone"] + found["unheard"] > 0
    for fault in ("lost", "torn", "doubled", "draftless"):
        assert found[fault] == 0, found


@pytest.mark.slow
def test_fault_4_each_of_8_and_32_who_save_one_line_gets_a_number_of_their_own(url, opened):
    found = crowd("write", url, 8, 3, 32, 2)
    assert [one["failures"] for one in found] == [0, 0]
    numbers = [number for one in found for number in one["numbers"]]
    assert sorted(numbers) == list(range(1, 8 * 3 + 32 * 2 + 1))
    (line,) = lines.saved_lines(opened(url))
    assert line.versions == len(numbers)


def together(count, act):
    """Run `act(i)` in as many threads, started at once; what they returned."""
    start, results = threading.Barrier(count), [None] * count

    def run(i):
        start.wait()
        results[i] = act(i)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_fault_68_a_save_clicked_many_times_makes_one_version(store):
    saved = together(8, lambda _: versions.save(store, new_version(key="one click")))
    assert len({one.version.id for one in saved}) == 1
    assert sum(not one.already for one in saved) == 1
    assert [line.versions for line in lines.saved_lines(store)] == [1]


def test_fault_5_a_stale_parent_is_told_with_author_and_both_are_kept(store):
    first = versions.save(store, new_version()).version
    theirs = versions.save(store, new_version(parent=first.id, author="Ben")).version
    mine = versions.save(store, new_version(parent=first.id, author="Ana"))
    assert mine.newer == theirs
    assert mine.sentence == "v2 by Ben exists; yours is v3. Both are kept."
    assert [v.author for v in lines.history(store, first.line_id)] == ["Ana", "Ben", "Ana"]


def test_fault_6_comparing_while_others_save_sees_one_moment(store):
    first = versions.save(store, new_version()).version
    with store.reading() as session:
        count = text("SELECT count(*) FROM cohort_version")
        assert session.execute(count).scalar() == 1
        saving = threading.Thread(
            target=versions.save, args=(store, new_version(parent=first.id)), daemon=True
        )
        saving.start()
        saving.join(0.2)
        assert session.execute(count).scalar() == 1
    saving.join()
    history = lines.history(store, first.line_id)
    both = versions.read_together(store, [record.id for record in history])
    assert [version.record.number for version in both] == [1, 2]


def test_fault_6_readers_and_writers_get_by_together(store):
    first = versions.save(store, new_version()).version

    def act(i):
        for _ in range(5):
            if i % 2:
                versions.save(store, new_version())
            else:
                assert versions.read(store, first.id).content == content()
        return True

    assert together(6, act) == [True] * 6


def test_fault_3_an_image_of_the_disk_amid_a_save_opens_without_it(
    file_store, database, tmp_path, opened
):
    key = DraftKey("ana", "s", "r")
    first = versions.save(file_store, new_version()).version
    drafts.keep(file_store, key, {"names": {}})
    image = tmp_path / "image" / database.name
    image.parent.mkdir()
    with file_store.writing() as session:
        session.execute(text("PRAGMA cache_size = 1"))  # so that half the save is in the file
        session.execute(text("DELETE FROM draft"))
        for i in range(500):
            row = {"id": f"{i}", "text": "x" * 2000}
            session.execute(text("INSERT INTO draft VALUES (:id, '', '', :text, '')"), row)
        for end in ("", "-journal"):
            shutil.copy(f"{database}{end}", f"{image}{end}")
    assert image.read_bytes() != database.read_bytes()
    found = opened(f"sqlite:///{image}")
    assert versions.read(found, first.id).content == content()
    assert [draft.key for draft in drafts.offered(found, "ana")] == [key]
    assert drafts.offered(found, "1") == ()


@contextmanager
def largest_file(size):
    """No file may grow beyond `size` bytes; what is written then fails like a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def fewest_pages(store):
    """The database may not grow by a page."""

    def limit(connection, record):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(store.engine, "connect", limit)
    yield
    event.remove(store.engine, "connect", limit)


@pytest.mark.parametrize("how", ["pages", "bytes"])
def test_fault_8_a_save_on_a_full_disk_says_so_and_harms_nothing(file_store, database, how):
    first = versions.save(file_store, new_version()).version
    key = DraftKey("ana", "s", "r")
    drafts.keep(file_store, key, {"names": {}})
    full = fewest_pages(file_store) if how == "pages" else largest_file(database.stat().st_size)
    large = new_version(
        content=content(tuple(f"Cohort {i}" for i in range(100))), draft=key, membership=None
    )
    with full, pytest.raises(DiskFullError, match="download the cohorts as JSON"):
        versions.save(file_store, large)
    check_whole(database)
    assert versions.read(file_store, first.id).content == content()
    assert len(lines.history(file_store, first.line_id)) == 1
    assert drafts.find(file_store, key) is not None
    assert versions.save(file_store, large).version.number == 2


def test_fault_9_a_backup_on_a_full_disk_leaves_no_half_file(file_store, database):
    versions.save(file_store, new_version())
    before = database.read_bytes()
    with largest_file(8192), pytest.raises(DiskFullError, match="is full"):
        backup.back_up(file_store)
    assert list((database.parent / "backups").iterdir()) == []
    assert database.read_bytes() == before
    assert backup.describe(backup.back_up(file_store)).versions == 1


@pytest.mark.slow
def test_fault_20_backups_under_eight_writers_are_whole(store, tmp_path):
    stop = threading.Event()

    def act(i):
        if i:
            while not stop.is_set():
                versions.save(store, new_version())
            return []
        try:
            return [backup.back_up(store, tmp_path / "kept") for _ in range(5)]
        finally:
            stop.set()

    kept = together(9, act)[0]
    assert len(set(kept)) == 5
    if store.path is None:
        counts = [sum(len(x["versions"]) for x in json.loads(k.read_text())["lines"]) for k in kept]
    else:
        counts = [backup.describe(path).versions for path in kept]
        for path in kept:
            with closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert counts == sorted(counts)
