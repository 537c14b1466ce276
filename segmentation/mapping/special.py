"""Special categories of personal data: what the law protects most (GDPR, article 9), and gender."""

from __future__ import annotations

from segmentation.intake.labels import match_key
from segmentation.intake.survey import Question
from segmentation.mapping.wording import asked

_GENDERS = frozenset(
    match_key(label)
    for label in (
        *("man", "woman", "men", "women", "male", "female", "he/him", "she/her", "they/them"),
        *("cis man", "cis woman", "trans man", "trans woman", "transgender", "non-binary"),
        *("nonbinary", "non binary", "genderqueer", "männlich", "weiblich", "divers", "homme"),
        *("femme", "masculin", "féminin", "hombre", "mujer", "masculino", "femenino", "homem"),
        *("mulher", "feminino", "uomo", "donna", "maschio", "femmina", "vrouw", "男", "女", "男性"),
        *("女性", "prefer to self-describe"),
    )
)
"""Answers that tell a gender, whatever the question is called."""


def special_category(question: Question) -> str:
    """Which special category a question asks about, in words ("ethnicity"); "" for none.

    By the wording, in several languages; gender also by the answers, for questions that have no
    wording but a code.
    """
    if asked("not special", question.text):
        return ""
    return asked("special", question.text) or ("gender" if _tells_gender(question) else "")


def _tells_gender(question: Question) -> bool:
    """Whether three in five choices or more say a gender, and at least two do."""
    pairs = zip(question.options, question.counts, strict=True)
    genders = [count for option, count in pairs if match_key(option) in _GENDERS]
    return len(genders) >= 2 and sum(genders) >= 0.6 * sum(question.counts)
