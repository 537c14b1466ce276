"""Asking how the cohorts are to be saved, with what that changes, and saying what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from db import Line, Store, lines, versions
from db.errors import StoreError
from db.records import VersionRecord
from db.values import LONGEST_NAME, name_key
from pages.shared import access, hidden, saving, state, store, verdicts, widgets
from pages.shared.labelling import Labelling
from pages.shared.results import Shown
from pages.shared.saving import Wish
from segmentation.edits import what_changed

NEW = "A new cohort set"
LINE, NAME, AUTHOR, NOTE = "save-line", "save-name", "save-author", "save-note"
"""Keys of the fields."""

LONGEST_NOTE = 2000
LONGEST_AUTHOR = 100
CHECKED = "What is known of whether the cohorts are real."
UNCHECKED = "It is not known of these cohorts whether they are real."
SHOWN = 12
"""Changes listed one by one; of more, how many there are."""


@dataclass(frozen=True)
class Seen:
    """What stood in the dialog when it was drawn: the set chosen, and the version it follows."""

    key: str
    line: str
    parent: str | None


@st.dialog("Save the cohorts", width="medium")
def ask(shown: Shown) -> None:
    """The name of the cohort set, who saves and a note; saved by a callback."""
    labelling = state.workspace().labelling(shown.key)
    try:
        to = store.handle()
        line = _line(labelling, lines.saved_lines(to))
        author = access.who()[:LONGEST_AUTHOR] or state.workspace().author
        st.text_input("Your name (optional)", author, key=AUTHOR, max_chars=LONGEST_AUTHOR)
        st.text_area(
            "Note (optional)",
            key=NOTE,
            max_chars=LONGEST_NOTE,
            height=80,
            placeholder="What is this version for?",
        )
        parent = _parent(to, shown, labelling, line)
        _trust(shown)
    except StoreError as error:
        widgets.sentence(error, key="save-failed")
        _download(shown)
        return
    seen = Seen(labelling.key, line, parent)
    if st.button(
        "Save as a new version",
        key="save-now",
        type="primary",
        icon=":material/save:",
        on_click=_save,
        args=(shown, seen),
    ):
        st.rerun()


def _save(shown: Shown, seen: Seen) -> None:
    """Save under what stands in the fields now, which may be newer than what was drawn."""
    line = _typed_line()
    parent = seen.parent if line == seen.line else None
    author, note = state.typed(AUTHOR).strip(), state.typed(NOTE).strip()
    saving.save(shown, Wish(line, author, note, parent, seen.key))
    state.show(NOTE, "")


def outcome(shown: Shown) -> None:
    """What came of the last save; after a failure, ways on."""
    notice = state.notice(shown.key)
    if not notice.text:
        return
    if notice.again is None:
        st.success(widgets.plain(notice.text), icon=":material/check_circle:")
        return
    with st.container(key="not-saved"):
        st.error(widgets.plain(notice.text), icon=":material/error:")
        with st.container(horizontal=True):
            st.button(
                "Try again",
                key="save-again",
                type="primary",
                on_click=saving.save,
                args=(shown, notice.again),
            )
            _download(shown)


def _download(shown: Shown) -> None:
    """A way to keep the cohorts where the database does not."""
    st.download_button(
        "Download JSON",
        verdicts.named(shown).cohorts.to_json,
        file_name="cohorts.json",
        key="save-download",
        icon=":material/download:",
        on_click="ignore",
    )


def _line(labelling: Labelling, known: tuple[Line, ...]) -> str:
    """The cohort set to save in: one that there is, or a new one."""
    names = [line.name for line in known]
    options = [NEW, *names]
    st.selectbox(
        "Cohort set",
        options,
        options.index(labelling.line) if labelling.line in names else 0,
        key=LINE,
        help="A cohort set is a line of versions. Go on with one, or begin another.",
    )
    if state.chosen(LINE) == NEW:
        st.text_input("Its name", _free_name(names), key=NAME, max_chars=LONGEST_NAME)
    line = _typed_line()
    hidden.caution(line)
    return line


def _typed_line() -> str:
    chosen = str(state.chosen(LINE) or NEW)
    return state.typed(NAME).strip() if chosen == NEW else chosen


def _free_name(names: list[str]) -> str:
    taken = {name_key(name) for name in names}
    base = f"Cohorts of {state.workspace().survey_name}"[: LONGEST_NAME - 10]
    numbered = (base if n == 1 else f"{base} ({n})" for n in range(1, len(taken) + 2))
    return next(name for name in numbered if name_key(name) not in taken)


def _trust(shown: Shown) -> None:
    """Whether what is known of how far the cohorts can be trusted is saved along."""
    cohorts, told = verdicts.to_keep(shown)
    if cohorts.trust is None:
        said = f"{verdicts.UNCHECKED} The version will say so."
    elif told is None:
        said = (
            "Saved along: whether the cohorts are real, and which of them hold. The other figures "
            "of the Trust page are too many: download trust.json there."
        )
    else:
        said = "Saved along: whether the cohorts are real, with all figures of the Trust page."
    st.caption(f":material/policy: {said}")


def _parent(to: Store, shown: Shown, labelling: Labelling, line: str) -> str | None:
    """The version that this one follows, with what changes since; None in a new cohort set."""
    found = lines.find_line(to, line) if line else None
    if found is None:
        st.caption("This is a new cohort set: it will be its v1.")
        return None
    history = lines.history(to, found.id, archived=True)
    own = next((record for record in history if record.id == labelling.parent), None)
    newest = history[-1]
    if own is not None and own.id != newest.id:
        by = f" by {newest.author}" if newest.author else ""
        st.warning(
            widgets.plain(
                f"v{newest.number}{by} was saved since your v{own.number}: yours will be "
                f"v{newest.number + 1}, and both are kept."
            ),
            icon=":material/info:",
        )
    before = own or newest
    _changes(to, shown, before)
    return before.id


def _changes(to: Store, shown: Shown, before: VersionRecord) -> None:
    version = versions.read(to, before.id)
    now = verdicts.named(shown).cohorts
    changes = what_changed(version.content.cohorts, now)
    looks = version.content.looks != tuple(saving.looks(shown.edited))
    st.markdown(f"**What changed since v{before.number}**")
    said = list(changes.cohorts)
    said += [f"{d.what}: {_short(d.a)} → {_short(d.b)}" for d in changes.made]
    if looks:
        said.append("Notes, colours, order or what is hidden.")
    if version.content.cohorts.trust != now.trust:
        said.append(CHECKED if now.trust else UNCHECKED)
    if not said:
        st.markdown("Nothing.")
    for text in said[:SHOWN]:
        st.markdown(f"- {widgets.plain(text)}")
    if len(said) > SHOWN:
        st.markdown(f"- and {len(said) - SHOWN} more")


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
