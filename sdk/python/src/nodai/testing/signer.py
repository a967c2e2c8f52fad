"""Webhooks as the server sends them, for tests of a receiver."""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from nodai import webhooks

SECRET = "whsec_" + b64encode(b"for tests only; never a secret..").decode()


class SignedWebhook(NamedTuple):
    """What to post to a receiver."""

    body: bytes
    headers: dict[str, str]


class WebhookSigner:
    """Signs events like the server, with a secret that the receiver under test gets too.

    Example:
        signer = WebhookSigner()
        webhook = signer.event("run.completed", {"run": ...})
        response = app.test_client().post("/hook", data=webhook.body, headers=webhook.headers)
    """

    def __init__(self, secret: str = SECRET) -> None:
        self.secret = secret

    def event(
        self, type: str, data: Mapping[str, Any], *, id: str | None = None, signed_at: datetime | None = None
    ) -> SignedWebhook:
        """A whole event of that type; `signed_at` other than now makes a webhook that is too old or too new."""
        from pydantic_core import to_json

        moment = signed_at or datetime.now(UTC)
        name = id or f"evt_{uuid4().hex[:26]}"
        created = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
        body = to_json({"id": name, "type": type, "created_at": created, "data": data})
        return SignedWebhook(body, {"X-Webhook-Event": type, **self.headers(body, id=name, signed_at=moment)})

    def headers(self, body: bytes, *, id: str, signed_at: datetime | None = None) -> dict[str, str]:
        """The headers of a body of your own."""
        timestamp = int(time.time() if signed_at is None else signed_at.timestamp())
        key = b64decode(self.secret.removeprefix(webhooks.SECRET_PREFIX))
        simple = hmac.new(key, body, hashlib.sha256).hexdigest()
        signed = webhooks.signed_headers(body, self.secret, id=id, timestamp=timestamp)
        return {"Content-Type": "application/json", "X-Webhook-Signature": f"sha256={simple}", **signed}
