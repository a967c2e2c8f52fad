"""How Alembic runs here: on a connection that `migrate` hands over, in one transaction."""

from alembic import context

from nodai_mock.kernel.tables import metadata
from nodai_mock.schema import load_tables

load_tables()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
