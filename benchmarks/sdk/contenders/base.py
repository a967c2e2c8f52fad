"""What every contender says about itself: its calls, the addresses behind them, and the answers it expects there."""

from __future__ import annotations

import importlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.stub import Canned

NAMES = ("nodai", "openai", "anthropic", "stripe", "svix")
LIST_LENGTH = 1000
SSE_EVENTS = 2000

Call = Callable[[], object]
AsyncCall = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Raw:
    """The same exchange by hand: what raw httpx sends for the call named in the contender."""

    method: str
    path: str
    body: dict[str, object] | None = None


@dataclass(frozen=True)
class Contender:
    package: str  # the distribution's name, for its version and wheel
    module: str  # what a user imports
    first: str  # a script, `{base}` in it: import → client → first typed answer
    raw: dict[str, Raw]  # get, post, list, sse: those that this SDK has
    routes: dict[str, Canned]
    calls: Callable[[str], dict[str, Call]]
    async_get: Callable[[str], AbstractAsyncContextManager[AsyncCall]] = field(
        repr=False, default=lambda base: no_async(base)
    )


@asynccontextmanager
async def no_async(base: str) -> AsyncGenerator[AsyncCall]:
    raise NotImplementedError(base)
    yield


def load(name: str) -> Contender:
    return importlib.import_module(f"benchmarks.sdk.contenders.{name}_").CONTENDER


def as_json(value: object) -> Canned:
    return Canned(json.dumps(value, separators=(",", ":")).encode())


def as_sse(frames: list[str]) -> Canned:
    """One event a chunk, as a server sends it."""
    return Canned(content_type="text/event-stream", chunks=tuple(frame.encode() for frame in frames))


def frame(data: object, event: str = "", id: int | None = None) -> str:
    lines = [f"id: {id}"] if id is not None else []
    if event:
        lines.append(f"event: {event}")
    return "\n".join([*lines, f"data: {json.dumps(data, separators=(',', ':'))}", "", ""])
