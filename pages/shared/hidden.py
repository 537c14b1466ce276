"""Characters in a typed name that nobody sees, or that turn the writing around."""

from __future__ import annotations

import unicodedata

import streamlit as st

from segmentation.intake.labels import INVISIBLE


def marked(text: str) -> str:
    """A sentence about such characters; "" without any."""
    found = sorted(set(INVISIBLE.findall(text)))
    if not found:
        return ""
    names = ", ".join(
        f"{unicodedata.name(one, 'no name').lower()} (U+{ord(one):04X})" for one in found
    )
    return f"This name holds characters that nobody sees: {names}."


def caution(text: str) -> None:
    """Say so on the page."""
    if said := marked(text):
        st.caption(f":material/warning: {said}")
