"""Typed values -> the text that an analyst sees in their program."""

from __future__ import annotations

import datetime as dt
from typing import Any

_EXACT = 1e15
"""Below this, a floating-point number holds every whole number."""
_BARE = {None: "", True: "TRUE", False: "FALSE"}
_DIGITS = 15
"""Digits that spreadsheets show and store."""


def text_of(value: Any) -> str:
    """A cell's value as text: 7.0 -> "7", dates as ISO 8601, True -> "TRUE", None -> ""."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return _BARE[value]
    if isinstance(value, float):
        return number_text(value)
    return _spelled(value)


def _spelled(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return moment_text(value)
    if isinstance(value, dt.timedelta):
        return duration_text(value)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def number_text(value: float) -> str:
    """A number without the tail that binary fractions leave; not-a-number is blank."""
    if value != value:
        return ""
    if abs(value) < _EXACT and value == int(value):
        return str(int(value))
    return f"{value:.{_DIGITS}g}"


def moment_text(value: dt.datetime) -> str:
    """A moment to the millisecond, which is what serial dates hold; midnight stays a moment."""
    value += dt.timedelta(microseconds=500)
    value = value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value.isoformat(" ", "milliseconds" if value.microsecond else "seconds")


def duration_text(value: dt.timedelta) -> str:
    """A duration as hours, minutes and seconds, however many hours."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
