"""nodai: runs.get, workflows.query, api_keys.list, and a streamed workflow."""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from benchmarks.sdk.contenders.base import (
    LIST_LENGTH,
    SSE_EVENTS,
    AsyncCall,
    Call,
    Contender,
    Raw,
    as_json,
    as_sse,
    frame,
)

INPUT = "How do I reset my password?"
BODY = "0123456789abcdef" * 3 + b"benchmar".hex()[:8]
KEY = f"nk_{BODY}{zlib.crc32(BODY.encode()):08x}"  # a well-formed key of no server
RUN_ID = "run_01kaj3v8qk4m7p0r3t6w9y2a5c"
RUN = {
    "id": RUN_ID,
    "workflow_id": "wf_support",
    "conversation_id": None,
    "status": "completed",
    "input": INPUT,
    "output": "Open Settings.",
    "sources": [],
    "cost_usd": "0.002000",
    "tokens": {"input": 7, "output": 2},
    "metadata": {},
    "created_at": "2026-11-21T10:15:30.123456Z",
    "completed_at": "2026-11-21T10:15:30.535456Z",
    "duration_ms": 412,
    "error": None,
}


def api_key(number: int) -> dict[str, object]:
    return {
        "id": f"key_{number:026d}",
        "name": f"Key {number}",
        "kind": "secret",
        "environment": "live",
        "prefix": "nk_3f9a1c",
        "last_four": "1af6",
        "active": True,
        "scopes": ["workflows:query", "runs:read"],
        "workflow_ids": None,
        "allowed_ips": ["203.0.113.0/24"],
        "allowed_origins": [],
        "rate_limit": {"limit": 1000, "window_seconds": 3600},
        "cost_limit_usd": "25.000000",
        "expires_at": None,
        "revoked_at": None,
        "revocation": None,
        "replaced_by": None,
        "created_at": "2026-11-21T09:00:00Z",
        "last_used_at": "2026-11-21T10:15:30Z",
    }


def stream() -> list[str]:
    started = {"type": "run.started", "run_id": RUN_ID, "workflow_id": "wf_support", "created_at": RUN["created_at"]}
    frames = [frame(started, "run.started", 0)]
    for number in range(1, SSE_EVENTS + 1):
        frames.append(frame({"type": "output.delta", "delta": f"word{number} "}, "output.delta", number))
    return [*frames, frame({"type": "run.completed", "run": RUN}, "run.completed", SSE_EVENTS + 1)]


def read_stream(client: object) -> int:
    with client.workflows.stream("wf_support", input=INPUT) as events:  # type: ignore[attr-defined]
        return sum(1 for _ in events)


def calls(base: str) -> dict[str, Call]:
    from nodai import NodAI

    client = NodAI(api_key=KEY, base_url=base)
    return {
        "get": lambda: client.runs.get(RUN_ID),
        "post": lambda: client.workflows.query("wf_support", input=INPUT),
        "list": lambda: sum(1 for _ in client.api_keys.list()),
        "sse": lambda: read_stream(client),
    }


@asynccontextmanager
async def async_get(base: str) -> AsyncGenerator[AsyncCall]:
    from nodai import AsyncNodAI

    async with AsyncNodAI(api_key=KEY, base_url=base) as client:
        yield lambda: client.runs.get(RUN_ID)


CONTENDER = Contender(
    package="nodai-python",
    module="nodai",
    first=f"from nodai import NodAI\nc = NodAI(api_key='{KEY}', base_url='{{base}}')\nc.runs.get('{RUN_ID}').id",
    raw={
        "get": Raw("GET", f"/api/v1/runs/{RUN_ID}"),
        "post": Raw("POST", "/api/v1/workflows/wf_support/query", {"input": INPUT}),
        "list": Raw("GET", "/api/v1/api-keys"),
        "sse": Raw("POST", "/api/v1/workflows/wf_support/stream", {"input": INPUT}),
    },
    routes={
        f"GET /api/v1/runs/{RUN_ID}": as_json(RUN),
        "POST /api/v1/workflows/wf_support/query": as_json(RUN),
        "GET /api/v1/api-keys": as_json(
            {"data": [api_key(n) for n in range(LIST_LENGTH)], "has_more": False, "next_cursor": None}
        ),
        "POST /api/v1/workflows/wf_support/stream": as_sse(stream()),
    },
    calls=calls,
    async_get=async_get,
)
