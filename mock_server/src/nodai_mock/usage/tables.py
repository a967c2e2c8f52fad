"""The requests of known keys, one row each."""

import sqlalchemy as sa

from nodai_mock.kernel.tables import metadata

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organization_id", sa.Text, nullable=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("workflow_id", sa.Text),
    sa.Column("run_id", sa.Text),
    sa.Column("admitted_at", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="open, settled, refused or abandoned (its server died)"),
    sa.Column("status", sa.Integer),
    sa.Column("code", sa.Text),
    sa.Column("metered", sa.Boolean, nullable=False),
    sa.Column("held_micros", sa.BigInteger, nullable=False),
    sa.Column("cost_micros", sa.BigInteger, nullable=False),
    sa.Column("latency_us", sa.BigInteger),
    sa.Column("request_bytes", sa.BigInteger, nullable=False),
    sa.Column("response_bytes", sa.BigInteger, nullable=False),
    sa.Column("ip", sa.Text, nullable=False),
    sa.Column("user_agent", sa.Text, nullable=False),
    sa.Column("lease_until", sa.BigInteger),
    sa.Column("owner", sa.Text),
    sa.Index("requests_of_organization", "organization_id", "admitted_at", "id"),
    sa.Index("requests_of_key", "key_id", "admitted_at"),
    sa.Index("requests_open", "lease_until", sqlite_where=sa.text("state = 'open'")),
    sqlite_with_rowid=False,
)
