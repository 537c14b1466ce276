"""Small things that every table needs: ids, times, names fit to be kept, inserts that may meet."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from db.errors import NotFoundError, StoreError
from db.models import Table

LONGEST_NAME = 200


def new_id() -> str:
    """Random, so that two databases never give the same one."""
    return uuid4().hex


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def name_key(name: str) -> str:
    """What two names have in common that people would take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name.strip()).casefold())


def fit_text(text: str, what: str) -> str:
    """The text itself. Raises StoreError for characters that no database keeps."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise StoreError(
            f"The {what} holds a character that cannot be saved: remove what you pasted last."
        )
    return text


def fit_name(text: str, what: str) -> str:
    """A name without blanks around it. Raises StoreError when it is empty or too long."""
    name = fit_text(text, what).strip()
    if not name:
        raise StoreError(f"The {what} is empty: type one.")
    if len(name) > LONGEST_NAME:
        raise StoreError(
            f"The {what} has {len(name)} characters: shorten it to {LONGEST_NAME} at most."
        )
    return name


def insert_unless_there(session: Session, row: Table, *unique: str) -> None:
    """Insert `row`; nothing where another has the same values in the columns `unique`."""
    insert = _insert(session, type(row)).values(**row.model_dump())
    session.execute(insert.on_conflict_do_nothing(index_elements=list(unique)))


def insert_or_replace(session: Session, row: Table, key: tuple[str, ...]) -> None:
    """Insert `row`, or give the one with the same key its values."""
    values = row.model_dump()
    rest = {name: value for name, value in values.items() if name not in key}
    insert = _insert(session, type(row)).values(**values)
    session.execute(insert.on_conflict_do_update(index_elements=list(key), set_=rest))


def _insert(session: Session, table: type[Table]) -> Any:
    dialect = session.get_bind().dialect.name
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


def gone(what: str) -> NotFoundError:
    return NotFoundError(
        f"This {what} is not in the database: choose one from the list, or open the database that "
        "it was saved in."
    )
