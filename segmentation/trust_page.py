"""How far cohorts can be trusted as one page that opens anywhere, and as files."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from segmentation.charts import (
    METRICS,
    SIZES,
    attribute_heatmap,
    bic_curve,
    embedded_html,
    size_in_words,
    stability_bands,
    structure_picture,
    sweep_heatmap,
)
from segmentation.figures import percent
from segmentation.html_page import page, paragraph, table
from segmentation.outputs import write_text
from segmentation.trust import words
from segmentation.trust.audits.model import AttributeAudit, Audits
from segmentation.trust.methods import WORDS
from segmentation.trust.model import CohortTrust, Methods, Sweep, Trust
from segmentation.trust.report import to_json

TRUST_FILES = ("trust.json", "trust.html")


def write_trust(trust: Trust, folder: Path, sweep: Sweep | None = None) -> list[Path]:
    """Write trust.json and trust.html, once both are made; raises like `write_text`."""
    texts = {name: make() for name, make in trust_files(trust, sweep).items()}
    return [write_text(folder / name, text) for name, text in texts.items()]


def trust_files(trust: Trust, sweep: Sweep | None = None) -> dict[str, Callable[[], str]]:
    """The files by name, each made when it is called for."""
    makers = (lambda: to_json(trust, sweep), lambda: trust_html(trust, sweep))
    return dict(zip(TRUST_FILES, makers, strict=True))


def trust_html(trust: Trust, sweep: Sweep | None = None) -> str:
    """The page: is there structure, which cohorts hold, which method, and the audits."""
    figures = _Figures(trust, sweep)
    title = f"How far to trust the cohorts of {trust.survey}"
    caution = words.caution(trust.structure)
    return page(
        title,
        [
            f"<h1>{html.escape(title)}</h1>",
            paragraph(f"Rests on {words.so_far(trust)}."),
            paragraph(caution, "note") if caution else "",
            *_structure(trust, figures),
            *_cohorts(trust, figures),
            *_methods(trust, figures),
            *_sweep(sweep, figures),
            *(_audits(trust.audits, _names(trust), figures) if trust.audits else ()),
        ],
    )


class _Figures:
    """The figures of the page by name, as HTML; "" where there is nothing to draw."""

    def __init__(self, trust: Trust, sweep: Sweep | None) -> None:
        drawn = dict(_drawn(trust, sweep))
        self._made = dict(zip(drawn, embedded_html(list(drawn.values())), strict=True))

    def __call__(self, name: str) -> str:
        return self._made.get(name, "")


def _drawn(trust: Trust, sweep: Sweep | None) -> Iterator[tuple[str, Any]]:
    if trust.structure is not None:
        yield "structure", structure_picture(trust.structure, "light")
    if any(one.stability.jaccard is not None for one in trust.cohorts):
        yield "stability", stability_bands(trust.cohorts, "light")
    if trust.how_many is not None:
        yield "how many", bic_curve(trust.how_many, "light")
    if sweep is not None and sweep.cells:
        yield "sweep", sweep_heatmap(sweep, "gain", "light")
    if trust.audits is not None and (first := _first(trust.audits)) is not None:
        yield "attribute", attribute_heatmap(first, _names(trust), "light")


def _structure(trust: Trust, figures: _Figures) -> Iterator[str]:
    yield "<h2>Is there structure?</h2>"
    if trust.structure is None:
        yield paragraph("Not known yet.")
        return
    said = words.structure_in_words(trust.structure)
    yield f"<p><strong>{html.escape(said.headline)}</strong></p>"
    yield paragraph(said.paragraph)
    yield figures("structure")
    yield paragraph(f"{words.SHUFFLED} {words.rests_on(trust.structure)}")


def _cohorts(trust: Trust, figures: _Figures) -> Iterator[str]:
    if not trust.cohorts:
        return
    yield "<h2>Which cohorts hold?</h2>"
    yield f"<p><strong>{html.escape(words.cohorts_in_words(trust.cohorts))}</strong></p>"
    rows = [(_name(one), f"{one.size:,}", words.ruling_in_words(one)) for one in trust.cohorts]
    yield table(("Cohort", "People", "Verdict"), rows, numbers=(1,))
    yield figures("stability")
    yield paragraph(f"{words.STABILITY} The bar is two standard errors to each side.")
    head = ("Cohort", "Stability", "Neighbours 16–64", "Threshold 5–15 %", "Fidelity", "Marks")
    names = _names(trust)
    yield table(
        (*head, "Confused with"),
        [(*_figures_of(one), words.confusion_in_words(one, names)) for one in trust.cohorts],
        numbers=(2, 3, 4, 5),
    )


def _figures_of(one: CohortTrust) -> tuple[str, ...]:
    return (
        _name(one),
        words.stability_in_words(one),
        _two(one.over_neighbours),
        _two(one.over_threshold),
        "–" if one.fidelity is None else percent(one.fidelity),
        f"{one.marks:,}",
    )


def _methods(trust: Trust, figures: _Figures) -> Iterator[str]:
    if trust.methods is not None:
        yield "<h2>Which method?</h2>"
        yield paragraph(words.method_in_words(trust.methods))
        yield _method_table(trust.methods)
    if trust.how_many is not None:
        yield "<h2>How many cohorts?</h2>"
        yield paragraph(words.how_many_in_words(trust.how_many))
        yield figures("how many")


def _method_table(found: Methods) -> str:
    head = ("Method", "Gain", "Stability", "Agreement", "Unassigned", "Cohorts", "Seconds")
    rows = [
        (
            WORDS[row.method] + (" (best)" if row.method == found.best else ""),
            f"{row.gain:+.2f} ± {2 * row.gain_se:.2f}",
            _two(row.stability),
            _two(row.agreement),
            percent(row.unassigned),
            str(row.cohorts),
            f"{row.seconds:.1f}",
        )
        for row in found.rows
    ]
    return table(head, rows, numbers=range(1, len(head)))


def _sweep(sweep: Sweep | None, figures: _Figures) -> Iterator[str]:
    if sweep is None or not sweep.cells:
        return
    yield "<h2>Other settings</h2>"
    yield paragraph(f"{METRICS['gain']} of each combination; more is better.")
    yield figures("sweep")
    head = ("Threshold", "Neighbours", SIZES[sweep.asked.size_of], "Result")
    rows = [
        (
            f"{100 * cell.spec.encode.threshold:g} %",
            str(cell.spec.embed.neighbors),
            size_in_words(sweep.asked.size_of, cell.size),
            words.cell_in_words(cell),
        )
        for cell in sweep.cells
    ]
    listed = table(head, rows, numbers=(0, 1, 2))
    yield f"<details><summary>{len(rows)} combinations</summary>{listed}</details>"


def _audits(audits: Audits, names: list[str], figures: _Figures) -> Iterator[str]:
    yield "<h2>Audits</h2>"
    if audits.breadth is not None:
        yield "<h3>Merely people who tick many boxes?</h3>"
        yield paragraph(words.breadth_in_words(audits.breadth))
    if audits.threshold is not None:
        yield "<h3>Does the threshold hide a niche?</h3>"
        yield paragraph(words.threshold_in_words(audits.threshold))
        said = (words.niche_in_words(tool, names) for tool in audits.threshold.tools)
        yield "".join(f"<li>{html.escape(line)}</li>" for line in said)
    if audits.attributes:
        yield "<h3>Are they job titles by another name?</h3>"
        yield "".join(paragraph(words.attribute_in_words(one)) for one in _ordered(audits))
        yield figures("attribute")
    if audits.marks is not None:
        yield "<h3>Do they show in anything they were not made from?</h3>"
        yield paragraph(
            f"{words.marks_in_words(audits.marks)} {words.again_in_words(audits.marks)}"
        )
    if audits.order is not None:
        yield "<h3>Does the order of the file matter?</h3>"
        yield paragraph(words.order_in_words(audits.order))


def _ordered(audits: Audits) -> list[AttributeAudit]:
    """Titles first, then by how much they go with the cohorts."""
    return sorted(audits.attributes or (), key=lambda one: (not one.title, -one.v, one.name))


def _first(audits: Audits) -> AttributeAudit | None:
    return next(iter(_ordered(audits)), None)


def _names(trust: Trust) -> list[str]:
    return [one.name for one in sorted(trust.cohorts, key=lambda one: one.number)]


def _name(one: CohortTrust) -> str:
    return f"{one.number + 1}. {one.name}"


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
