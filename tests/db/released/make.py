"""Write the database of this version's schema as SQL, once it is released:
`python -m tests.db.released.make`."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from db import DraftKey, SurveyFacts, drafts, lines, open_store, runs, surveys, versions
from db.migrate import head
from tests.db.builders import cohort_set, content, new_version, run_facts


def main() -> None:
    target = Path(__file__).with_name(f"{head()}.sql")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbench.db"
        store = open_store(f"sqlite:///{path}")
        survey = surveys.remember(store, SurveyFacts("Survey one", cohort_set().survey_sha256))
        surveys.remember(store, SurveyFacts("A report", has_raw_data=False, utility=3))
        run = runs.keep(store, survey.id, run_facts())
        first = versions.save(store, new_version(run=run.id)).version
        versions.save(store, new_version(parent=first.id, content=content(("Ärzte", "日本"))))
        versions.save(store, new_version("Next wave", content=content(survey="two")))
        lines.archive_version(store, first.id, "Ana")
        drafts.keep(store, DraftKey("ana", "s", "r"), {"names": {"0": "half"}})
        with closing(sqlite3.connect(path)) as connection:
            target.write_text("\n".join(connection.iterdump()) + "\n", "utf-8")


if __name__ == "__main__":
    main()
