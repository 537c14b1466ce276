"""Which respondents count, in one line for the head of a page."""

from __future__ import annotations

from pages.shared import cache, widgets
from segmentation.errors import WorkbenchError
from segmentation.intake import Survey
from segmentation.mapping import Mapping

MOST = 2
"""Filters named; more are counted."""


def people(survey: Survey, mapping: Mapping) -> str:
    """ "1,135 respondents", or with filters "214 of 1,135 respondents: Role title: Analyst"."""
    everyone = widgets.count(survey.respondents, "respondent")
    try:
        found = cache.included(survey, mapping)
    except WorkbenchError:  # said where the result would stand
        return everyone
    if not found.words:
        return everyone
    named = list(found.words[:MOST])
    rest = len(found.words) - MOST
    named += [widgets.count(rest, "more filter")] if rest > 0 else []
    return f"{widgets.number(found.count)} of {everyone}: {'; '.join(named)}"
