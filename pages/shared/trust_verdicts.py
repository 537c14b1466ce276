"""The parts of the Trust page that judge: the survey as a whole, and each cohort."""

from __future__ import annotations

import streamlit as st

from pages.shared import html_tables, trust_tables, widgets
from pages.shared.html_tables import Kind
from pages.shared.results import Shown
from segmentation.charts import stability_bands, structure_picture
from segmentation.cohorts.trusted import Verdict
from segmentation.trust import words
from segmentation.trust.model import Trust

CONFIG = {"displaylogo": False, "displayModeBar": False}

ICONS: dict[Verdict, str] = {
    "structure": ":material/verified:",
    "breadth only": ":material/bar_chart:",
    "none": ":material/block:",
    "unclear": ":material/help:",
}

RULINGS: dict[str, Kind] = {
    "Colour": "picture",
    "No.": "short",
    "Cohort": "text",
    "People": "figure",
    "Verdict": "text",
    "Why": "text",
}
FIGURES: dict[str, Kind] = {
    "No.": "short",
    "Cohort": "text",
    "Stability": "text",
    "Neighbours 16–64": "figure",
    "Threshold 5–15 %": "figure",
    "Fidelity": "figure",
    "Marks": "figure",
    "Confused with": "text",
}


def structure(trust: Trust) -> None:
    """Is there more in the survey than chance?"""
    st.header("Is there structure?", anchor=False)
    found = trust.structure
    if found is None:
        not_yet("The first verdict comes after five shuffled copies of each kind.")
        return
    said = words.structure_in_words(found)
    box = {"structure": st.success, "none": st.error}.get(found.verdict, st.warning)
    with st.container(key="structure-verdict"):
        box(f"**{widgets.plain(said.headline)}**", icon=ICONS[found.verdict])
    st.markdown(widgets.plain(said.paragraph))
    st.plotly_chart(
        structure_picture(found, widgets.theme()),
        key="structure-picture",
        config=CONFIG,
        alt=f"The survey's gain of {found.gain:.2f} beside those of its shuffled copies",
    )
    st.caption(widgets.plain(f"{words.SHUFFLED} {words.rests_on(found)}"))


def cohorts(trust: Trust, shown: Shown, stale: bool) -> None:
    """Which of them hold? `stale`: they are not those that are shown elsewhere now."""
    st.header("Which cohorts hold?", anchor=False)
    if not trust.cohorts:
        not_yet("The cohorts are looked for again in half samples next.")
        return
    order = [] if stale else shown.edited.order
    places = [] if stale else shown.edited.places
    rows = trust_tables.in_order(trust, order)
    st.markdown(f"**{widgets.plain(words.cohorts_in_words(rows))}**")
    table = trust_tables.rulings(rows, trust.of, widgets.theme(), places)
    st.html(html_tables.html_table(table, RULINGS, "Verdict on each cohort"))
    if all(one.stability.jaccard is None for one in rows):
        return
    st.plotly_chart(
        stability_bands(rows, widgets.theme(), places),
        key="stability-picture",
        config=CONFIG,
        alt="Stability of each cohort over the bands of what can be trusted",
    )
    st.caption(widgets.plain(f"{words.STABILITY} The bar is two standard errors to each side."))
    with st.expander("The figures behind the verdicts", key="trust-figures", expanded=True):
        names = {one.number: one.name for one in trust.cohorts}
        table = trust_tables.figures(rows, [names[number] for number in sorted(names)])
        st.html(html_tables.html_table(table, FIGURES, "Figures behind each verdict"))
        st.caption(
            "Neighbours and Threshold: the same overlap, when only that setting is another one. "
            "Fidelity: share of members whom a description made without them puts back. Marks: "
            "tools that the cohort uses more than everyone, on evidence. Confused with: in whose "
            "likeness its members are most often found in half samples."
        )


def not_yet(text: str) -> None:
    """A part that was not found out yet."""
    st.caption(f":material/hourglass_top: {widgets.plain(text)}")
