"""Widgets that several pages use. Text from a survey reaches Markdown only through `plain`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared import cache, state
from pages.shared.jobs import Job, State
from segmentation.errors import Cancelled, WorkbenchError
from segmentation.palette import Theme
from segmentation.spec import Parameter, parameters

T = TypeVar("T")

SURVEY_PAGE = "pages/views/survey.py"
MAPPING_PAGE = "pages/views/mapping.py"
RESPONDENTS_PAGE = "pages/views/respondents.py"
SEGMENT_PAGE = "pages/views/segment.py"
COHORTS_PAGE = "pages/views/cohorts.py"
TRUST_PAGE = "pages/views/trust.py"
SAVED_PAGE = "pages/views/saved.py"
APPLY_PAGE = "pages/views/apply.py"
COMPARE_PAGE = "pages/views/compare.py"

ROW_PIXELS = 31
"""Height of a table's row at the font size of the theme."""

GRACE = 0.5
"""Seconds that a page waits for a job before it shows progress."""

WATCHED, TICK, TELL_EVERY = 6.0, 0.05, 5
"""Seconds that a page waits for a job with what it showed before, how often it looks, and at which
of these looks it tells how far the job is."""

CHOICES = {
    "hdbscan": "HDBSCAN",
    "latent-class": "Latent classes",
    "eom": "Persistent (eom)",
    "leaf": "Fine (leaf)",
    "breadth-free": "Breadth-free",
}
"""Choices of `spec.py` in words, where capitals alone do not do."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|$:<>~&@^=])")
_JOINER = "\u2060"


def plain(text: str) -> str:
    """The text as Markdown that shows it literally: no links, pictures, formulas or directives.

    A word joiner, which nobody sees, keeps addresses, emoji codes and arrows from being recognised
    after the escapes are resolved.
    """
    flat = re.sub(r"\s+", " ", text)
    broken = re.sub(r"(?<=[:@])(?=\S)|(?<=\bwww)(?=\.)|(?<=[-<>~])(?=[->=])", _JOINER, flat)
    return _MARKDOWN.sub(r"\\\1", broken)


def number(value: float) -> str:
    """Thousands separated."""
    return f"{value:,.0f}"


def count(value: int, one: str, many: str = "") -> str:
    """`count(1, "tool")` is "1 tool", `count(2, "tool")` is "2 tools"."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def theme() -> Theme:
    return "dark" if st.context.theme.type == "dark" else "light"


def accent() -> str:
    """The accent colour of the theme, as a figure's bar has it."""
    return "#2f86a6" if theme() == "dark" else "#0e5f7c"


def no_table_export() -> None:
    """Take "Download as CSV" out of the menu of tables.

    It writes cells as they stand, and a spreadsheet would run what a respondent typed as a
    formula. The files offered for download are made safe from that.
    """
    st.html("<style>button[aria-label^='Download as CSV'] { display: none; }</style>")


def header(title: str, *facts: str) -> None:
    """The page's title, and below it what it stands on: file, respondents, mapping, run."""
    st.title(title, anchor=False)
    if facts:
        st.caption(" · ".join(plain(fact) for fact in facts))


def header_with_action(title: str, *facts: str, room: int = 1) -> DeltaGenerator:
    """Like `header`; returns the place beside it for the page's one primary action. `room`: for
    more than that."""
    left, right = st.columns([3, room], vertical_alignment="bottom")
    with left:
        header(title, *facts)
    return right.container(horizontal=True, horizontal_alignment="right")


def table_height(rows: int, most: int) -> int:
    """Pixels of a table that is no higher than its rows need."""
    return min(ROW_PIXELS * (rows + 1) + 3, most)


def bar_column(label: str | None = None) -> Any:
    """A bar from 0 to 100 per cent."""
    return st.column_config.ProgressColumn(
        label, format="%.1f %%", min_value=0, max_value=100, width=105
    )


def tile(grid: Any, label: str, value: str, base: str, help: str) -> None:
    """A figure in a box with what it stands on below."""
    grid.metric(
        label,
        value,
        base,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=help,
    )


def file_buttons(files: Mapping[str, Callable[[], str]], key: str, disabled: bool = False) -> None:
    """A button for each file, made when it is asked for."""
    with st.container(horizontal=True, key=key):
        for name, make in files.items():
            st.download_button(
                name,
                make,
                file_name=name,
                key=f"download-{name}",
                icon=":material/download:",
                on_click="ignore",
                disabled=disabled,
            )


def sentence(error: WorkbenchError | str, key: str) -> None:
    """Something the user can put right, where it happened."""
    with st.container(key=key):
        st.error(plain(str(error)), icon=":material/error:")


def labelled(label: str, text: str) -> str:
    """A line of Markdown: the label in bold, both as plain text."""
    return f"**{plain(label)}**: {plain(text)}"


def nothing_open(page: str) -> None:
    """The empty case of a page that needs a survey."""
    header(page)
    name = state.workspace().survey_name
    if name:
        why = f"The answers of {name} are no longer in memory; open the file again and all "
        st.markdown(plain(why + "choices made for it are back."))
    elif state.lost():
        st.markdown("The work behind this link is no longer in memory: open its survey again.")
    else:
        st.markdown("No survey is open yet: open one first, your own or the sample.")
    if st.button("Open a survey", key="open-a-survey", type="primary"):
        state.go(SURVEY_PAGE)


def parameter_input(spec: type, field: str, value: T, key: str) -> T:
    """A widget for one field of a spec class, with the label, help and bounds of `spec.py`.

    Choices become radio buttons, whole numbers with a wide range a number field, everything
    else a slider; shares of respondents are shown in per cent.
    """
    parameter = parameters(spec)[field]
    if parameter.choices:
        return _choice(parameter, value, key)
    if parameter.low is None or parameter.high is None or parameter.step is None:
        raise TypeError(f"{field} has no bounds to draw a widget from")
    kind = int if isinstance(value, int) else float
    scale = 100 if parameter.unit.startswith("share") else 1
    wide = (parameter.high - parameter.low) / parameter.step > 1000
    draw: Any = st.number_input if wide else st.slider
    chosen = draw(
        parameter.label,
        min_value=kind(parameter.low * scale),
        max_value=kind(parameter.high * scale),
        value=kind(round(float(value) * scale, 9)),  # type: ignore[arg-type]  # checked above
        step=kind(parameter.step * scale),
        format="%g %%" if scale == 100 else None,
        help=_help(parameter),
        key=key,
    )
    return kind(round(chosen / scale, 9))  # type: ignore[return-value]  # of value's type


def _choice(parameter: Parameter, value: T, key: str) -> T:
    chosen: Any = st.radio(
        parameter.label,
        parameter.choices,
        index=parameter.choices.index(str(value)),
        format_func=lambda choice: CHOICES.get(choice, choice.capitalize()),
        horizontal=True,
        help=_help(parameter),
        key=key,
    )
    return value if chosen is None else chosen


def _help(parameter: Parameter) -> str:
    return f"{parameter.help} Unit: {parameter.unit}." if parameter.unit else parameter.help


def finished(job: Job[T], slot: str) -> bool:
    """Whether the job has ended; while it has not, progress in words and a way out are shown.

    A short job ends within the grace and shows nothing. Call `outcome` next when this is True.
    """
    if job.wait(GRACE):
        return True
    progress(job, slot)
    return False


def outcome(job: Job[T], slot: str) -> T | None:
    """The result of an ended job, or None with the reason shown."""
    try:
        return job.result()
    except Cancelled:
        st.markdown("Cancelled. Change a setting, or start again.")
        if st.button("Start again", key=f"again-{slot}"):
            cache.jobs().resume(owner=state.owner(), slot=slot)
            st.rerun()
    except WorkbenchError as error:
        sentence(error, key=f"failed-{slot}")
    except Exception:
        cache.jobs().forget(job.key)  # so that it is tried again when it is asked for again
        raise
    return None


def watch(job: Job[Any], slot: str, until: Callable[[], bool], says: str) -> None:
    """Wait for the job, or for `until`, a while with what was drawn before left as it is: drawing
    that once more would hold up the server and the browser. `says`: what is seen below."""
    area = st.empty()
    with area.container():
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"watch-{slot}"):
            bar = st.empty()
            st.button("Cancel", key=f"cancel-watched-{slot}", on_click=_stop, args=(job, slot))
        st.caption(says)
    for look in range(round(WATCHED / TICK)):
        if look % TELL_EVERY == 0:
            bar.progress(job.fraction, text=plain(_how_far(job)))
        if job.wait(TICK) or until():
            break
    area.empty()


@st.fragment(run_every="400ms")
def progress(
    job: Job[Any],
    slot: str,
    until: Callable[[], bool] = bool,
    stop: Callable[[], None] | None = None,
) -> None:
    """How far the job is, and a way out; runs the page again when it ends or `until` is true.

    `stop`: ends a job that is not one of `cache.jobs()`.
    """
    if job.ended or until():
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"progress-{slot}"):
        st.progress(job.fraction, text=plain(_how_far(job)))
        if st.button("Cancel", key=f"cancel-{slot}"):
            if stop is None:
                _stop(job, slot)
            else:
                stop()
            st.rerun()


def _stop(job: Job[Any], slot: str) -> None:
    cache.jobs().stop(job.key, owner=state.owner(), slot=slot)


def _how_far(job: Job[Any]) -> str:
    waiting = job.state is State.WAITING
    return job.message if waiting else f"{job.message} ({job.seconds:.0f} s)"
