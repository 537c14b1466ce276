"""The workbench behind the nginx of the deployment guide, under a base path."""

from __future__ import annotations

import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.conftest import free_port, running, settle, wait_until_healthy

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def behind(root, tmp_path_factory) -> Iterator[str]:
    """Address of the workbench as the proxy shows it, without TLS and on a free port."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("no nginx: apt-get install nginx-light")
    folder = tmp_path_factory.mktemp("proxy")
    log, port = folder / "log.txt", free_port()
    with running(root, log, STREAMLIT_SERVER_BASE_URL_PATH="workbench") as server:
        guide = (root / "docs" / "deployment.md").read_text("utf-8")
        (example,) = re.findall(r"```nginx\n(.*?)```", guide, re.DOTALL)
        example = re.sub(r"\n *ssl_certificate.*", "", example)
        example = example.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
        example = example.replace("http://127.0.0.1:8501", server)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
        conf = folder / "nginx.conf"
        conf.write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{example}}}\n"
        )
        proxy = subprocess.Popen([nginx, "-p", str(folder), "-c", str(conf)])
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/workbench", proxy, folder / "error.log")
            yield f"http://127.0.0.1:{port}/workbench"
        finally:
            proxy.terminate()
            proxy.wait(timeout=10)


def test_a_page_opens_by_its_address_and_takes_a_file(chromium, behind, tmp_path):
    page = chromium.new_page()
    page.goto(f"{behind}/survey")
    settle(page)
    file = tmp_path / "tools.csv"
    file.write_text("Tools,Role\n" + "Python;R,Analyst\nR,Engineer\n" * 3)
    page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(file)
    expect(page.get_by_role("button", name="Continue to mapping")).to_be_visible()
    page.close()


def test_health_is_told(behind):
    with urllib.request.urlopen(f"{behind}/_stcore/health") as answer:
        assert answer.read() == b"ok"


@pytest.mark.parametrize("path", ["metrics", "metrics/", "metrics?a=b", "%6detrics", "./metrics/"])
def test_metrics_are_not_told_however_they_are_asked_for(behind, path):
    with pytest.raises(HTTPError) as refusal:
        urllib.request.urlopen(f"{behind}/_stcore/{path}")
    refusal.value.close()
    assert refusal.value.code == 404


def test_fault_73_another_site_is_refused_behind_the_proxy_too(behind):
    with pytest.raises(InvalidStatus) as refusal:
        connect(f"{behind.replace('http', 'ws')}/_stcore/stream", origin="https://evil.example")
    assert refusal.value.response.status_code == 403
