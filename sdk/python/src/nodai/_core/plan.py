"""What is worked out once: a client's shared state, and per operation the parts that all its calls have in common."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import h11

from nodai._core import build, parse, retry
from nodai._core.errors import ConfigurationError
from nodai._core.hooks import Limiter, Middleware
from nodai._core.operation import Operation
from nodai._core.settings import Settings


class Core:
    """What a client shares with its `with_options` copies: its budget of retries, its hooks, its clocks and dice."""

    def __init__(self, limiter: Limiter | None = None, middleware: Sequence[Middleware] = ()) -> None:
        self.limiter = limiter
        self.middleware: tuple[Middleware, ...] = tuple(middleware)
        self.watched: bool = limiter is not None or bool(self.middleware)
        self.budget: retry.Budget = retry.Budget()
        self.clock: Callable[[], float] = time.monotonic
        self.wall: Callable[[], float] = time.time
        self.backoff: Callable[[int], float] = retry.full_jitter
        self.max_wait_seconds: float = retry.MAX_WAIT_SECONDS


class Plan:
    """The common part of all calls of one operation by one client."""

    __slots__ = ("event", "headers", "method", "op", "path", "target", "validate")
    event: h11.Request
    headers: build.HeaderList
    method: bytes
    op: Operation
    path: str
    target: bytes
    validate: parse.Validate | None

    def __init__(self, settings: Settings, op: Operation) -> None:
        if op.scopes and settings.api_key is None and not build.has_credential(settings.headers):
            raise ConfigurationError("There is no API key: set NODAI_API_KEY, or give api_key=.")
        self.op = op
        self.method = op.method.encode("ascii")
        self.headers = build.base_headers(settings, op)
        self.path = settings.prefix + op.path[0] if len(op.path) == 1 else ""
        self.target = self.path.encode("ascii")
        self.event = h11.Request(method=self.method, target=self.target or b"/", headers=self.headers)
        self.validate = parse.validate_with(op.model) if op.kind in {"json", "page"} else None


class Engine:
    """One client's settings and plans."""

    __slots__ = ("core", "plans", "settings")
    core: Core
    settings: Settings

    def __init__(self, settings: Settings, core: Core) -> None:
        self.settings = settings
        self.core = core
        self.plans: dict[str, Plan] = {}

    def plan(self, op: Operation) -> Plan:
        """The plan of an operation, made at its first call."""
        plan = self.plans[op.id] = Plan(self.settings, op)
        return plan
