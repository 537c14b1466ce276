"""Figures as they are read on screen and in files."""


def percent(share: float) -> str:
    """A share from 0 to 1 in per cent."""
    return f"{100 * share:.0f} %"
