"""What can go wrong with the store and can be put right, each said in one sentence."""

from __future__ import annotations

from segmentation.errors import WorkbenchError


class StoreError(WorkbenchError):
    """The store cannot do what was asked; nothing that was saved is lost."""


class AddressError(StoreError):
    """The address of the database is none that the workbench can use."""


class BusyError(StoreError):
    """Another program holds the database for longer than we wait."""


class DiskFullError(StoreError):
    """There is no room to write; what was saved before is whole."""


class ReadOnlyError(StoreError):
    """The database may be read but not written."""


class DamagedError(StoreError):
    """The file is a database whose content cannot be trusted."""


class NotADatabaseError(StoreError):
    """The file is empty, no SQLite database, or another program's."""


class MissingError(StoreError):
    """The file that was opened is no longer there."""


class TooNewError(StoreError):
    """The database was written by a newer version of the workbench."""


class UpgradeError(StoreError):
    """The database could not be upgraded, and is as it was."""


class UnreachableError(StoreError):
    """The database server does not answer, or broke the connection off."""


class NotFoundError(StoreError):
    """What was asked for is not, or no longer, in this database."""


class TamperedError(StoreError):
    """A saved version is not what was saved: its content and its hash differ."""


class ExchangeError(StoreError):
    """The file is no export of this workbench, or is damaged."""
