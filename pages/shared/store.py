"""The database as the pages use it: opened once, and what is wrong with it in a sentence."""

from __future__ import annotations

import streamlit as st

from db import Store
from db.errors import StoreError
from pages.shared import cache, widgets

HURRIED = 3.0
"""Seconds that a draft waits for the database, since the analyst waits too."""


def handle() -> Store:
    """The database to save in. Raises StoreError where it could not be opened."""
    return _store(cache.database())


def hurried() -> Store:
    """The same for what is small and may fail: it gives up soon where others save. Raises
    StoreError like `handle`."""
    handle()  # else a database that is out of reach would be waited for twice
    return _store(cache.database(HURRIED))


def banner() -> Store | None:
    """The database, with what an analyst must know about it; None where there is none."""
    opened = cache.database()
    if opened.store is None:
        with st.container(horizontal=True, vertical_alignment="center", key="no-database"):
            st.error(widgets.plain(opened.error), icon=":material/database_off:")
            st.button("Try again", key="open-database", on_click=cache.open_again)
        return None
    store = opened.store
    if store.read_only:
        st.warning(
            widgets.plain(
                f"The database {store.where} may be read but not written: what is saved can be "
                "looked at, and nothing new can be saved."
            ),
            icon=":material/lock:",
        )
    for warning in store.warnings:
        st.warning(widgets.plain(warning), icon=":material/warning:")
    if store.upgrade is not None:
        before = f" As it was before: {store.upgrade.backup}." if store.upgrade.backup else ""
        st.info(widgets.plain(f"The database was brought up to date.{before}"))
    return store


def where() -> str:
    """Where cohorts are saved, for the screen; "" where nothing can be."""
    opened = cache.database()
    return f"Database: {opened.store.where}" if opened.store else ""


def _store(opened: cache.Opened) -> Store:
    if opened.store is None:
        raise StoreError(opened.error)
    return opened.store
