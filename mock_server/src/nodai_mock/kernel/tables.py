"""SQLAlchemy Core over the database's own connections, the metadata that every room's tables join, and the journal."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

metadata = sa.MetaData()

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("type", sa.String, nullable=False),
    sa.Column("event", sa.Boolean, nullable=False),
    sa.Column("organization_id", sa.String, nullable=False),
    sa.Column("actor_key_id", sa.String),
    sa.Column("subject", sa.String),
    sa.Column("data", sa.String, nullable=False),
    sa.Column("created_at", sa.Integer, nullable=False),
    sa.Index("journal_organization", "organization_id", "position"),
)


def core_connection(raw: sqlite3.Connection) -> sa.Connection:
    """A Core connection on `raw` that leaves transactions alone: they belong to the database."""
    engine = sa.create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, pool_reset_on_return=None)
    # Its first connect would roll back, and with that undo the unit of work that it was made for.
    setattr(engine.dialect, "do_rollback", _leave)  # noqa: B010 - the types allow no assignment to a method
    setattr(engine.dialect, "do_commit", _leave)  # noqa: B010
    return engine.connect()


def _leave(connection: object) -> None:
    del connection
