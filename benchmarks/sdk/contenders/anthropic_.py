"""anthropic: models.retrieve, messages.create, models.list, and a streamed message."""

from __future__ import annotations

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

MESSAGES = [{"role": "user", "content": "How do I reset my password?"}]
POST = {"model": "m", "max_tokens": 16, "messages": MESSAGES}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "Open Settings."}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 7, "output_tokens": 2},
}


def model(number: int) -> dict[str, object]:
    return {
        "type": "model",
        "id": f"model-{number}",
        "display_name": f"Model {number}",
        "created_at": "2026-11-21T10:00:00Z",
    }


def stream() -> list[str]:
    started = {**MESSAGE, "content": [], "stop_reason": None}
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    pieces: list[dict[str, object]] = [{"type": "message_start", "message": started}, block]
    for number in range(SSE_EVENTS):
        delta = {"type": "text_delta", "text": f"word{number} "}
        pieces.append({"type": "content_block_delta", "index": 0, "delta": delta})
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    pieces += [
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": end, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
    ]
    return [frame(piece, str(piece["type"])) for piece in pieces]


def calls(base: str) -> dict[str, Call]:
    from anthropic import Anthropic

    client = Anthropic(api_key="sk-benchmark", base_url=f"{base}/anthropic")
    streaming = Anthropic(api_key="sk-benchmark", base_url=f"{base}/anthropic-stream")
    return {
        "get": lambda: client.models.retrieve("m"),
        "post": lambda: client.messages.create(model="m", max_tokens=16, messages=MESSAGES),  # type: ignore[arg-type]
        "list": lambda: sum(1 for _ in client.models.list()),
        "sse": lambda: sum(
            1 for _ in streaming.messages.create(model="m", max_tokens=16, messages=MESSAGES, stream=True)
        ),  # type: ignore[arg-type]
    }


@asynccontextmanager
async def async_get(base: str) -> AsyncGenerator[AsyncCall]:
    from anthropic import AsyncAnthropic

    async with AsyncAnthropic(api_key="sk-benchmark", base_url=f"{base}/anthropic") as client:
        yield lambda: client.models.retrieve("m")


PAGE = {
    "data": [model(n) for n in range(LIST_LENGTH)],
    "has_more": False,
    "first_id": "model-0",
    "last_id": "model-999",
}
FIRST = (
    "from anthropic import Anthropic\n"
    "c = Anthropic(api_key='sk-benchmark', base_url='{base}/anthropic')\n"
    "c.models.retrieve('m').id"
)
CONTENDER = Contender(
    package="anthropic",
    module="anthropic",
    first=FIRST,
    raw={
        "get": Raw("GET", "/anthropic/v1/models/m"),
        "post": Raw("POST", "/anthropic/v1/messages", POST),
        "list": Raw("GET", "/anthropic/v1/models"),
        "sse": Raw("POST", "/anthropic-stream/v1/messages", {**POST, "stream": True}),
    },
    routes={
        "GET /anthropic/v1/models/m": as_json(model(0)),
        "POST /anthropic/v1/messages": as_json(MESSAGE),
        "GET /anthropic/v1/models": as_json(PAGE),
        "POST /anthropic-stream/v1/messages": as_sse(stream()),
    },
    calls=calls,
    async_get=async_get,
)
