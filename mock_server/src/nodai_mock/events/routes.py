"""The views of events."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call


class Routes:
    """`events` in the contract."""

    def list(
        self,
        call: Call,
        *,
        type: str | None,
        order: types.ListOrder | None,
        from_: datetime | None,
        to: datetime | None,
        limit: int,
        cursor: str | None,
    ) -> types.EventPage:
        return call.world.events.list(
            call.organization_id, type=type, order=order, since=from_, until=to, limit=limit, cursor=cursor
        )

    def get(self, call: Call, event_id: str) -> types.Event:
        return call.world.events.get(call.organization_id, event_id)
