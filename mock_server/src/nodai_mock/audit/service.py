"""The verbs of the audit log: the journal again, seen as who did what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import orjson

from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.db import Database
from nodai_mock.kernel.ids import suffix
from nodai_mock.kernel.journal import audit_id
from nodai_mock.kernel.places import micros_or_none

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from nodai_mock._generated import types

_RUNS = "run."


class AuditLog:
    """Who changed what in one world."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self,
        organization_id: str,
        *,
        type: str | None,
        actor_key_id: str | None,
        subject: str | None,
        since: datetime | None,
        until: datetime | None,
        limit: int,
        cursor: str | None,
    ) -> types.AuditEntryPage:
        """Newest first. Runs change nothing and would drown the rest: they are there when `type` asks for them."""
        from nodai_mock.events import store  # SQLAlchemy is slow to import, and not every server lists.

        but = None if type is not None and type.startswith(_RUNS) else _RUNS
        wanted = store.Filter(type, micros_or_none(since), micros_or_none(until), actor_key_id, subject, but_type=but)
        with self._database.read() as tx:
            place = None if cursor is None else store.position_of(tx, "evt_" + cursor, upwards=False)
            rows = store.page(tx, organization_id, wanted, place, limit + 1)
        page, more = rows[:limit], len(rows) > limit
        return {
            "data": [_shown(row) for row in page],
            "has_more": more,
            "next_cursor": suffix(page[-1]["id"]) if more else None,
        }


def _shown(row: RowMapping) -> types.AuditEntry:
    return {
        "id": audit_id(row["id"]),
        "type": row["type"],
        "actor_key_id": row["actor_key_id"],
        "subject": row["subject"],
        "data": orjson.loads(row["data"]),
        "created_at": rfc3339(row["created_at"]),
    }
