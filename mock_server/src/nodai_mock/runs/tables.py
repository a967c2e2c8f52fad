"""The tables of runs and of what people thought of them."""

import sqlalchemy as sa

from nodai_mock.kernel.tables import metadata

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organization_id", sa.Text, nullable=False),
    sa.Column("workflow_id", sa.Text, nullable=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("request_id", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False, comment="query, stream or start"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("conversation_id", sa.Text),
    sa.Column("input", sa.Text, nullable=False),
    sa.Column("output", sa.Text, nullable=False),
    sa.Column("sources", sa.Text, nullable=False),
    sa.Column("cost_micros", sa.BigInteger, nullable=False),
    sa.Column("tokens_input", sa.BigInteger, nullable=False),
    sa.Column("tokens_output", sa.BigInteger, nullable=False),
    sa.Column("metadata", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("completed_at", sa.BigInteger),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("due_at", sa.BigInteger, comment="when the executor has to look at it; null for never"),
    sa.Column("engine", sa.Text, comment="the engine it started with; null once it has ended"),
    sa.Column("deltas", sa.Text, comment="how an upstream cut its answer; null when that follows from the output"),
    sa.Index("runs_of_organization", "organization_id", "id"),
    sa.Index("runs_due", "due_at", sqlite_where=sa.text("due_at IS NOT NULL")),
    sa.Index("runs_streamed", "request_id", sqlite_where=sa.text("mode = 'stream'")),
    sqlite_with_rowid=False,
)

feedback = sa.Table(
    "run_feedback",
    metadata,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("rating", sa.Text, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)
