"""Runs that an analyst keeps: everything that repeats them, and what came of them."""

from __future__ import annotations

import json

from sqlmodel import Session, col, select

from db.content import canonical
from db.models import Run, SavedMapping
from db.records import RunFacts, SavedRun
from db.store import Store
from db.values import fit_text, gone, insert_unless_there, new_id, now, time_of
from segmentation.mapping import Mapping
from segmentation.spec import RunSpec


def keep(store: Store, survey_id: str, facts: RunFacts) -> SavedRun:
    """Keep a run of a survey that `surveys.remember` gave. Every call keeps one more."""
    with store.writing() as session:
        mapping = _mapping(session, survey_id, facts.mapping)
        row = Run(
            id=new_id(),
            survey_id=survey_id,
            mapping_id=mapping.id,
            data_sha256=facts.data_sha256,
            seed=facts.spec.embed.seed,
            spec=canonical(facts.spec.to_dict()),
            libraries=canonical(dict(facts.libraries)),
            metrics=canonical(dict(facts.metrics)),
            seconds=canonical(dict(facts.seconds)),
            author=fit_text(facts.author, "author"),
            created_at=now(),
        )
        session.add(row)
        return _saved(row, mapping)


def find(store: Store, run_id: str) -> SavedRun:
    """Raises NotFoundError."""
    with store.reading() as session:
        row = session.get(Run, run_id)
        mapping = session.get(SavedMapping, row.mapping_id) if row else None
        if row is None or mapping is None:
            raise gone("run")
        return _saved(row, mapping)


def runs_of(store: Store, survey_id: str) -> tuple[SavedRun, ...]:
    """The kept runs of a survey, newest first."""
    with store.reading() as session:
        wanted = (
            select(Run, SavedMapping)
            .where(Run.mapping_id == SavedMapping.id, Run.survey_id == survey_id)
            .order_by(col(Run.created_at).desc(), Run.id)
        )
        return tuple(_saved(row, mapping) for row, mapping in session.exec(wanted))


def _mapping(session: Session, survey_id: str, mapping: Mapping) -> SavedMapping:
    sha = mapping.sha256()
    same = select(SavedMapping).where(
        SavedMapping.survey_id == survey_id, SavedMapping.sha256 == sha
    )
    there = session.exec(same).first()
    if there is None:
        row = SavedMapping(
            id=new_id(),
            survey_id=survey_id,
            sha256=sha,
            content=canonical(json.loads(mapping.to_json())),
            created_at=now(),
        )
        insert_unless_there(session, row, "survey_id", "sha256")
        there = session.exec(same).one()
    return there


def _saved(row: Run, mapping: SavedMapping) -> SavedRun:
    facts = RunFacts(
        row.data_sha256,
        Mapping.from_json(mapping.content),
        RunSpec.from_dict(json.loads(row.spec)),
        json.loads(row.libraries),
        json.loads(row.metrics),
        json.loads(row.seconds),
        row.author,
    )
    return SavedRun(row.id, row.survey_id, facts, time_of(row.created_at))
