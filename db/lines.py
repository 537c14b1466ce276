"""Named lines of versions: which there are, and the record of each version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from db.errors import StoreError
from db.models import Cohort, CohortLine, CohortVersion, Survey, VersionArchive
from db.records import Line, VersionRecord
from db.store import Store
from db.values import (
    fit_name,
    gone,
    insert_or_replace,
    insert_unless_there,
    name_key,
    new_id,
    now,
    time_of,
)


def saved_lines(store: Store, archived: bool = False) -> tuple[Line, ...]:
    """All lines by name; archived ones only when asked for."""
    with store.reading() as session:
        rows = session.exec(select(CohortLine).order_by(CohortLine.name_key)).all()
        versions: dict[str, list[VersionRecord]] = {row.id: [] for row in rows}
        for record in records(session):
            versions[record.line_id].append(record)
        lines = [_line(row, versions[row.id]) for row in rows if versions[row.id]]
        return tuple(line for line in lines if archived or not line.archived)


def find_line(store: Store, name: str) -> Line | None:
    """The line of this name, whatever its case; None when the name is free."""
    with store.reading() as session:
        row = session.exec(select(CohortLine).where(CohortLine.name_key == name_key(name))).first()
        return _line(row, records(session, CohortVersion.line_id == row.id)) if row else None


def history(store: Store, line_id: str, archived: bool = False) -> tuple[VersionRecord, ...]:
    """The versions of a line, oldest first; archived ones only when asked for."""
    with store.reading() as session:
        found = records(session, CohortVersion.line_id == line_id)
        return tuple(record for record in found if archived or not record.archived)


def rename(store: Store, line_id: str, name: str) -> None:
    """Give a line another name. Raises StoreError when another line has it."""
    name = fit_name(name, "name")
    with store.writing() as session:
        row = _row(session, line_id)
        taken = select(CohortLine).where(CohortLine.name_key == name_key(name))
        if any(other.id != line_id for other in session.exec(taken)):
            raise StoreError(f"Another cohort set is called {name}: choose another name.")
        row.name, row.name_key = name, name_key(name)
        session.add(row)


def archive_line(store: Store, line_id: str, hidden: bool = True) -> None:
    """Hide a line from the list, or show it again; nothing is deleted."""
    with store.writing() as session:
        row = _row(session, line_id)
        row.archived_at = now() if hidden else None
        session.add(row)


def archive_version(store: Store, version_id: str, author: str = "", hidden: bool = True) -> None:
    """Hide a version from its line's history, or show it again; nothing is deleted."""
    with store.writing() as session:
        if session.get(CohortVersion, version_id) is None:
            raise gone("version")
        if hidden:
            row = VersionArchive(version_id=version_id, author=author, archived_at=now())
            insert_or_replace(session, row, ("version_id",))
        elif (there := session.get(VersionArchive, version_id)) is not None:
            session.delete(there)


def line_for_saving(session: Session, name: str) -> CohortLine:
    """The line of this name, made where it is new, shown again where it was hidden, and locked:
    whoever else saves in it waits."""
    name = fit_name(name, "name of the cohort set")
    row = CohortLine(id=new_id(), name=name, name_key=name_key(name), created_at=now())
    insert_unless_there(session, row, "name_key")
    wanted = select(CohortLine).where(CohortLine.name_key == row.name_key).with_for_update()
    line = session.exec(wanted).one()
    line.archived_at = None
    session.add(line)
    return line


def records(session: Session, *where: Any) -> list[VersionRecord]:
    """The records of versions, by line and number."""
    counted = (
        select(Cohort.version_id, func.count().label("cohorts"))
        .group_by(col(Cohort.version_id))
        .subquery()
    )
    wanted = (
        sa_select(
            *(getattr(CohortVersion, name) for name in OWN),
            col(CohortLine.name).label("line"),
            col(Survey.name).label("survey"),
            col(VersionArchive.version_id).label("archive"),
            func.coalesce(counted.c.cohorts, 0).label("cohorts"),
        )
        .join(CohortLine, col(CohortLine.id) == CohortVersion.line_id)
        .join(Survey, col(Survey.id) == CohortVersion.survey_id)
        .outerjoin(VersionArchive, col(VersionArchive.version_id) == CohortVersion.id)
        .outerjoin(counted, counted.c.version_id == CohortVersion.id)
        .where(*where)
        .order_by(col(CohortVersion.line_id), col(CohortVersion.number))
    )
    return [_record(row) for row in session.execute(wanted)]


OWN = (
    *("id", "line_id", "number", "parent_id", "survey_id", "run_id"),
    *("author", "note", "saved_at", "content_sha256"),
)
"""Columns of a version that its record shows; its content stays in the database."""


def _record(row: Any) -> VersionRecord:
    return VersionRecord(
        id=row.id,
        line_id=row.line_id,
        line=row.line,
        number=row.number,
        parent=row.parent_id,
        survey_id=row.survey_id,
        survey=row.survey,
        run=row.run_id,
        author=row.author,
        note=row.note,
        saved_at=time_of(row.saved_at),
        content_sha256=row.content_sha256,
        archived=row.archive is not None,
        cohorts=row.cohorts,
    )


def _line(row: CohortLine, versions: Iterable[VersionRecord]) -> Line:
    known = list(versions)
    shown = [record for record in known if not record.archived] or known
    return Line(row.id, row.name, row.archived_at is not None, len(known), shown[-1])


def _row(session: Session, line_id: str) -> CohortLine:
    row = session.get(CohortLine, line_id)
    if row is None:
        raise gone("cohort set")
    return row
