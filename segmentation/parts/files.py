"""The files that a survey in parts is made of, wherever fsspec reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from segmentation.errors import ReadError, WorkbenchError

_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class PartFile:
    """`url`: where it is, for any process that can reach it; `name`: what messages call it; `size`:
    bytes, 0 where that is not known."""

    url: str
    name: str
    size: int = 0

    def read(self) -> bytes:
        """Its bytes. Raises ReadError when it cannot be read."""
        import fsspec

        try:
            with fsspec.open(self.url, "rb") as file:
                return bytes(file.read())
        except (OSError, ValueError, ImportError) as error:
            raise ReadError(
                f"{self.name} cannot be read: check that it is there and that every worker can "
                "reach it."
            ) from error


def is_many(path: str) -> bool:
    """Whether a path names the parts of a survey: a pattern, a folder, or a URL."""
    if "://" in path:
        return True
    try:
        if Path(path).is_file():
            return False
        return bool(_PATTERN.search(path)) or Path(path).is_dir()
    except OSError:  # no name of a file at all, such as one that is too long
        return False


def parts_of(path: str) -> tuple[PartFile, ...]:
    """The parts that a pattern, a folder or a URL names, in the order of their paths.

    Of a folder, every file but those whose name begins with a dot or an underscore. Raises
    WorkbenchError when there are none, or when they cannot be listed.
    """
    system, inner = _system(path)
    try:
        if _PATTERN.search(inner):
            listed = system.glob(inner, detail=True).values()
        elif system.isdir(inner):
            listed = system.ls(inner, detail=True)
            listed = [one for one in listed if PurePosixPath(one["name"]).name[0] not in "._"]
        else:
            listed = [system.info(inner)] if system.exists(inner) else []
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be listed: check the path.") from error
    found = {str(one["name"]): one.get("size") or 0 for one in listed if one["type"] == "file"}
    if not found:
        raise WorkbenchError(f"No file matches {path}: check the path.")
    return tuple(
        PartFile(system.unstrip_protocol(one), PurePosixPath(one).name, size)
        for one, size in sorted(found.items())
    )


def name_of(path: str) -> str:
    """What a survey in parts is called: the last of its path that is no pattern."""
    names = [name for name in path.split("/") if name and not _PATTERN.search(name)]
    return names[-1] if names else path


def check_apart(parts: Iterable[PartFile], folder: str) -> None:
    """Raises WorkbenchError when results would stand among the parts, and be read for one."""
    system, inner = _system(folder)
    there = system.unstrip_protocol(inner.rstrip("/"))
    if any(part.url.rpartition("/")[0] == there for part in parts):
        raise WorkbenchError(
            f"The results would stand among the parts in {folder}: choose another folder."
        )


def write_file(folder: str, name: str, text: str) -> str:
    """Write a file into a folder, anew if it is there; where it is now.

    Raises WorkbenchError when it cannot be written.
    """
    system, inner = _system(folder)
    path = f"{inner.rstrip('/')}/{name}"
    try:
        system.makedirs(inner, exist_ok=True)
        with system.transaction, system.open(path, "wb") as file:
            file.write(text.encode())
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be written: choose another place.") from error
    return path


def _system(path: str) -> tuple[Any, str]:
    """The file system of a path, and the path in it."""
    import fsspec

    try:
        system, inner = fsspec.core.url_to_fs(path)
    except (ValueError, ImportError) as error:
        protocol = path.partition("://")[0]
        raise WorkbenchError(
            f"There is no way to read {protocol}:// here: install fsspec's package for it, or copy "
            "the parts to a folder."
        ) from error
    return system, str(inner)
