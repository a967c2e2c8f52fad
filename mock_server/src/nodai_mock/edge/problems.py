"""Problems (RFC 9457): how every refusal and every failure looks on the wire."""

from __future__ import annotations

import math
import sqlite3
from datetime import datetime
from typing import Any, cast

import orjson

from nodai_mock._generated.errors import ERRORS, problem
from nodai_mock.edge.call import Call
from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.sqlite import as_refusal

CONTENT_TYPE = "application/problem+json"
_BY_STATUS = {
    400: "malformed_json", 401: "invalid_api_key", 402: "cost_limit_exceeded", 403: "insufficient_scope",
    404: "not_found", 405: "method_not_allowed", 409: "conflict", 413: "payload_too_large",
    415: "unsupported_media_type", 422: "validation_failed", 429: "rate_limited", 500: "internal_error",
    502: "upstream_error", 503: "unavailable",
}  # fmt: skip


class _Words(dict[str, Any]):
    """Facts as a sentence has them: lists with commas, and a fact that nobody gave visible as `{name}`."""

    def __getitem__(self, name: str) -> Any:
        value: Any = super().get(name, f"{{{name}}}")
        return ", ".join(map(str, cast("list[object]", value))) if isinstance(value, list) else value


def body(refusal: Refusal, request_id: str) -> dict[str, Any]:
    """The problem's members."""
    facts = dict(refusal.facts)
    if refusal.retry_after is not None:
        facts["retry_after_seconds"] = refusal.retry_after
    if refusal.errors is not None:
        facts["errors"] = refusal.errors
    detail = refusal.detail or ERRORS[refusal.code].detail.format_map(_Words(facts))
    return problem(refusal.code, request_id=request_id, detail=detail, **facts)


def status_of(refusal: Refusal) -> int:
    """The HTTP status of the refusal's code."""
    return ERRORS[refusal.code].status


def headers(refusal: Refusal) -> list[tuple[str, str]]:
    """The headers that go with a code."""
    found: list[tuple[str, str]] = []
    after = refusal.retry_after or refusal.facts.get("retry_after_seconds")
    if after is not None:
        found.append(("Retry-After", str(after)))
    if status_of(refusal) == 401:
        found.append(("WWW-Authenticate", 'Bearer realm="nodai"'))
    if refusal.code == "too_many_failed_attempts" and refusal.facts:
        found += _attempts(refusal)
    methods = refusal.facts.get("allowed_methods")
    if isinstance(methods, list):
        found.append(("Allow", ", ".join(map(str, cast("list[object]", methods)))))
    return found


def _attempts(refusal: Refusal) -> list[tuple[str, str]]:
    """The limit of an address, which no admission has looked at, as the headers that every 429 has."""
    facts = cast("dict[str, Any]", refusal.facts)
    name, limit, resets = facts["policy"], facts["limit"], datetime.fromisoformat(facts["resets_at"])
    return [
        ("RateLimit-Policy", f'"{name}";q={limit};w={facts["window_seconds"]}'),
        ("RateLimit", f'"{name}";r=0;t={refusal.retry_after}'),
        ("X-RateLimit-Limit", str(limit)),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", str(math.ceil(resets.timestamp()))),
    ]


def code_for(status: int) -> str:
    """The code that a plain HTTP status stands for."""
    return _BY_STATUS.get(status, "internal_error" if status >= 500 else "conflict")


def stored(error: sqlite3.Error) -> Exception:
    """The refusal that a failure of the disk stands for; other database errors stay what they are."""
    found = as_refusal(error)
    return found if isinstance(found, Exception) else error


def render(refusal: Refusal, request_id: str) -> tuple[int, bytes]:
    """Status and body as bytes; a fault that a tester set may have a status of its own."""
    members = body(refusal, request_id)
    if refusal.status is not None:
        members["status"] = refusal.status
    return members["status"], orjson.dumps(members)


def declared(call: Call, refusal: Refusal) -> bool:
    """Whether the contract lets this operation answer this code."""
    return refusal.code in call.operation.errors or status_of(refusal) >= 500
