"""None-type options as the mapping has them: as detected, or as the analyst says."""

from __future__ import annotations

from dataclasses import replace

from segmentation.intake.answers import read_answers
from segmentation.intake.labels import match_key
from segmentation.intake.survey import Answers, Question, Survey
from segmentation.mapping.model import QuestionMapping


def as_said(question: Question, said: QuestionMapping) -> Question:
    """The question with the none-type options that its entry names; as detected without a say.

    An option that was detected as none-type and is none no longer has a count of 0: how many chose
    it is not known here.
    """
    if said.none is None:
        return question
    none = {match_key(option) for option in said.none}
    counts = dict(zip(question.options, question.counts, strict=True))
    labels = (*question.options, *question.none_options)
    options = tuple(label for label in labels if match_key(label) not in none)
    return replace(
        question,
        options=options,
        counts=tuple(counts.get(label, 0) for label in options),
        none_options=tuple(label for label in labels if match_key(label) in none),
    )


def answers_to(survey: Survey, question: Question, said: QuestionMapping) -> Answers:
    """One question's answers in three states, with the none-type options that its entry names.

    An option that the analyst declared none-type was on offer, however few chose it.
    """
    asked = as_said(question, said)
    answers = read_answers(survey, asked)
    declared = set(asked.none_options) - set(question.none_options)
    return replace(answers, offers_none=answers.offers_none or bool(declared))


def none_counts(survey: Survey, question: Question) -> dict[str, int]:
    """How many chose each of the none-type options that were detected."""
    none = question.none_options
    if not none:
        return {}
    alone = replace(question, options=none, counts=(0,) * len(none), none_options=())
    chosen = read_answers(survey, alone).chosen.sum(axis=0)
    return {label: int(count) for label, count in zip(none, chosen, strict=True)}
