"""The view of the registry: every operation, from the contract itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodai_mock._generated.operations import OPERATIONS

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock._generated.operations import ServerOperation
    from nodai_mock.edge.call import Call


class Routes:
    """`endpoints` in the contract."""

    def list(self, call: Call) -> types.EndpointList:
        del call
        return {"data": [_shown(operation) for operation in OPERATIONS]}


def _shown(operation: ServerOperation) -> types.Endpoint:
    return {
        "operation": operation.id,
        "method": operation.method,
        "path": operation.path,
        "summary": operation.summary,
        "scopes": list(operation.scopes),
        "metered": operation.metered,
    }
