"""A card for one cohort: its name and words, how large it is, what it is known by, what to do."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.shared import cohort_tables, editing, hidden, state, verdicts, widgets
from pages.shared.html_tables import Kind, html_table
from pages.shared.results import Shown
from segmentation.cohorts import Cohort
from segmentation.palette import COHORTS, NAMES, mark
from segmentation.profiles import Profiles

NO_ATTRIBUTE = (
    "No question has the role *attribute*: give it to one on the mapping, such as the role title, "
    "to see how its people spread over the cohorts."
)

CARD_TOOLS = 8
CARD_LEVELS = 5

ICONS = {"Earlier": "arrow_upward", "Later": "arrow_downward", "Hide": "visibility_off"}

TOOLS: dict[str, Kind] = {
    "Tool": "text",
    "Here": "bar",
    "Everyone": "percent",
    "Index": "number",
    "Asked": "number",
}
LEVELS: dict[str, Kind] = {
    "Attribute": "text",
    "Answer": "text",
    "Here": "bar",
    "Everyone": "percent",
    "Index": "number",
    "Answered": "number",
}
USUAL: dict[str, Kind] = {"Category": "text", "Most common": "text", "Asked": "number"}


def card(shown: Shown, number: int) -> None:
    """One cohort: who it is, how large, what marks it."""
    cohort = shown.cohorts.cohorts[number]
    words(shown, number)
    st.markdown(size(cohort, shown.cohorts.respondents_used))
    verdicts.ruling(verdicts.of(shown), number)
    notes = shown.edited.edits.label(shown.edited.ids[number]).notes
    if notes:
        st.caption(f":material/sticky_note_2: {widgets.plain(notes)}")
    tabs(shown, number)


def size(cohort: Cohort, used: int) -> str:
    """How large a cohort is, in Markdown; `used`: the respondents that its share is of."""
    people = widgets.count(cohort.size, "respondent")
    return (
        f":material/group: **{people}**, {100 * cohort.share:.1f} % of the {widgets.number(used)} "
        f"used (95 % interval {100 * cohort.share_low:.1f} to {100 * cohort.share_high:.1f} %)"
    )


def colour_of(shown: Shown, number: int) -> str:
    return mark(shown.edited.places[number], widgets.theme()).colour


def words(shown: Shown, number: int) -> None:
    """Name and description, kept as typed; an empty name is the suggested one."""
    cohort, suggested = shown.cohorts.cohorts[number], shown.run.profiles.names[number]
    st.html(
        f'<div style="height:5px;border-radius:3px;background:{colour_of(shown, number)}"></div>'
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            f"Cohort {number + 1}",
            cohort.name,
            max_chars=120,
            placeholder=suggested,
            help=widgets.plain(f"Suggested: {suggested}"),
            **_field(shown, number, "name"),
        )
        with st.popover(
            "More",
            icon=":material/tune:",
            key=f"more-{number}",
            help="Notes, colour, order; merge or hide",
        ):
            more(shown, number)
    hidden.caution(cohort.name)
    st.text_area(
        "Description",
        cohort.description,
        height=68,
        max_chars=2000,
        placeholder="Who are they, in your words?",
        **_field(shown, number, "description"),
    )


def more(shown: Shown, number: int) -> None:
    """What is done less often."""
    cohort = shown.edited.ids[number]
    label = shown.edited.edits.label(cohort)
    st.text_area(
        "Notes",
        label.notes,
        height=80,
        max_chars=2000,
        placeholder="For yourself and your colleagues",
        **_field(shown, number, "notes"),
    )
    palette(shown, number)
    merging(shown, number)
    place = shown.edited.order.index(number)
    with st.container(horizontal=True):
        _do(shown, number, "Earlier", editing.move, (-1,) if place else None)
        last = len(shown.names) - 1
        _do(shown, number, "Later", editing.move, (1,) if place < last else None)
        _do(shown, number, "Hide", hide, (True,))


def hide(shown: Shown, cohort: int, hidden: bool) -> None:
    editing.relook(shown, cohort, hidden=hidden)


def palette(shown: Shown, number: int) -> None:
    """The colours to choose from; one that another cohort has is exchanged with it."""
    theme, cohort = widgets.theme(), shown.edited.ids[number]
    places, own = range(len(COHORTS[theme])), shown.edited.places[number]
    key = _key(shown, number, "colour")
    st.pills(
        "Colour",
        list(places),
        default=own if own in places else None,
        format_func=lambda place: (
            f':color[●]{{foreground="{mark(place, theme).colour}"}} {NAMES[theme][place]}'
        ),
        key=key,
        on_change=_recolour,
        args=(shown, cohort, key),
        disabled=not shown.settled,
        help="Another cohort that has this colour takes the present one instead.",
    )


def merging(shown: Shown, number: int) -> None:
    """Another cohort to make one with this."""
    others = [other for other in shown.edited.order if other != number]
    if not others:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Merge with",
            others,
            None,
            format_func=lambda other: f"{other + 1}  {shown.names[other]}",
            placeholder="Another cohort",
            key=_key(shown, number, "merge-with"),
            disabled=not shown.settled,
        )
        st.button(
            "Merge",
            key=_key(shown, number, "merge"),
            disabled=chosen is None or not shown.settled,
            on_click=_merge,
            args=(shown, number, chosen),
        )


def _merge(shown: Shown, number: int, other: int | None) -> None:
    if other is not None:
        editing.merge(shown, shown.edited.ids[number], shown.edited.ids[other])


def _recolour(shown: Shown, cohort: int, key: str) -> None:
    place = state.chosen(key)
    if place is not None:
        editing.recolour(shown, cohort, int(place))
    else:
        editing.relook(shown, cohort, colour=None)


def _do(shown: Shown, number: int, name: str, what: Any, said: tuple[Any, ...] | None) -> None:
    """A button that changes the cohort by `what`; one that says nothing cannot be pressed."""
    st.button(
        name,
        icon=f":material/{ICONS[name]}:",
        key=_key(shown, number, name.lower()),
        on_click=what,
        args=(shown, shown.edited.ids[number], *(said or ())),
        disabled=said is None or not shown.settled,
    )


def _field(shown: Shown, number: int, what: str) -> dict[str, Any]:
    """Key and callback of a text field whose text is kept as typed."""
    key = _key(shown, number, what)
    return {
        "key": key,
        "on_change": _keep,
        "args": (shown, number, what, key),
        "disabled": not shown.settled,
    }


def _keep(shown: Shown, number: int, what: str, key: str) -> None:
    typed = state.typed(key).strip()
    suggested = what == "name" and typed == shown.run.profiles.names[number]
    editing.relabel(shown, shown.edited.ids[number], **{what: "" if suggested else typed})


def _key(shown: Shown, number: int, what: str) -> str:
    """Of a control: another one for every result, and whenever something else changes it."""
    revision = state.workspace().revision
    return f"{what}-{shown.edited.ids[number]}-{shown.key}-{shown.stage}-{revision}"


@st.fragment
def tabs(shown: Shown, number: int) -> None:
    """What the cohort is known by; only the open tab is drawn."""
    marked, usual, attributes, typical = st.tabs(
        ["Sets apart", "Usual tools", "Attributes", "Typical"],
        key=f"tabs-{number}",
        on_change="rerun",
    )
    profiles, colour = shown.run.profiles, colour_of(shown, number)
    if marked.open:
        with marked:
            marks(profiles, number, colour)
    if usual.open:
        with usual:
            table = cohort_tables.usual_tools(profiles, number)
            st.html(html_table(table, USUAL, f"Most common tools of cohort {number + 1}"))
    if attributes.open:
        with attributes:
            distributions(profiles, number, colour)
    if typical.open:
        with typical:
            st.caption("Tools of the members who fit the cohort best, one member a line.")
            for tools in profiles.typical[number]:
                st.text("• " + ", ".join(tools))


def marks(profiles: Profiles, number: int, colour: str) -> None:
    """What evidence sets apart in this cohort: tools, then answers to attributes."""
    tools = cohort_tables.marked_tools(profiles, profiles.tool_rates, number)
    levels = cohort_tables.marked_levels(profiles, number)
    if tools.empty:
        st.markdown("No tool sets this cohort apart on evidence: it is too small, or too average.")
    else:
        label = f"Tools that mark cohort {number + 1}"
        st.html(html_table(tools.head(CARD_TOOLS), TOOLS, label, colour))
    if not levels.empty:
        label = f"Answers that mark cohort {number + 1}"
        st.html(html_table(levels.head(CARD_LEVELS), LEVELS, label, colour))


def distributions(profiles: Profiles, number: int, colour: str) -> None:
    """Every attribute's distribution in this cohort."""
    if not profiles.attributes:
        st.markdown(NO_ATTRIBUTE)
    for profile in profiles.attributes:
        table = cohort_tables.levels_table(profile, number)
        kinds = {name: kind for name, kind in LEVELS.items() if name != "Attribute"}
        name = profile.attribute.name
        st.markdown(f"**{widgets.plain(name)}**")
        st.html(html_table(table, kinds, f"{name} in cohort {number + 1}", colour))
