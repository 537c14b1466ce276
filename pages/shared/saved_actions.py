"""What can be done with a saved version, which itself never changes: each said, with a way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from db import Store, Version, VersionRecord, backup, exchange, importing, lines
from db.errors import StoreError
from pages.shared import access, state, widgets
from pages.shared.state import Notice

APPLIED = "apply-cohorts"
"""Key of the choice on the Apply page."""

DONE, FAILED = "saved-done", "saved-failed"
"""What a notice of this page is about."""


def actions(store: Store, version: Version) -> None:
    """Take a version away as a file, apply it, rename or archive it."""
    record = version.record
    writes: dict[str, Any] = {"disabled": store.read_only}
    with st.container(horizontal=True, key="version-actions"):
        st.download_button(
            "cohorts.json",
            version.content.cohorts.to_json,
            file_name=f"cohorts-v{record.number}.json",
            key=f"json-{record.id}",
            icon=":material/download:",
            on_click="ignore",
            help="The cohorts, with all it takes to place anyone in them later.",
        )
        if version.content.trust is not None:
            st.download_button(
                "trust.json",
                json.dumps(version.content.trust, ensure_ascii=False, indent=1, allow_nan=False),
                file_name=f"trust-v{record.number}.json",
                key=f"trust-json-{record.id}",
                icon=":material/download:",
                on_click="ignore",
                help="All that was found out about how far these cohorts can be trusted.",
            )
        exported = st.button(
            "Export the set",
            key="export-line",
            icon=":material/upload:",
            help="All its versions, for another workbench.",
        )
        if st.button("Apply to a survey", key="to-apply", icon=":material/person_add:"):
            state.show(APPLIED, record.id)
            state.go(widgets.APPLY_PAGE)
        with st.popover("Rename the set", icon=":material/edit:", **writes):
            key = f"rename-{record.line_id}"
            st.text_input("Name", record.line, key=key, max_chars=200)
            st.button("Rename", key="rename", on_click=rename, args=(store, record, key))
        st.button(
            "Show the version again" if record.archived else "Archive the version",
            key="archive-version",
            icon=":material/archive:",
            on_click=archive_version,
            args=(store, record, not record.archived),
            **writes,
        )
        st.button(
            "Archive the set",
            key="archive-line",
            icon=":material/inventory_2:",
            on_click=archive_line,
            args=(store, record, True),
            help="Hides all its versions from the list. Nothing is deleted.",
            **writes,
        )
    if exported:
        _offer_export("cohort-set.json", lambda: exchange.export_line(store, record.line_id))


def archive_version(store: Store, record: VersionRecord, hidden: bool) -> None:
    """Hide a version, or show it again."""

    def do() -> None:
        author = access.who() or state.workspace().author
        lines.archive_version(store, record.id, author, hidden)

    said = f"v{record.number} of {record.line} is {'archived' if hidden else 'in the list again'}."
    _tell(do, said, (archive_version, store, record, not hidden))


def archive_line(store: Store, record: VersionRecord, hidden: bool) -> None:
    """Hide a whole set, or show it again."""
    said = f"{record.line} is {'archived' if hidden else 'in the list again'}."
    undo = (archive_line, store, record, not hidden)
    _tell(lambda: lines.archive_line(store, record.line_id, hidden), said, undo)


def rename(store: Store, record: VersionRecord, key: str) -> None:
    """Give the set the name that stands in a field."""
    name = state.typed(key).strip()
    said = f"{record.line} is called {name} now."
    _tell(lambda: lines.rename(store, record.line_id, name), said)


def back_up(store: Store) -> None:
    """Write a backup beside the database, and say where."""
    try:
        path = backup.back_up(store)
    except StoreError as error:
        state.notify(Notice(FAILED, str(error)))
    else:
        state.notify(Notice(DONE, f"Backed up to {path}."))


def safe_keeping(store: Store) -> None:
    """Backup, export and import."""
    st.markdown(
        "A **backup** is a copy of the whole database on this computer. An **export** is a JSON "
        "file that another workbench takes in, once however often it is imported."
    )
    with st.container(horizontal=True, key="safe-keeping"):
        st.button(
            "Back up", key="back-up", icon=":material/backup:", on_click=back_up, args=(store,)
        )
        everything = st.button("Export everything", key="export", icon=":material/upload:")
    if everything:
        _offer_export("workspace.json", lambda: exchange.export_workspace(store))
    file = st.file_uploader(
        "Import an export (JSON)", type="json", key="import-file", disabled=store.read_only
    )
    if file is not None:
        st.button(
            "Import", key="import", type="primary", on_click=_import, args=(store, file.getvalue())
        )


def _offer_export(name: str, make: Callable[[], str]) -> None:
    """A file to download, made at once so that what is wrong with it can be said."""
    try:
        text = make()
    except StoreError as error:
        widgets.sentence(error, key="not-exported")
        return
    st.download_button(
        f"Download {name}",
        text,
        file_name=name,
        key="download-export",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )


def _import(store: Store, data: bytes) -> None:
    try:
        found = importing.import_text(store, data.decode("utf-8", "replace"))
    except StoreError as error:
        state.notify(Notice(FAILED, str(error)))
    else:
        state.notify(Notice(DONE, found.sentence))


def outcome() -> None:
    """What came of the last thing that was done on this page."""
    failed, done = state.notice(FAILED), state.notice(DONE)
    if failed.text:
        widgets.sentence(failed.text, key="not-done")
    if done.text:
        with st.container(horizontal=True, vertical_alignment="center", key="done"):
            st.success(widgets.plain(done.text), icon=":material/check_circle:")
            if done.again:
                what, *args = done.again
                st.button("Undo", key="undo-saved", on_click=what, args=tuple(args))


def _tell(do: Callable[[], None], said: str, undo: tuple[Any, ...] | None = None) -> None:
    access.hold()
    try:
        do()
    except StoreError as error:
        state.notify(Notice(FAILED, str(error)))
    else:
        state.notify(Notice(DONE, said, again=undo))
