"""Options that a spreadsheet changed before the file came here, and what they probably were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from segmentation.intake.survey import Question

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DAY_MONTH = re.compile(rf"(?i)0?(?P<number>\d{{1,2}})-{_MONTH}")
_MONTH_YEAR = re.compile(rf"(?i){_MONTH}-0?(?P<number>\d{{1,2}})")
_VERSION = re.compile(r"(\d+)\.([1-9])")
_SHOWN = 5


def mangled(questions: Sequence[Question]) -> list[str]:
    """A note for each question with options that look changed, with the likely original."""
    notes = []
    for question in questions:
        found = [*_dates(question.options), *_versions(question.options)]
        found += [(o, 'a text that begins with "-", "+" or "="') for o in _formulas(question)]
        if found:
            changes = "; ".join(f'"{now}" was probably {before}' for now, before in found[:_SHOWN])
            more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            notes.append(
                f'A spreadsheet seems to have changed options of "{_short(question.text)}": '
                f"{changes}{more}."
            )
    return notes


def _dates(options: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Ranges of numbers taken for dates: "5-Feb" was "2-5", "Oct-49" was "10-49"."""
    found = []
    for option in options:
        match = _DAY_MONTH.fullmatch(option) or _MONTH_YEAR.fullmatch(option)
        if match:
            month = _MONTHS.index(match["month"].casefold()) + 1
            found.append((option, f'"{month}-{match["number"]}"'))
    return found if len(found) < len(options) else []


def _versions(options: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Versions that lost a zero: "3.1" was "3.10" where "3.9", "3.10" or "3.11" stands beside."""
    known = set(options)
    for option in options:
        match = _VERSION.fullmatch(option)
        if not match:
            continue
        major, minor = match[1], int(match[2])
        beside = {f"{major}.{minor * 10 + step}" for step in (-1, 0, 1)}
        lower, higher = f"{major}.{minor - 1}", f"{major}.{minor + 1}"
        if beside & known and not {lower, higher} <= known:
            yield option, f'"{major}.{minor}0"'


def _formulas(question: Question) -> Iterable[str]:
    return [option for option in question.options if option == "#NAME?"]


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
