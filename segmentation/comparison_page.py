"""A comparison as one page that opens anywhere, and as files. Names in it are uploaded text."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from segmentation.charts import contingency_heatmap, drift_dots, embedded_html, who_moved
from segmentation.cohorts import CohortSet
from segmentation.compare import Comparison, ToolChange, to_json
from segmentation.compare.words import added_and_removed, headline, match_in_words
from segmentation.figures import percent
from segmentation.html_page import page, table
from segmentation.outputs import write_text
from segmentation.profiles import labels_of

COMPARISON_FILES = ("comparison.json", "comparison.html")

TOOLS_SHOWN = 15
"""Of a pair's tools, the clearest drift first; comparison.json holds all."""

CHANGES_SHOWN = 25
DIFFERENCES_SHOWN = 12


def write_comparison(comparison: Comparison, folder: Path) -> list[Path]:
    """Write comparison.json and comparison.html, once both are made; raises like `write_text`."""
    texts = (to_json(comparison), comparison_html(comparison))
    named = zip(COMPARISON_FILES, texts, strict=True)
    return [write_text(folder / name, text) for name, text in named]


def comparison_html(comparison: Comparison) -> str:
    """The page: what differs, who moved or who is whose counterpart, and what changed."""
    figures = embedded_html(list(_figures(comparison)))
    title = f"{comparison.a.survey} and {comparison.b.survey} compared"
    parts = [
        f"<h1>{html.escape(title)}</h1>",
        f"<p>{html.escape(headline(comparison))}</p>",
        *(f'<p class="note">{html.escape(note)}</p>' for note in comparison.notes),
        *_what_differs(comparison),
        *_people(comparison, figures),
        *_counterparts(comparison),
        *_drift(comparison, figures),
        *_everyone(comparison),
        *_questions(comparison),
    ]
    return page(title, parts)


def _figures(comparison: Comparison) -> Iterator[Any]:
    """In the order in which the page shows them."""
    if comparison.moves:
        names = _names(comparison.a), _names(comparison.b)
        yield who_moved(comparison.moves, *names, "light")
        yield contingency_heatmap(comparison.moves, *names, "light")
    for match in comparison.matched:
        if match.drift and match.a is not None:
            shown = match.drift[:TOOLS_SHOWN]
            yield drift_dots(shown, labels_of([d.tool for d in shown]), match.a, "light")


def _what_differs(comparison: Comparison) -> Iterator[str]:
    yield "<h2>What differs</h2>"
    rows = [(d.what, d.a, d.b) for d in comparison.differences]
    if not rows:
        yield "<p>Survey, settings and mapping agree.</p>"
    yield table(("", "A", "B"), rows[:DIFFERENCES_SHOWN]) if rows else ""
    if rows[DIFFERENCES_SHOWN:]:
        rest = table(("", "A", "B"), rows[DIFFERENCES_SHOWN:])
        yield f"<details><summary>{len(rows) - DIFFERENCES_SHOWN} more</summary>{rest}</details>"


def _people(comparison: Comparison, figures: list[str]) -> Iterator[str]:
    moves = comparison.moves
    if not moves:
        return
    yield "<h2>Who moved</h2>"
    if moves.ari is not None and moves.ami is not None:
        yield (
            f"<p>Adjusted Rand index {moves.ari:.2f}, adjusted mutual information "
            f"{moves.ami:.2f}, among the {percent(moves.covered)} of respondents who are in a "
            "cohort of both (of those in a cohort of either). 1 means the same cohorts, 0 no more "
            "agreement than chance.</p>"
        )
    yield "".join(figures[:2])


def _counterparts(comparison: Comparison) -> Iterator[str]:
    yield "<h2>Cohorts side by side</h2>"
    head = ("Cohort of A", "Cohort of B", "Similarity", "Share in A", "Share in B", "In words")
    rows = [
        (
            _name(comparison.a, match.a),
            _name(comparison.b, match.b),
            f"{match.similarity:.2f}",
            _share(comparison.a, match.a),
            _share(comparison.b, match.b),
            match_in_words(match, comparison),
        )
        for match in comparison.matches
    ]
    yield table(head, rows, numbers=(2, 3, 4))


def _drift(comparison: Comparison, figures: list[str]) -> Iterator[str]:
    drawn = [match for match in comparison.matched if match.drift]
    if not drawn:
        return
    yield (
        "<h2>What changed within matched cohorts</h2><p>A ring is the prevalence in A, a dot that "
        "in B, the bar the 95 % interval of the change; a coloured dot is drift that stands out "
        "from chance and from the usual unsteadiness of the pair (false discovery rate 5 %).</p>"
    )
    for match, figure in zip(drawn, figures[-len(drawn) :], strict=True):
        sure = sum(drift.significant for drift in match.drift)
        title = html.escape(f"{_name(comparison.a, match.a)} → {_name(comparison.b, match.b)}")
        shown = " open" if sure else ""
        yield (
            f"<details{shown}><summary>{title}: {sure} of {len(match.drift)} tools "
            f"drifted</summary>{figure}</details>"
        )


def _everyone(comparison: Comparison) -> Iterator[str]:
    if not comparison.tools:
        return
    yield (
        "<h2>Tools among everyone</h2><p>The change of each tool both surveys offered, and where "
        "it comes from: cohorts that grew or shrank (mix shift), members of matched cohorts who "
        "answer otherwise (definition drift), or people outside them (elsewhere). The three add "
        "up to the change. * marks a change that is significant at a false discovery rate of "
        "5 %.</p>"
    )
    head = ("Tool", "A", "B", "Change", "95 %", "Mix shift", "Definition drift", "Elsewhere")
    shown = comparison.tools[:CHANGES_SHOWN]
    names = labels_of([change.everyone.tool for change in shown])
    rows = [(name, *_change(change)) for name, change in zip(names, shown, strict=True)]
    yield table(head, rows, numbers=range(1, len(head)))
    if len(comparison.tools) > len(shown):
        yield f"<p>The largest {len(shown)} of {len(comparison.tools)}; the JSON has all.</p>"


def _change(change: ToolChange) -> tuple[str, ...]:
    low, high = change.everyone.interval
    star = " *" if change.everyone.significant else ""
    parts = (f"{part:+.1%}" for part in (change.mix, change.definition, change.elsewhere))
    return (
        f"{change.everyone.a:.1%}",
        f"{change.everyone.b:.1%}",
        f"{change.everyone.difference:+.1%}{star}",
        f"{low:+.1%} to {high:+.1%}",
        *parts,
    )


def _questions(comparison: Comparison) -> Iterator[str]:
    yield "<h2>What changed in the questions</h2>"
    lines = list(added_and_removed(comparison.instrument))
    if not lines:
        yield "<p>Both surveys offered the same options.</p>"
    yield "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _names(saved: CohortSet) -> list[str]:
    return [cohort.name for cohort in saved.cohorts]


def _name(saved: CohortSet, number: int | None) -> str:
    return "—" if number is None else f"{number + 1}. {saved.cohorts[number].name}"


def _share(saved: CohortSet, number: int | None) -> str:
    return "" if number is None else f"{saved.cohorts[number].share:.1%}"
