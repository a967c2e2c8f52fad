"""openai: models.retrieve, chat.completions.create, models.list, and a streamed completion."""

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

PROMPT = "How do I reset my password?"
MESSAGES = [{"role": "user", "content": PROMPT}]


def model(number: int) -> dict[str, object]:
    return {"id": f"model-{number}", "object": "model", "created": 1763719200, "owned_by": "organization-owner"}


def chunk(delta: dict[str, object], reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
    return frame(
        {"id": "c1", "object": "chat.completion.chunk", "created": 1763719200, "model": "m", "choices": [choice]}
    )


COMPLETION = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1763719200,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Open Settings.", "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
}


def calls(base: str) -> dict[str, Call]:
    from openai import OpenAI

    client = OpenAI(api_key="sk-benchmark", base_url=f"{base}/openai")
    streaming = OpenAI(api_key="sk-benchmark", base_url=f"{base}/openai-stream")
    return {
        "get": lambda: client.models.retrieve("m"),
        "post": lambda: client.chat.completions.create(model="m", messages=MESSAGES),  # type: ignore[arg-type]
        "list": lambda: sum(1 for _ in client.models.list()),
        "sse": lambda: sum(1 for _ in streaming.chat.completions.create(model="m", messages=MESSAGES, stream=True)),  # type: ignore[arg-type]
    }


@asynccontextmanager
async def async_get(base: str) -> AsyncGenerator[AsyncCall]:
    from openai import AsyncOpenAI

    async with AsyncOpenAI(api_key="sk-benchmark", base_url=f"{base}/openai") as client:
        yield lambda: client.models.retrieve("m")


POST = {"model": "m", "messages": MESSAGES}
FIRST = (
    "from openai import OpenAI\nc = OpenAI(api_key='sk-benchmark', base_url='{base}/openai')\nc.models.retrieve('m').id"
)
CONTENDER = Contender(
    package="openai",
    module="openai",
    first=FIRST,
    raw={
        "get": Raw("GET", "/openai/models/m"),
        "post": Raw("POST", "/openai/chat/completions", POST),
        "list": Raw("GET", "/openai/models"),
        "sse": Raw("POST", "/openai-stream/chat/completions", {**POST, "stream": True}),
    },
    routes={
        "GET /openai/models/m": as_json(model(0)),
        "POST /openai/chat/completions": as_json(COMPLETION),
        "GET /openai/models": as_json({"object": "list", "data": [model(n) for n in range(LIST_LENGTH)]}),
        "POST /openai-stream/chat/completions": as_sse(
            [chunk({"content": f"word{n} "}) for n in range(SSE_EVENTS)] + [chunk({}, "stop"), "data: [DONE]\n\n"]
        ),
    },
    calls=calls,
    async_get=async_get,
)
