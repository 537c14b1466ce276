"""Where the database is, how its address is shown, and places that do it harm."""

from pathlib import Path

import pytest

from db.errors import AddressError
from db.location import database_url, doubts, shown

MOUNTS = """/dev/sda1 / ext4 rw 0 0
server:/export /mnt/team nfs4 rw 0 0
//server/share /mnt/with\\040space cifs rw 0 0
/dev/sdb1 /mnt/team/local ext4 rw 0 0
host: /mnt/far fuse.sshfs rw 0 0
"""


def test_the_default_is_a_file_in_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = Path(database_url().database)
    assert path.name == "workbench.db"
    assert path.parent.name == "survey-segmentation-workbench"


def test_the_environment_overrules_the_default(monkeypatch):
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", "sqlite:////data/team.db")
    assert shown(database_url()) == str(Path("/data/team.db"))
    assert shown(database_url("sqlite:////other.db")) == str(Path("/other.db"))


def test_a_relative_file_is_shown_in_full(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert shown(database_url("sqlite:///here.db")) == str(tmp_path / "here.db")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:geheim@db.example.org:5433/surveys",
        "postgres://ana:geheim@db.example.org:5433/surveys",
        "postgresql+psycopg2://ana:geheim@db.example.org:5433/surveys?sslpassword=geheim",
        "postgresql://db.example.org/surveys?user=ana&password=geheim",
    ],
)
def test_fault_74_a_password_is_never_shown(url):
    address = database_url(url)
    assert address.drivername == "postgresql+psycopg"
    assert "geheim" not in shown(address)
    assert "db.example.org" in shown(address)


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://a:geheim@b/c",
        "http://x",
        "sqlite:///file:x?mode=rwc",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_repeated(url):
    with pytest.raises(AddressError, match="set WORKBENCH_DATABASE_URL") as error:
        database_url(url)
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize(
    "path",
    ["/mnt/team/w.db", "/mnt/with space/w.db", "/mnt/far/deep/w.db", "//server/share/w.db"],
)
def test_fault_15_a_network_drive_is_warned_of(path):
    (sentence,) = doubts(Path(path), MOUNTS)
    assert "network drive" in sentence
    assert "PostgreSQL" in sentence


@pytest.mark.parametrize(
    "folder", ["Dropbox", "OneDrive - Company", "Google Drive", "Mobile Documents", "Nextcloud"]
)
def test_fault_15_a_synchronised_folder_is_warned_of(folder):
    (sentence,) = doubts(Path("/home/ana") / folder / "w.db", MOUNTS)
    assert "synchronised" in sentence
    assert "PostgreSQL" in sentence


@pytest.mark.parametrize("path", ["/home/ana/w.db", "/mnt/team/local/w.db", "/mnt/teamwork/w.db"])
def test_a_local_disk_is_not_warned_of(path):
    assert doubts(Path(path), MOUNTS) == ()


def test_fault_15_an_open_store_carries_its_warnings(tmp_path, opened):
    store = opened(f"sqlite:///{tmp_path / 'Dropbox' / 'w.db'}")
    assert len(store.warnings) == 1
