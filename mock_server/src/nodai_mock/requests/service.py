"""The verbs of the request log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from nodai_mock.kernel.db import Database
from nodai_mock.kernel.errors import not_found
from nodai_mock.kernel.places import cursor_at, micros_or_none, place_before
from nodai_mock.usage.view import record

if TYPE_CHECKING:
    from nodai_mock._generated import types


class RequestLog:
    """What was asked of one world, and how it was answered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self,
        organization_id: str,
        *,
        key_id: str | None,
        workflow_id: str | None,
        operation: str | None,
        status: int | None,
        code: str | None,
        since: datetime | None,
        until: datetime | None,
        limit: int,
        cursor: str | None,
    ) -> types.RequestRecordPage:
        """The requests that have ended, newest first; a request that lists them does not see itself."""
        from nodai_mock.requests import store  # SQLAlchemy is slow to import, and not every server lists.

        times = micros_or_none(since), micros_or_none(until)
        wanted = store.Filter(key_id, workflow_id, operation, status, code, *times)
        with self._database.read() as tx:
            rows = store.newest(tx, organization_id, wanted, place_before(cursor, "req_"), limit + 1)
        page, more = rows[:limit], len(rows) > limit
        following = cursor_at(page[-1].admitted_at, page[-1].id) if more else None
        return {"data": [record(tuple(row)) for row in page], "has_more": more, "next_cursor": following}

    def get(self, organization_id: str, request_id: str) -> types.RequestRecord:
        """One that runs or has ended. Refusal `not_found`."""
        from nodai_mock.requests import store

        with self._database.read() as tx:
            row = store.get(tx, organization_id, request_id)
        if row is None:
            raise not_found()
        return record(tuple(row))
