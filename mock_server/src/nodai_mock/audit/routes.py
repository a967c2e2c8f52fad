"""The view of the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call


class Routes:
    """`audit_log` in the contract."""

    def list(
        self,
        call: Call,
        *,
        type: str | None,
        actor_key_id: str | None,
        subject: str | None,
        from_: datetime | None,
        to: datetime | None,
        limit: int,
        cursor: str | None,
    ) -> types.AuditEntryPage:
        return call.world.audit_log.list(
            call.organization_id,
            type=type,
            actor_key_id=actor_key_id,
            subject=subject,
            since=from_,
            until=to,
            limit=limit,
            cursor=cursor,
        )
