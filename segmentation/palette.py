"""One colour for a cohort, the same on every chart, told apart by colour-blind readers too.

Eight colours, chosen so that any two, and each against the grey of the unassigned, differ by a
CIEDE2000 of at least 14 under simulated deuteranopia, protanopia and tritanopia, and stand out 3:1
from the background. Beyond eight cohorts the colours return with another marker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]

COHORTS: dict[Theme, tuple[str, ...]] = {
    "light": (
        *("#191ba4", "#b08e49", "#d2116f", "#0e7c79"),
        *("#808fe3", "#89512e", "#8e43d3", "#6b000a"),
    ),
    "dark": (
        *("#289dff", "#ffc610", "#b687ab", "#14f6c7"),
        *("#d4c8ff", "#ab4b32", "#5e60d8", "#f36c1c"),
    ),
}
NAMES: dict[Theme, tuple[str, ...]] = {
    "light": ("Blue", "Ochre", "Pink", "Teal", "Periwinkle", "Brown", "Violet", "Maroon"),
    "dark": ("Blue", "Yellow", "Mauve", "Mint", "Lavender", "Rust", "Indigo", "Orange"),
}
"""Of these colours, in words."""

UNASSIGNED_COLOUR: dict[Theme, str] = {"light": "#a8adb5", "dark": "#5d636d"}
SYMBOLS = ("circle", "diamond", "square", "cross", "triangle-up", "star", "hexagon", "bowtie")
"""Plotly's marker names. With eight colours they tell 64 cohorts apart; then both start again."""

SHAPES = {
    "circle": "M12 4a8 8 0 1 1 0 16a8 8 0 1 1 0-16Z",
    "diamond": "M12 2 22 12 12 22 2 12Z",
    "square": "M4 4h16v16H4Z",
    "cross": "M9 3h6v6h6v6h-6v6H9v-6H3V9h6Z",
    "triangle-up": "M12 3 22 20H2Z",
    "star": "M12 2 14.9 8.6 22 9.3 16.7 14 18.2 21 12 17.3 5.8 21 7.3 14 2 9.3 9.1 8.6Z",
    "hexagon": "M12 2 20.7 7V17L12 22 3.3 17V7Z",
    "bowtie": "M3 4 21 20V4L3 20Z",
}
"""The markers as SVG paths in a box of 24 units."""

LEVELS: dict[Theme, tuple[str, ...]] = {
    "light": (
        *("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6"),
        *("#a96b59", "#e76300", "#717581", "#92dadd"),
    ),
    "dark": (
        *("#3f90da", "#ffa90e", "#e5533a", "#94a4a2", "#a95fd6"),
        *("#a96b59", "#e76300", "#b9ac70", "#92dadd"),
    ),
}
"""Levels of an attribute: other colours than the cohorts', so that a colour means one thing.
After Petroff (2021), accessible colour cycles."""

UNASSIGNED = -1


@dataclass(frozen=True)
class Mark:
    """How one cohort is drawn."""

    colour: str
    symbol: str


def mark(cohort: int, theme: Theme) -> Mark:
    """Colour and marker of a cohort by its number from 0; -1 is the unassigned."""
    if cohort == UNASSIGNED:
        return Mark(UNASSIGNED_COLOUR[theme], "circle")
    colours = COHORTS[theme]
    turn, place = divmod(cohort, len(colours))
    return Mark(colours[place], SYMBOLS[turn % len(SYMBOLS)])


def place_of(colour: str) -> int | None:
    """The place in the palette of a colour as the light theme has it; None when it is in none."""
    colours = COHORTS["light"]
    return colours.index(colour) if colour in colours else None


def marks(cohorts: int, theme: Theme) -> tuple[Mark, ...]:
    """Marks of the cohorts 0 to `cohorts` - 1."""
    return tuple(mark(cohort, theme) for cohort in range(cohorts))
