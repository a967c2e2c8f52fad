"""The mock journal: the last requests and answers as they were on the wire, with the contract's verdict."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nodai_mock.kernel.clock import rfc3339
from nodai_mock.limits.decision import Decision

if TYPE_CHECKING:
    from nodai_mock._generated import types

_MOST_ENTRIES = 1000
_MOST_BYTES = 16 * 1024 * 1024
_CUT = 64 * 1024
_SECRET_TEXT = re.compile(r"((?:nk_(?:pub_|ses_)?|whsec_)[0-9A-Za-z]{4})[0-9A-Za-z+/=]{16,}")
_SECRET = frozenset(("authorization", "x-api-key", "cookie", "set-cookie", "proxy-authorization"))


@dataclass(slots=True)
class Exchange:
    """One request with its answer; `status` is None when the connection was dropped."""

    id: str
    operation: str | None
    method: str
    path: str
    query: str
    environ: dict[str, Any]
    request_body: bytes
    status: int | None
    response_headers: Sequence[tuple[str, str]]
    response_body: bytes | None
    seconds: float
    faults: list[str]
    decision: Decision | None
    created_at: datetime

    @property
    def size(self) -> int:
        return len(self.request_body) + len(self.response_body or b"")


class Traffic:
    """A ring of exchanges, bounded in number and in bytes."""

    def __init__(self) -> None:
        self._ring: deque[Exchange] = deque()
        self._bytes = 0
        self._lock = threading.Lock()

    def record(self, exchange: Exchange) -> None:
        """Keep it, and let go of the oldest."""
        # The rest of the environment is shared by all requests and costs nothing to keep; the input stream is not.
        exchange.environ.pop("wsgi.input", None)
        exchange.request_body = exchange.request_body[:_CUT]
        if exchange.response_body is not None:
            # A copy: what orjson made keeps eight kilobytes however short it is.
            exchange.response_body = bytes(memoryview(exchange.response_body)[:_CUT])
        with self._lock:
            self._ring.append(exchange)
            self._bytes += exchange.size
            while len(self._ring) > _MOST_ENTRIES or self._bytes > _MOST_BYTES:
                self._bytes -= self._ring.popleft().size

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._ring.clear()
            self._bytes = 0

    def newest_first(self) -> list[Exchange]:
        with self._lock:
            return list(reversed(self._ring))


def request_headers(environ: dict[str, Any]) -> dict[str, str]:
    """The headers of a request by lower-case name, without secrets."""
    found = {key[5:].lower().replace("_", "-"): value for key, value in environ.items() if key.startswith("HTTP_")}
    for secret in _SECRET & found.keys():
        del found[secret]
    if environ.get("CONTENT_TYPE"):
        found["content-type"] = environ["CONTENT_TYPE"]
    return found


def entry(exchange: Exchange) -> types.JournalEntry:
    """As the API shows it."""
    headers = {name.lower(): value for name, value in exchange.response_headers if name.lower() not in _SECRET}
    explanation: Any = exchange.decision.explanation() if exchange.decision is not None else None
    return {
        "id": exchange.id,
        "operation": exchange.operation,
        "method": exchange.method,
        "path": exchange.path,
        "query": exchange.query,
        "request_headers": request_headers(exchange.environ),
        "request_body": _text(exchange.request_body or None),
        "status": exchange.status,
        "response_headers": headers,
        "response_body": _text(exchange.response_body),
        "latency_ms": round(exchange.seconds * 1000, 3),
        "verdict": {"valid": not exchange.faults, "faults": exchange.faults},
        "explain": explanation,
        "created_at": rfc3339(exchange.created_at),
    }


def _text(body: bytes | None) -> str | None:
    return None if body is None else _SECRET_TEXT.sub(r"\1…", body.decode("utf-8", "replace"))
