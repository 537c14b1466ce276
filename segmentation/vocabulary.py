"""The words of surveys: labels that name a tool, phrases that tell what a question asks.

All of it is data, in `vocabulary.toml` beside this module; editing that file is enough to teach
the workbench a tool, a spelling or a phrase.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from segmentation.intake.labels import match_key

FILE = Path(__file__).with_name("vocabulary.toml")


@dataclass(frozen=True, order=True)
class Tool:
    """A tool by its one canonical name, in a category such as "IDE" or "Database"."""

    name: str
    category: str


def canonical(label: str, category: str = "") -> Tool | None:
    """The tool that a label names; None when the vocabulary does not know the label.

    Labels are compared by `match_key`, for equality only. `category` decides between tools that
    share a label ("Oracle" the database, "Oracle" the cloud); it never rules a tool out.
    """
    found = _by_key().get(match_key(label), ())
    return next((tool for tool in found if tool.category == category), found[0] if found else None)


@cache
def tools() -> tuple[Tool, ...]:
    """Every tool, in the order of the file."""
    return tuple(Tool(name, category) for category, names in _tables().items() for name in names)


@cache
def categories() -> tuple[str, ...]:
    """The categories, in the order of the file."""
    return tuple(_tables())


@cache
def phrases(table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Names with the patterns that stand for them, of one table about question texts."""
    lines: dict[str, list[str]] = _file()["questions"][table]
    return tuple((name, re.compile("|".join(patterns))) for name, patterns in lines.items())


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _tables() -> dict[str, dict[str, list[str]]]:
    tables: dict[str, dict[str, list[str]]] = _file()["tools"]
    return tables


@cache
def _by_key() -> dict[str, tuple[Tool, ...]]:
    """Tools by every spelling. Raises ValueError when an undeclared spelling has two."""
    shared = {match_key(label) for label in _file()["shared"]}
    index: dict[str, tuple[Tool, ...]] = {}
    for category, names in _tables().items():
        for name, aliases in names.items():
            for key in {match_key(label) for label in (name, *aliases)}:
                others = index.get(key, ())
                if others and (key not in shared or category in {t.category for t in others}):
                    raise ValueError(f"{key!r} names both {others[0].name!r} and {name!r}")
                index[key] = (*others, Tool(name, category))
    return index
