"""The Idempotency-Keys of a day."""

import sqlalchemy as sa

from nodai_mock.kernel.tables import metadata

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("operation", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("request_id", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text),
    sa.Column("status", sa.Integer, comment="null while the request runs"),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Index("idempotency_running", "request_id", sqlite_where=sa.text("status IS NULL")),
    sa.Index("idempotency_expiry", "expires_at"),
    sqlite_with_rowid=False,
)
