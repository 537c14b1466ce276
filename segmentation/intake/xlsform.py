"""XLSForm, the workbook in which KoboToolbox, ODK and SurveyCTO keep a form: what codes mean."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from segmentation.intake.labels import clean_label, clean_text

SHEETS = ("survey", "choices")

_SELECT = re.compile(
    r"select[_ ](?P<how>one|multiple)\s+(?P<list>\S+)(?P<other>\s+or[_ ]other)?", re.I
)
_OPENED, _CLOSED = (re.compile(rf"{what}[_ ](?:group|repeat)", re.I) for what in ("begin", "end"))
_OTHER = "other"
"""The code that `or_other` adds to a list."""


@dataclass(frozen=True)
class FormQuestion:
    """`names`: how exports may head it. `labels`: by code. `several`: of several choices."""

    names: tuple[str, ...]
    text: str
    labels: Mapping[str, str]
    several: bool


def form_questions(
    survey: Sequence[Sequence[str]], choices: Sequence[Sequence[str]]
) -> Iterator[FormQuestion]:
    """Every question of the form in the two sheets, whose first rows are headers.

    Labels are those of the first language. Columns of questions in groups are headed by their
    name, or by the groups' names before it, joined by "-" (ODK) or "/" (KoboToolbox).
    """
    lists: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in _rows(choices):
        if row.get("name"):
            labels = lists[row.get("list_name") or row.get("list name", "")]
            labels[row["name"]] = clean_label(row.get("label") or row["name"])
    groups: list[str] = []
    for row in _rows(survey):
        kind = row.get("type", "")
        if _OPENED.fullmatch(kind):
            groups.append(row.get("name", ""))
        elif _CLOSED.fullmatch(kind):
            groups = groups[:-1]
        elif row.get("name"):
            chosen = _SELECT.fullmatch(kind)
            path = [*filter(None, groups), row["name"]]
            yield FormQuestion(
                names=tuple({row["name"], "-".join(path), "/".join(path)}),
                text=clean_text(row.get("label", "")),
                labels=_labels(chosen, lists) if chosen else {},
                several=chosen is not None and chosen["how"].casefold() == "multiple",
            )


def _labels(chosen: re.Match[str], lists: Mapping[str, dict[str, str]]) -> dict[str, str]:
    labels = lists.get(chosen["list"], {})
    return labels | {_OTHER: "Other"} if chosen["other"] else labels


def _rows(sheet: Sequence[Sequence[str]]) -> Iterator[dict[str, str]]:
    """Rows by header; of "label::English (en)" and "label::Français (fr)" the first is "label"."""
    header = [cell.partition("::")[0].strip().casefold() for cell in sheet[0]] if sheet else []
    for row in sheet[1:]:
        found: dict[str, str] = {}
        for name, cell in zip(header, row, strict=False):
            found.setdefault(name, cell.strip())
        yield found
