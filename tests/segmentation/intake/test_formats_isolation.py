"""Whatever becomes of the process that reads a file, its parent says one sentence and goes on."""

from __future__ import annotations

import threading
import time

import pytest

from segmentation.errors import ReadError
from segmentation.intake import Limits, ReadOptions, isolation, read_survey
from segmentation.intake.isolation import read_apart
from segmentation.intake.wire import Columns, Facts, Request, packed, unpacked
from tests.segmentation.intake.files import PATIENCE, xlsx

REQUEST = Request("workbook", "survey.xlsx", ReadOptions(), Limits(seconds=1, memory_mb=64))
ANSWER = "import os, sys; sys.stdin.buffer.read(); "
PREPARED = isolation._START.replace("main()\n", "").replace("import main", "import confine")
BOUND = PREPARED + f"from segmentation.intake.limits import Limits; confine({REQUEST.limits!r}); "


def refused(monkeypatch, script: str) -> str:
    monkeypatch.setattr(isolation, "_START", script)
    started = time.monotonic()
    with pytest.raises(ReadError) as caught:
        read_apart(b"x" * 1_000_000, REQUEST)
    assert time.monotonic() - started < REQUEST.limits.seconds + PATIENCE
    message = str(caught.value)
    assert message.startswith("survey.xlsx ")
    assert message.endswith(".")
    assert ". " not in message
    return message


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import os; os.kill(os.getpid(), 11)", "damaged"),
        ("import os; os.abort()", "damaged"),
        ("raise RuntimeError('an answer of somebody')", "damaged"),
        ("import sys; sys.exit(0)", "damaged"),
        (ANSWER + "sys.stdout.write('no table')", "damaged"),
        (ANSWER + "sys.stdout.write('{}')", "damaged"),
        (ANSWER + "sys.stdout.write('[]\\n')", "damaged"),
        (
            ANSWER + "os.write(2, b'memory allocation of 9 bytes failed'); os.abort()",
            "memory",
        ),
        ("import os; os.kill(os.getpid(), 9)", "memory"),
        ("import time; time.sleep(60)", "1 seconds"),
        (ANSWER + "import time; time.sleep(60)", "1 seconds"),
        ("while True: pass", "1 seconds"),
        (BOUND + "x = bytearray(200_000_000)", "memory"),
        (BOUND + "open('survey-was-here', 'w').write('x')", "damaged"),
    ],
)
def test_fault_54_a_process_that_ends_badly(monkeypatch, tmp_path, script, said):
    monkeypatch.chdir(tmp_path)
    message = refused(monkeypatch, script)
    assert said in message
    assert "somebody" not in message
    assert all(path.read_bytes() == b"" for path in tmp_path.iterdir())


def test_secrets_stay_with_the_parent(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@db")
    script = "import os, sys; sys.exit(7 if 'DATABASE_URL' in os.environ else 11)"
    monkeypatch.setattr(isolation.LOG, "warning", lambda *said: codes.append(said[-1]))
    codes: list[int] = []
    refused(monkeypatch, script)
    assert codes == [11]


def test_from_several_threads_at_once():
    data = xlsx({"S": [["a", "b"], ["1", "2"]]})
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(read_survey(data).respondents))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1, 1, 1, 1]


def test_a_table_on_the_wire():
    rows = [["a", "ü\ud800\n"], ["", "x"], ["a", ""]]
    columns = Columns()
    for row in rows:
        columns.add_row(row)
    facts = Facts("utf-8", "layout", "Sheet 1", ("One.",))
    assert unpacked(packed(columns, facts)) == (rows, facts)


def test_rows_that_grow():
    columns = Columns()
    for row in (["a"], ["b", "c"], ["d", "e", "f"]):
        columns.add_row(row + [""] * (len(columns.texts) - len(row)))
    rows, _ = unpacked(packed(columns, Facts("utf-8")))
    assert rows == [["a", "", ""], ["b", "c", ""], ["d", "e", "f"]]


def test_a_request_on_the_wire():
    request = Request("workbook", "a\nb.xlsx", ReadOptions(sheet="Söme"), Limits(cells=7))
    assert Request.from_line(request.to_line()) == request
