"""`python -m segmentation ...`: a thin shell over the functions that the app uses too."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from segmentation.cohorts import COVERAGE_FLOOR, CohortSet, assign
from segmentation.compare import compare as compare_sets
from segmentation.comparison_page import COMPARISON_FILES, write_comparison
from segmentation.encode import encode
from segmentation.errors import WorkbenchError
from segmentation.intake import ReadOptions, Survey, read_survey
from segmentation.mapping import Mapping, Review, Template, reuse, suggest_mapping
from segmentation.options import READING, with_shared_options
from segmentation.outputs import (
    ASSIGNMENTS,
    RUN_FILES,
    metrics,
    write_assignment,
    write_run,
    write_text,
)
from segmentation.parts import (
    PARTS_FILES,
    Asked,
    Source,
    check_apart,
    is_many,
    name_of,
    parts_in_words,
    parts_metrics,
    parts_of,
    segment_parts,
    workers_of,
    write_parts,
)
from segmentation.respondents import with_filters
from segmentation.run import segment
from segmentation.spec import EncodeSpec, RunSpec, TrustSpec
from segmentation.terminal import (
    bar,
    inspection,
    print_assignment,
    print_comparison,
    print_inspection,
    print_notes,
    print_parts,
    print_run,
    print_trust,
    print_unchecked,
    said_of,
    say,
)
from segmentation.trust.examine import examine
from segmentation.trust.sweep import default_sweep, sweep
from segmentation.trust_page import TRUST_FILES, write_trust

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Find the cohorts in a survey of tools, describe them, and keep them.",
)

DEFAULT = RunSpec()
THOROUGH = TrustSpec()
AS_DETECTED = ReadOptions()

STOPPED = 130
"""Exit code after Ctrl-C."""


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


SurveyFile = Annotated[Path, typer.Argument(help="A survey export.", show_default=False)]
SurveyOrParts = Annotated[
    str,
    typer.Argument(
        help="A survey export, or one in parts: a pattern in quotes, a folder, or a URL.",
        show_default=False,
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Scheduler of a Dask cluster whose workers read the parts and keep them; without it, "
        "the parts are read here, one after the other.",
    ),
]
MappingFile = Annotated[
    Path | None,
    typer.Option("--mapping", help="A mapping saved earlier; without it, the suggested one."),
]
AcceptSimilar = Annotated[
    bool,
    typer.Option(
        "--accept-similar", help="Take questions and options in similar words for the same."
    ),
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="QUESTION=ANSWER|ANSWER",
        help="Count only respondents who gave one of these answers; != leaves them out, 18..30 is "
        "a range. May be given several times.",
    ),
]
OutFolder = Annotated[Path | None, typer.Option("--out", help="Folder to write the results to.")]


CodeBookFile = Annotated[
    Path | None,
    typer.Option(
        "--codebook", help="A second file that gives labels for codes.", rich_help_panel=READING
    ),
]


@app.command()
@with_shared_options
def inspect(
    file: SurveyFile,
    mapping_out: Annotated[
        Path | None, typer.Option(help="Write the suggested mapping here, to edit.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    reading: ReadOptions = AS_DETECTED,
    codebook: CodeBookFile = None,
) -> None:
    """Show what a survey export holds and which questions would be tools."""
    for path, what in ((file, "survey itself"), (codebook, "code book")):
        if mapping_out and path and _same(mapping_out, path):
            raise WorkbenchError(f"{mapping_out} is the {what}: write the mapping elsewhere.")
    survey = _survey(file, reading, codebook)
    mapping = suggest_mapping(survey)
    if mapping_out:
        write_text(mapping_out, Template.of(mapping, survey).to_json())
        say(f"Mapping written to {mapping_out}.")
    if as_json:
        everything = "utf" in (sys.stdout.encoding or "").lower()
        typer.echo(json.dumps(inspection(survey, mapping), ensure_ascii=not everything, indent=1))
    else:
        print_inspection(survey, mapping)


@app.command()
@with_shared_options
def run(
    file: SurveyOrParts,
    mapping: MappingFile = None,
    accept_similar: AcceptSimilar = False,
    where: Where = None,
    spec: RunSpec = DEFAULT,
    out: Annotated[
        str | None, typer.Option("--out", help="Folder to write the results to.")
    ] = None,
    reading: ReadOptions = AS_DETECTED,
    codebook: CodeBookFile = None,
    dask: Scheduler = None,
) -> None:
    """Find the cohorts of a survey, describe them and write them to a folder."""
    if is_many(file):
        template = _template(mapping)
        options = _options(reading, codebook, template)
        book = None if codebook is None else _read_bytes(codebook)
        asked = Asked(options, book, template, accept_similar, tuple(where or ()))
        _run_parts(Source(parts_of(file), name_of(file), asked), spec, out, dask)
        return
    if dask:
        raise WorkbenchError(
            f"{file} is one file, which --dask cannot share out: give the parts of a survey, as by "
            "'folder/*.parquet', or leave out --dask."
        )
    path, folder = Path(file), None if out is None else Path(out)
    _check_folder(folder, RUN_FILES, path, mapping, codebook)
    with bar() as progress:
        progress("Reading the survey", 0.0)
        survey, chosen, changes = _mapped(path, codebook, reading, mapping, accept_similar, where)
        result = segment(survey, chosen, spec, progress)
    print_run(result, metrics(result), said_of(result))
    print_notes(survey, chosen, changes)
    print_unchecked(path)
    if folder:
        write_run(result, folder)
        say(f"Results written to {folder}.")


def _run_parts(source: Source, spec: RunSpec, out: str | None, dask: str | None) -> None:
    """`run` of a survey in parts."""
    if out is not None:
        check_apart(source.parts, out)
        _check_folder(Path(out) if "://" not in out else None, PARTS_FILES)
    with bar() as progress, workers_of(dask, progress) as pool:
        result = segment_parts(source, spec, pool, out, progress)
    print_run(result.sample, parts_metrics(result), parts_in_words(result))
    print_parts(result.notes)
    if out is not None:
        write_parts(result, out)
        say(f"Results written to {out}, with the assignments of each part in a file of its own.")


@app.command()
@with_shared_options
def trust(
    file: SurveyFile,
    mapping: MappingFile = None,
    accept_similar: AcceptSimilar = False,
    where: Where = None,
    asked: TrustSpec = THOROUGH,
    with_sweep: Annotated[
        bool, typer.Option("--sweep", help="Also score a grid of other settings.")
    ] = False,
    spec: RunSpec = DEFAULT,
    out: OutFolder = None,
    reading: ReadOptions = AS_DETECTED,
    codebook: CodeBookFile = None,
) -> None:
    """Find out how far the cohorts of a survey can be trusted."""
    _check_folder(out, TRUST_FILES, file, mapping, codebook)
    with bar() as progress:
        progress("Reading the survey", 0.0)
        survey, chosen, changes = _mapped(file, codebook, reading, mapping, accept_similar, where)
        result = segment(survey, chosen, spec, progress)
        found = examine(result, asked, progress)
        scored = sweep(result, default_sweep(spec), progress) if with_sweep else None
    print_trust(found, scored)
    print_notes(survey, chosen, changes)
    if out:
        write_trust(found, out, scored)
        say(f"Results written to {out}.")


@app.command()
@with_shared_options
def apply(
    cohorts: Annotated[Path, typer.Argument(help="cohorts.json of an earlier run.")],
    file: SurveyFile,
    mapping: MappingFile = None,
    floor: Annotated[
        float,
        typer.Option(
            help="Refuse when the survey carries less than this share of what tells the cohorts "
            "apart.",
            min=0,
            max=1,
        ),
    ] = COVERAGE_FLOOR,
    accept_similar: AcceptSimilar = False,
    out: OutFolder = None,
    reading: ReadOptions = AS_DETECTED,
    codebook: CodeBookFile = None,
) -> None:
    """Place the respondents of a survey in cohorts saved earlier."""
    _check_folder(out, (ASSIGNMENTS,), file, mapping, cohorts, codebook)
    saved = CohortSet.from_json(_read_text(cohorts, "cohort set"))
    template = _template(mapping)
    survey = _survey(file, reading, codebook, template)
    chosen, changes = _mapping(survey, template, accept_similar, saved.mapping)
    assignment = assign(saved, encode(survey, chosen, EncodeSpec(threshold=0.0)), floor)
    print_assignment(saved, assignment)
    print_notes(survey, chosen, changes)
    if out:
        say(f"Assignments written to {write_assignment(assignment, out, saved.caution)}.")


@app.command()
def compare(
    a: Annotated[Path, typer.Argument(help="cohorts.json of one run.", show_default=False)],
    b: Annotated[Path, typer.Argument(help="cohorts.json of another.", show_default=False)],
    out: OutFolder = None,
) -> None:
    """Compare two cohort sets of one survey, of two waves or of two surveys."""
    _check_folder(out, COMPARISON_FILES, a, b)
    one, other = (CohortSet.from_json(_read_text(path, "cohort set")) for path in (a, b))
    comparison = compare_sets(one, other)
    print_comparison(comparison)
    if out:
        write_comparison(comparison, out)
        say(f"Comparison written to {out}.")


def _mapped(
    file: Path,
    codebook: Path | None,
    reading: ReadOptions,
    mapping: Path | None,
    similar: bool,
    where: Sequence[str] | None,
) -> tuple[Survey, Mapping, tuple[str, ...]]:
    """The survey, the mapping with its filters, and what changed since it was saved."""
    template = _template(mapping)
    survey = _survey(file, reading, codebook, template)
    chosen, changes = _mapping(survey, template, similar)
    return survey, with_filters(survey, chosen, where or ()), changes


def _survey(
    path: Path, options: ReadOptions, codebook: Path | None, template: Template | None = None
) -> Survey:
    """The survey in a file, read as chosen, and for the rest as the mapping says."""
    options = _options(options, codebook, template)
    try:
        return read_survey(path, options=options, codebook=codebook)
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: check the path.") from error


def _options(options: ReadOptions, codebook: Path | None, template: Template | None) -> ReadOptions:
    """Choices in reading, and for the rest those of the mapping."""
    if template is not None:
        options = options.over(template.mapping.reading)
    if options.codebook and codebook is None:
        raise WorkbenchError(
            "The mapping was made with a code book, which gives labels to the codes in the file: "
            "add the code book again with --codebook."
        )
    return options


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WorkbenchError(f"The code book {path} cannot be read: check the path.") from error


def _template(path: Path | None) -> Template | None:
    return None if path is None else Template.from_json(_read_text(path, "mapping"))


def _mapping(
    survey: Survey, template: Template | None, similar: bool, saved: Mapping | None = None
) -> tuple[Mapping, tuple[str, ...]]:
    """The mapping in a file, else one saved earlier where it fits, else the suggested one.

    Also what changed since the file was saved, a sentence each. Raises MappingError when the file
    is another survey's mapping, or asks in other words and `similar` is not given.
    """
    if template is not None:
        carried = reuse(Review.of(template, survey), similar=similar)
        return replace(carried.mapping, reading=survey.reading.chosen), carried.notes
    keys = {question.key for question in survey.questions}
    if saved is None or not keys.issuperset(_tool_questions(saved)):
        return suggest_mapping(survey), ()
    return replace(saved, reading=survey.reading.chosen), ()


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
