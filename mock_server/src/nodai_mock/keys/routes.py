"""The views of `api_keys` and `api_keys.rate_limit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call


class Routes:
    """Keys, managed by a key of the same organization."""

    def list(self, call: Call, *, active: bool | None, limit: int, cursor: str | None) -> types.ApiKeyPage:
        return call.world.keys.manage.list(call.caller, active, limit, cursor)

    def create(self, call: Call, *, body: types.CreateApiKeyRequest) -> types.CreatedApiKey:
        return call.world.keys.manage.create(call.caller, body)

    def get(self, call: Call, key_id: str) -> types.ApiKey:
        return call.world.keys.manage.get(call.caller, key_id)

    def update(self, call: Call, key_id: str, *, body: types.UpdateApiKeyRequest) -> types.ApiKey:
        return call.world.keys.manage.update(call.caller, key_id, body)

    def delete(self, call: Call, key_id: str) -> None:
        call.world.keys.manage.delete(call.caller, key_id)

    def revoke(self, call: Call, key_id: str, *, body: types.RevokeApiKeyRequest) -> types.ApiKey:
        return call.world.keys.manage.revoke(call.caller, key_id, body["reason"], body.get("note"))

    def rotate(self, call: Call, key_id: str, *, body: types.RotateApiKeyRequest) -> types.CreatedApiKey:
        return call.world.keys.manage.rotate(call.caller, key_id, body)

    def usage(self, call: Call, key_id: str) -> types.KeyUsage:
        return call.world.keys.manage.usage(call.caller, key_id)

    def verify(self, call: Call, *, body: types.VerifyApiKeyRequest) -> types.KeyVerification:
        return call.world.keys.manage.verify(call.caller, body)


class RateLimitRoutes:
    """The limits of one key."""

    def get(self, call: Call, key_id: str) -> types.RateLimitStatus:
        return {"policies": call.world.keys.manage.status(call.caller, key_id)}

    def update(self, call: Call, key_id: str, *, body: types.RateLimit) -> types.RateLimitStatus:
        call.world.keys.manage.set_rate_limit(call.caller, key_id, body)
        return self.get(call, key_id)

    def reset(self, call: Call, key_id: str) -> types.RateLimitStatus:
        call.world.keys.manage.reset_rate_limit(call.caller, key_id)
        return self.get(call, key_id)
