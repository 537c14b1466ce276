"""A cohort set with its history, or the whole workspace, as one JSON text that any database of the
workbench takes in. Drafts are not in it."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from db.checks import check_header
from db.engine import BUSY_SECONDS, sqlite_engine
from db.errors import DamagedError, StoreError
from db.faults import told
from db.models import (
    CohortLine,
    CohortVersion,
    Run,
    SavedMapping,
    Survey,
    Table,
    VersionArchive,
)
from db.store import Store
from db.values import gone, now
from db.versions import arrays_in, checked_content

FORMAT = "survey-segmentation-workbench"
SCHEMA = 1
log = logging.getLogger(__name__)


def export_line(store: Store, line_id: str) -> str:
    """One line with all its versions, and the surveys, mappings and runs that they need. Raises
    TamperedError when a version is not what was saved."""
    with store.reading() as session:
        line = session.get(CohortLine, line_id)
        if line is None:
            raise gone("cohort set")
        exported = _line(session, line)
        surveys = {version["survey_id"] for version in exported["versions"]}
        runs = {version["run_id"] for version in exported["versions"]}
        known_runs = session.exec(select(Run).where(col(Run.id).in_(runs))).all()
        mappings = {run.mapping_id for run in known_runs}
        return _text(
            session.exec(select(Survey).where(col(Survey.id).in_(surveys))).all(),
            session.exec(select(SavedMapping).where(col(SavedMapping.id).in_(mappings))).all(),
            known_runs,
            [exported],
        )


def export_workspace(store: Store) -> str:
    """Everything but drafts, of one moment. Raises TamperedError like `export_line`."""
    with store.reading() as session:
        lines = session.exec(select(CohortLine).order_by(CohortLine.name_key)).all()
        return _text(
            session.exec(select(Survey)).all(),
            session.exec(select(SavedMapping)).all(),
            session.exec(select(Run)).all(),
            [_line(session, line) for line in lines],
        )


def salvage(path: Path) -> tuple[str, int]:
    """What can still be read of a damaged SQLite file, as a workspace to import, and how many
    versions could not be read. The file is left as it is."""
    with told(str(path)):
        check_header(path)
    store = Store(sqlite_engine(path, BUSY_SECONDS), str(path), path, read_only=True)
    lost: list[str] = []
    with _hopeless(path), store.reading() as session:
        kept: dict[type[Table], list[Any]] = {Survey: [], SavedMapping: [], Run: []}
        for table in kept:
            with _skipping(table.__name__, lost):
                kept[table] = list(session.exec(select(table)))
        lines: list[dict[str, Any]] = []
        with _skipping("lines", lost):
            for line in session.exec(select(CohortLine)).all():
                with _skipping(line.id, lost):
                    lines.append(_line(session, line, lost))
    return _text(kept[Survey], kept[SavedMapping], kept[Run], lines), len(lost)


def _line(session: Session, line: CohortLine, lost: list[str] | None = None) -> dict[str, Any]:
    """A line with its versions; those that cannot be read go to `lost`, if there is one."""
    ids = select(CohortVersion.id).where(CohortVersion.line_id == line.id)
    versions = []
    for version_id in session.exec(ids.order_by(col(CohortVersion.number))).all():
        if lost is None:
            versions.append(_version(session, version_id))
            continue
        with _skipping(version_id, lost):
            versions.append(_version(session, version_id))
    return line.model_dump() | {"versions": versions}


def _version(session: Session, version_id: str) -> dict[str, Any]:
    row = session.get(CohortVersion, version_id)
    if row is None:
        raise gone("version")
    checked_content(session, row)
    archive = session.get(VersionArchive, version_id)
    arrays = [array.model_dump(exclude={"version_id"}) for array in arrays_in(session, version_id)]
    return row.model_dump() | {
        "content": json.loads(row.content),
        "membership": [a | {"data": base64.b64encode(a["data"]).decode()} for a in arrays],
        "archived": archive.model_dump(exclude={"version_id"}) if archive else None,
    }


def _text(surveys: Any, mappings: Any, runs: Any, lines: list[dict[str, Any]]) -> str:
    data = {
        "format": FORMAT,
        "schema": SCHEMA,
        "exported_at": now(),
        "surveys": [row.model_dump() for row in surveys],
        "mappings": [row.model_dump() for row in mappings],
        "runs": [row.model_dump() for row in runs],
        "lines": lines,
    }
    return json.dumps(data, ensure_ascii=True, indent=1, allow_nan=False)


@contextmanager
def _hopeless(path: Path) -> Iterator[None]:
    try:
        yield
    except DamagedError as error:
        raise DamagedError(
            f"Nothing of {path} can be read any more: restore the last backup (python -m db "
            "restore)."
        ) from error


@contextmanager
def _skipping(what: str, lost: list[str]) -> Iterator[None]:
    try:
        yield
    except (StoreError, DatabaseError) as error:
        log.warning("%s could not be read: %s", what, error)
        lost.append(what)
