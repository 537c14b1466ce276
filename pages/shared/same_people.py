"""Two cohort sets of the same respondents: who moved, and how far the two agree."""

from __future__ import annotations

import streamlit as st

from pages.shared import comparison_tables, html_tables, moves_table, widgets
from pages.shared.html_tables import Kind
from segmentation.charts import who_moved
from segmentation.compare import Comparison, Moves
from segmentation.figures import percent

BEST: dict[str, Kind] = {
    "Cohort of A": "text",
    "Best match in B": "text",
    "In A": "number",
    "In B": "number",
    "In both": "number",
    "Jaccard": "figure",
    "Verdict": "text",
}

RAND = (
    "Of all pairs of people, how many both versions treat alike: together or apart. 1 is the same "
    "cohorts, 0 what chance gives."
)
INFORMATION = (
    "How much a person's cohort in A tells about that in B. 1 is everything, 0 no more than "
    "chance; small cohorts count more here."
)
COVERED = (
    "Of the people in a cohort of A or of B, the share in a cohort of both. The two other figures "
    "are about these people only."
)


def sections(comparison: Comparison, moves: Moves) -> None:
    st.header("Who moved", anchor=False)
    agreement(moves)
    names_a = [cohort.name for cohort in comparison.a.cohorts]
    names_b = [cohort.name for cohort in comparison.b.cohorts]
    st.plotly_chart(
        who_moved(moves, names_a, names_b, widgets.theme()),
        key="compare-flows",
        config={"displaylogo": False},
        alt="People flowing from their cohort in A on the left to that in B on the right",
    )
    st.html(moves_table.moves_table(moves, names_a, names_b, widgets.accent()))
    st.caption(
        "People in each cohort of A (down) and of B (across) at once; below the count, the share "
        "of the row. The darker a cell, the larger that share. A cohort that stayed has one dark "
        "cell; one that was split has several."
    )
    st.header("Each cohort's best match", anchor=False)
    label = "Each cohort of A with its best match in B"
    st.html(html_tables.html_table(comparison_tables.best_matches(comparison), BEST, label))
    st.caption(
        "Jaccard: of the people who are in either of the two cohorts, the share who are in both. "
        "Over one half counts as the same cohort; otherwise it dissolved, and has no counterpart."
    )


def agreement(moves: Moves) -> None:
    """Three figures, each with what it says."""
    grid = st.grid(3, min_column_width=170)
    figures = (
        ("Adjusted Rand index", _figure(moves.ari), RAND),
        ("Adjusted mutual information", _figure(moves.ami), INFORMATION),
        ("Covered by both", percent(moves.covered), COVERED),
    )
    for number, (label, value, words) in enumerate(figures):
        with grid.container(border=True, key=f"agreement-{number}", height="stretch"):
            st.metric(label, value)
            st.caption(words)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
