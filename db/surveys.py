"""Surveys: what is known of them, those known only from a report too."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlmodel import Session, col, select

from db.errors import StoreError
from db.models import Survey
from db.records import SavedSurvey, SurveyFacts
from db.store import Store
from db.values import fit_name, fit_text, gone, insert_unless_there, new_id, now, time_of

STARS = 4


def remember(store: Store, facts: SurveyFacts) -> SavedSurvey:
    """The survey of these bytes as the store knows it; kept with `facts` where it is new. One
    without `sha256`, from a report, is always new."""
    with store.writing() as session:
        return saved_survey(find_or_add(session, facts))


def change(store: Store, survey_id: str, facts: SurveyFacts) -> SavedSurvey:
    """Replace what is known of a survey. Its hash stays as it is."""
    with store.writing() as session:
        row = session.get(Survey, survey_id)
        if row is None:
            raise gone("survey")
        for name, value in _fit(facts).items():
            if name != "sha256":
                setattr(row, name, value)
        row.changed_at = now()
        session.add(row)
        session.flush()
        return saved_survey(row)


def find(store: Store, survey_id: str) -> SavedSurvey:
    """Raises NotFoundError."""
    with store.reading() as session:
        row = session.get(Survey, survey_id)
        if row is None:
            raise gone("survey")
        return saved_survey(row)


def by_hash(store: Store, sha256: str) -> SavedSurvey | None:
    """The survey with these bytes, None when it is not known."""
    with store.reading() as session:
        row = session.exec(select(Survey).where(Survey.sha256 == sha256)).first()
        return saved_survey(row) if row else None


def saved_surveys(store: Store) -> tuple[SavedSurvey, ...]:
    """All of them, newest first."""
    with store.reading() as session:
        rows = session.exec(select(Survey).order_by(col(Survey.created_at).desc(), Survey.id))
        return tuple(saved_survey(row) for row in rows)


def find_or_add(session: Session, facts: SurveyFacts) -> Survey:
    """The row with the hash of `facts`, added where it is new."""
    moment = now()
    row = Survey(id=new_id(), **_fit(facts), created_at=moment, changed_at=moment)
    if facts.sha256 is None:
        session.add(row)
        return row
    insert_unless_there(session, row, "sha256")
    return session.exec(select(Survey).where(Survey.sha256 == facts.sha256)).one()


def saved_survey(row: Survey) -> SavedSurvey:
    names = [field.name for field in dataclasses.fields(SurveyFacts)]
    return SavedSurvey(
        row.id,
        SurveyFacts(**{name: getattr(row, name) for name in names}),
        time_of(row.created_at),
        time_of(row.changed_at),
    )


def _fit(facts: SurveyFacts) -> dict[str, Any]:
    if facts.utility is not None and facts.utility not in range(STARS + 1):
        raise StoreError(f"The utility of a survey is 0 to {STARS} stars: choose one of these.")
    values = dataclasses.asdict(facts)
    for name in ("wave", "population", "description", "file_name", "notes"):
        fit_text(values[name], name.replace("_", " "))
    return values | {"name": fit_name(facts.name, "name of the survey")}
