"""Chooses what carries the calls of a client: lanes, or a client that the user brought or the environment asks for."""

from __future__ import annotations

from typing import Any, Protocol

from nodai._core import proxy
from nodai._core.engine import Call
from nodai._core.foreign import AsyncHTTPClient
from nodai._core.settings import Settings


class AsyncTransport(Protocol):
    """What the shell asks of either."""

    async def take(self, call: Call) -> Any: ...
    def give(self, lane: Any) -> None: ...
    async def drop(self, lane: Any) -> None: ...
    def abandon(self, lane: Any) -> None: ...
    def clear(self) -> None: ...
    async def aclose(self) -> None: ...


def transport(settings: Settings, http_client: AsyncHTTPClient | None) -> AsyncTransport:
    """Lanes, unless a client was given or a proxy is set."""
    if http_client is not None:
        from nodai._core.compat_async import AsyncCompat

        return AsyncCompat(http_client)
    if proxy.wanted(settings.scheme, settings.host, settings.port):
        import httpx

        from nodai._core.compat_async import AsyncCompat

        return AsyncCompat(httpx.AsyncClient(), owned=True)
    from nodai._core.lanes_async import AsyncLanes

    return AsyncLanes(settings)


async def pause(seconds: float) -> None:
    """Sleep."""
    import asyncio

    await asyncio.sleep(seconds)
