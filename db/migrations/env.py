"""Runs the migrations on the connection that `db.migrate` opened, locked and will commit."""

from __future__ import annotations

from alembic import context

from db.models import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
context.run_migrations()
