"""How a file was read, in one sentence, and how sure that is."""

from __future__ import annotations

import re

from segmentation.intake.layouts import PLAIN, named
from segmentation.intake.survey import Survey

SURE, FAIRLY_SURE = 0.9, 0.7
"""From these confidences on."""

_HEADER_ROWS = re.compile(r",? ?\b(?:two|three) header rows,? ?")


def summary(survey: Survey) -> str:
    """ "SurveyMonkey, expanded; 2 header rows; 2,401 respondents; 31 multi-select questions; 12
    columns of personal data left out".
    """
    rows = survey.reading.header_rows
    several = sum(question.kind == "multi-select" for question in survey.questions)
    personal = _count(len(survey.personal), "column") + " of personal data left out"
    return "; ".join(
        (
            layout_title(survey),
            _count(rows, "header row") if rows or not _states(survey) else "names of its own",
            _count(survey.respondents, "respondent"),
            _count(several, "multi-select question"),
            personal if survey.personal else "no columns of personal data found",
        )
    )


def layout_title(survey: Survey) -> str:
    """What platform or kind of table the file comes from, as one would say it."""
    return survey.reading.format if _states(survey) else title_of(survey.reading.layout)


def title_of(layout: str) -> str:
    """A layout's name as one would say it, without the number of its header rows."""
    known = named(layout)
    title = known.title or _HEADER_ROWS.sub("", known.name)
    return title[:1].upper() + title[1:]


def how_sure(survey: Survey) -> str:
    """ "Sure", "Fairly sure" or "A guess: check", and why, in one sentence; or who said so."""
    reading = survey.reading
    if _states(survey):
        return "Sure: the file itself says what its questions are."
    if reading.chosen.layout is not None:
        return "As you chose."
    if reading.confidence >= SURE:
        return "Sure: the header has signs that only this kind of export has."
    if reading.confidence >= FAIRLY_SURE:
        return "Fairly sure: the header looks like this kind of export, as others may do too."
    if reading.layout == PLAIN:
        return "A guess: check. The header has no sign of any survey platform that is known here."
    return "A guess: check. The header has few signs of this kind of export."


def is_doubtful(survey: Survey) -> bool:
    """Whether somebody should look at the reading: a guess, or no question with options."""
    guessed = survey.reading.chosen.layout is None and survey.reading.confidence < FAIRLY_SURE
    options = any(question.options for question in survey.questions)
    return not options or (guessed and not _states(survey))


def _states(survey: Survey) -> bool:
    """Whether the format says by itself how questions stand in it."""
    return survey.reading.options.layout is None


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
