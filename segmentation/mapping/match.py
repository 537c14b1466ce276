"""Which question of a survey is which one of a saved mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from segmentation.intake.labels import match_key
from segmentation.intake.signs import TICKED, UNTICKED
from segmentation.intake.survey import Question, Survey
from segmentation.mapping.alike import option_key, overlap, wording, wordings_alike
from segmentation.mapping.template import Asked, Template, offered

How = Literal["exact", "alias", "fuzzy", "none"]
"""By the same words; by words that are known to mean the same; by likeness; not at all."""

FLOOR = 0.55
"""Likeness below which two questions are not proposed as one."""

_YES_NO = TICKED | UNTICKED

SAME_KEY = 0.5
"""Likeness from which on a question with the same code in the file is taken for the same."""


@dataclass(frozen=True)
class QuestionMatch:
    """A question of a saved mapping and the survey's question that seems to be the same.

    `here`: its key, "" when there is none. `score`: 1 for exact and alias, else the likeness.
    """

    saved: Asked
    here: str = ""
    how: How = "none"
    score: float = 0.0


def match(template: Template, survey: Survey) -> tuple[QuestionMatch, ...]:
    """For each question that the saved mapping speaks of, the survey's; no question twice.

    Exact matches come first, then those by alias, then the likeliest of the rest, each stage so
    that the total is best. Questions that the mapping ignores are matched by words alone.
    """
    rare = _rarity(survey)
    found: dict[str, QuestionMatch] = {}
    left, free = list(template.asked), list(survey.questions)
    ignored = {entry.question for entry in template.mapping.questions if entry.role == "ignore"}
    for how in ("exact", "alias", "fuzzy"):
        if how == "fuzzy":
            left = [asked for asked in left if asked.key not in ignored]
        scores = np.array([[_score(how, a, q, rare) for q in free] for a in left], dtype=float)
        for at, to in _pairs(scores):
            sure = 1.0 if how != "fuzzy" else float(scores[at, to])
            found[left[at].key] = QuestionMatch(left[at], free[to].key, how, sure)
        left = [asked for asked in left if asked.key not in found]
        taken = {one.here for one in found.values()}
        free = [question for question in free if question.key not in taken]
    return tuple(found.get(asked.key, QuestionMatch(asked)) for asked in template.asked)


def _pairs(scores: np.ndarray) -> list[tuple[int, int]]:
    """Rows and columns, each at most once, with the highest total of positive scores."""
    if not scores.size:
        return []
    pairs = zip(*linear_sum_assignment(scores, maximize=True), strict=True)
    return [(int(at), int(to)) for at, to in pairs if scores[at, to] > 0]


def _score(how: How, asked: Asked, question: Question, rare: Callable[[str], float]) -> float:
    """0 for no match of that sort; among several of one sort the higher is the likelier."""
    same_key = asked.key == question.key
    if not asked.text:
        alike = _likeness(asked, question, rare) if how == "fuzzy" else 0.0
        by_key = {"exact": same_key, "alias": wording(asked.key) == wording(question.text)}
        return float(by_key.get(how, alike))
    if how == "exact":
        same = match_key(asked.text) == match_key(question.text)
    elif how == "alias":
        same = wording(asked.text) == wording(question.text) or (
            same_key and _likeness(asked, question, rare) >= SAME_KEY
        )
    else:
        return _likeness(asked, question, rare)
    return (1 + same_key + overlap(asked.options, question.options, rare)) if same else 0.0


def _likeness(asked: Asked, question: Question, rare: Callable[[str], float]) -> float:
    """Of wording and options, 0 below the floor. Options alone may do, wording alone may too."""
    words = wordings_alike(asked.text or asked.key, question.text)
    options = offered(question)
    if asked.options and options:
        shared = overlap(asked.options, options, rare)
        alike = max((words + shared) / 2, 0.85 * shared)
    elif asked.options or options:
        alike = 0.5 * words if asked.text else 0.9 * words
    else:
        alike = 0.9 * words
    return alike if alike >= FLOOR else 0.0


def _rarity(survey: Survey) -> Callable[[str], float]:
    """1 / questions of the survey that offer an option; "Yes", "No" and numbers tell nothing."""
    found = Counter(
        key for question in survey.questions for key in set(map(option_key, question.options))
    )
    return lambda key: 0.0 if key.isdigit() or key in _YES_NO else 1 / max(found[key], 1)
