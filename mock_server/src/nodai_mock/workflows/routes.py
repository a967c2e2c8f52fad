"""The views of workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodai_mock.edge.reply import Stream

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call


class Routes:
    """`workflows` in the contract."""

    def list(self, call: Call, *, limit: int, cursor: str | None) -> types.WorkflowPage:
        return call.world.workflows.list(call.caller, limit=limit, cursor=cursor)

    def create(self, call: Call, *, body: types.CreateWorkflowRequest) -> types.Workflow:
        return call.world.workflows.create(call.caller, body)

    def get(self, call: Call, workflow_id: str) -> types.Workflow:
        return call.world.workflows.get(call.caller, workflow_id)

    def update(self, call: Call, workflow_id: str, *, body: types.UpdateWorkflowRequest) -> types.Workflow:
        return call.world.workflows.update(call.caller, workflow_id, body)

    def delete(self, call: Call, workflow_id: str) -> None:
        call.world.workflows.delete(call.caller, workflow_id)

    def query(self, call: Call, workflow_id: str, *, body: types.QueryRequest) -> types.Run:
        return call.world.workflows.running.query(call, workflow_id, body)

    def stream(self, call: Call, workflow_id: str, *, body: types.QueryRequest) -> Stream:
        frames, slow = call.world.workflows.running.stream(call, workflow_id, body)
        return Stream(frames, slow=slow)

    def start(self, call: Call, workflow_id: str, *, body: types.QueryRequest) -> types.Run:
        return call.world.workflows.running.start(call, workflow_id, body)
