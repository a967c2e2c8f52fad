"""The client sessions of the last day."""

import sqlalchemy as sa

from nodai_mock.kernel.tables import metadata

client_sessions = sa.Table(
    "client_sessions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key_id", sa.Text, nullable=False, comment="the secret key that made it, and whose limits it counts on"),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("workflow_id", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Index("client_sessions_expiry", "expires_at"),
)
