"""Signing and checking webhooks by Standard Webhooks 1.0.0; needs no client and opens no connection."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, cast

from nodai._core.errors import WebhookInvalid

if TYPE_CHECKING:
    from nodai._generated.events import WebhookEvent

__all__ = ["HeaderItems", "Headers", "Secrets", "WebhookInvalid", "sign", "signed_headers", "unwrap", "verify"]

TOLERANCE_SECONDS = 300
SECRET_PREFIX = "whsec_"  # noqa: S105 - the public prefix of every secret


class HeaderItems(Protocol):
    """Headers of any framework: what has `items()`, such as Flask's, Django's and Starlette's."""

    def items(self) -> Iterable[tuple[str, str]]: ...


Headers = Mapping[str, str] | HeaderItems | Iterable[tuple[str, str] | tuple[bytes, bytes]]
Secrets = str | Sequence[str]


def sign(body: bytes | str, secret: str, *, id: str, timestamp: int) -> str:
    """The signature of one webhook, as in the `webhook-signature` header: `v1,` and base64.

    Args:
        body: The body exactly as it is sent.
        secret: `whsec_` and the key in base64.
        id: The event's id, the same on every attempt.
        timestamp: When this attempt is made, in whole seconds since 1970.
    """
    return _signature(_bytes(body), _key(secret), id.encode(), str(timestamp).encode()).decode()


def signed_headers(body: bytes | str, secrets: Secrets, *, id: str, timestamp: int | None = None) -> dict[str, str]:
    """The three headers of one webhook; with several secrets (a rotation) it carries one signature for each."""
    moment = int(time.time()) if timestamp is None else timestamp
    signatures = [sign(body, secret, id=id, timestamp=moment) for secret in _listed(secrets)]
    return {"webhook-id": id, "webhook-timestamp": str(moment), "webhook-signature": " ".join(signatures)}


def verify(
    body: bytes | str,
    headers: Headers,
    secrets: Secrets,
    *,
    tolerance_seconds: float = TOLERANCE_SECONDS,
    now: datetime | None = None,
) -> None:
    """Check that a webhook came from a holder of one of the secrets, and lately. Returns when it did.

    Args:
        body: The raw body, as it came; parsed and printed again it is another body.
        headers: The request's headers, of any framework.
        secrets: One secret, or several during a rotation: any one may match.
        tolerance_seconds: How far the timestamp may be from now, either way.
        now: The time to compare with (aware), instead of the system's.

    Raises:
        WebhookInvalid: with `reason` `missing_header`, `malformed_header`, `too_old`, `too_new` or `no_match`.
        ValueError: A secret is not a `whsec_` secret.
    """
    keys = [_key(secret) for secret in _listed(secrets)]
    found = _read(headers)
    missing = [name for name in ("webhook-id", "webhook-timestamp", "webhook-signature") if not found.get(name)]
    if missing:
        raise WebhookInvalid(f"The webhook has no {' and no '.join(missing)} header.", reason="missing_header")
    id, stamp = _bytes(found["webhook-id"]), found["webhook-timestamp"]
    content, signatures = _bytes(body), _bytes(found["webhook-signature"]).split(b" ")
    _check_time(stamp, time.time() if now is None else now.timestamp(), tolerance_seconds)
    matches = False
    for key in keys:  # every pair is compared, so that the time taken tells nothing
        expected = _signature(content, key, id, stamp.encode())
        for given in signatures:
            matches |= hmac.compare_digest(expected, given)
    if not matches:
        raise WebhookInvalid("No signature of the webhook matches a secret.", reason="no_match")


def unwrap(
    body: bytes | str,
    headers: Headers,
    secrets: Secrets,
    *,
    tolerance_seconds: float = TOLERANCE_SECONDS,
    now: datetime | None = None,
) -> WebhookEvent:
    """Check a webhook like `verify`, and read its event, as the class of its type.

    A type that this version does not know comes as `UnknownWebhookEvent`, with its data as they came.

    Example:
        event = webhooks.unwrap(request.get_data(), request.headers, os.environ["NODAI_WEBHOOK_SECRET"])
        if isinstance(event, nodai.RunCompletedEvent):
            print(event.data.run.output)

    Raises:
        WebhookInvalid: like `verify`, and with `reason` `malformed_body` when what was signed is not an event.
        ValueError: A secret is not a `whsec_` secret.
    """
    verify(body, headers, secrets, tolerance_seconds=tolerance_seconds, now=now)
    return _event(_bytes(body))


def _event(body: bytes) -> WebhookEvent:
    from pydantic import ValidationError

    from nodai._generated.events import BY_TYPE, UnknownWebhookEvent

    try:
        unknown = UnknownWebhookEvent.model_validate_json(body)
    except ValidationError:
        raise WebhookInvalid("The webhook's body is not an event.", reason="malformed_body") from None
    known = BY_TYPE.get(unknown.type)
    try:
        return cast("WebhookEvent", known.model_validate_json(body)) if known else unknown
    except ValidationError:  # a newer shape of a known type: kept, like an unknown type
        return unknown


def _check_time(stamp: str, now: float, tolerance_seconds: float) -> None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        raise WebhookInvalid("The webhook-timestamp header is not whole seconds.", reason="malformed_header")
    age = now - int(stamp)
    if age > tolerance_seconds:
        raise WebhookInvalid(f"The webhook was signed {age:.0f} seconds ago.", reason="too_old")
    if -age > tolerance_seconds:
        raise WebhookInvalid(f"The webhook was signed {-age:.0f} seconds in the future.", reason="too_new")


def _signature(body: bytes, key: bytes, id: bytes, timestamp: bytes) -> bytes:
    digest = hmac.digest(key, b".".join((id, timestamp, body)), hashlib.sha256)
    return b"v1," + b64encode(digest)


def _key(secret: str) -> bytes:
    text = secret.removeprefix(SECRET_PREFIX)
    try:
        key = b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:  # the message must not show the secret
        raise ValueError("A webhook secret is 'whsec_' and base64; this one is not.") from None
    return key


def _listed(secrets: Secrets) -> Sequence[str]:
    listed = [secrets] if isinstance(secrets, str) else secrets
    if not listed:
        raise ValueError("Checking or signing a webhook needs at least one secret.")
    return listed


def _bytes(body: bytes | str) -> bytes:
    if isinstance(body, str):
        return body.encode("utf-8", "surrogateescape")
    if not isinstance(cast("object", body), bytes | bytearray | memoryview):
        raise TypeError(f"A webhook is checked by its raw body, bytes or text, not by {type(body).__name__}.")
    return bytes(body)


def _read(headers: Headers) -> dict[str, str]:
    """Header names in lower case; of a name that comes twice, the last."""
    items = getattr(headers, "items", None)  # first: some headers are iterable by name and no Mapping
    pairs = cast("Iterable[tuple[str | bytes, str | bytes]]", items() if callable(items) else headers)
    return {_text(name).lower(): _text(value) for name, value in pairs}


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")
