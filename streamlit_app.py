"""The workbench in the browser: `streamlit run streamlit_app.py`.

Streamlit imports this file once, as the server starts, and runs it as a script for every page.
"""

from __future__ import annotations

import streamlit as st

from pages.shared import access, readiness, serving, state, widgets


def frame() -> None:
    """What stands around every page, and the page."""
    st.set_page_config(
        page_title="Survey segmentation workbench", page_icon="static/icon.svg", layout="wide"
    )
    st.logo("static/icon.svg", size="large")

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
                "pages/views/respondents.py",
                title="Respondents",
                icon=":material/filter_alt:",
                url_path="respondents",
                help="Say which respondents count, and compare a group of them with the rest.",
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
                help="Read what sets each cohort apart, give it a name, and save it.",
            ),
            st.Page(
                "pages/views/trust.py",
                title="Trust",
                icon=":material/verified:",
                url_path="trust",
                help="See whether the cohorts are real, which of them hold, "
                "and what else was tried.",
            ),
            st.Page(
                "pages/views/saved.py",
                title="Saved",
                icon=":material/inventory_2:",
                url_path="saved",
                help="Open cohorts that were saved, without their survey, and keep them safe.",
            ),
            st.Page(
                "pages/views/apply.py",
                title="Apply",
                icon=":material/person_add:",
                url_path="apply",
                help="Place the people of the open survey in cohorts saved earlier.",
            ),
            st.Page(
                "pages/views/compare.py",
                title="Compare",
                icon=":material/compare_arrows:",
                url_path="compare",
                help="Set two saved versions side by side, or follow cohorts over several waves.",
            ),
        ],
        position=access.menu(),
    )
    access.check()
    readiness.started()
    widgets.no_table_export()
    state.restore(page.url_path)
    access.badge()
    page.run()


if __name__ == "__main__":
    frame()
else:
    app = st.App(__file__, lifespan=serving.started, on_script_error=serving.failed)
