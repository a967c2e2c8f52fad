"""The view of `client_sessions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call


class Routes:
    """`client_sessions` in the contract."""

    def create(self, call: Call, *, body: types.CreateClientSessionRequest) -> types.ClientSession:
        return call.world.client_sessions.create(call.caller, body)
