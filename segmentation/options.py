"""Options that several commands share, each said once: a command asks for them by a parameter.

`spec: RunSpec` becomes an option for every setting of a run, `asked: TrustSpec` for how thoroughly
its cohorts are examined, `reading: ReadOptions` those that correct how a file is read.
"""

from __future__ import annotations

import dataclasses
import inspect
import typing
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from segmentation.intake import ReadOptions
from segmentation.intake.records import DELIMITERS
from segmentation.spec import RunSpec, TrustSpec, parameters

IN_WORDS = {word: character for character, word in DELIMITERS}
"""Delimiters that a shell would not leave as they are, by a name to type instead."""

READING = "Reading, where not as detected"

Command = Callable[..., None]


def with_shared_options(command: Command) -> Command:
    """The command with options in the place of its parameters `spec`, `asked` and `reading`."""
    signature = inspect.signature(command, eval_str=True)
    own = dict(signature.parameters)
    makers = {name: SHARED[name] for name in own if name in SHARED}
    shown: list[inspect.Parameter] = []
    for name, parameter in own.items():
        shown += (
            SHARED[name].options()
            if name in SHARED
            else [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)]
        )

    @wraps(command)
    def run(**given: Any) -> None:
        values = {name: value for name, value in given.items() if name in own}
        made = {name: shared.make(given) for name, shared in makers.items()}
        command(**values, **made)

    run.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in shown}
    return run


@dataclasses.dataclass(frozen=True)
class Shared:
    """Options, and what is made of the values given."""

    options: Callable[[], list[inspect.Parameter]]
    make: Callable[[dict[str, Any]], Any]


RUN = {part.name: type(part.default) for part in dataclasses.fields(RunSpec)}
"""Class of each part of the spec."""


def _setting_options(*specs: type) -> list[inspect.Parameter]:
    options = []
    for spec in specs:
        hints = typing.get_type_hints(spec)
        for name, parameter in parameters(spec).items():
            option = typer.Option(
                "--" + name.replace("_", "-"),
                help=f"{parameter.label}: {parameter.help}",
                min=parameter.low,
                max=parameter.high,
            )
            kind: Any = Annotated[hints[name], option]
            options.append(_option(name, kind, getattr(spec(), name)))
    return options


def _spec_of(given: dict[str, Any]) -> RunSpec:
    return RunSpec(**{part: _one_of(spec, given) for part, spec in RUN.items()})


def _one_of(spec: type, given: dict[str, Any]) -> Any:
    return spec(**{name: given[name] for name in parameters(spec)})


def _reading_options() -> list[inspect.Parameter]:
    return [_option(name, kind, None) for name, kind in READING_OPTIONS.items()]


def _reading_of(given: dict[str, Any]) -> ReadOptions:
    """Choices in reading; None leaves one to the mapping, else to detection."""
    values = {name: given[name] for name in READING_OPTIONS}
    if values["delimiter"] is not None:
        values["delimiter"] = IN_WORDS.get(values["delimiter"].lower(), values["delimiter"])
    return ReadOptions(**values)


def _option(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default
    )


def _text(flag: str, text: str) -> Any:
    return Annotated[str | None, typer.Option(flag, help=text, rich_help_panel=READING)]


def _rows(flag: str, text: str) -> Any:
    return Annotated[int | None, typer.Option(flag, help=text, rich_help_panel=READING, min=0)]


READING_OPTIONS = {
    "member": _text("--member", "The file to read in a ZIP archive."),
    "sheet": _text("--sheet", "The sheet of a workbook."),
    "encoding": _text("--encoding", "Encoding of the text, such as utf-8, cp1252 or mac_roman."),
    "delimiter": _text(
        "--delimiter", f"What parts fields: {', '.join(IN_WORDS)}, or any one character."
    ),
    "skip_rows": _rows("--skip-rows", "Rows above the header, such as a title."),
    "header_rows": _rows("--header-rows", "Rows of the header; 0 when the first is an answer."),
    "layout": _text(
        "--layout",
        "How questions are laid out, by the name that inspect shows; a wrong one lists them all.",
    ),
}

SHARED = {
    "spec": Shared(lambda: _setting_options(*RUN.values()), _spec_of),
    "asked": Shared(lambda: _setting_options(TrustSpec), lambda given: _one_of(TrustSpec, given)),
    "reading": Shared(_reading_options, _reading_of),
}
