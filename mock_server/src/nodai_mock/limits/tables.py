"""The counters of every limit, one row for a rule of a subject."""

import sqlalchemy as sa

from nodai_mock.kernel.tables import metadata

counters = sa.Table(
    "limit_counters",
    metadata,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("anchor", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
    sa.Column("alerted", sa.Integer, nullable=False),
    sa.Column("muted_until", sa.BigInteger, nullable=False),
    sa.Column("cells", sa.LargeBinary, nullable=False),
    sa.Column("stale", sa.Boolean, nullable=False, comment="its rule changed: count anew from the request rows"),
    sqlite_with_rowid=False,
)
