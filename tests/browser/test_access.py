"""The running server towards strangers: other sites, faults, and what it sends anywhere."""

from __future__ import annotations

import re
import tomllib
import urllib.request
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.conftest import running, settle

pytestmark = pytest.mark.browser

FOREIGN = "https://evil.example"


@pytest.fixture(scope="module")
def faulty(root, tmp_path_factory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("faulty") / "log.txt"
    with running(root, log, "tests/browser/faulty_app.py", PYTHONPATH=str(root)) as address:
        yield address


def stream(server: str) -> str:
    return f"{server.replace('http', 'ws')}/_stcore/stream"


def test_fault_73_a_connection_from_another_site_is_refused(server):
    with pytest.raises(InvalidStatus) as refusal:
        connect(stream(server), origin=FOREIGN)
    assert refusal.value.response.status_code == 403


def test_a_connection_from_its_own_page_is_not(server):
    with connect(stream(server), origin=server, subprotocols=["streamlit"]) as connection:
        assert connection.subprotocol == "streamlit"


def test_fault_73_a_file_from_another_site_is_refused(server):
    request = urllib.request.Request(
        f"{server}/_stcore/upload_file/session/file",
        data=b"a,b\n1,2\n",
        headers={"Origin": FOREIGN, "Content-Type": "text/plain"},
        method="PUT",
    )
    with pytest.raises(HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=10)
    refusal.value.close()
    assert refusal.value.code == 403
    assert refusal.value.headers.get("Access-Control-Allow-Origin") not in ("*", FOREIGN)


def test_fault_70_a_fault_is_a_sentence_without_what_anybody_answered(chromium, faulty):
    page = chromium.new_page()
    sent: list[bytes | str] = []

    def note(frame):
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    page.goto(faulty)
    settle(page)
    expect(page.get_by_text("Before the fault")).to_be_visible()
    sentence = page.locator("[data-testid=stAlert]")
    expect(sentence).to_contain_text("What you saved is kept.")
    assert re.search(r"the reference [0-9a-f]{8}\.", sentence.inner_text())
    assert page.locator("[data-testid=stException]").count() == 0
    for secret in ("canary", "Traceback", "ValueError", "raise "):
        assert secret not in page.locator("body").inner_text()
        assert secret.encode() not in b"".join(f if isinstance(f, bytes) else b"" for f in sent)
    page.close()


def test_the_first_link_of_a_fresh_server_opens_its_page(chromium, root, tmp_path):
    with running(root, tmp_path / "log.txt") as fresh:
        page = chromium.new_page()
        page.goto(f"{fresh}/cohorts")
        settle(page)
        expect(page.get_by_role("heading", name="Cohorts")).to_be_visible()
        assert page.get_by_role("dialog").count() == 0
        page.close()


def test_fault_79_nothing_is_told_about_use(root):
    settings = tomllib.loads((root / ".streamlit" / "config.toml").read_text("utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["server"]["enableXsrfProtection"] is True
    assert settings["server"]["enableCORS"] is True
    assert "corsAllowedOrigins" not in settings["server"]
