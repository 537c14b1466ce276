"""A small survey for the pages, and the app to walk through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from segmentation.intake import Survey, read_survey
from tests.segmentation.builders import planted, survey_csv

SMALL = (
    "Email,Which languages do you use?,Which editors do you use?,What is your role?,Comment\n"
    "ana@example.org,Python;R,RStudio,Analyst,**bold** [x](http://evil.example)\n"
    "ben@example.org,Python;SQL,VS Code;Vim,Engineer,<script>alert(1)</script>\n"
    "cem@example.org,R,RStudio,Analyst,$x^2$\n"
    "dee@example.org,Python;Julia,VS Code,Engineer,:smile:\n"
    "eva@example.org,SQL;R,RStudio;VS Code,Analyst,\n"
    "fay@example.org,Python;SQL,VS Code,Engineer,nothing to say\n"
)


@pytest.fixture
def small() -> bytes:
    return SMALL.encode()


@pytest.fixture
def survey(small: bytes) -> Survey:
    return read_survey(small, "small.csv")


@pytest.fixture
def planted_csv() -> bytes:
    """120 people in three clear cohorts, with a role title that follows them."""
    chosen, truth = planted(3, 40, 12)
    roles = np.array(["Analyst", "Engineer", "Scientist"])[truth]
    return survey_csv(chosen, {"What is your role?": list(roles)})


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database of the test: never the one of whoever runs it."""
    path = tmp_path / "workbench.db"
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", f"sqlite:///{path}")
    return path


@pytest.fixture
def app(
    root: Path, monkeypatch: pytest.MonkeyPatch, database: Path
) -> Iterator[Callable[..., AppTest]]:
    """`app()` opens the app, `app(w=token)` by a link; every test has memory of its own."""
    monkeypatch.delenv("WORKBENCH_OPEN_SAMPLE", raising=False)
    monkeypatch.setattr("pages.shared.readiness.make_ready", lambda: None)
    monkeypatch.setattr("pages.shared.widgets.GRACE", 5)  # whatever else the machine does
    monkeypatch.setattr("pages.shared.widgets.WATCHED", 0.2)
    st.cache_resource.clear()

    def open_app(**parameters: str) -> AppTest:
        test = AppTest.from_file(str(root / "streamlit_app.py"), default_timeout=30)
        for name, value in parameters.items():
            test.query_params[name] = value
        return test.run()

    yield open_app
    st.cache_resource.clear()
