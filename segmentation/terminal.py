"""What the command line shows: results on standard output, messages on standard error."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from segmentation import sampling
from segmentation.cohorts import Assignment, CohortSet
from segmentation.compare import Comparison
from segmentation.compare.words import added_and_removed, headline
from segmentation.figures import percent
from segmentation.intake import Question, Survey, how_sure, read_answers, summary
from segmentation.mapping import Mapping, check_mapping
from segmentation.profiles import characteristic, labels_of
from segmentation.progress import Progress
from segmentation.run import Segmentation
from segmentation.spec import ClusterSpec, parameters
from segmentation.trust import words
from segmentation.trust.methods import WORDS
from segmentation.trust.model import Methods, Sweep, Trust
from segmentation.validate import in_words

screen = Console(stderr=True)

PIPED_WIDTH = 120
"""Columns of a table that is not printed on a terminal."""

NARROWEST = 76
"""A table is never squeezed under this many columns; a narrower terminal wraps its lines."""

MOST_NOTES = 3


def say(text: str, style: str = "") -> None:
    """One line on standard error."""
    screen.print(_plain(text), style=style, soft_wrap=True, highlight=False)


def _plain(text: str) -> Text:
    """Text of a survey as it stands: no markup, no emoji, nothing that steers a terminal."""
    return Text("".join(c if c.isprintable() else " " for c in text))


@contextmanager
def bar() -> Iterator[Progress]:
    """A progress bar on standard error while the work inside lasts; none where that is a file."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    disable = not screen.is_terminal
    with Bar(*columns, console=screen, transient=True, disable=disable) as drawn:
        task = drawn.add_task("", total=1.0)

        def progress(step: str, share: float) -> None:
            drawn.update(task, description=step, completed=share)

        yield progress


def inspection(survey: Survey, mapping: Mapping) -> dict[str, Any]:
    """What a survey holds, for another program."""
    roles = {entry.question: entry for entry in mapping.questions}
    reading = survey.reading
    return {
        "summary": summary(survey),
        "certainty": how_sure(survey),
        "format": reading.format,
        "layout": reading.layout,
        "confidence": reading.confidence,
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "header_rows": reading.header_rows,
        "options": reading.options.to_dict(),
        "respondents": survey.respondents,
        "warnings": list(survey.notes),
        "questions": [_question(survey, question, roles) for question in survey.questions],
        "personal": [{"column": p.column, "reason": p.reason} for p in survey.personal],
    }


def _question(survey: Survey, question: Question, roles: dict[str, Any]) -> dict[str, Any]:
    """`asked`: who answered; `not_asked`: of whom the export says it; the mapping decides the rest.

    No option is chosen by more than all, so that none is looked at: only who was asked is wanted.
    """
    entry = roles.get(question.key)
    answers = read_answers(survey, question, at_least=survey.respondents + 1)
    return {
        "key": question.key,
        "text": question.text,
        "kind": question.kind,
        "answered": question.answered,
        "asked": int(answers.answered.sum()),
        "not_asked": int(answers.not_asked.sum()),
        "role": entry.role if entry else "ignore",
        "category": entry.category if entry else "",
        "name": entry.name if entry else "",
        "options": dict(zip(question.options, question.counts, strict=True)),
        "none_options": list(question.none_options),
    }


def _page() -> Console:
    """Where results are printed."""
    page = Console(highlight=False)
    wide = page.width if page.is_terminal or os.environ.get("COLUMNS") else PIPED_WIDTH
    page.width = max(wide, NARROWEST)
    return page


def _table(*columns: str, wrap: Sequence[str] = (), cut: Sequence[str] = ()) -> Table:
    """A table that fits the page by wrapping the column `wrap`, or by shortening those in `cut`."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), expand=bool(cut))
    for name in columns:
        overflow: Any = "ellipsis" if name in cut else "fold"
        table.add_column(name, overflow=overflow, no_wrap=name not in wrap)
    for name, share in zip(cut, (3, 1), strict=False):
        table.columns[columns.index(name)].ratio = share
    return table


def _sentence(page: Console, text: str) -> None:
    page.print(_plain(text), soft_wrap=not page.is_terminal)


def print_inspection(survey: Survey, mapping: Mapping) -> None:
    reading = survey.reading
    page = _page()
    _sentence(page, f"{survey.name}: {summary(survey)}. {how_sure(survey)}")
    _sentence(
        page,
        f'Layout "{reading.layout}", {reading.encoding}, '
        f"{_count(len(survey.questions), 'question')}.",
    )
    for note in survey.notes:
        _sentence(page, f"- {note}")
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


def print_run(result: Segmentation, figures: dict[str, Any], said: str) -> None:
    """`figures`: as of `outputs.metrics`; `said`: what is made from a sample, in words."""
    tools = "Most characteristic tools (index)"
    table = _table("Cohort", "Respondents", "Share", tools, wrap=("Cohort", tools))
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
    _sentence(
        page,
        f"{figures['respondents_used']:,} of {figures['respondents']:,} respondents used, "
        f"{_filtered(figures)}"
        f"{figures['tools_kept']} of {figures['tools_seen']} tools; "
        f"{percent(figures['unassigned_share'])} unassigned; held-out gain "
        f"{figures['heldout_gain']:.2f} ± {2 * figures['heldout_gain_se']:.2f} nats per "
        f"respondent; fidelity {percent(figures['fidelity'])}; "
        f"{sum(result.seconds.values()):.1f} s.",
    )
    _sentence(page, in_words(result.validation))
    if said:
        _sentence(page, said)


def said_of(result: Segmentation) -> str:
    """What of a run on one file is made from a sample, in words."""
    return sampling.in_words(result.neighbours.patterns, result.cohorts.spec.embed.seed)


def print_parts(notes: Sequence[str]) -> None:
    """What to know about the parts of a survey, and that nobody looked whether it is real."""
    rest = len(notes) - MOST_NOTES
    more = f" And {_count(rest, 'more remark')}." if rest > 0 else ""
    if notes:
        say("Note: " + " ".join(notes[:MOST_NOTES]) + more, "yellow")
    say("Not checked yet whether these cohorts are real: run trust on one of the parts.", "dim")


def print_unchecked(file: Path) -> None:
    """That nobody looked yet whether the cohorts are real, and how to."""
    command = f"python -m segmentation trust {shlex.quote(str(file))}"
    say(f"Not checked yet whether these cohorts are real: {command} (same options)", "dim")


def _filtered(figures: dict[str, Any]) -> str:
    left_out = figures["respondents"] - figures["respondents_included"]
    return f"{left_out:,} left out by filters, " if left_out else ""


def print_assignment(saved: CohortSet, assignment: Assignment) -> None:
    table = _table("Cohort", "Respondents", "Share of those placed", wrap=("Cohort",))
    placed = int((assignment.cohort >= 0).sum())
    filtered = int((~assignment.included).sum())
    left_out = f", {filtered:,} left out by filters" if filtered else ""
    for number, cohort in enumerate(saved.cohorts):
        size = int((assignment.cohort == number).sum())
        share = f"{size / max(placed, 1):.1%}"
        table.add_row(_plain(f"{number + 1}. {cohort.name}"), f"{size:,}", share)
    page = _page()
    page.print(table)
    if saved.caution:
        say(saved.caution, "yellow")
    _sentence(
        page,
        f"{placed:,} of {len(assignment.cohort):,} respondents placed{left_out}; this survey "
        f"carries {percent(assignment.coverage)} of what tells the cohorts apart.",
    )
    if assignment.unlike.any():
        _sentence(
            page,
            f"{int(assignment.unlike.sum()):,} are unlike any cohort: their answers fit less than "
            "those of 99 % of the respondents whom the cohorts were made from.",
        )
    if assignment.missing:
        _sentence(page, f"Tools it lacks: {', '.join(assignment.missing)}.")


def print_comparison(comparison: Comparison) -> None:
    table = _table(
        *("Cohort of A", "Cohort of B", "Similarity", "Share in A", "Share in B", "Verdict"),
        cut=("Cohort of A", "Cohort of B"),
    )
    table.columns[1].ratio = table.columns[0].ratio
    for match in comparison.matches:
        table.add_row(
            _plain(_numbered(comparison.a, match.a)),
            _plain(_numbered(comparison.b, match.b)),
            f"{match.similarity:.2f}",
            _share_of(comparison.a, match.a),
            _share_of(comparison.b, match.b),
            match.change or match.verdict,
        )
    page = _page()
    page.print(table)
    _sentence(page, headline(comparison))
    moves = comparison.moves
    if moves and moves.ari is not None:
        _sentence(
            page,
            f"Adjusted Rand index {moves.ari:.2f}, adjusted mutual information {moves.ami:.2f}, "
            f"among the {percent(moves.covered)} of respondents whom both sets cover.",
        )
    for match in comparison.matched:
        drifted = [drift for drift in match.drift if drift.significant]
        names = labels_of([drift.tool for drift in drifted])
        told = [f"{n} {percent(d.a)} → {percent(d.b)}" for n, d in zip(names, drifted, strict=True)]
        if told:
            _sentence(page, f"Drift in {_numbered(comparison.a, match.a)}: {', '.join(told)}.")
    for line in added_and_removed(comparison.instrument):
        _sentence(page, line)
    for note in comparison.notes:
        say(f"Note: {note}", "yellow")


def print_trust(trust: Trust, sweep: Sweep | None = None) -> None:
    page = _page()
    if trust.structure is not None:
        said = words.structure_in_words(trust.structure)
        _sentence(page, said.headline)
        _sentence(page, f"{said.paragraph} {words.rests_on(trust.structure)}")
    names = [cohort.name for cohort in trust.cohorts]
    table = _table(
        *("Cohort", "Size", "Verdict", "Stability", "Fidelity", "Marks", "Confused with"),
        cut=("Cohort", "Confused with"),
    )
    for cohort in trust.cohorts:
        table.add_row(
            _plain(f"{cohort.number + 1}. {cohort.name}"),
            f"{cohort.size:,}",
            cohort.ruling or "",
            "" if cohort.stability.jaccard is None else f"{cohort.stability.jaccard:.2f}",
            "" if cohort.fidelity is None else percent(cohort.fidelity),
            f"{cohort.marks}",
            _plain(words.confusion_in_words(cohort, names)),
        )
    page.print(table)
    _sentence(page, words.cohorts_in_words(trust.cohorts))
    if trust.methods is not None:
        _print_methods(page, trust.methods)
    if trust.how_many is not None:
        _sentence(page, words.how_many_in_words(trust.how_many))
    if trust.audits is not None:
        for line in words.audits_in_words(trust.audits):
            _sentence(page, f"- {line}")
    if sweep is not None:
        _print_sweep(page, sweep)


def _print_methods(page: Console, methods: Methods) -> None:
    table = _table(
        *("Method", "Cohorts", "Gain", "Stability", "Seeds agree", "Unassigned", "Seconds")
    )
    for row in methods.rows:
        table.add_row(
            WORDS[row.method],
            f"{row.cohorts}",
            f"{row.gain:.2f} ± {2 * row.gain_se:.2f}",
            "" if row.stability is None else f"{row.stability:.2f}",
            "" if row.agreement is None else f"{row.agreement:.2f}",
            percent(row.unassigned),
            f"{row.seconds:.1f}",
        )
    page.print(table)
    _sentence(page, words.method_in_words(methods))


def _print_sweep(page: Console, sweep: Sweep) -> None:
    size = parameters(ClusterSpec)[sweep.asked.size_of].label
    table = _table("Threshold", "Neighbours", size, "Cohorts", "Gain", "Stability", "Unassigned")
    for cell in sweep.cells:
        table.add_row(
            f"{cell.spec.encode.threshold:.1%}",
            f"{cell.spec.embed.neighbors}",
            f"{cell.size:g}",
            f"{cell.cohorts}",
            f"{cell.gain:.2f}",
            "" if cell.stability is None else f"{cell.stability:.2f}",
            percent(cell.unassigned),
        )
    page.print(table)


def _share_of(saved: CohortSet, number: int | None) -> str:
    return "" if number is None else f"{saved.cohorts[number].share:.1%}"


def _numbered(saved: CohortSet, number: int | None) -> str:
    return "" if number is None else f"{number + 1}. {saved.cohorts[number].name}"


def print_notes(survey: Survey, mapping: Mapping, changes: Sequence[str] = ()) -> None:
    """On one line, what was left out or changed in reading and what the mapping has amiss.

    Above it, what changed since the mapping was saved, a line each.
    """
    for change in changes:
        say(change, "yellow")
    notes = [*survey.notes, *check_mapping(mapping, survey)]
    if survey.personal:
        left_out = _count(len(survey.personal), "column")
        notes.insert(0, f"{left_out} of personal data left out of everything.")
    rest = len(notes) - MOST_NOTES
    if notes:
        more = f" And {_count(rest, 'more remark')}, which inspect shows." if rest > 0 else ""
        say("Note: " + " ".join(notes[:MOST_NOTES]) + more, "yellow")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
