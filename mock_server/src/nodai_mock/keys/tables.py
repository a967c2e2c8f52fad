"""The keys."""

import sqlalchemy as sa

from nodai_mock.accounts.tables import organizations
from nodai_mock.kernel.tables import metadata

keys = sa.Table(
    "keys",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organization_id", sa.Text, sa.ForeignKey(organizations.c.id), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("environment", sa.Text, nullable=False),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("prefix", sa.Text, nullable=False),
    sa.Column("last_four", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("workflow_ids", sa.JSON(none_as_null=True)),
    sa.Column("allowed_ips", sa.JSON, nullable=False),
    sa.Column("allowed_origins", sa.JSON, nullable=False),
    sa.Column("rate_limit", sa.BigInteger),
    sa.Column("rate_window_seconds", sa.BigInteger),
    sa.Column("bucket", sa.JSON(none_as_null=True), comment="[capacity, refill, period_seconds]; null for the default"),
    sa.Column("cost_limit_micros", sa.BigInteger),
    sa.Column("expires_at", sa.BigInteger),
    sa.Column("revoked_at", sa.BigInteger),
    sa.Column("revocation_reason", sa.Text),
    sa.Column("revocation_note", sa.Text),
    sa.Column("replaced_by", sa.Text),
    sa.Column("end_told", sa.Boolean, nullable=False, comment="whether its expiry or the end of its grace was told of"),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Index("keys_of_organization", "organization_id", "id"),
)
