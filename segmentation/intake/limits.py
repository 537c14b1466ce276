"""How much reading one file may take; the one place where these limits stand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from segmentation.errors import WorkbenchError

PREFIX = "WORKBENCH_LIMIT_"
"""`WORKBENCH_LIMIT_MEMORY_MB=4096` sets `memory_mb`, and so on for every field."""

_MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds on one file; what goes beyond them is refused in one sentence.

    `file_mb`: size of the file. `unpacked_mb`: what an archive or a workbook unpacks to. `ratio`:
    how many times larger than packed that may be, looked at above 10 MB. `entries`: files in an
    archive. `cells` and `columns`: of the table, header included. `cell_characters`: in one cell.
    `memory_mb`, `seconds`: what reading may use of either. A binary format is held to them by the
    process that reads it; for text the memory is reckoned as it is taken.
    """

    file_mb: int = 1024
    unpacked_mb: int = 1024
    ratio: int = 100
    entries: int = 5_000
    cells: int = 40_000_000
    columns: int = 20_000
    cell_characters: int = 100_000
    memory_mb: int = 2048
    seconds: int = 120

    @property
    def file_bytes(self) -> int:
        return self.file_mb * _MB

    @property
    def unpacked_bytes(self) -> int:
        return self.unpacked_mb * _MB

    @property
    def memory_bytes(self) -> int:
        return self.memory_mb * _MB

    @classmethod
    def of(cls, environment: Mapping[str, str] | None = None) -> Limits:
        """The defaults, but for what the environment sets. Raises WorkbenchError for nonsense."""
        found = os.environ if environment is None else environment
        chosen = {}
        for field in fields(cls):
            variable = PREFIX + field.name.upper()
            value = found.get(variable, "").strip()
            if not value:
                continue
            if not value.isdecimal() or int(value) < 1:
                raise WorkbenchError(f"{variable} is {value!r}; set it to a whole number above 0.")
            chosen[field.name] = int(value)
        return cls(**chosen)


def too_much_memory(name: str, limits: Limits) -> str:
    return (
        f"{name} takes more than the limit of {megabytes(limits.memory_bytes)} of memory to read; "
        "open a smaller part of it, or export it as CSV."
    )


def megabytes(size: int) -> str:
    """A size in words: "1,024 MB"."""
    return f"{-(-size // _MB):,} MB"
