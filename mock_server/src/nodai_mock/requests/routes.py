"""The views of the request log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call


class Routes:
    """`requests` in the contract."""

    def list(
        self,
        call: Call,
        *,
        key_id: str | None,
        workflow_id: str | None,
        operation: str | None,
        status: int | None,
        code: str | None,
        from_: datetime | None,
        to: datetime | None,
        limit: int,
        cursor: str | None,
    ) -> types.RequestRecordPage:
        return call.world.request_log.list(
            call.organization_id,
            key_id=key_id,
            workflow_id=workflow_id,
            operation=operation,
            status=status,
            code=code,
            since=from_,
            until=to,
            limit=limit,
            cursor=cursor,
        )

    def get(self, call: Call, request_id: str) -> types.RequestRecord:
        return call.world.request_log.get(call.organization_id, request_id)
