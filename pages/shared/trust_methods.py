"""The part of the Trust page that compares methods, and says how many cohorts there may be."""

from __future__ import annotations

import streamlit as st

from pages.shared import adopting, html_tables, state, trust_tables, widgets
from pages.shared.html_tables import Kind
from pages.shared.trust_verdicts import CONFIG, not_yet
from segmentation.charts import bic_curve
from segmentation.trust import words
from segmentation.trust.model import HowMany, Methods, Trust

METHODS: dict[str, Kind] = {
    "Method": "text",
    "": "short",
    "Gain": "figure",
    "Stability": "figure",
    "Agreement": "figure",
    "Unassigned": "figure",
    "Cohorts": "figure",
    "Seconds": "figure",
}


def section(trust: Trust) -> None:
    st.header("Which method?", anchor=False)
    if trust.methods is None:
        not_yet("All three methods are run on the same survey.")
    else:
        compared(trust.methods)
    st.subheader("How many cohorts?", anchor=False)
    if trust.how_many is None:
        not_yet("Latent classes are fitted for one number after the other.")
    else:
        how_many(trust.how_many)


def compared(found: Methods) -> None:
    """The methods side by side, and the best one to take over."""
    st.markdown(f"**{widgets.plain(words.method_in_words(found))}**")
    table = trust_tables.methods(found)
    st.html(html_tables.html_table(table, METHODS, "Methods compared"))
    st.caption(
        "Everybody is assigned in this comparison. Gain: how much better the cohorts foretell the "
        "answers of new people than one average profile. Stability: how alike they are in half "
        "samples. Agreement: of runs with another seed, 1 for the same cohorts. Unassigned: before "
        "they are assigned by likelihood."
    )
    spec = state.workspace().spec
    if found.best is None:
        return
    if spec.cluster.method == found.best:
        st.markdown("The present settings use it already.")
        return
    if st.button("Use this method", key="use-method", icon=":material/check:"):
        adopting.adopt(adopting.with_method(spec, method=found.best))
        st.rerun()


def how_many(found: HowMany) -> None:
    """The curve with its referee, and the number to take over."""
    st.markdown(f"**{widgets.plain(words.how_many_in_words(found))}**")
    st.plotly_chart(
        bic_curve(found, widgets.theme()),
        key="how-many-picture",
        config=CONFIG,
        alt=f"BIC and entropy of latent classes; the lowest BIC is at {found.lowest} classes",
    )
    st.caption(
        "BIC weighs how well so many classes fit against how many figures they need: lower is "
        "better. Entropy says how clearly people fall to one class each: 1 is perfectly clear."
    )
    spec = adopting.with_method(
        state.workspace().spec, method="latent-class", cohorts=found.suggested
    )
    if found.suggested > 1 and spec != state.workspace().spec:
        label = f"Use latent classes with {found.suggested} cohorts"
        if st.button(label, key="use-classes"):
            adopting.adopt(spec)
            st.rerun()
