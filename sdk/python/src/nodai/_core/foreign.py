"""What we ask of a client that the user brought, and what its exceptions mean to us; httpx itself is not imported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from nodai._core.errors import ClientClosed, ConfigurationError
from nodai._core.meta import RawHeaders

_UNSENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol", "ProxyError"})


class HTTPClient(Protocol):
    """The part of `httpx.Client` that calls go through."""

    @property
    def build_request(self) -> Callable[..., Any]: ...
    @property
    def send(self) -> Callable[..., Any]: ...
    def close(self) -> None: ...


class AsyncHTTPClient(Protocol):
    """The part of `httpx.AsyncClient` that calls go through."""

    @property
    def build_request(self) -> Callable[..., Any]: ...
    @property
    def send(self) -> Callable[..., Awaitable[Any]]: ...
    async def aclose(self) -> None: ...


def check(name: str, client: object, *, asynchronous: bool) -> None:
    """Refuse a client of the other kind, which would fail in the first call only."""
    close = "aclose" if asynchronous else "close"
    if client is not None and not all(hasattr(client, method) for method in ("build_request", "send", close)):
        wanted = "AsyncClient" if asynchronous else "Client"
        raise ConfigurationError(f"{name} takes an httpx.{wanted} as http_client, not {type(client).__name__}.")


class Head:
    """The status and headers of an answer, shaped like h11's."""

    def __init__(self, status_code: int, raw: RawHeaders) -> None:
        self.status_code = status_code
        self.headers = self
        self._raw = raw

    def raw_items(self) -> RawHeaders:
        return self._raw


def was_sent(error: Exception) -> bool:
    """Whether the server may have seen the request."""
    return not _UNSENT.intersection(_names(error))


def failure(error: Exception) -> Exception:
    """The plain error that an exception of httpx, or of a client like it, stands for."""
    names = _names(error)
    if isinstance(error, TimeoutError) or "TimeoutException" in names:
        return TimeoutError(type(error).__name__)
    if isinstance(error, RuntimeError) and "closed" in str(error):
        return ClientClosed("The http_client is closed.")
    if isinstance(error, OSError) or names & {"TransportError", "RequestError", "HTTPError", "StreamError"}:
        return _beneath(error) or ConnectionError(type(error).__name__)  # its text may quote a header
    return error


def _beneath(error: BaseException) -> OSError | None:
    """A copy of the system's own error, which says more, such as that a certificate is not trusted."""
    found: OSError | None = None
    cause: BaseException | None = error
    for _ in range(8):
        cause = cause and (cause.__cause__ or cause.__context__)
        if isinstance(cause, OSError) and type(cause).__module__ in {"builtins", "ssl", "socket"}:
            found = cause
    return type(found)(*found.args) if found else None


def _names(error: Exception) -> set[str]:
    return {cls.__name__ for cls in type(error).__mro__}
