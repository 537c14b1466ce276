"""What a survey export is once it is read: questions, options and every answer as text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from segmentation.intake.cells import Cells
from segmentation.intake.options import ReadOptions

Kind = Literal["multi-select", "single-select", "number", "text", "empty"]
"""What a question's answers are: several options, one option, a number, free text, nothing."""

Encoding = Literal["joined", "label columns", "indicator columns", "cell"]
"""How answers stand in the file: joined in one cell; one column an option holding its label;
one column an option holding 0/1 or Yes/No; or one plain answer in one cell."""


@dataclass(frozen=True)
class Question:
    """One question as it was asked, over one or more columns of `Survey.cells`.

    `options` are labels as displayed (spaces and markup cleaned), most chosen first, ties by
    label; empty for numbers and free text. `counts[i]` is the number of respondents who chose
    `options[i]`. `answered` counts respondents with any answer, none-type options included.
    None-type options ("None", "None of these") are in neither `options` nor `counts`; they are
    in `none_options`.
    """

    key: str
    text: str
    kind: Kind
    encoding: Encoding
    columns: tuple[str, ...]
    options: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    answered: int = 0
    none_options: tuple[str, ...] = ()
    separator: str = ""
    column_options: tuple[str, ...] = ()
    """For one column an option: the label that each of `columns` stands for, none-types too."""
    form: str = ""
    """The column that says whether the form with the question was filled in, if there is one."""


@dataclass(frozen=True)
class Reading:
    """How the bytes were read, so that the same reading can be repeated and shown."""

    encoding: str
    delimiter: str
    header_rows: int
    layout: str
    confidence: float
    """0 to 1: how sure the detection of the layout is."""
    missing: tuple[str, ...] = ()
    """Cells with exactly this text are the platform's sign for "no answer" ("NA")."""
    format: str = "delimited text"
    options: ReadOptions = ReadOptions()
    """Choices that read the same bytes the same way again."""
    chosen: ReadOptions = field(default=ReadOptions(), compare=False)
    """What the analyst decided; the rest was detected."""


@dataclass(frozen=True)
class PersonalColumn:
    """A column that identifies people; its cells never enter `Survey.cells`."""

    column: str
    reason: str
    """What gave it away, in words: "IP addresses", "e-mail addresses", "response id"."""


@dataclass(frozen=True, eq=False)
class Survey:
    """A survey export in memory.

    `cells`: every column but the personal ones by its name, in file order, one cell a respondent;
    each is the text of the file, "" where it was blank. `sha256` is that of the uploaded bytes;
    `key` names what was made of them.
    """

    name: str
    sha256: str
    respondents: int
    cells: Mapping[str, Cells]
    questions: tuple[Question, ...]
    reading: Reading
    personal: tuple[PersonalColumn, ...] = ()
    notes: tuple[str, ...] = ()
    """What was changed or noticed in reading, one sentence each."""

    @cached_property
    def answers(self) -> pd.DataFrame:
        """Object frame (respondents, columns) of every cell's text."""
        return self.rows(np.arange(self.respondents))

    def rows(self, at: np.ndarray) -> pd.DataFrame:
        """The part of `answers` with the respondents of these numbers, which index it."""
        values = np.empty((len(at), len(self.cells)), dtype=object, order="F")
        for place, found in enumerate(self.cells.values()):
            values[:, place] = found.column(at)
        return pd.DataFrame(values, at, list(self.cells), dtype=object)

    @cached_property
    def key(self) -> str:
        """SHA-256 of the bytes and of how they were read, the code book included.

        With the mapping and a spec it keys every cache.
        """
        how = json.dumps(self.reading.options.to_dict(), sort_keys=True)
        return hashlib.sha256(f"{self.sha256}\n{how}".encode()).hexdigest()

    def question(self, key: str) -> Question:
        """The question with that key. Raises KeyError when there is none."""
        return self._by_key[key]

    @property
    def _by_key(self) -> dict[str, Question]:
        return {q.key: q for q in self.questions}


@dataclass(frozen=True, eq=False)
class Answers:
    """One question's answers in three states.

    `chosen`: bool (respondents, options), columns in the order of `options`.
    `answered`: bool (respondents,), any sign of an answer, a none-type option included.
    `not_asked`: bool (respondents,), where the export itself says the question was not shown.
    `offers_none`: a none-type option existed, so that a blank block means *not asked*.
    `unshown`: bool (respondents, options), where the export says that the question was shown
    without this option; None where it says so of nobody. `chose_none`: how many chose a none-type
    option.
    """

    options: tuple[str, ...]
    chosen: np.ndarray
    answered: np.ndarray
    not_asked: np.ndarray = field(repr=False)
    offers_none: bool = False
    unshown: np.ndarray | None = field(default=None, repr=False)
    chose_none: int = 0
