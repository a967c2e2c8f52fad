"""Chooses what carries the calls of a client: lanes, or a client that the user brought or the environment asks for."""

from __future__ import annotations

import time
from typing import Any, Protocol

from nodai._core import proxy
from nodai._core.engine import Call
from nodai._core.foreign import HTTPClient
from nodai._core.settings import Settings


class Transport(Protocol):
    """What the shell asks of either."""

    def take(self, call: Call) -> Any: ...
    def give(self, lane: Any) -> None: ...
    def drop(self, lane: Any) -> None: ...
    def abandon(self, lane: Any) -> None: ...
    def clear(self) -> None: ...
    def close(self) -> None: ...


def transport(settings: Settings, http_client: HTTPClient | None) -> Transport:
    """Lanes, unless a client was given or a proxy is set."""
    if http_client is not None:
        from nodai._core.compat_sync import Compat

        return Compat(http_client)
    if proxy.wanted(settings.scheme, settings.host, settings.port):
        import httpx

        from nodai._core.compat_sync import Compat

        return Compat(httpx.Client(), owned=True)
    from nodai._core.lanes_sync import Lanes

    return Lanes(settings)


def pause(seconds: float) -> None:
    """Sleep."""
    time.sleep(seconds)
