"""`python -m segmentation ...`: a thin shell over the functions that the app uses too."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from segmentation.cohorts import Assignment, CohortSet, assign
from segmentation.encode import encode
from segmentation.errors import MappingError, WorkbenchError
from segmentation.intake import Question, Survey, read_survey
from segmentation.mapping import Mapping, check_mapping, suggest_mapping
from segmentation.outputs import (
    ASSIGNMENTS,
    RUN_FILES,
    metrics,
    write_assignment,
    write_run,
    write_text,
)
from segmentation.profiles import characteristic, labels_of
from segmentation.progress import Progress
from segmentation.run import Segmentation, segment
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
from segmentation.validate import in_words

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Find the cohorts in a survey of tools, describe them, and keep them.",
)
screen = Console(stderr=True)

DEFAULT = RunSpec()

STOPPED = 130
"""Exit code after Ctrl-C."""


PIPED_WIDTH = 120
"""Columns of a table that is not printed on a terminal."""

NARROWEST = 76
"""A table is never squeezed under this many columns; a narrower terminal wraps its lines."""

MOST_NOTES = 3


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. What the user can fix ends in exit code 2 and one sentence."""
    try:
        code = app(arguments, prog_name="python -m segmentation", standalone_mode=False)
    except WorkbenchError as error:
        _say(str(error), "red")
        sys.exit(2)
    except typer.exceptions.TyperException as error:
        if error.format_message():
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "python -m segmentation"
            _say(f"{error.format_message().rstrip('.')}; see {command} --help.", "red")
        sys.exit(error.exit_code)
    if code == STOPPED:
        _say("Stopped.")
    sys.exit(code if isinstance(code, int) else 0)


def _say(text: str, style: str = "") -> None:
    """One line on standard error."""
    screen.print(_plain(text), style=style, soft_wrap=True, highlight=False)


def _plain(text: str) -> Text:
    """Text of a survey as it stands: no markup, no emoji, nothing that steers a terminal."""
    return Text("".join(c if c.isprintable() else " " for c in text))


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


@app.command()
def inspect(
    file: SurveyFile,
    mapping_out: Annotated[
        Path | None, typer.Option(help="Write the suggested mapping here, to edit.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a survey export holds and which questions would be tools."""
    if mapping_out and _same(mapping_out, file):
        raise WorkbenchError(f"{mapping_out} is the survey itself: write the mapping elsewhere.")
    survey = _survey(file)
    mapping = suggest_mapping(survey)
    if mapping_out:
        write_text(mapping_out, mapping.to_json())
        _say(f"Mapping written to {mapping_out}.")
    if as_json:
        typer.echo(json.dumps(_inspection(survey, mapping), ensure_ascii=False, indent=1))
    else:
        _print_inspection(survey, mapping)


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
    _check_folder(out, RUN_FILES, file, mapping)
    with _bar() as progress:
        progress("Reading the survey", 0.0)
        survey = _survey(file)
        chosen = _mapping(survey, mapping)
        result = segment(survey, chosen, spec, progress)
    _print_run(result)
    _print_notes(survey, chosen)
    if out:
        write_run(result, out)
        _say(f"Results written to {out}.")


@app.command()
def apply(
    cohorts: Annotated[Path, typer.Argument(help="cohorts.json of an earlier run.")],
    file: SurveyFile,
    mapping: MappingFile = None,
    out: OutFolder = None,
) -> None:
    """Place the respondents of a survey in cohorts saved earlier."""
    _check_folder(out, (ASSIGNMENTS,), file, mapping, cohorts)
    saved = CohortSet.from_json(_read_text(cohorts, "cohort set"))
    survey = _survey(file)
    chosen = _mapping(survey, mapping)
    assignment = assign(saved, encode(survey, chosen, EncodeSpec(threshold=0.0)))
    _print_assignment(saved, assignment)
    _print_notes(survey, chosen)
    if out:
        _say(f"Assignments written to {write_assignment(assignment, out)}.")


def _survey(path: Path) -> Survey:
    try:
        return read_survey(path)
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: check the path.") from error


def _mapping(survey: Survey, path: Path | None) -> Mapping:
    """The mapping in a file, else the suggested one. Raises MappingError for another survey's."""
    if path is None:
        return suggest_mapping(survey)
    mapping = Mapping.from_json(_read_text(path, "mapping"))
    tools = [entry.question for entry in mapping.questions if entry.role == "tools"]
    if tools and not {question.key for question in survey.questions} & set(tools):
        raise MappingError(
            f"The mapping {path} is of another survey, for this one has none of its tool questions "
            f"({tools[0]!r} is the first): make one with inspect --mapping-out."
        )
    return mapping


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


@contextmanager
def _bar() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    disable = not screen.is_terminal
    with Bar(*columns, console=screen, transient=True, disable=disable) as bar:
        task = bar.add_task("", total=1.0)

        def progress(step: str, share: float) -> None:
            bar.update(task, description=step, completed=share)

        yield progress


def _inspection(survey: Survey, mapping: Mapping) -> dict[str, Any]:
    roles = {entry.question: entry for entry in mapping.questions}
    reading = survey.reading
    return {
        "layout": reading.layout,
        "confidence": reading.confidence,
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "header_rows": reading.header_rows,
        "respondents": survey.respondents,
        "warnings": list(survey.notes),
        "questions": [_question(question, roles) for question in survey.questions],
        "personal": [{"column": p.column, "reason": p.reason} for p in survey.personal],
    }


def _question(question: Question, roles: dict[str, Any]) -> dict[str, Any]:
    entry = roles.get(question.key)
    return {
        "key": question.key,
        "text": question.text,
        "kind": question.kind,
        "answered": question.answered,
        "role": entry.role if entry else "ignore",
        "category": entry.category if entry else "",
        "name": entry.name if entry else "",
        "options": dict(zip(question.options, question.counts, strict=True)),
    }


def _page() -> Console:
    """Where results are printed."""
    page = Console(highlight=False)
    wide = page.width if page.is_terminal or os.environ.get("COLUMNS") else PIPED_WIDTH
    page.width = max(wide, NARROWEST)
    return page


def _table(*columns: str, cut: Sequence[str] = ()) -> Table:
    """A table in which nothing but the columns `cut` may be shortened, and those last."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in columns:
        table.add_column(name, overflow="ellipsis" if name in cut else "fold", no_wrap=name in cut)
    return table


def _print_inspection(survey: Survey, mapping: Mapping) -> None:
    reading = survey.reading
    page = _page()
    page.print(
        _plain(
            f"{survey.name}: {reading.layout}, {survey.respondents:,} respondents, "
            f"{len(survey.questions)} questions, {reading.encoding}, "
            f"{_count(reading.header_rows, 'header row')}, "
            f"{_count(len(survey.personal), 'column')} of personal data left out"
        )
    )
    for note in survey.notes:
        page.print(_plain(f"- {note}"))
    table = _table(
        *("Question", "Role", "Category or name", "Kind", "Options", "Answered"),
        cut=("Question", "Category or name"),
    )
    roles = {entry.question: entry for entry in mapping.questions}
    for question in survey.questions:
        entry = roles.get(question.key)
        table.add_row(
            _plain(question.text),
            entry.role if entry else "ignore",
            _plain((entry.category or entry.name) if entry else ""),
            question.kind,
            f"{len(question.options):,}",
            f"{question.answered:,}",
        )
    page.print(table)


def _print_run(result: Segmentation) -> None:
    figures = metrics(result)
    table = _table("Cohort", "Respondents", "Share", "Most characteristic tools (index)")
    names = labels_of(result.profiles.tools)
    for number, cohort in enumerate(result.cohorts.cohorts):
        rates = result.profiles.tool_rates
        marked = characteristic(rates, number, rates.significant[number] > 0)
        marks = ", ".join(f"{names[i]} {rates.index[number, i]:.0f}" for i in marked[:5])
        table.add_row(
            _plain(f"{number + 1}. {cohort.name}"),
            f"{cohort.size:,}",
            f"{cohort.share:.1%}",
            _plain(marks),
        )
    page = _page()
    page.print(table)
    page.print(
        f"{figures['respondents_used']:,} of {figures['respondents']:,} respondents used, "
        f"{figures['tools_kept']} of {figures['tools_seen']} tools; "
        f"{figures['unassigned_share']:.0%} unassigned; held-out gain "
        f"{figures['heldout_gain']:.2f} ± {2 * figures['heldout_gain_se']:.2f} nats per "
        f"respondent; fidelity {figures['fidelity']:.0%}; {sum(result.seconds.values()):.1f} s."
    )
    page.print(in_words(result.validation))


def _print_assignment(saved: CohortSet, assignment: Assignment) -> None:
    table = _table("Cohort", "Respondents", "Share of those placed")
    placed = int((assignment.cohort >= 0).sum())
    for number, cohort in enumerate(saved.cohorts):
        size = int((assignment.cohort == number).sum())
        share = f"{size / max(placed, 1):.1%}"
        table.add_row(_plain(f"{number + 1}. {cohort.name}"), f"{size:,}", share)
    page = _page()
    page.print(table)
    page.print(
        f"{placed:,} of {len(assignment.cohort):,} respondents placed; this survey carries "
        f"{assignment.coverage:.0%} of what tells the cohorts apart."
    )
    if assignment.missing:
        page.print(_plain(f"Tools it lacks: {', '.join(assignment.missing)}."))


def _print_notes(survey: Survey, mapping: Mapping) -> None:
    """On one line, what was left out or changed in reading and what the mapping has amiss."""
    notes = [*survey.notes, *check_mapping(mapping, survey)]
    if survey.personal:
        left_out = _count(len(survey.personal), "column")
        notes.insert(0, f"{left_out} of personal data left out of everything.")
    rest = len(notes) - MOST_NOTES
    if notes:
        more = f" And {_count(rest, 'more remark')}, which inspect shows." if rest > 0 else ""
        _say("Note: " + " ".join(notes[:MOST_NOTES]) + more, "yellow")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
