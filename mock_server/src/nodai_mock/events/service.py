"""The verbs of events."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from nodai_mock.events.rules import shown
from nodai_mock.kernel.db import Database
from nodai_mock.kernel.errors import not_found
from nodai_mock.kernel.ids import suffix
from nodai_mock.kernel.places import micros_or_none

if TYPE_CHECKING:
    from nodai_mock._generated import types


class Events:
    """What happened in one world."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self,
        organization_id: str,
        *,
        type: str | None,
        order: types.ListOrder | None,
        since: datetime | None,
        until: datetime | None,
        limit: int,
        cursor: str | None,
    ) -> types.EventPage:
        """Newest first; or oldest first, and then the cursor of the last page goes on with what happens later."""
        from nodai_mock.events import store  # SQLAlchemy is slow to import, and not every server lists.

        ascending = order == "asc"
        wanted = store.Filter(type, micros_or_none(since), micros_or_none(until), events_only=True)
        with self._database.read() as tx:
            place = None if cursor is None else store.position_of(tx, "evt_" + cursor, upwards=ascending)
            rows = store.page(tx, organization_id, wanted, place, limit + 1, oldest_first=ascending)
        page, more = rows[:limit], len(rows) > limit
        following = suffix(page[-1]["id"]) if page and (more or ascending) else cursor if ascending else None
        return {"data": [shown(row) for row in page], "has_more": more, "next_cursor": following}

    def get(self, organization_id: str, event_id: str) -> types.Event:
        """Refusal `not_found`."""
        from nodai_mock.events import store

        with self._database.read() as tx:
            row = store.get(tx, organization_id, event_id)
        if row is None:
            raise not_found()
        return shown(row)
