"""Trust: are the cohorts real, which of them hold, and would anything else do better?"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared import (
    adopting,
    opening,
    results,
    state,
    trust_audits,
    trust_methods,
    trust_sweep,
    trust_verdicts,
    trusting,
    who_counts,
    widgets,
)
from pages.shared.results import Shown
from pages.shared.trusting import Looked
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.spec import TrustSpec
from segmentation.trust import words
from segmentation.trust.methods import WORDS
from segmentation.trust.model import Trust
from segmentation.trust_page import trust_files


def heading(survey: Survey, mapping: Mapping, shown: Shown | None) -> DeltaGenerator:
    """Returns the place for the action."""
    facts = [survey.name, who_counts.people(survey, mapping)]
    if shown is not None:
        method = WORDS[shown.cohorts.spec.cluster.method]
        facts += [method, widgets.count(len(shown.names), "cohort")]
    return widgets.header_with_action("Trust", *facts, room=2)


def action(shown: Shown, looked: Looked) -> None:
    pressed = st.button(
        "Check these cohorts",
        key="check",
        type="primary",
        icon=":material/verified:",
        disabled=not shown.settled or looked.running or looked.answered,
    )
    if pressed:  # no callback: what was just set beside it counts already
        trusting.start(shown)
        st.rerun()


def thoroughness() -> None:
    """How much is done, behind a button."""
    kept = state.workspace().trust
    with st.popover("How thorough", key="thorough"):
        resamples, shuffles = (
            widgets.parameter_input(TrustSpec, field, getattr(kept, field), f"trust-{field}")
            for field in ("resamples", "shuffles")
        )
        st.caption("More take longer and make the figures surer. The verdict comes first.")
    asked = TrustSpec(resamples, shuffles)
    if asked != kept:
        state.save(state.workspace().checking(asked))


def state_of_work(shown: Shown, looked: Looked) -> None:
    """What was adopted, how far the check is, and what the figures below are of."""
    if adopting.adopted():
        st.success(widgets.plain(adopting.adopted()), icon=":material/check_circle:")
    if looked.job is not None and looked.running:
        trusting.under_way(looked.job, trusting.SLOT)
    elif looked.job is not None and not looked.answered:
        trusting.ended(looked.job, trusting.SLOT, lambda: trusting.start(shown))
    trust = looked.trust
    if trust is None:
        return
    if looked.stale:
        st.warning(widgets.plain(of_other(trust, shown)), icon=":material/history:")
    else:
        st.caption(widgets.plain(f"Rests on {words.so_far(trust)}."))


def of_other(trust: Trust, shown: Shown) -> str:
    """Whose figures they are, where they are not those of the present cohorts."""
    changes = list(adopting.differences(trust.spec, shown.cohorts.spec))
    now = f" Now: {'; '.join(changes)}." if changes else ""
    what = "settings" if changes else "cohorts, from before the last change"
    return f"These figures are of other {what}.{now} Check these cohorts to get theirs."


def nothing_checked(looked: Looked) -> None:
    """Before anything was asked for, or before the first thing is known."""
    if looked.running:
        st.markdown(
            "The first verdict comes after about a third of the time; you can go on working on "
            "other pages meanwhile."
        )
        return
    st.markdown(
        "Every method finds cohorts, even where there are none. A check tells whether these are "
        "more than chance, and which of them you can put in front of a client: it shuffles the "
        "answers, looks for the cohorts again in halves of the respondents and under other "
        "settings, tries other methods, and sets the cohorts beside job titles. It takes about a "
        "minute, longer for more than some thousand respondents."
    )


def parts(survey: Survey, looked: Looked, trust: Trust, shown: Shown) -> None:
    names = [one.name for one in sorted(trust.cohorts, key=lambda one: one.number)]
    trust_verdicts.structure(trust)
    trust_verdicts.cohorts(trust, shown, looked.stale)
    trust_methods.section(trust)
    trust_sweep.section(survey, shown)
    trust_audits.section(looked, shown, names)
    downloads(looked, trust, shown)


def downloads(looked: Looked, trust: Trust, shown: Shown) -> None:
    st.header("Download", anchor=False)
    sweep = trusting.sweep_of(shown, trust_sweep.of_method(state.workspace().sweep, trust.spec))[0]
    files = trust_files(trust, None if looked.stale else sweep)
    widgets.file_buttons(files, key="trust-downloads", disabled=not trust.complete)


def no_result() -> None:
    """There are no cohorts to check yet; what is the matter was said above."""
    if st.button("Go to the settings", key="to-settings"):
        state.go(widgets.SEGMENT_PAGE)


def trust_page(survey: Survey, mapping: Mapping) -> None:
    top = st.container()
    shown = results.current(survey, mapping, state.workspace().spec)
    with top:
        beside = heading(survey, mapping, shown)
    with beside:
        thoroughness()
    if shown is None:
        no_result()
        return
    looked = trusting.look(survey, shown)
    with beside:
        action(shown, looked)
    state_of_work(shown, looked)
    if looked.trust is not None:
        parts(survey, looked, looked.trust, shown)
    else:
        nothing_checked(looked)
        trust_sweep.section(survey, shown)


survey = opening.current()
mapping = state.workspace().mapping
if survey is None or mapping is None:
    widgets.nothing_open("Trust")
else:
    trust_page(survey, mapping)
