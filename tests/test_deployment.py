"""What the deployment guide, the Dockerfile and compose.yaml name is there, and agrees."""

from __future__ import annotations

import configparser
import re
import tomllib

import pytest

from pages.shared import cache
from pages.shared.access import VARIABLE, secret_fault
from segmentation.intake.limits import PREFIX, Limits
from segmentation.resample import SCHEDULER, WORKERS

DEFAULT = Limits()
GUIDE, DOCKERFILE, COMPOSE = "docs/deployment.md", "Dockerfile", "compose.yaml"


@pytest.fixture
def text(root):
    return lambda name: (root / name).read_text("utf-8")


@pytest.fixture
def settings(text) -> dict:
    return tomllib.loads(text(".streamlit/config.toml"))


def blocks(guide: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", guide, re.DOTALL)


def test_one_port_everywhere(text):
    for name in (GUIDE, DOCKERFILE, COMPOSE):
        said = text(name)
        ports = set(re.findall(r"127\.0\.0\.1:(\d+)|server\.port=(\d+)|EXPOSE (\d+)", said))
        assert {port for found in ports for port in found if port} == {"8501"}, name


def test_one_base_path_everywhere(text):
    guide, compose = text(GUIDE), text(COMPOSE)
    said = set(re.findall(r"STREAMLIT_SERVER_BASE_URL_PATH[=:] ?(\w+)", guide + compose))
    assert said == {"workbench"}
    assert "8501/workbench/_stcore/health" in compose
    (login,) = (tomllib.loads(block) for block in blocks(guide, "toml"))
    assert login["auth"]["redirect_uri"].endswith("/workbench/oauth2callback")


def test_the_proxy_takes_what_the_server_takes(text, settings):
    (proxy,) = blocks(text(GUIDE), "nginx")
    (limit,) = re.findall(r"client_max_body_size (\d+)m;", proxy)
    assert int(limit) == settings["server"]["maxUploadSize"]
    assert "location ^~ /workbench/_stcore/metrics { return 404; }" in proxy


def test_limits_said_are_those_that_hold(text, settings):
    table = text(GUIDE).split("## Limits")[1].split("##")[0]
    assert f"| {settings['server']['maxUploadSize']} MB |" in table
    assert f"| {settings['server']['disconnectedSessionTTL']} s |" in table
    assert f"| {DEFAULT.memory_mb // 1024} GB, {DEFAULT.seconds} s |" in table
    assert PREFIX in table
    assert f"| {cache.LONG_JOBS}; more wait |" in table
    kept, maps = (bound // 1024**2 for _, bound in (cache.REMEMBERED, cache.SWEPT_MAPS))
    assert f"| {kept} MB and {maps} MB;" in table


def test_the_image_is_made_from_what_is_there(root, text):
    made = text(DOCKERFILE)
    (version,) = re.findall(r"FROM python:(\d+\.\d+)-slim", made)
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert project["requires-python"] == f">={version}"
    copied = re.findall(r"^COPY (\S+)", made, re.MULTILINE)
    assert "requirements.txt" in copied
    assert all((root / name).exists() for name in copied)
    (script,) = re.findall(r'"run", "(\S+)"', made)
    assert (root / script).is_file()
    assert script in text(GUIDE)


def test_no_secret_gets_into_the_image_or_the_history(text):
    assert ".streamlit/secrets.toml" in text(".dockerignore").splitlines()
    ignored = text(".gitignore").splitlines()
    assert {"secrets.toml", ".env"} <= set(ignored)


def test_every_variable_is_one_that_is_read(root, text):
    sources = [
        p.read_text("utf-8")
        for f in ("db", "pages", "segmentation")
        for p in (root / f).rglob("*.py")
    ]
    code = "\n".join(sources)
    said = {
        name
        for document in (GUIDE, DOCKERFILE, COMPOSE)
        for name in re.findall(r"\bWORKBENCH_[A-Z_]+", text(document))
    }
    assert {VARIABLE, "WORKBENCH_DATABASE_URL", WORKERS, SCHEDULER} <= said
    assert {name for name in said if f'"{name}"' not in code} <= {PREFIX}


def test_fault_74_the_cookie_secret_of_the_guide_lets_nobody_in(text):
    (login,) = (tomllib.loads(block) for block in blocks(text(GUIDE), "toml"))
    assert secret_fault(login["auth"]["cookie_secret"])


def test_the_unit_can_be_read(text):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string(next(b for b in blocks(text(GUIDE), "ini") if b.startswith("[Unit]")))
    assert "--server.address=127.0.0.1" in unit["Service"]["ExecStart"]
