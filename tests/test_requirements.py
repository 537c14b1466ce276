"""The lists of packages: each line can be installed, and together they are what is installed."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

BY_PIP_ITSELF = {"setuptools"}


def _listed(path: Path) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-r ")]


@pytest.fixture
def listed(root) -> list[Requirement]:
    return _listed(root / "requirements.txt") + _listed(root / "requirements-dev.txt")


def test_every_package_is_pinned_once_and_exactly(listed):
    assert [one for one in listed if not re.fullmatch(r"==[^*,]+", str(one.specifier))] == []
    names = [canonicalize_name(one.name) for one in listed]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    "files", [["requirements.txt"], ["requirements.txt", "requirements-dev.txt"]]
)
def test_what_a_package_brings_in_is_pinned_too(root, files):
    listed = [one for name in files for one in _listed(root / name)]
    needed = {
        canonicalize_name(further.name)
        for one in listed
        for further in map(Requirement, metadata.requires(one.name) or [])
        if further.marker is None or further.marker.evaluate({"extra": ""})
    }
    pinned = {canonicalize_name(one.name) for one in listed}
    assert needed - pinned - BY_PIP_ITSELF == set()


def test_what_is_installed_is_what_is_listed(listed):
    assert {one.name: metadata.version(one.name) for one in listed} == {
        one.name: str(one.specifier).removeprefix("==") for one in listed
    }
