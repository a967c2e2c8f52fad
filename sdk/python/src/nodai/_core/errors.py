"""The roots of the error tree, and what every error knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nodai._core.meta import Meta

if TYPE_CHECKING:
    from nodai._generated.json import JsonValue

EXCERPT_BYTES = 512


class NodAIError(Exception):
    """Every error of this package. `meta` says what is known of the answer, when there was one."""

    meta: Meta
    message: str
    retry_after_seconds: float | None = None
    retry_at: datetime | None = None

    def __init__(self, message: str = "", *, meta: Meta | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.meta = meta or Meta()

    @property
    def status(self) -> int | None:
        """The HTTP status, or None when no answer came."""
        return self.meta.status or None

    @property
    def request_id(self) -> str | None:
        """The id to give to support, and to find the call in the request log."""
        return self.meta.request_id

    @property
    def body(self) -> bytes:
        """The first 512 bytes of the answer."""
        return self.meta.content[:EXCERPT_BYTES]

    def __str__(self) -> str:
        return f"{self.message} (request {self.request_id})" if self.request_id else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (type(self), self.args, {**self.__dict__})


def restore(cls: type[NodAIError], args: tuple[Any, ...], state: dict[str, Any]) -> NodAIError:
    """Rebuild a pickled or copied error without calling its constructor."""
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class ConfigurationError(NodAIError, ValueError):
    """The client cannot work as it was set up: no or a malformed key, a malformed address."""


class RequestInvalid(NodAIError, ValueError):
    """The arguments cannot become a request; nothing was sent."""


class ClientClosed(NodAIError, RuntimeError):
    """The client was closed before this call."""


class ConnectionFailed(NodAIError, ConnectionError):
    """No answer came: the server was not reached, or the connection broke."""


class TimedOut(ConnectionFailed, TimeoutError):
    """A wait took longer than `timeout`, or the whole call longer than `deadline`."""


class ResponseInvalid(NodAIError):
    """An answer came that is not what the contract says: not JSON, cut short, fields missing."""


class WebhookInvalid(NodAIError, ValueError):
    """A webhook's signature, time or body is not right; `reason` says which, in one word."""

    reason: str

    def __init__(self, message: str = "", *, reason: str = "", meta: Meta | None = None) -> None:
        super().__init__(message, meta=meta)
        self.reason = reason


class LimitReached(NodAIError):
    """The limiter refused to spend a call; nothing was sent."""


class APIError(NodAIError):
    """The server refused. `code` is stable, `problem` has every fact (RFC 9457)."""

    code: str
    problem: Mapping[str, JsonValue]

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        problem: Mapping[str, JsonValue] | None = None,
        meta: Meta | None = None,
    ) -> None:
        super().__init__(message, meta=meta)
        self.code = code
        self.problem = problem or {}

    @property
    def status(self) -> int:
        return self.meta.status

    @property
    def request_id(self) -> str | None:
        told = self.problem.get("request_id")
        return self.meta.request_id or (told if isinstance(told, str) else None)

    @property
    def title(self) -> str:
        return str(self.problem.get("title", ""))

    @property
    def detail(self) -> str:
        return str(self.problem.get("detail", ""))

    @property
    def retryable(self) -> bool:
        """Whether the server says that the same request may work later."""
        return self.problem.get("retryable") is True

    def _fact(self, name: str) -> Any:
        return self.problem.get(name)


class Redirected(APIError):
    """The server answered with a redirect. It is never followed: that would take the key elsewhere."""
