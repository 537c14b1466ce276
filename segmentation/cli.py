"""`python -m segmentation ...`: a thin shell over the functions that the app uses too."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from segmentation.cohorts import CohortSet, assign
from segmentation.encode import encode
from segmentation.errors import MappingError, WorkbenchError
from segmentation.intake import ReadOptions, Survey, read_survey
from segmentation.intake.records import DELIMITERS
from segmentation.mapping import Mapping, suggest_mapping
from segmentation.outputs import ASSIGNMENTS, RUN_FILES, write_assignment, write_run, write_text
from segmentation.run import segment
from segmentation.spec import (
    ClusterSpec,
    EmbedSpec,
    EncodeSpec,
    Method,
    Metric,
    NeighbourSpec,
    Parameter,
    RunSpec,
    Selection,
    Unassigned,
    parameters,
)
from segmentation.terminal import (
    bar,
    inspection,
    print_assignment,
    print_inspection,
    print_notes,
    print_run,
    say,
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Find the cohorts in a survey of tools, describe them, and keep them.",
)

DEFAULT = RunSpec()

STOPPED = 130
"""Exit code after Ctrl-C."""

IN_WORDS = {word: character for character, word in DELIMITERS}
"""Delimiters that a shell would not leave as they are, by a name to type instead."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. What the user can fix ends in exit code 2 and one sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what a terminal cannot show stops nothing
    try:
        code = app(arguments, prog_name="python -m segmentation", standalone_mode=False)
    except WorkbenchError as error:
        say(str(error), "red")
        sys.exit(2)
    except typer.exceptions.TyperException as error:
        if error.format_message():
            say(_usage(error), "red")
        sys.exit(error.exit_code)
    if code == STOPPED:
        say("Stopped.")
    sys.exit(code if isinstance(code, int) else 0)


def _usage(error: typer.exceptions.TyperException) -> str:
    """What is wrong with the command as typed, in one sentence."""
    said = error.format_message().rstrip(".").replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "python -m segmentation"
    return f"{said.replace('Input should', 'it should')} (see {command} --help)."


def _help(parameter: Parameter) -> str:
    return f"{parameter.label}: {parameter.help}"


def _number(flag: str, spec: type, name: str) -> Any:
    parameter = parameters(spec)[name]
    return typer.Option(flag, help=_help(parameter), min=parameter.low, max=parameter.high)


def _choice(flag: str, spec: type, name: str) -> Any:
    return typer.Option(flag, help=_help(parameters(spec)[name]))


SurveyFile = Annotated[Path, typer.Argument(help="A survey export.", show_default=False)]
MappingFile = Annotated[
    Path | None,
    typer.Option("--mapping", help="A mapping saved earlier; without it, the suggested one."),
]
OutFolder = Annotated[Path | None, typer.Option("--out", help="Folder to write the results to.")]


def _reading(flag: str, text: str, **more: Any) -> Any:
    return typer.Option(flag, help=text, rich_help_panel="Reading, where not as detected", **more)


Member = Annotated[str | None, _reading("--member", "The file to read in a ZIP archive.")]
Sheet = Annotated[str | None, _reading("--sheet", "The sheet of a workbook.")]
TextEncoding = Annotated[
    str | None, _reading("--encoding", "Encoding of the text, such as utf-8, cp1252 or mac_roman.")
]
Delimiter = Annotated[
    str | None,
    _reading("--delimiter", f"What parts fields: {', '.join(IN_WORDS)}, or any one character."),
]
SkipRows = Annotated[
    int | None, _reading("--skip-rows", "Rows above the header, such as a title.", min=0)
]
HeaderRows = Annotated[
    int | None,
    _reading("--header-rows", "Rows of the header; 0 when the first is an answer.", min=0),
]
CodeBookFile = Annotated[
    Path | None, _reading("--codebook", "A second file that gives labels for codes.")
]


@app.command()
def inspect(
    file: SurveyFile,
    mapping_out: Annotated[
        Path | None, typer.Option(help="Write the suggested mapping here, to edit.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    member: Member = None,
    sheet: Sheet = None,
    encoding: TextEncoding = None,
    delimiter: Delimiter = None,
    skip_rows: SkipRows = None,
    header_rows: HeaderRows = None,
    codebook: CodeBookFile = None,
) -> None:
    """Show what a survey export holds and which questions would be tools."""
    for path, what in ((file, "survey itself"), (codebook, "code book")):
        if mapping_out and path and _same(mapping_out, path):
            raise WorkbenchError(f"{mapping_out} is the {what}: write the mapping elsewhere.")
    survey = _survey(file, member, sheet, encoding, delimiter, skip_rows, header_rows, codebook)
    mapping = suggest_mapping(survey)
    if mapping_out:
        write_text(mapping_out, mapping.to_json())
        say(f"Mapping written to {mapping_out}.")
    if as_json:
        everything = "utf" in (sys.stdout.encoding or "").lower()
        typer.echo(json.dumps(inspection(survey, mapping), ensure_ascii=not everything, indent=1))
    else:
        print_inspection(survey, mapping)


@app.command()
def run(
    file: SurveyFile,
    mapping: MappingFile = None,
    threshold: Annotated[float, _number("--threshold", EncodeSpec, "threshold")] = (
        DEFAULT.encode.threshold
    ),
    neighbors: Annotated[int, _number("--neighbors", EmbedSpec, "neighbors")] = (
        DEFAULT.embed.neighbors
    ),
    min_dist: Annotated[float, _number("--min-dist", EmbedSpec, "min_dist")] = (
        DEFAULT.embed.min_dist
    ),
    dimensions: Annotated[int, _number("--dimensions", EmbedSpec, "dimensions")] = (
        DEFAULT.embed.dimensions
    ),
    metric: Annotated[Metric, _choice("--metric", NeighbourSpec, "metric")] = (
        DEFAULT.neighbours.metric
    ),
    method: Annotated[Method, _choice("--method", ClusterSpec, "method")] = DEFAULT.cluster.method,
    min_cluster_size: Annotated[
        float, _number("--min-cluster-size", ClusterSpec, "min_cluster_size")
    ] = DEFAULT.cluster.min_cluster_size,
    min_samples: Annotated[int, _number("--min-samples", ClusterSpec, "min_samples")] = (
        DEFAULT.cluster.min_samples
    ),
    selection: Annotated[Selection, _choice("--selection", ClusterSpec, "selection")] = (
        DEFAULT.cluster.selection
    ),
    epsilon: Annotated[float, _number("--epsilon", ClusterSpec, "epsilon")] = (
        DEFAULT.cluster.epsilon
    ),
    resolution: Annotated[float, _number("--resolution", ClusterSpec, "resolution")] = (
        DEFAULT.cluster.resolution
    ),
    cohorts: Annotated[int, _number("--cohorts", ClusterSpec, "cohorts")] = (
        DEFAULT.cluster.cohorts
    ),
    unassigned: Annotated[Unassigned, _choice("--unassigned", ClusterSpec, "unassigned")] = (
        DEFAULT.cluster.unassigned
    ),
    seed: Annotated[int, _number("--seed", EmbedSpec, "seed")] = DEFAULT.embed.seed,
    out: OutFolder = None,
    member: Member = None,
    sheet: Sheet = None,
    encoding: TextEncoding = None,
    delimiter: Delimiter = None,
    skip_rows: SkipRows = None,
    header_rows: HeaderRows = None,
    codebook: CodeBookFile = None,
) -> None:
    """Find the cohorts of a survey, describe them and write them to a folder."""
    spec = RunSpec(
        EncodeSpec(threshold),
        NeighbourSpec(metric),
        EmbedSpec(neighbors, min_dist, dimensions, seed),
        ClusterSpec(
            method,
            min_cluster_size,
            min_samples,
            selection,
            epsilon,
            resolution,
            cohorts,
            unassigned,
        ),
    )
    _check_folder(out, RUN_FILES, file, mapping, codebook)
    with bar() as progress:
        progress("Reading the survey", 0.0)
        survey = _survey(file, member, sheet, encoding, delimiter, skip_rows, header_rows, codebook)
        chosen = _mapping(survey, mapping)
        result = segment(survey, chosen, spec, progress)
    print_run(result)
    print_notes(survey, chosen)
    if out:
        write_run(result, out)
        say(f"Results written to {out}.")


@app.command()
def apply(
    cohorts: Annotated[Path, typer.Argument(help="cohorts.json of an earlier run.")],
    file: SurveyFile,
    mapping: MappingFile = None,
    out: OutFolder = None,
    member: Member = None,
    sheet: Sheet = None,
    encoding: TextEncoding = None,
    delimiter: Delimiter = None,
    skip_rows: SkipRows = None,
    header_rows: HeaderRows = None,
    codebook: CodeBookFile = None,
) -> None:
    """Place the respondents of a survey in cohorts saved earlier."""
    _check_folder(out, (ASSIGNMENTS,), file, mapping, cohorts, codebook)
    saved = CohortSet.from_json(_read_text(cohorts, "cohort set"))
    survey = _survey(file, member, sheet, encoding, delimiter, skip_rows, header_rows, codebook)
    chosen = _mapping(survey, mapping, saved.mapping)
    assignment = assign(saved, encode(survey, chosen, EncodeSpec(threshold=0.0)))
    print_assignment(saved, assignment)
    print_notes(survey, chosen)
    if out:
        say(f"Assignments written to {write_assignment(assignment, out)}.")


def _survey(
    path: Path,
    member: str | None,
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
    skip_rows: int | None,
    header_rows: int | None,
    codebook: Path | None,
) -> Survey:
    """The survey in a file, read as chosen; None leaves a choice to detection."""
    if delimiter is not None:
        delimiter = IN_WORDS.get(delimiter.lower(), delimiter)
    options = ReadOptions(member, sheet, encoding, delimiter, skip_rows, header_rows)
    try:
        return read_survey(path, options=options, codebook=codebook)
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: check the path.") from error


def _mapping(survey: Survey, path: Path | None, saved: Mapping | None = None) -> Mapping:
    """The mapping in a file, else one saved earlier where it fits, else the suggested one.

    Raises MappingError when the file is another survey's mapping.
    """
    keys = {question.key for question in survey.questions}
    if path is None:
        fits = saved is not None and keys.issuperset(_tool_questions(saved))
        return saved if saved and fits else suggest_mapping(survey)
    mapping = Mapping.from_json(_read_text(path, "mapping"))
    tools = _tool_questions(mapping)
    if tools and keys.isdisjoint(tools):
        raise MappingError(
            f"The mapping {path} is of another survey, for this one has none of its tool questions "
            f"({tools[0]!r} is the first): make one with inspect --mapping-out."
        )
    return mapping


def _tool_questions(mapping: Mapping) -> list[str]:
    return [entry.question for entry in mapping.questions if entry.role == "tools"]


def _read_text(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WorkbenchError(f"The {what} {path} cannot be read: check the path.") from error


def _check_folder(folder: Path | None, names: Sequence[str], *inputs: Path | None) -> None:
    """Whether results can be written, said before the work; the folder is not made yet."""
    if folder is None:
        return
    there = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise WorkbenchError(f"Nothing can be written to {folder}: choose another folder.")
    for name in names:
        if any(path and _same(folder / name, path) for path in inputs):
            raise WorkbenchError(
                f"The results would replace {folder / name}, which they are made from: choose "
                "another folder."
            )


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
