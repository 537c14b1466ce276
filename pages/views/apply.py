"""Apply: the people of the open survey placed in cohorts that were saved earlier."""

from __future__ import annotations

from pages.shared import applying, opening, state, store, verdicts, who_counts, widgets
from segmentation.intake import Survey
from segmentation.mapping import Mapping


def apply_page(survey: Survey, mapping: Mapping) -> None:
    widgets.header("Apply", survey.name, who_counts.people(survey, mapping))
    opened = store.banner()
    saved = applying.choose(opened)
    if saved is None:
        return
    if saved.cohorts.trust is not None:
        verdicts.said(saved.cohorts.trust)
    floor = applying.floor()
    placed = applying.place(saved.cohorts, survey, mapping, floor)
    if placed is not None:
        applying.figures(placed)
        applying.table(saved, placed)


survey = opening.current()
mapping = state.workspace().mapping
if survey is None or mapping is None:
    widgets.nothing_open("Apply")
else:
    apply_page(survey, mapping)
