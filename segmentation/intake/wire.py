"""A table on its way out of the process that read it: plain JSON and integers, never a pickle.

Whoever takes over that process with a hostile file can only send another table. Imports nothing
but the standard library, since every reading starts such a process.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from segmentation.errors import ReadError
from segmentation.intake.limits import Limits
from segmentation.intake.options import ReadOptions


@dataclass(frozen=True)
class Request:
    """What to read: `reader` names the module; the bytes follow. `first`: only so many records."""

    reader: str
    name: str
    options: ReadOptions
    limits: Limits
    first: int = 0

    def to_line(self) -> bytes:
        said = asdict(self) | {"options": self.options.to_dict()}
        return json.dumps(said).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Request:
        said = json.loads(line)
        options, limits = ReadOptions.from_dict(said.pop("options")), Limits(**said.pop("limits"))
        return cls(**said, options=options, limits=limits)


@dataclass(frozen=True)
class Facts:
    """What a file says beside its cells; see `Table`."""

    encoding: str
    layout: str = ""
    sheet: str | None = None
    notes: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


@dataclass(eq=False)
class Columns:
    """Columns of text, header rows included, each distinct text held once.

    `texts[j][codes[j][i]]` is the cell of record i in column j.
    """

    texts: list[dict[str, int]] = field(default_factory=list)
    codes: list[array[int]] = field(default_factory=list)

    def add_column(self, cells: Iterable[str]) -> None:
        known: dict[str, int] = {}
        self.texts.append(known)
        self.codes.append(array("i", (known.setdefault(cell, len(known)) for cell in cells)))

    def add_row(self, cells: Sequence[str]) -> None:
        """One record; columns that it is the first to reach are blank above."""
        while len(self.texts) < len(cells):
            self.codes.append(array("i", bytes(4 * self.records)))
            self.texts.append({"": 0} if self.records else {})
        for known, codes, cell in zip(self.texts, self.codes, cells, strict=True):
            codes.append(known.setdefault(cell, len(known)))

    def first(self, records: int) -> Columns:
        """The first of the records, with no text that only later ones hold."""
        if not 0 < records < self.records:
            return self
        cut = Columns()
        for known, codes in zip(self.texts, self.codes, strict=True):
            texts = list(known)
            cut.add_column(texts[code] for code in codes[:records])
        return cut

    @property
    def records(self) -> int:
        return len(self.codes[0]) if self.codes else 0


def packed(columns: Columns, facts: Facts) -> bytes:
    """A table as bytes: a line of JSON, then the codes of one column after another."""
    head = {
        "records": columns.records,
        "texts": [list(known) for known in columns.texts],
        **asdict(facts),
    }
    return json.dumps(head).encode() + b"\n" + b"".join(codes.tobytes() for codes in columns.codes)


def refused(sentence: str) -> bytes:
    return json.dumps({"refused": sentence}).encode() + b"\n"


def unpacked(answer: bytes) -> tuple[list[list[str]], Facts]:
    """The records and facts in an answer. Raises ReadError when it is a refusal.

    Raises ValueError, KeyError, IndexError or TypeError for what is no answer.
    """
    line, _, rest = answer.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    if "refused" in head:
        raise ReadError(str(head["refused"]))
    records, texts = head.pop("records"), head.pop("texts")
    if len(rest) != 4 * records * len(texts):
        raise ValueError("the answer was cut short")
    codes = array("i", rest)
    columns = []
    for at, known in enumerate(texts):
        own = codes[at * records : (at + 1) * records]
        columns.append([known[code] for code in own])
    lists = {name: tuple(head[name]) for name in ("notes", "sheets")}
    facts = Facts(**(head | lists))
    return [list(row) for row in zip(*columns, strict=True)], facts


def check_table(records: int, columns: int, name: str, limits: Limits) -> None:
    """Raises ReadError when a table is larger than the limits."""
    if columns > limits.columns:
        raise ReadError(
            f"{name} has {columns:,} columns, more than the limit of {limits.columns:,}; delete "
            "the columns that hold no answers and open it again."
        )
    if records * columns > limits.cells:
        raise ReadError(
            f"{name} spans {records:,} rows and {columns:,} columns, more than the limit of "
            f"{limits.cells:,} cells; delete what lies far off from the answers, or open a part."
        )


def check_texts(columns: Columns, name: str, limits: Limits) -> None:
    """Raises ReadError when a cell holds more characters than the limit."""
    for known in columns.texts:
        longest = max(map(len, known), default=0)
        if longest > limits.cell_characters:
            raise ReadError(too_long(name, longest, "", limits.cell_characters))


def too_long(name: str, characters: int, where: str, most: int) -> str:
    """Why a file with a cell of so many characters is refused; `where`: " in line 7"."""
    return (
        f"{name} has a cell of {characters:,} characters{where}, more than the limit of "
        f"{most:,}; shorten it, or close the quote there if one was left open."
    )
