"""Unsaved labels, notes and merges, kept as they are typed and offered again."""

from __future__ import annotations

import json
from typing import Any

from sqlmodel import Session, col, delete, select

from db import models
from db.content import canonical
from db.records import Draft, DraftKey
from db.store import Store
from db.values import fit_name, insert_or_replace, now, time_of


def keep(store: Store, key: DraftKey, content: dict[str, Any]) -> None:
    """Keep `content`, a JSON object, in place of what was there. Durable on return."""
    row = models.Draft(
        owner=fit_name(key.owner, "owner"),
        survey=fit_name(key.survey, "survey"),
        result=fit_name(key.result, "result"),
        content=canonical(content),
        changed_at=now(),
    )
    with store.writing() as session:
        insert_or_replace(session, row, ("owner", "survey", "result"))


def find(store: Store, key: DraftKey) -> Draft | None:
    """What was kept under `key`, None without any."""
    with store.reading() as session:
        row = session.get(models.Draft, (key.owner, key.survey, key.result))
        return _draft(row) if row else None


def offered(store: Store, owner: str, survey: str | None = None) -> tuple[Draft, ...]:
    """All drafts of an owner, on one survey or on any, newest first."""
    wanted = select(models.Draft).where(models.Draft.owner == owner)
    if survey is not None:
        wanted = wanted.where(models.Draft.survey == survey)
    with store.reading() as session:
        rows = session.exec(wanted.order_by(col(models.Draft.changed_at).desc()))
        return tuple(_draft(row) for row in rows)


def drop(store: Store, key: DraftKey) -> None:
    """Throw a draft away; nothing when there is none."""
    with store.writing() as session:
        drop_in(session, key)


def drop_in(session: Session, key: DraftKey) -> None:
    """The same within a transaction."""
    one = models.Draft
    session.exec(
        delete(one).where(
            col(one.owner) == key.owner,
            col(one.survey) == key.survey,
            col(one.result) == key.result,
        )
    )


def _draft(row: models.Draft) -> Draft:
    key = DraftKey(row.owner, row.survey, row.result)
    return Draft(key, json.loads(row.content), time_of(row.changed_at))
