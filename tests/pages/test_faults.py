"""Faults of files and names, as an analyst meets them; `tests/test_faults.py` lists them all."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest

from pages.shared import opening
from tests.pages.test_survey import dataframe, texts, upload

LARGE = "large.csv"
PATIENCE = 60


@pytest.fixture
def gate(monkeypatch) -> Iterator[threading.Event]:
    """Reading the file "large.csv" goes on only once this is set."""
    opened = threading.Event()
    real = opening.read_survey

    def read(data, name, *more, **named):
        assert name != LARGE or opened.wait(PATIENCE)
        return real(data, name, *more, **named)

    monkeypatch.setattr(opening, "read_survey", read)
    yield opened
    opened.set()


def respondents(test) -> str | None:
    return {metric.label: metric.value for metric in test.metric}.get("Respondents")


def test_fault_42_other_users_go_on_while_a_large_file_is_read(app, small, gate):
    waiting = upload(app(), small + b"gus@example.org,R,Vim,Analyst,\n", LARGE)
    assert not waiting.exception
    assert any(button.key == "cancel-read" for button in waiting.button), "progress and a way out"
    assert respondents(waiting) is None
    other = upload(app(), small)
    assert respondents(other) == "6"
    assert not other.switch_page("pages/views/mapping.py").run().exception
    gate.set()
    for _ in range(PATIENCE):
        if respondents(waiting.run()):
            break
    assert respondents(waiting) == "7"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\a.csv", "CON", "x" * 300 + ".csv", "a\nb.csv", "=1+1.csv"]
)
def test_fault_62_a_file_name_is_only_shown(app, small, name):
    test = upload(app(), small, name)
    assert not test.exception
    assert respondents(test) == "6"
    shown = texts(test).replace("\\", "").replace("\u2060", "")
    assert " ".join(name.replace("\\", "").split()) in shown


def test_fault_62_a_refusal_names_the_file_whatever_its_name(app):
    test = upload(app(), b"%PDF-1.7", "../../[x](http://evil.example).csv")
    assert not test.exception
    assert "](http" not in test.error[0].value
    assert "PDF document" in test.error[0].value


CODE = ("'), DROP TABLE surveys --", "{{7*7}}", "${7*7}", "{0.__class__}", "%s%n")


def test_fault_63_what_looks_like_code_is_shown_as_it_stands(app):
    rows = "".join(f'"{";".join(CODE[at:])}",Analyst\n' for at in (0, 1, 2, 3, 4, 0, 1))
    test = upload(app(), f'"Which tools {CODE[1]}?",Role\n{rows}'.encode())
    assert not test.exception
    assert f"Which tools {CODE[1]}?" in list(dataframe(test, "Question")["Question"])
    assert set(CODE) == set(dataframe(test, "Option")["Option"])
    assert not test.switch_page("pages/views/mapping.py").run().exception


RUNS_PROCESSES = (
    "from joblib import Parallel, delayed, parallel_config\n",
    "from joblib.externals.loky import get_reusable_executor\n",
)
"""All that is used of joblib: it starts our own processes, and opens no file."""


def test_fault_56_nothing_is_pickled(root):
    """Neither read nor kept: a cache on disk would be a pickle that others may have put there."""
    forbidden = re.compile(
        r"\bpersist\s*=|^\s*(?:import|from) (?:pickle|joblib|dill|shelve)\b", re.M
    )
    folders = ("pages", "segmentation", "db")
    sources = {
        path: path.read_text("utf-8") for one in folders for path in (root / one).rglob("*.py")
    }
    runner = root / "segmentation" / "resample.py"
    for line in RUNS_PROCESSES:
        assert line in sources[runner]
        sources[runner] = sources[runner].replace(line, "")
    assert [path.name for path, text in sources.items() if forbidden.search(text)] == []
