"""What became of the options of a question since its mapping was saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from segmentation.intake.labels import match_key
from segmentation.intake.survey import Question
from segmentation.mapping.alike import option_key, options_alike, same_tool
from segmentation.mapping.fit import is_no_tool
from segmentation.mapping.model import QuestionMapping
from segmentation.mapping.template import Asked, offered

LIKELY = 0.72
"""Likeness from which on two options are proposed as one."""

COMMON = 0.01
"""Share of the answers from which on an option that may have been typed is called new."""


@dataclass(frozen=True)
class Renamed:
    """An option of the saved mapping and the survey's that seems to be the same.

    `sure`: the vocabulary knows both as one tool; else they are merely alike, by `score`.
    """

    saved: str
    here: str
    sure: bool
    score: float


@dataclass(frozen=True)
class Changes:
    """`new`: options that were not on offer then. `vanished`: those that are no more.

    What has the same label, but for case and spaces, has not changed. Where the options were not
    recorded, nothing is new and nothing vanished.
    """

    renamed: tuple[Renamed, ...] = ()
    new: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.renamed or self.new or self.vanished)


def changes(asked: Asked, said: QuestionMapping | None, question: Question) -> Changes:
    """How the options of a question differ from those that its entry was made for.

    An option that is vanished for a tool that another option still names is none: nothing is lost.
    """
    recorded = bool(asked.options or asked.none)
    aliases = [option for option, _ in said.aliases] if said and not recorded else []
    labels = (*question.options, *question.none_options)
    here = {match_key(label) for label in labels}
    then = {match_key(label): label for label in (*aliases, *asked.options, *asked.none)}
    gone = [label for key, label in then.items() if key not in here]
    fresh = [label for label in labels if match_key(label) not in then]
    category = said.category if said else ""
    renamed = _known(gone, fresh, category)
    gone, fresh = _without(gone, fresh, renamed)
    tools = said is not None and said.role == "tools"
    still = {option_key(label) for label in labels} if tools else set()
    gone = [label for label in gone if option_key(label) not in still]
    typed = set(fresh) - set(offered(question, COMMON))
    renamed += _alike(gone, [label for label in fresh if label not in typed])
    gone, fresh = _without(gone, fresh, renamed)
    if tools:
        gone = [label for label in gone if not _says_nothing(label, asked, question)]
    new = tuple(label for label in fresh if label not in typed)
    return Changes(tuple(renamed), new, tuple(gone)) if recorded else Changes(tuple(renamed))


def _says_nothing(label: str, asked: Asked, question: Question) -> bool:
    """Whether no tool is lost with the option: "Other", or "None" where another says as much."""
    if match_key(label) in map(match_key, asked.none):
        return bool(question.none_options)
    return is_no_tool(label)


def _known(gone: Sequence[str], fresh: Sequence[str], category: str) -> list[Renamed]:
    found: dict[str, Renamed] = {}
    for label in gone:
        for other in fresh:
            if other not in found and same_tool(label, other, category):
                found[other] = Renamed(label, other, sure=True, score=1.0)
                break
    return list(found.values())


def _alike(gone: Sequence[str], fresh: Sequence[str]) -> list[Renamed]:
    scores = np.array([[options_alike(one, other) for other in fresh] for one in gone])
    if not scores.size:
        return []
    scores[scores < LIKELY] = 0
    pairs = zip(*linear_sum_assignment(scores, maximize=True), strict=True)
    return [
        Renamed(gone[int(at)], fresh[int(to)], sure=False, score=float(scores[at, to]))
        for at, to in pairs
        if scores[at, to] > 0
    ]


def _without(
    gone: Sequence[str], fresh: Sequence[str], renamed: Sequence[Renamed]
) -> tuple[list[str], list[str]]:
    before, after = {one.saved for one in renamed}, {one.here for one in renamed}
    return [one for one in gone if one not in before], [one for one in fresh if one not in after]
