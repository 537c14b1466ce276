"""How long work tells where it stands, and is told to stop."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done, in words, and the share of that step done (0 to 1).
May raise `errors.Cancelled`, which ends the work."""


def silent(step: str, share: float) -> None:
    """Report to nobody."""


def part_of(progress: Progress, part: int, parts: int) -> Progress:
    """Progress of one of `parts` equal parts of some work (`part` from 0), as that of the whole."""
    return lambda step, share: progress(step, (part + share) / parts)
