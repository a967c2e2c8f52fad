"""The views of runs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call


class Routes:
    """`runs` in the contract."""

    def list(
        self,
        call: Call,
        *,
        workflow_id: str | None,
        key_id: str | None,
        status: types.RunStatusFilter | None,
        from_: datetime | None,
        to: datetime | None,
        limit: int,
        cursor: str | None,
    ) -> types.RunPage:
        return call.world.runs.list(
            call.caller,
            workflow_id=workflow_id,
            key_id=key_id,
            status=status,
            since=from_,
            until=to,
            limit=limit,
            cursor=cursor,
        )

    def get(self, call: Call, run_id: str) -> types.Run:
        return call.world.runs.get(call.caller, run_id)

    def cancel(self, call: Call, run_id: str) -> types.Run:
        return call.world.runs.cancel(call.caller, run_id)

    def feedback(self, call: Call, run_id: str, *, body: types.FeedbackRequest) -> types.Feedback:
        return call.world.runs.rate(call.caller, run_id, body["rating"], body.get("comment"))
