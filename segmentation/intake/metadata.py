"""Columns about the filling-in itself: when, how long, how far. No questions, not personal."""

from __future__ import annotations

import re
from functools import lru_cache

from segmentation.intake.layouts import Layout
from segmentation.intake.personal import header_words

HEADERS: tuple[str, ...] = (
    r"q?time ?stamp|zeitstempel|horodateur|marca temporal|carimbo de data hora|qtime",
    r"informazioni cronologiche|(?:anfangs|end|erfassungs)datum|datestamp",
    r"(?:start|end|recorded|submit|submission|completion|started|date) ?(?:date|time)?(?: utc)?",
    r"(?:date|time) (?:submitted|started|finished|recorded|completed|of last action|last action)",
    r"duration(?: in seconds)?|dauer in sekunden|total time|(?:interview|group) time.*",
    r"time (?:taken|spent)(?: to complete)?|time to complete|last modified time|submission time",
    r"progress|aktueller stand|finished|beendet|status|antworttyp|last ?page|seed|complete",
    r"start ?language|user ?language|benutzersprache|distribution ?channel|verteilungskanal",
    r"response ?set|score|total points|quiz feedback|validation status|index|number responses",
)
"""Patterns for the whole header, in lower case, its words parted by single spaces."""


def is_metadata(header: str, layout: Layout) -> bool:
    """Whether a column is about the filling-in: a time stamp, a duration, a status."""
    words = header_words(header)
    return any(pattern.fullmatch(words) for pattern in _patterns(layout.metadata))


@lru_cache
def _patterns(more: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in HEADERS + more)
