"""What an analyst may decide about the reading of a file, instead of what is detected."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class QuestionColumns:
    """Columns that the analyst says are one question.

    `columns`: names of columns in the file, in any order; several are one option each. `text`: its
    wording, "" for the one found. `separator`: what parts the answers joined in a single column,
    "" for one answer a cell; None leaves that to detection.
    """

    columns: tuple[str, ...]
    text: str = ""
    separator: str | None = None


@dataclass(frozen=True)
class ReadOptions:
    """Choices in reading; None leaves one to detection.

    `member`: the file to read in an archive. `sheet`: the sheet of a workbook. `encoding`: of
    text, as Python names it. `delimiter`: one character. `skip_rows`: records above the header,
    such as a title. `header_rows`: records that make up the header; 0 when the first is an answer.
    `layout`: how the platform lays questions out, by the name of the layout. `questions`: columns
    put together to questions by hand; all others are grouped as detected. `codebook`: SHA-256 of
    the code book that gives labels to codes, which is a file of its own.
    """

    member: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    skip_rows: int | None = None
    header_rows: int | None = None
    layout: str | None = None
    questions: tuple[QuestionColumns, ...] = ()
    codebook: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """What was decided, as plain values for JSON; nothing that is left to detection."""
        said = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        questions = [_said(dataclasses.asdict(one)) for one in self.questions]
        return _said(said | {"questions": questions or None})

    @classmethod
    def from_dict(cls, data: Any) -> ReadOptions:
        """Inverse of `to_dict`. Raises ValueError or TypeError on anything else."""
        if not isinstance(data, dict):
            raise TypeError("choices in reading are an object")
        texts = ("member", "sheet", "encoding", "delimiter", "layout", "codebook")
        counts = ("skip_rows", "header_rows")
        for key, value in data.items():
            whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            if not (
                (key in texts and isinstance(value, str))
                or (key in counts and whole)
                or (key == "questions" and isinstance(value, list))
            ):
                raise ValueError(f"{key!r} is no choice in reading")
        questions = tuple(_question(one) for one in data.get("questions", []))
        return cls(**{**data, "questions": questions})

    def over(self, others: ReadOptions) -> ReadOptions:
        """These choices, and those of `others` wherever these leave one to detection."""
        return dataclasses.replace(others, **self._decided())

    def together(self, *added: QuestionColumns) -> ReadOptions:
        """With these questions put together too; what held one of their columns is so no more."""
        taken = {column for one in added for column in one.columns}
        kept = tuple(one for one in self.questions if taken.isdisjoint(one.columns))
        return dataclasses.replace(self, questions=(*kept, *added))

    def without(self, *removed: QuestionColumns) -> ReadOptions:
        """With these questions grouped as detected again."""
        kept = tuple(one for one in self.questions if one not in removed)
        return dataclasses.replace(self, questions=kept)

    def _decided(self) -> dict[str, Any]:
        said = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {name: value for name, value in said.items() if value not in (None, ())}


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _question(data: Any) -> QuestionColumns:
    if not isinstance(data, dict):
        raise TypeError("a question is an object")
    columns: Any = data.get("columns")
    text, separator = data.get("text", ""), data.get("separator")
    whole = (
        isinstance(columns, list)
        and bool(columns)
        and all(isinstance(column, str) for column in columns)
        and isinstance(text, str)
        and (separator is None or isinstance(separator, str))
        and data.keys() <= {"columns", "text", "separator"}
    )
    if not whole:
        raise ValueError("a question needs the list of its columns")
    return QuestionColumns(tuple(columns), text, separator)
