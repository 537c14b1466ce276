"""The store: surveys, kept runs, and cohorts that nobody can change or lose once they are saved.

Open it once with `open_store()`, and hand the `Store` to the functions of `surveys`, `runs`,
`lines`, `versions`, `drafts`, `backup`, `exchange` and `importing`. They take and return the plain
values of `records`, each call is one transaction, and what a user can put right is a `StoreError`.
No engine is made and no file touched on import.
"""

from db import backup, drafts, errors, exchange, importing, lines, runs, surveys, versions
from db.opening import open_store
from db.records import (
    AttributeShare,
    Content,
    Draft,
    DraftKey,
    Line,
    Look,
    Membership,
    NewVersion,
    RunFacts,
    Saved,
    SavedRun,
    SavedSurvey,
    SurveyFacts,
    Version,
    VersionRecord,
)
from db.store import Store

__all__ = [
    "AttributeShare",
    "Content",
    "Draft",
    "DraftKey",
    "Line",
    "Look",
    "Membership",
    "NewVersion",
    "RunFacts",
    "Saved",
    "SavedRun",
    "SavedSurvey",
    "Store",
    "SurveyFacts",
    "Version",
    "VersionRecord",
    "backup",
    "drafts",
    "errors",
    "exchange",
    "importing",
    "lines",
    "open_store",
    "runs",
    "surveys",
    "versions",
]
