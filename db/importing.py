"""Taking in what `db.exchange` wrote: all of it or nothing, and once however often it is done."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import Session, select

from db.content import (
    canonical,
    content_from,
    fit_rows,
    rows_of,
    seal,
    sha256,
)
from db.errors import ExchangeError
from db.exchange import FORMAT, SCHEMA
from db.members import membership_from, membership_hash
from db.models import (
    CohortLine,
    CohortVersion,
    MembershipArray,
    Run,
    SavedMapping,
    Survey,
    Table,
    VersionArchive,
)
from db.store import Store
from db.values import LONGEST_NAME, fit_name, name_key
from db.versions import add_version
from segmentation.errors import WorkbenchError
from segmentation.mapping import Mapping
from segmentation.spec import RunSpec

NO_EXPORT = "This file is no export of the workbench, or it was changed: choose another one."
Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True)
class Imported:
    """What an import added. `known`: versions that were here already. `renamed`: pairs (name in
    the file, name here) of lines whose name was taken."""

    surveys: int
    runs: int
    lines: int
    versions: int
    known: int
    renamed: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """What happened, for the screen; names in it are data."""
        other = "".join(f" {old} is called {new} here." for old, new in self.renamed)
        return (
            f"Imported {self.versions} versions of {self.lines} new cohort sets and "
            f"{self.surveys} surveys; {self.known} versions were here already.{other}"
        )


def import_text(store: Store, text: str) -> Imported:
    """Add what the export holds and the database lacks; nothing here is changed or replaced.

    A line that went on both here and there gets the other's versions after its own. Raises
    ExchangeError, and then adds nothing, for anything but a whole export of a known schema.
    """
    data = _parsed(text)
    with store.writing() as session, _refused():
        return _Import(session).run(data)


class _Import:
    """One import: where each id of the file went, and what was added."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._surveys: dict[str, str] = {}
        self._mappings: dict[str, str] = {}
        self._runs: dict[str, str] = {}
        self._added = dict.fromkeys(("surveys", "runs", "lines", "versions", "known"), 0)
        self._renamed: list[tuple[str, str]] = []

    def run(self, data: dict[str, Any]) -> Imported:
        for said in data["surveys"]:
            self._survey(_row(Survey, said))
        for said in data["mappings"]:
            self._mapping(_row(SavedMapping, said))
        for said in data["runs"]:
            self._run(_row(Run, said))
        for said in data["lines"]:
            line = self._line(_row(CohortLine, {**said, "versions": None}))
            for version in sorted(said["versions"], key=lambda version: version["number"]):
                self._version(line, version)
        return Imported(**self._added, renamed=tuple(self._renamed))

    def _survey(self, row: Survey) -> None:
        there = self._session.get(Survey, row.id)
        if there is None and row.sha256 is not None:
            same = select(Survey).where(Survey.sha256 == row.sha256)
            there = self._session.exec(same).first()
        self._surveys[row.id] = there.id if there else row.id
        if there is None:
            row.name = fit_name(row.name, "name of a survey")
            self._add("surveys", row)

    def _mapping(self, row: SavedMapping) -> None:
        Mapping.from_json(row.content)
        row.survey_id = self._surveys[row.survey_id]
        same = select(SavedMapping).where(
            SavedMapping.survey_id == row.survey_id, SavedMapping.sha256 == row.sha256
        )
        there = self._session.exec(same).first()
        self._mappings[row.id] = there.id if there else row.id
        if there is None:
            self._add("", row)

    def _run(self, row: Run) -> None:
        RunSpec.from_dict(json.loads(row.spec))
        figures = [json.loads(text) for text in (row.libraries, row.metrics, row.seconds)]
        if not all(isinstance(figure, dict) for figure in figures):
            raise ValueError("a run's figures are no JSON object")
        self._runs[row.id] = row.id
        if self._session.get(Run, row.id) is None:
            row.survey_id = self._surveys[row.survey_id]
            row.mapping_id = self._mappings[row.mapping_id]
            self._add("runs", row)

    def _line(self, row: CohortLine) -> CohortLine:
        wanted = select(CohortLine).where(CohortLine.id == row.id).with_for_update()
        there = self._session.exec(wanted).first()
        if there is not None:
            return there
        name = fit_name(row.name, "name of a cohort set")
        row.name = self._free_name(name)
        row.name_key = name_key(row.name)
        if row.name != name:
            self._renamed.append((name, row.name))
        self._add("lines", row)
        return row

    def _free_name(self, name: str) -> str:
        taken = set(self._session.exec(select(CohortLine.name_key)))
        number, free = 1, name
        while name_key(free) in taken:
            number += 1
            free = f"{name[: LONGEST_NAME - 10]} ({number})"
        return free

    def _version(self, line: CohortLine, said: dict[str, Any]) -> None:
        row, arrays = _checked_version(said)
        there = self._session.get(CohortVersion, row.id)
        if there is not None:
            if there.content_sha256 != row.content_sha256:
                raise ValueError("a version is another one here")
            self._added["known"] += 1
            return
        used = select(CohortVersion.number).where(CohortVersion.line_id == line.id)
        last = max(self._session.exec(used), default=0)
        row.line_id, row.number = line.id, max(last + 1, row.number)
        row.survey_id = self._surveys[row.survey_id]
        row.run_id = self._runs[row.run_id] if row.run_id else None
        if row.parent_id and self._session.get(CohortVersion, row.parent_id) is None:
            row.parent_id = None  # in a line that was not exported
        row.seal = seal(row)
        add_version(self._session, row, content_from(row.content), arrays)
        self._added["versions"] += 1
        if said["archived"] is not None:
            self._add("", _row(VersionArchive, {**said["archived"], "version_id": row.id}))

    def _add(self, counted: str, row: Table) -> None:
        fit_rows([row])
        self._session.add(row)
        self._session.flush()
        if counted:
            self._added[counted] += 1


def _checked_version(said: dict[str, Any]) -> tuple[CohortVersion, list[MembershipArray]]:
    """Raises ValueError unless content, members and row carry the hashes that they had."""
    text = canonical(said["content"])
    row = _row(CohortVersion, {**said, "content": text, "membership": None, "archived": None})
    arrays = [
        _row(
            MembershipArray,
            {**array, "version_id": row.id, "data": base64.b64decode(array["data"], validate=True)},
        )
        for array in said["membership"]
    ]
    fit = (
        sha256(text) == row.content_sha256
        and membership_hash(arrays) == row.membership_sha256
        and seal(row) == row.seal
    )
    if not fit:
        raise ValueError("a version does not fit its hash")
    content = content_from(text)
    cohorts, details = rows_of(row.id, content)
    fit_rows([row, *cohorts, *details])
    members = membership_from(arrays)
    if members is not None and len(members.cohort) != content.cohorts.respondents:
        raise ValueError("a version has other members than respondents")
    return row, arrays


def _parsed(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
        known = data["format"] == FORMAT
        schema = data["schema"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ExchangeError(NO_EXPORT) from error
    if not known or not isinstance(schema, int):
        raise ExchangeError(NO_EXPORT)
    if schema > SCHEMA:
        raise ExchangeError(
            "This file was exported by a newer version of the workbench: update the workbench to "
            "import it."
        )
    return dict(data)


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except (
        *(KeyError, TypeError, ValueError, AttributeError, OverflowError),
        *(binascii.Error, WorkbenchError),
    ) as error:
        raise ExchangeError(NO_EXPORT) from error


def _row(table: type[Row], said: dict[str, Any]) -> Row:
    """A row with every column, each of its type. Raises ValueError (KeyError when one lacks)."""
    return table.model_validate({name: said[name] for name in table.model_fields}, strict=True)
