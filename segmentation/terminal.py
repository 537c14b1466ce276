"""What the command line shows: results on standard output, messages on standard error."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from segmentation.cohorts import Assignment, CohortSet
from segmentation.intake import Question, Survey, read_answers
from segmentation.mapping import Mapping, check_mapping
from segmentation.outputs import metrics
from segmentation.profiles import characteristic, labels_of
from segmentation.progress import Progress
from segmentation.run import Segmentation
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
        "format": reading.format,
        "layout": reading.layout,
        "confidence": reading.confidence,
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "header_rows": reading.header_rows,
        "options": asdict(reading.options),
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
    _sentence(
        page,
        f"{survey.name}: {reading.layout}, {survey.respondents:,} respondents, "
        f"{_count(len(survey.questions), 'question')}, {reading.encoding}, "
        f"{_count(reading.header_rows, 'header row')}, "
        f"{_count(len(survey.personal), 'column')} of personal data left out",
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


def print_run(result: Segmentation) -> None:
    figures = metrics(result)
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
        f"{figures['tools_kept']} of {figures['tools_seen']} tools; "
        f"{figures['unassigned_share']:.0%} unassigned; held-out gain "
        f"{figures['heldout_gain']:.2f} ± {2 * figures['heldout_gain_se']:.2f} nats per "
        f"respondent; fidelity {figures['fidelity']:.0%}; {sum(result.seconds.values()):.1f} s.",
    )
    _sentence(page, in_words(result.validation))


def print_assignment(saved: CohortSet, assignment: Assignment) -> None:
    table = _table("Cohort", "Respondents", "Share of those placed", wrap=("Cohort",))
    placed = int((assignment.cohort >= 0).sum())
    for number, cohort in enumerate(saved.cohorts):
        size = int((assignment.cohort == number).sum())
        share = f"{size / max(placed, 1):.1%}"
        table.add_row(_plain(f"{number + 1}. {cohort.name}"), f"{size:,}", share)
    page = _page()
    page.print(table)
    _sentence(
        page,
        f"{placed:,} of {len(assignment.cohort):,} respondents placed; this survey carries "
        f"{assignment.coverage:.0%} of what tells the cohorts apart.",
    )
    if assignment.missing:
        _sentence(page, f"Tools it lacks: {', '.join(assignment.missing)}.")


def print_notes(survey: Survey, mapping: Mapping) -> None:
    """On one line, what was left out or changed in reading and what the mapping has amiss."""
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
