"""The handle that every function of the store takes, and its two kinds of transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import BUSY_SECONDS, identity, reading_from, writing_to
from db.errors import BusyError, MissingError, ReadOnlyError
from db.faults import sentence, told

_turns: dict[Path, Lock] = {}
"""One lock for each SQLite file that this process writes to."""


@dataclass(frozen=True)
class Upgrade:
    """A database that was brought to this version's schema. `backup`: the file as it was before,
    None on PostgreSQL, which undoes a failed upgrade by itself."""

    before: str
    after: str
    backup: Path | None


@dataclass(frozen=True)
class Store:
    """An open database. `where`: a path or a masked address, to be shown. `path`: the SQLite
    file, else None. `warnings`: sentences to show. `upgrade`: done while opening, if any."""

    engine: Engine
    where: str
    path: Path | None = None
    read_only: bool = False
    warnings: tuple[str, ...] = ()
    upgrade: Upgrade | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction whose reads all see the same moment. Raises StoreError."""
        with told(self.where), Session(reading_from(self.engine)) as session:
            self._in_place(session)
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, committed at the end or undone as a whole. Raises StoreError."""
        if self.read_only:
            raise ReadOnlyError(sentence(ReadOnlyError, self.where))
        session = Session(writing_to(self.engine), expire_on_commit=False)
        with told(self.where), self._turn(), session:
            yield session
            session.flush()
            self._in_place(session)
            session.commit()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for one's turn among the writers of this process: SQLite itself lets those who
        wait try again by chance, and some of many wait long."""
        if self.path is None:
            yield
            return
        lock = _turns.setdefault(self.path, Lock())
        if not lock.acquire(timeout=BUSY_SECONDS):
            raise BusyError(sentence(BusyError, self.where))
        try:
            yield
        finally:
            lock.release()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _in_place(self, session: Session) -> None:
        """Raises MissingError when the file was deleted or replaced since the connection."""
        if self.path is None:
            return
        opened = session.connection().info["file"]
        if opened is None or opened != identity(self.path):
            raise MissingError(sentence(MissingError, self.where))
