"""Whether the cohorts are real, said wherever they are shown, kept and taken away."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from db.content import fits_trust
from pages.shared import state, trusting, widgets
from pages.shared.results import Shown
from segmentation.cohorts import CohortSet, Trusted
from segmentation.cohorts.trusted import Ruling
from segmentation.run import Segmentation
from segmentation.trust.record import under_names, with_trust
from segmentation.trust.report import to_dict

RULINGS: dict[Ruling, str] = {
    "holds": ":material/verified: **Holds**",
    "pattern, members doubtful": ":material/help: **Pattern, members doubtful**",
    "do not use": ":material/block: **Do not use**",
}

UNCHECKED = "Not checked yet whether these cohorts are real."
NOT_WHEN_SAVED = "Not checked, when this was saved, whether these cohorts are real."


def named(shown: Shown) -> Segmentation:
    """The run for files, with what is known of how far its cohorts can be trusted."""
    run = shown.named
    cohorts = with_trust(run.cohorts, trusting.known(shown))
    return dataclasses.replace(run, cohorts=cohorts)


def of(shown: Shown) -> Trusted | None:
    """What is known of the cohorts as they are seen; nothing of those before a merge."""
    return named(shown).cohorts.trust


def to_keep(shown: Shown) -> tuple[CohortSet, dict[str, Any] | None]:
    """The cohorts for a version, and all that was found out about them, if it can be kept."""
    trust = trusting.known(shown)
    cohorts = with_trust(shown.named.cohorts, trust)
    if trust is None or cohorts.trust is None:
        return cohorts, None
    told = to_dict(under_names(trust, cohorts))
    return cohorts, told if fits_trust(told) else None


def banner(shown: Shown) -> None:
    """The caution, or one quiet line; where nobody looked yet, the way to it."""
    trusted = of(shown)
    if trusted is not None:
        said(trusted)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="unchecked"):
        st.caption(f":material/pending: {UNCHECKED}")
        if st.button("Check them", key="to-trust", type="tertiary", disabled=not shown.settled):
            state.go(widgets.TRUST_PAGE)


def said(trusted: Trusted) -> None:
    """A verdict: a caution that nobody overlooks, or a quiet line."""
    with st.container(key="verdict"):
        if trusted.caution:
            st.warning(widgets.plain(trusted.caution), icon=":material/warning:")
        else:
            st.caption(f":material/verified: {widgets.plain(trusted.sentence)}")


def rests_on(trusted: Trusted) -> str:
    """The figures behind a verdict, in one line."""
    facts = [
        f"Held-out gain in the structure test {trusted.gain:+.2f} ± {2 * trusted.se:.2f} nats",
        f"{widgets.count(trusted.shuffles, 'shuffled copy', 'shuffled copies')} of each kind",
        f"{widgets.count(trusted.respondents, 'respondent')} looked at",
    ]
    if trusted.resamples:
        facts.append(widgets.count(trusted.resamples, "half sample"))
    return " · ".join(facts)


def ruling(trusted: Trusted | None, number: int) -> None:
    """What to make of one cohort; nothing as long as nothing is known of it."""
    words = in_words(trusted, number)
    if words:
        st.markdown(words)


def in_words(trusted: Trusted | None, number: int) -> str:
    """The same as Markdown: a sign, words, and the figure that they rest on."""
    if trusted is None:
        return ""
    cohort = trusted.cohort(number)
    if cohort.ruling is None:
        return ""
    if cohort.stability is None:
        return RULINGS[cohort.ruling]
    return f"{RULINGS[cohort.ruling]} (stability {cohort.stability:.2f}: {cohort.band})"
