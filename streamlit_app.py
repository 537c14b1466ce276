"""The workbench in the browser: `streamlit run streamlit_app.py`."""

from __future__ import annotations

import streamlit as st

from pages.shared import cache, state, widgets

st.set_page_config(
    page_title="Survey segmentation workbench", page_icon="static/icon.svg", layout="wide"
)
st.logo("static/icon.svg", size="large")
cache.warmed_up()
widgets.no_table_export()
state.restore()

page = st.navigation(
    [
        st.Page(
            "pages/views/survey.py",
            title="Survey",
            icon=":material/table_chart:",
            url_path="survey",
            default=True,
            help="Open a survey export, and see what was read and what was left out.",
        ),
        st.Page(
            "pages/views/mapping.py",
            title="Mapping",
            icon=":material/account_tree:",
            url_path="mapping",
            help="Say which questions are about tools, and which describe people.",
        ),
        st.Page(
            "pages/views/segment.py",
            title="Segment",
            icon=":material/bubble_chart:",
            url_path="segment",
            help="Draw the map of respondents, form cohorts, and see how far to trust them.",
        ),
        st.Page(
            "pages/views/cohorts.py",
            title="Cohorts",
            icon=":material/groups:",
            url_path="cohorts",
            help="Read what sets each cohort apart, and give it a name.",
        ),
    ]
)
page.run()
