"""What every test may use: the order of the run and the way to the real survey exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, then slow ones, then those in a browser; else the order stays."""
    items.sort(key=_cost)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file is no name for a test: packed ones hold the time, which differs between processes."""
    return argname if isinstance(val, bytes) else None


def _cost(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 2
    return 1 if item.get_closest_marker("slow") else 0


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    """`shared_data("spack/spack_2020.csv")`: a real export, or a skip where it is not at hand."""

    def find(relative: str) -> Path:
        path = SHARED / relative
        if not path.exists():
            pytest.skip(f"the real export {relative} is not beside this clone")
        return path

    return find


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT
