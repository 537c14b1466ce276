"""Saved versions: the list of them, and one of them opened without its survey."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from db import Content, Store, Version, VersionRecord, lines, runs, versions
from db.errors import StoreError
from pages.shared import cohort_card, cohort_tables, saved_actions, verdicts, widgets
from pages.shared.html_tables import Kind, html_table
from segmentation.figures import percent
from segmentation.palette import mark, place_of
from segmentation.profiles import MIN_BASE

LEVELS: dict[str, Kind] = {"Answer": "text", "Here": "bar", "Answered": "number"}
CARD_WIDTH = 420
CARD_TOOLS = 10
LIST_HEIGHT = 320


def all_versions(store: Store, archived: bool = False) -> list[VersionRecord]:
    """Every version, line by line, the newest first. Raises StoreError."""
    found: list[VersionRecord] = []
    for line in lines.saved_lines(store, archived):
        found += reversed(lines.history(store, line.id, archived))
    return found


def label(record: VersionRecord) -> str:
    """A version in a list, with what tells it from others."""
    return f"{record.line} v{record.number} ({record.survey}, {when(record.saved_at)})"


def when(moment: datetime) -> str:
    """A day and a time of day where the server stands."""
    return f"{moment.astimezone():%d %b %Y, %H:%M}"


def choose(store: Store) -> VersionRecord | None:
    """The list of versions; the one that is picked out of it, at the start the last saved."""
    archived = st.toggle("Show archived ones too", key="saved-archived")
    found = all_versions(store, archived)
    if not found:
        st.markdown(
            "Nothing is saved yet: describe cohorts on the Cohorts page, and save them there."
        )
        return None
    key = "versions-" + str(hash(tuple((record.id, record.archived) for record in found)))
    event: Any = st.dataframe(
        _table(found),
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height=widgets.table_height(len(found), LIST_HEIGHT),
        column_config={"Note": st.column_config.TextColumn(width="large")},
    )
    rows: list[int] = (event or {}).get("selection", {}).get("rows", [])
    if rows and rows[0] < len(found):
        return found[rows[0]]
    return max(found, key=lambda record: record.saved_at)


def _table(found: list[VersionRecord]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Cohort set": [record.line for record in found],
            "Version": [f"v{record.number}" for record in found],
            "Cohorts": [record.cohorts for record in found],
            "Survey": [record.survey for record in found],
            "Saved": [when(record.saved_at) for record in found],
            "By": [record.author for record in found],
            "Note": [
                f"(archived) {record.note}" if record.archived else record.note for record in found
            ],
        }
    )


def show(store: Store, record: VersionRecord) -> None:
    """One version as it was saved; that it was tampered with is said."""
    st.header(widgets.plain(f"{record.line} v{record.number}"), anchor=False)
    try:
        version = versions.read(store, record.id)
    except StoreError as error:
        widgets.sentence(error, key="version-damaged")
        return
    facts = [record.survey, f"saved {when(record.saved_at)}"]
    facts += [f"by {record.author}"] if record.author else []
    facts += ["archived"] if record.archived else []
    st.caption(widgets.plain(" · ".join(facts)))
    if record.note:
        st.markdown(widgets.plain(record.note))
    trust(version)
    saved_actions.actions(store, version)
    made(store, version)
    cards(version)


def trust(version: Version) -> None:
    """Whether the cohorts are real, as far as it was known when they were saved."""
    known = version.content.cohorts.trust
    if known is None:
        st.caption(f":material/pending: {verdicts.NOT_WHEN_SAVED}")
        return
    verdicts.said(known)
    st.caption(widgets.plain(verdicts.rests_on(known)))


def made(store: Store, version: Version) -> None:
    """How the cohorts came about, in one line."""
    saved = version.content.cohorts
    method = widgets.CHOICES.get(saved.spec.cluster.method, saved.spec.cluster.method.capitalize())
    facts = [
        f"{widgets.number(saved.respondents_used)} of {widgets.number(saved.respondents)} used",
        widgets.count(len(saved.tools), "tool"),
        method,
        f"seed {saved.spec.embed.seed}",
    ]
    if version.record.run:
        try:
            figures = runs.find(store, version.record.run).facts.metrics
        except StoreError:
            figures = {}
        if figures.get("heldout_gain") is not None:
            facts.append(f"held-out gain {figures['heldout_gain']:+.2f} nats")
        if figures.get("fidelity") is not None:
            facts.append(f"fidelity {percent(figures['fidelity'])}")
    st.caption(widgets.plain(" · ".join(facts)))


def cards(version: Version) -> None:
    """A card for each cohort, in the analyst's order."""
    content = version.content
    numbers = range(len(content.cohorts.cohorts))
    st.caption(
        "Tools that are at least 1.2 times as common in the cohort as among everyone asked, from "
        f"{MIN_BASE} people asked or more."
    )
    order = sorted(numbers, key=lambda n: content.looks[n].place if content.looks else n)
    grid = st.grid(2, min_column_width=CARD_WIDTH)
    for number in order:
        with grid.container(border=True, key=f"saved-card-{number}", height="stretch"):
            card(version, number)


def places(content: Content) -> list[int]:
    """Each cohort's place in the palette, as it was saved."""
    saved = [place_of(look.colour) for look in content.looks]
    numbers = range(len(content.cohorts.cohorts))
    return [n if not saved or saved[n] is None else int(saved[n] or 0) for n in numbers]


def card(version: Version, number: int) -> None:
    content, cohort = version.content, version.content.cohorts.cohorts[number]
    colour = mark(places(content)[number], widgets.theme()).colour
    st.html(f'<div style="height:5px;border-radius:3px;background:{colour}"></div>')
    looks = content.looks[number] if content.looks else None
    hidden = " (hidden)" if looks is not None and looks.hidden else ""
    st.markdown(f"**{number + 1}  {widgets.plain(cohort.name)}**{hidden}")
    if cohort.description:
        st.markdown(widgets.plain(cohort.description))
    st.markdown(cohort_card.size(cohort, content.cohorts.respondents_used))
    verdicts.ruling(content.cohorts.trust, number)
    if looks is not None and looks.notes:
        st.caption(f":material/sticky_note_2: {widgets.plain(looks.notes)}")
    tools = cohort_tables.saved_tools(content.cohorts, number)
    if tools.empty:
        st.markdown("No tool is used by clearly more people here than by everyone.")
    else:
        st.html(
            html_table(
                tools.head(CARD_TOOLS), cohort_card.TOOLS, f"Tools of cohort {number + 1}", colour
            )
        )
    for name, table in cohort_tables.saved_levels(content.attributes, number):
        st.markdown(f"**{widgets.plain(name)}**")
        st.html(html_table(table, LEVELS, f"{name} in cohort {number + 1}", colour))
