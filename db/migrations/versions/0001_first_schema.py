"""The first schema: surveys, runs, and cohorts that nobody can change once they are saved."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

IMMUTABLE = {
    "mapping": (("id",), ("survey_id", "sha256")),
    "run": (("id",),),
    "cohort_version": (("id",), ("line_id", "number"), ("save_key",)),
    "cohort": (("version_id", "position"),),
    "prevalence": (("version_id", "position", "column"),),
    "attribute_distribution": (("version_id", "position", "rank"),),
    "membership": (("version_id", "kind"),),
}
"""Tables whose rows never change, with the columns that are unique together."""

REFUSAL = "saved versions and runs never change"


def upgrade() -> None:
    _create_tables()
    if op.get_bind().dialect.name == "sqlite":
        for table, keys in IMMUTABLE.items():
            _protect_on_sqlite(table, keys)
    else:
        _protect_on_postgresql()


def _protect_on_sqlite(table: str, keys: tuple[tuple[str, ...], ...]) -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {refuse}"
        )
    # INSERT OR REPLACE deletes without asking the trigger above, unless recursive_triggers is on.
    same = [" AND ".join(f'"{column}" = NEW."{column}"' for column in key) for key in keys]
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {' OR '.join(same)})"  # noqa: S608
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}")


def _protect_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION workbench_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION workbench_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION workbench_refuse_change()"
        )


def _text(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _column(name: str, kind: type[Any], nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind(), nullable=nullable)


def _create_tables() -> None:
    op.create_table(
        "cohort_line",
        _text("id"),
        _text("name"),
        _text("name_key"),
        _text("created_at"),
        _text("archived_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_line")),
        sa.UniqueConstraint("name_key", name=op.f("uq_cohort_line_name_key")),
    )
    op.create_table(
        "draft",
        _text("owner"),
        _text("survey"),
        _text("result"),
        _text("content"),
        _text("changed_at"),
        sa.PrimaryKeyConstraint("owner", "survey", "result", name=op.f("pk_draft")),
    )
    op.create_table(
        "survey",
        _text("id"),
        _text("name"),
        _text("wave"),
        _text("population"),
        _text("description"),
        _text("file_name"),
        _text("sha256", nullable=True),
        _column("respondents", sa.Integer, nullable=True),
        _column("applicable", sa.Integer, nullable=True),
        _column("has_raw_data", sa.Boolean),
        _column("utility", sa.Integer, nullable=True),
        _text("notes"),
        _text("created_at"),
        _text("changed_at"),
        sa.CheckConstraint("utility BETWEEN 0 AND 4", name=op.f("ck_survey_utility")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("sha256", name=op.f("uq_survey_sha256")),
    )
    op.create_table(
        "mapping",
        _text("id"),
        _text("survey_id"),
        _text("sha256"),
        _text("content"),
        _text("created_at"),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_mapping_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping")),
        sa.UniqueConstraint("survey_id", "sha256", name=op.f("uq_mapping_survey_id")),
    )
    op.create_table(
        "run",
        _text("id"),
        _text("survey_id"),
        _text("mapping_id"),
        _text("data_sha256"),
        _column("seed", sa.BigInteger),
        _text("spec"),
        _text("libraries"),
        _text("metrics"),
        _text("seconds"),
        _text("author"),
        _text("created_at"),
        sa.ForeignKeyConstraint(["mapping_id"], ["mapping.id"], name=op.f("fk_run_mapping_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_run_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_survey_id"), "run", ["survey_id"])
    op.create_table(
        "cohort_version",
        _text("id"),
        _text("line_id"),
        _column("number", sa.Integer),
        _text("parent_id", nullable=True),
        _text("survey_id"),
        _text("run_id", nullable=True),
        _text("author"),
        _text("note"),
        _text("saved_at"),
        _text("save_key"),
        _text("content"),
        _text("content_sha256"),
        _text("membership_sha256"),
        _text("seal"),
        sa.ForeignKeyConstraint(
            ["line_id"], ["cohort_line.id"], name=op.f("fk_cohort_version_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["cohort_version.id"], name=op.f("fk_cohort_version_parent_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_cohort_version_run_id")),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_cohort_version_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_version")),
        sa.UniqueConstraint("line_id", "number", name=op.f("uq_cohort_version_line_id")),
        sa.UniqueConstraint("save_key", name=op.f("uq_cohort_version_save_key")),
    )
    op.create_index(op.f("ix_cohort_version_survey_id"), "cohort_version", ["survey_id"])
    op.create_table(
        "cohort",
        _text("version_id"),
        _column("position", sa.Integer),
        _text("name"),
        _text("description"),
        _column("size", sa.Integer),
        _column("share", sa.Float),
        _column("weighted_share", sa.Float),
        _column("share_low", sa.Float),
        _column("share_high", sa.Float),
        _column("place", sa.Integer),
        _text("colour"),
        _column("hidden", sa.Boolean),
        _text("notes"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["cohort_version.id"], name=op.f("fk_cohort_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_cohort")),
    )
    op.create_table(
        "membership",
        _text("version_id"),
        _text("kind"),
        _text("dtype"),
        _text("shape"),
        _column("data", sa.LargeBinary),
        sa.ForeignKeyConstraint(
            ["version_id"], ["cohort_version.id"], name=op.f("fk_membership_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "kind", name=op.f("pk_membership")),
    )
    op.create_table(
        "version_archive",
        _text("version_id"),
        _text("author"),
        _text("archived_at"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["cohort_version.id"], name=op.f("fk_version_archive_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_version_archive")),
    )
    op.create_table(
        "attribute_distribution",
        _text("version_id"),
        _column("position", sa.Integer),
        _column("rank", sa.Integer),
        _text("attribute"),
        _text("level"),
        _column("share", sa.Float, nullable=True),
        _column("base", sa.Integer),
        sa.ForeignKeyConstraint(
            ["version_id", "position"],
            ["cohort.version_id", "cohort.position"],
            name=op.f("fk_attribute_distribution_version_id"),
        ),
        sa.PrimaryKeyConstraint(
            "version_id", "position", "rank", name=op.f("pk_attribute_distribution")
        ),
    )
    op.create_table(
        "prevalence",
        _text("version_id"),
        _column("position", sa.Integer),
        _column("column", sa.Integer),
        _text("tool"),
        _text("category"),
        _column("prevalence", sa.Float, nullable=True),
        _column("base", sa.Integer),
        _column("rate", sa.Float, nullable=True),
        _column("overall", sa.Float, nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id", "position"],
            ["cohort.version_id", "cohort.position"],
            name=op.f("fk_prevalence_version_id"),
        ),
        sa.PrimaryKeyConstraint("version_id", "position", "column", name=op.f("pk_prevalence")),
    )
