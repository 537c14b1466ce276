"""Which questions describe people, and under what short names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from segmentation.intake.survey import Question
from segmentation.mapping.grids import grids_of
from segmentation.mapping.model import QuestionMapping
from segmentation.mapping.wording import asked, plain_text, thing_asked

NAMES = (
    *("Role title", "Cloud spend", "Tasks", "Compute", "Storage", "Team size", "Experience"),
    *("Industry", "Education", "Company size", "Country", "Organization type", "Usage frequency"),
    *("Employment", "Team", "Compensation", "Sharing results", "Source of learning", "Hobby"),
)
"""Attributes that the vocabulary's phrases recognise, the most helpful first."""

MOST = 20
"""Attributes suggested at most."""

MOST_WITH_PLAIN = 12
"""Single choices that no phrase recognises are added only up to this many attributes in all."""

_ROLE_WORD = re.compile(
    r"\b(engineer|scientist|developer|analyst|manager|student|researcher|teacher|lecturer|educator"
    r"|architect|admin|administrator|consultant|designer|statistician|professor|sysadmin|devops)\b"
)
_OPINION = re.compile(
    r"\b((dis)?agree|(dis|un)?satisfied|(un)?important|(un)?likely|critical|trivial|excellent|poor"
    r"|not a problem|probably|never heard|easy|stay the same|neutral)\b"
)


def suggest_attributes(candidates: Sequence[tuple[Question, str]]) -> list[QuestionMapping]:
    """Entries for the most helpful of the questions, at most MOST, each with a name of its own.

    `candidates` are pairs of a question and a name for it, "" for one without a name yet.
    """
    rows = {q.key: row for grid in grids_of([q for q, _ in candidates]) for q, row in grid.rows}
    named: list[tuple[int, str, Question]] = []
    plain: list[tuple[int, str, Question]] = []
    for question, given in candidates:
        row = rows.get(question.key, "")
        topic = given or _topic(question, in_grid=bool(row))
        if not _describes(question, topic, in_grid=bool(row)):
            continue
        if topic:
            place = NAMES.index(topic) if topic in NAMES else len(NAMES)
            named.append((place, _cut(without_code(row)) or topic, question))
        else:
            plain.append((_dullness(question), short_name(question), question))
    named.sort(key=lambda item: item[0])
    plain.sort(key=lambda item: item[0])
    several = sum(place == 0 for place, _, _ in plain)
    chosen = named + plain[: max(several, MOST_WITH_PLAIN - len(named))]
    return _with_own_names([(question, name) for _, name, question in chosen[:MOST]])


def _with_own_names(chosen: Sequence[tuple[Question, str]]) -> list[QuestionMapping]:
    names: dict[str, QuestionMapping] = {}
    for question, name in chosen:
        short = short_name(question)
        choices = [name, short, *(f"{short} ({number})" for number in range(2, MOST + 2))]
        own = next(choice for choice in choices if choice not in names)
        names[own] = QuestionMapping(question.key, "attribute", name=own)
    return list(names.values())


def _topic(question: Question, *, in_grid: bool) -> str:
    """Which of NAMES the question is about, "" for none of them."""
    made_up = _MADE_UP.match(question.text)
    topic = "" if made_up else asked("attribute", question.text)
    if in_grid:
        return "Tasks" if topic in ("Tasks", "Usage frequency") else ""
    roles = [option for option in question.options if _ROLE_WORD.search(option.casefold())]
    if not topic and len(roles) >= 4 and _share(question, _ROLE_WORD) >= 0.6:
        return "Role title"
    return topic


def _describes(question: Question, topic: str, *, in_grid: bool) -> bool:
    """Whether the question has few enough levels and is no mere opinion."""
    if question.kind == "number":
        return bool(topic)
    if len(question.options) < 2 or _share(question, _OPINION) >= 0.5 or (in_grid and not topic):
        return False
    if topic not in ("Experience", "Role title") and asked("opinion", question.text):
        return False
    if not topic and asked("people", question.text):
        return False
    limit, share = (30, 0.6) if topic else (12, 0.8)
    common = sorted(question.counts, reverse=True)[:limit]
    return sum(common) >= share * sum(question.counts)


def _dullness(question: Question) -> int:
    """0 for several choices, 1 for one of three or more levels, 2 for yes or no."""
    return 0 if question.kind == "multi-select" else 1 + (len(question.options) < 3)


def _share(question: Question, pattern: re.Pattern[str]) -> float:
    """Share of the choices that fall on options in which the pattern is found."""
    pairs = zip(question.options, question.counts, strict=True)
    hits = sum(count for option, count in pairs if pattern.search(option.casefold()))
    return hits / (sum(question.counts) or 1)


_MADE_UP = re.compile(r"Question \S+ \(")
"""The text of a question whose export gives no more than a number and options."""


def short_name(question: Question) -> str:
    """The question's text as a label of at most 40 characters."""
    text = question.text
    if " " not in text:
        text = plain_text(text)
        text = text[:1].upper() + text[1:]
    elif not _MADE_UP.match(text):
        thing = thing_asked(text)
        text = thing if " " in thing else without_code(text).split("?")[0].strip(" .:")
    return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39].rsplit(" ", 1)[0].rstrip(",;:(") + "…"


def without_code(text: str) -> str:
    """ "7b1. Cleaning data (any)" -> "Cleaning data"."""
    return re.sub(r"^\w*\d\w*\.\s+|\s+\(.*", "", text).strip()
