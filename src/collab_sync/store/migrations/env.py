"""Run by Alembic: migrates over the connection that ``collab_sync.store.migrate`` has opened and will commit."""

from __future__ import annotations

from alembic import context

from collab_sync.store.migrate import VERSION_TABLE
from collab_sync.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
