"""What an Idempotency-Key may be, and what is done when one comes again."""

import hashlib
import re
from typing import NamedTuple

from nodai_mock.kernel.errors import Fault, Refusal

KEPT_FOR = 24 * 3600 * 1_000_000
"""Microseconds for which an answer is kept."""

_ALLOWED = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


class Place(NamedTuple):
    """Whose key, for which operation: the same words mean something else to another key or operation."""

    key_id: str
    operation: str
    name: str


class Remembered(NamedTuple):
    """An earlier request with the same key; `status` is None while it runs."""

    fingerprint: bytes
    request_id: str
    run_id: str | None
    status: int | None
    content_type: str
    body: bytes


class Replay(NamedTuple):
    """The stored answer, to be sent with `Idempotent-Replayed: true`."""

    status: int
    content_type: str
    body: bytes


def name_of(header: str) -> str:
    """The key in the header, bare or quoted. Refusal 422 for anything but 1 to 255 visible characters."""
    name = header.strip()
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1]
    if _ALLOWED.fullmatch(name) is None:
        message = "must be 1 to 255 visible ASCII characters"
        fault: Fault = {"parameter": "Idempotency-Key", "code": "pattern", "message": message}
        raise Refusal("validation_failed", errors=[fault])
    return name


def fingerprint(path: str, body: bytes) -> bytes:
    """What makes two requests the same."""
    return hashlib.sha256(path.encode() + b"\n" + body).digest()


def judge(earlier: Remembered, fingerprint: bytes) -> Replay | Refusal:
    """The answer to replay, or 422 for another request under the same key, or 409 while the first still runs."""
    if earlier.fingerprint != fingerprint:
        return Refusal("idempotency_key_reused")
    if earlier.status is None:
        return Refusal("idempotency_in_progress", retry_after=1)
    return Replay(earlier.status, earlier.content_type, earlier.body)


def worth_keeping(status: int) -> bool:
    """Only what would come out the same again: a server's failure is to be tried anew."""
    return status < 500
