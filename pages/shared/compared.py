"""What an analyst picked on the Compare page. No Streamlit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

FILES = 12

Way = Literal["two", "line"]


@dataclass(frozen=True)
class Compared:
    """`a`, `b`: ids of the two sets, "" for those that offer themselves; `line`: id of the line
    whose history is shown; `picked`: ids of the sets of a history of one's own choice; `files`:
    SHA-256 and name of the files brought along, the newest last."""

    way: Way = "two"
    a: str = ""
    b: str = ""
    line: str = ""
    picked: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    def with_file(self, sha256: str, name: str) -> Compared:
        """With a file brought along as B, and what was B as A; of two in a row, both."""
        before = self.b if self.b.startswith(FILE) else self.a
        files = (*(kept for kept in self.files if kept[0] != sha256), (sha256, name))
        return dataclasses.replace(self, a=before, b=FILE + sha256, files=files[-FILES:])

    def without_files(self) -> Compared:
        """With the files let go, and what was picked of them."""
        a, b = ("" if kept.startswith(FILE) else kept for kept in (self.a, self.b))
        left = tuple(kept for kept in self.picked if not kept.startswith(FILE))
        return dataclasses.replace(self, a=a, b=b, picked=left, files=())


VERSION, FILE, NOW = "version:", "file:", "now"
"""How an id begins: a saved version, a file, and the result that is not saved."""
