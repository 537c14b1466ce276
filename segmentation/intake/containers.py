"""GZ and ZIP -> the one file inside, in memory; nothing is ever written.

Names in an archive only say which file to read, so that none can point anywhere.
"""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import IO

from segmentation.errors import ReadError
from segmentation.intake.deadline import check_time
from segmentation.intake.limits import Limits, megabytes

TABLES = frozenset(
    (
        *(".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
        *(".sav", ".zsav", ".dta", ".parquet", ".feather", ".arrow"),
    )
)
"""File names that say "a table"; others are looked at only where none of these is there."""
PERHAPS = frozenset((".txt", ".json", ".jsonl", ".ndjson", ".dat"))

_Source = IO[bytes] | gzip.GzipFile
_BEYOND_DOUBT = 10 << 20
_CHUNK = 1 << 20
_LISTED = 8
_ENTRY = b"PK\x01\x02"
_DAMAGED = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, OSError, ValueError)


def gunzipped(data: bytes, name: str, limits: Limits) -> bytes:
    """What a GZ file holds. Raises ReadError when it is damaged or unpacks to too much."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as source:
        return _unpacked(source, len(data), name, limits)


def unzipped(data: bytes, name: str, limits: Limits, member: str | None) -> tuple[bytes, str]:
    """The table in a ZIP file and the name it has there.

    Raises ReadError when there is none, or several and no `member` is named, and for anything
    hostile or damaged.
    """
    archive = open_zip(data, name, limits)
    chosen = _chosen(archive.infolist(), name, member)
    check_size(chosen.file_size, chosen.compress_size, name, limits)
    try:
        with archive.open(chosen) as source:
            return _unpacked(source, chosen.compress_size, name, limits), chosen.filename
    except _DAMAGED as error:
        raise _damaged(name) from error
    except NotImplementedError as error:
        raise ReadError(
            f"{name} is packed in a way that is not read; unpack it and open the file inside."
        ) from error


def tables_in(data: bytes, name: str, limits: Limits) -> tuple[str, ...]:
    """Names of the files in a ZIP file that may be the survey, none when it cannot be opened."""
    try:
        entries = open_zip(data, name, limits).infolist()
    except ReadError:
        return ()
    return tuple(entry.filename for entry in _tables(_files(entries)))


def open_zip(data: bytes, name: str, limits: Limits) -> zipfile.ZipFile:
    """The archive, its list of files checked. Raises ReadError for what cannot be trusted."""
    if data.count(_ENTRY) > limits.entries:
        raise ReadError(
            f"{name} holds more than {limits.entries:,} files; pack only the survey export."
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (*_DAMAGED, NotImplementedError) as error:
        raise _damaged(name) from error
    for entry in archive.infolist():
        if entry.flag_bits & 1:
            raise ReadError(
                f"{name} is password-protected; unpack it with its password and open the file "
                "inside."
            )
        if _points_elsewhere(entry):
            raise ReadError(
                f"{name} holds a file whose name points outside the archive, so it is not to be "
                "trusted; get the survey export again from where it came from."
            )
    return archive


def check_size(unpacked: int, packed: int, name: str, limits: Limits) -> None:
    """Raises ReadError when `unpacked` bytes are too many, as such or for `packed` ones."""
    if unpacked > limits.unpacked_bytes:
        raise ReadError(
            f"{name} unpacks to more than the limit of {megabytes(limits.unpacked_bytes)}; "
            "open a smaller part of it."
        )
    if unpacked > max(_BEYOND_DOUBT, limits.ratio * packed):
        raise ReadError(
            f"{name} unpacks to more than {limits.ratio} times its size, as no survey does; "
            "unpack it yourself and open the file inside if you trust it."
        )


def _unpacked(source: _Source, packed: int, name: str, limits: Limits) -> bytes:
    parts, size = [], 0
    try:
        while part := source.read(_CHUNK):
            check_time()
            parts.append(part)
            size += len(part)
            check_size(size, packed, name, limits)
    except _DAMAGED as error:
        raise _damaged(name) from error
    return b"".join(parts)


def _damaged(name: str) -> ReadError:
    return ReadError(f"{name} is damaged or was cut short; download or copy it again.")


def _points_elsewhere(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return is_link or path.is_absolute() or ".." in path.parts or name[1:2] == ":"


def _chosen(entries: Sequence[zipfile.ZipInfo], name: str, member: str | None) -> zipfile.ZipInfo:
    files = _files(entries)
    if member is not None:
        found = [entry for entry in files if entry.filename == member]
        if not found:
            raise ReadError(
                f'{name} holds no file "{member}"; choose one of {_listed(files)}.'
                if files
                else f"{name} holds no files; pack the survey export again."
            )
        return found[0]
    tables = _tables(files)
    if not tables:
        raise ReadError(f"{name} holds no files; pack the survey export again.")
    if len(tables) > 1:
        raise ReadError(
            f"{name} holds {len(tables):,} tables: choose one of {_listed(tables)}, or open it "
            "unpacked."
        )
    return tables[0]


def _files(entries: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    return [entry for entry in entries if not entry.is_dir() and not _is_clutter(entry)]


def _tables(files: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The files whose names say that they are tables, else that they may be, else all."""
    return (
        [entry for entry in files if _suffix(entry) in TABLES]
        or [entry for entry in files if _suffix(entry) in PERHAPS]
        or files
    )


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    """Whether a file was added by the system that packed the archive."""
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1] == "Thumbs.db"


def _suffix(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).suffix.lower()


def _listed(entries: Sequence[zipfile.ZipInfo]) -> str:
    shown = [f'"{entry.filename[:80]}"' for entry in entries[:_LISTED]]
    more = len(entries) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
