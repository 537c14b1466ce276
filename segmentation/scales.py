"""Answers that are steps of a scale, such as bands of money or years, in their own order."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np


def natural_order(labels: Sequence[str]) -> list[int] | None:
    """Places of the labels by the number that each begins with, those without one last.

    None where most labels carry no number, so that they have no order of their own.
    """
    numbers = [leading_number(label) for label in labels]
    if sum(number is not None for number in numbers) * 2 <= len(labels):
        return None
    key = [np.inf if number is None else number for number in numbers]
    return sorted(range(len(labels)), key=lambda place: key[place])


def leading_number(label: str) -> float | None:
    """The first number in a label; "less than 1" lies just below 1."""
    found = re.search(r"\d+(,\d{3})*(\.\d+)?", label)
    if not found:
        return None
    below = re.match(r"\W*(less|under|below|fewer|up to|<)", label, re.IGNORECASE)
    return float(found.group().replace(",", "")) - (0.5 if below else 0.0)
