"""The organizations."""

import sqlalchemy as sa

from nodai_mock.kernel.tables import metadata

organizations = sa.Table(
    "organizations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("plan_id", sa.Text, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("cost_limit_micros", sa.BigInteger),
    sa.Column("requests_per_minute", sa.BigInteger, comment="agreed on beside the plan; null for what the plan says"),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)
