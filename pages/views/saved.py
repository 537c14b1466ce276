"""Saved: versions of cohorts that stay, what is known of their surveys, backup and exchange."""

from __future__ import annotations

import streamlit as st

from db import Store
from db.errors import StoreError
from pages.shared import saved_actions, saved_versions, store, survey_facts, widgets


def saved_page(opened: Store) -> None:
    saved_actions.outcome()
    listed, facts, keeping = st.tabs(
        ["Versions", "Surveys", "Backup and exchange"], key="saved-tabs", on_change="rerun"
    )
    if listed.open:
        with listed:
            record = saved_versions.choose(opened)
            if record is not None:
                saved_versions.show(opened, record)
    if facts.open:
        with facts:
            survey_facts.panel(opened)
    if keeping.open:
        with keeping:
            saved_actions.safe_keeping(opened)


widgets.header("Saved", store.where() or "No database")
opened = store.banner()
if opened is not None:
    try:
        saved_page(opened)
    except StoreError as error:
        widgets.sentence(error, key="database-failed")
