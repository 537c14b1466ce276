"""`python -m db`: the same functions without the browser."""

import json

import pytest

from db import lines, versions
from db.__main__ import main
from tests.db.builders import new_version


@pytest.fixture
def run(database, monkeypatch, capsys):
    """`run("backup", ...)`: exit code, standard output, standard error."""
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", f"sqlite:///{database}")

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return end.value.code, said.out.strip(), said.err.strip()

    return call


def test_it_says_where_the_database_is_without_making_one(run, database):
    assert run("path") == (0, str(database), "")
    assert not database.exists()


def test_it_never_shows_a_password(run, monkeypatch):
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", "postgresql://ana:geheim@host/w")
    code, said, _ = run("path")
    assert (code, said) == (0, "postgresql+psycopg://ana:***@host/w")


def test_a_backup_is_made_and_put_back(run, file_store):
    first = versions.save(file_store, new_version()).version
    code, kept, _ = run("backup")
    assert code == 0
    versions.save(file_store, new_version(parent=first.id))
    code, _, said = run("restore", kept, "--yes")
    assert code == 0
    assert "1 versions of 1 cohort sets" in said
    assert "Set aside: " in said
    assert lines.history(file_store, first.line_id) == (first,)


def test_a_restore_that_is_not_confirmed_does_nothing(run, file_store, database, monkeypatch):
    _, kept, _ = run("backup")
    before = database.read_bytes()
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert run("restore", kept)[0] == 1
    assert database.read_bytes() == before
    assert not list(database.parent.glob("*aside*"))


def test_a_workspace_and_a_line_are_written_and_taken_in(run, file_store, tmp_path, monkeypatch):
    versions.save(file_store, new_version("One"))
    versions.save(file_store, new_version("Two"))
    everything, one = tmp_path / "all.json", tmp_path / "one.json"
    assert run("export", everything)[:2] == (0, str(everything))
    assert run("export", one, "--line", "one")[0] == 0
    assert [line["name"] for line in json.loads(one.read_text())["lines"]] == ["One"]
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert "Imported 1 versions" in run("import", one)[1]
    assert "Imported 1 versions" in run("import", everything)[1]


def test_what_can_be_put_right_is_one_sentence_and_exit_code_2(run, file_store, tmp_path):
    there = tmp_path / "there.json"
    there.write_bytes(b"\xff\xfe")
    for arguments, said in (
        (("import", there), "no export of the workbench"),
        (("import", tmp_path / "nothing.json"), "no longer in its place"),
        (("export", there), "is there already"),
        (("export", tmp_path / "x.json", "--line", "None such"), "choose one of none yet"),
        (("restore", there), "is no database of the workbench"),
        (("salvage", there, tmp_path / "y.json"), "is no database of the workbench"),
        (("backup", there / "folder"), ""),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (2, ""), arguments
        assert said in err
        assert "Traceback" not in err


def test_salvage_writes_what_can_be_imported(run, file_store, database, tmp_path):
    versions.save(file_store, new_version())
    out = tmp_path / "saved.json"
    code, said, told = run("salvage", database, out)
    assert (code, said, told) == (0, str(out), "0 versions or tables could not be read.")
