"""What may watch or hold back calls: limiters and middleware. Neither does I/O, so one object serves sync and async."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol, cast

from nodai._core.errors import ConfigurationError

if TYPE_CHECKING:
    from nodai._core.engine import Call
    from nodai._core.errors import NodAIError
    from nodai._core.meta import Meta, RawHeaders
    from nodai._core.operation import Operation


AsyncSleep = Callable[[float], Awaitable[None]]
Sleep = Callable[[float], None]


class Limiter(Protocol):
    """Decides when a call may be spent."""

    def ahead(self, op: Operation, now: float, deadline: float | None) -> float:
        """Seconds to wait before asking again; 0 means go. Raises `LimitReached` to refuse. Times are monotonic."""
        ...

    def learn(self, op: Operation, status: int, headers: RawHeaders, now: float) -> None:
        """What an attempt showed; status 0 and no headers when no answer came."""
        ...


def check(limiter: object, middleware: object) -> None:
    """Refuse what cannot hold back or watch a call."""
    if limiter is not None and (isinstance(limiter, type) or not hasattr(limiter, "ahead")):
        raise ConfigurationError("limiter must be an object like nodai.limiter.Limiter().")
    listed = cast("Sequence[object]", middleware if isinstance(middleware, Sequence) else [None])
    if not all(isinstance(watcher, Middleware) for watcher in listed):
        raise ConfigurationError("middleware must be a list of objects of classes of nodai.Middleware.")


class Middleware:
    """Watches calls. Override what you need; every method is called in the thread or task of the call."""

    def started(self, call: Call) -> None:
        """Once, before the first attempt; may use `call.set_header`."""

    def sending(self, call: Call) -> None:
        """Before each attempt; `call.attempts` is its number."""

    def received(self, call: Call, meta: Meta) -> None:
        """After each answer."""

    def failed(self, call: Call, error: NodAIError) -> None:
        """After each failed attempt, before the decision to repeat it."""

    def ended(self, call: Call, error: BaseException | None) -> None:
        """Once, with the error that the caller gets, if any."""
