"""Saving a version, once and for good, and reading it back as it was saved."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sqlmodel import Session, col, select

from db.content import (
    content_from,
    content_json,
    fit_rows,
    rows_of,
    same_rows,
    seal,
    sha256,
)
from db.drafts import drop_in
from db.errors import TamperedError
from db.lines import line_for_saving, records
from db.members import arrays_of, membership_from, membership_hash
from db.models import (
    AttributeDistribution,
    Cohort,
    CohortVersion,
    MembershipArray,
    Prevalence,
    Run,
    Table,
)
from db.records import (
    Content,
    Membership,
    NewVersion,
    Saved,
    SurveyFacts,
    Version,
    VersionRecord,
)
from db.store import Store
from db.surveys import find_or_add
from db.values import fit_name, fit_text, gone, new_id, now
from segmentation.errors import WorkbenchError


def save(store: Store, new: NewVersion) -> Saved:
    """Save a version in one transaction: wholly or not at all, durable on return.

    The same `key` again gives the version that it made, `already` saved. Raises StoreError when
    nothing was saved: busy, full, read-only, out of reach, or a text that cannot be kept.
    """
    prepared = _prepared(new)
    with store.writing() as session:
        saved = _by_key(session, new.key) or _insert(session, new, prepared)
        if new.draft is not None:
            drop_in(session, new.draft)
        return saved


def by_key(store: Store, key: str) -> VersionRecord | None:
    """The version that a save with this key made, None when it was never done."""
    with store.reading() as session:
        found = records(session, CohortVersion.save_key == key)
        return found[0] if found else None


def read(store: Store, version_id: str) -> Version:
    """A version whole. Raises NotFoundError; TamperedError when it is not what was saved."""
    return read_together(store, (version_id,))[0]


def read_together(store: Store, version_ids: Sequence[str]) -> tuple[Version, ...]:
    """Several versions as they stand at one moment; raises like `read`."""
    with store.reading() as session:
        return tuple(_read(session, version_id) for version_id in version_ids)


def membership(store: Store, version_id: str) -> Membership | None:
    """Who is in which cohort, by row of the survey's file; None where it was not kept. Raises
    like `read`."""
    with store.reading() as session:
        row = _row(session, version_id)
        arrays = arrays_in(session, version_id)
        if membership_hash(arrays) != row.membership_sha256:
            raise _tampered(session, version_id)
        return membership_from(arrays)


def arrays_in(session: Session, version_id: str) -> list[MembershipArray]:
    wanted = select(MembershipArray).where(MembershipArray.version_id == version_id)
    return list(session.exec(wanted))


def checked_content(session: Session, row: CohortVersion) -> Content:
    """The content of a version whose row, content and queryable rows all fit together."""
    if sha256(row.content) != row.content_sha256 or seal(row) != row.seal:
        raise _tampered(session, row.id)
    try:
        content = content_from(row.content)
    except (KeyError, TypeError, ValueError, WorkbenchError) as error:
        raise _tampered(session, row.id) from error
    cohorts, details = rows_of(row.id, content)
    there: list[Table] = []
    for table in (Cohort, Prevalence, AttributeDistribution):
        there += session.exec(select(table).where(col(table.version_id) == row.id)).all()
    if not same_rows(there, cohorts + details):
        raise _tampered(session, row.id)
    return content


@dataclasses.dataclass(frozen=True, eq=False)
class _Prepared:
    """What takes time to make, made before the database is locked."""

    id: str
    text: str
    content: Content
    arrays: list[MembershipArray]


def _prepared(new: NewVersion) -> _Prepared:
    cohorts = new.content.cohorts
    members = new.membership
    if members is None and cohorts.labels is not None:
        members = Membership(cohorts.labels)
    if members is not None and len(members.cohort) != cohorts.respondents:
        raise ValueError(f"{len(members.cohort)} members of {cohorts.respondents} respondents")
    fit_name(new.key, "key")
    fit_text(new.author + new.note, "author or note")
    text = content_json(new.content)
    version, content = new_id(), content_from(text)
    cohort_rows, details = rows_of(version, content)
    fit_rows(cohort_rows + details)
    return _Prepared(version, text, content, arrays_of(version, members))


def _by_key(session: Session, key: str) -> Saved | None:
    found = records(session, CohortVersion.save_key == key)
    return Saved(found[0], already=True) if found else None


def _insert(session: Session, new: NewVersion, prepared: _Prepared) -> Saved:
    line = line_for_saving(session, new.line)
    # Between the first look and the lock on the line, the same save may have been done.
    if (done := _by_key(session, new.key)) is not None:
        return done
    last = select(CohortVersion.id, CohortVersion.number).where(CohortVersion.line_id == line.id)
    latest = session.exec(last.order_by(col(CohortVersion.number).desc())).first()
    if new.parent is not None and session.get(CohortVersion, new.parent) is None:
        raise gone("parent version")
    if new.run is not None and session.get(Run, new.run) is None:
        raise gone("run")
    cohorts = prepared.content.cohorts
    facts = SurveyFacts(
        name=fit_name(cohorts.survey[:200] or "Survey", "name of the survey"),
        sha256=cohorts.survey_sha256,
        respondents=cohorts.respondents,
        applicable=cohorts.respondents_used,
    )
    row = CohortVersion(
        id=prepared.id,
        line_id=line.id,
        number=latest[1] + 1 if latest else 1,
        parent_id=new.parent,
        survey_id=find_or_add(session, facts).id,
        run_id=new.run,
        author=new.author,
        note=new.note,
        saved_at=now(),
        save_key=new.key,
        content=prepared.text,
        content_sha256=sha256(prepared.text),
        membership_sha256=membership_hash(prepared.arrays),
        seal="",
    )
    row.seal = seal(row)
    add_version(session, row, prepared.content, prepared.arrays)
    stale = latest is not None and latest[0] != new.parent
    newer = records(session, CohortVersion.id == latest[0])[0] if latest and stale else None
    return Saved(records(session, CohortVersion.id == row.id)[0], newer=newer)


def add_version(
    session: Session, row: CohortVersion, content: Content, arrays: list[MembershipArray]
) -> None:
    """Insert a version with all that hangs on it, parents first."""
    cohorts, details = rows_of(row.id, content)
    for rows in ([row], cohorts, details, arrays):
        session.add_all(rows)
        session.flush()


def _read(session: Session, version_id: str) -> Version:
    content = checked_content(session, _row(session, version_id))
    return Version(records(session, CohortVersion.id == version_id)[0], content)


def _row(session: Session, version_id: str) -> CohortVersion:
    row = session.get(CohortVersion, version_id)
    if row is None:
        raise gone("version")
    return row


def _tampered(session: Session, version_id: str) -> TamperedError:
    (record,) = records(session, CohortVersion.id == version_id)
    return TamperedError(
        f"v{record.number} of {record.line} is not what was saved, its hash differs: restore a "
        "backup from before, or go on from another version."
    )
