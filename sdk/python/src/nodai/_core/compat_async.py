"""Calls over a client that the user brought: `httpx.AsyncClient`, or anything with its `build_request` and `send`."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import h11

from nodai._core.engine import Call
from nodai._core.foreign import AsyncHTTPClient, Head, failure, was_sent


class AsyncCompatLane:
    """One exchange over that client, told in the events of h11 like any lane's."""

    def __init__(self, client: AsyncHTTPClient) -> None:
        self._client = client
        self._events: deque[Any] = deque()
        self._response: Any = None
        self._chunks: AsyncIterator[bytes] | None = None
        self.http = self
        self.reused = False  # the client sees to idle connections itself
        self.heard = b""  # only the client knows
        self.sent = True

    async def send(self, call: Call) -> None:
        self._call = call
        self._request = self._client.build_request(
            call.method, call.url, headers=call.headers, content=call.body, timeout=call.seconds_left()
        )

    def next_event(self) -> Any:
        return self._events.popleft() if self._events else h11.NEED_DATA

    async def read(self) -> bytes:
        """Make the next event: the head, a piece of the body, or the end."""
        try:
            if self._response is None:
                self._response = await self._client.send(self._request, stream=True, follow_redirects=False)
                self._chunks = aiter(self._response.aiter_bytes())
                self._events.append(Head(self._response.status_code, list(self._response.headers.raw)))
                return b""
            self._call.seconds_left()
            await self._piece()
        except Exception as error:
            self.sent = was_sent(error)
            raise failure(error) from error
        return b""

    async def _piece(self) -> None:
        assert self._chunks is not None
        try:
            self._events.append(h11.Data(data=await anext(self._chunks)))
        except StopAsyncIteration:
            await self._response.aclose()
            self._events.append(h11.EndOfMessage())

    def receive_data(self, data: bytes) -> None:
        """Nothing to do: `read` made the event."""

    async def aclose(self) -> None:
        if self._response is not None:
            await self._response.aclose()


class AsyncCompat:
    """Stands where the lanes stand."""

    def __init__(self, client: AsyncHTTPClient, owned: bool = False) -> None:
        self._client = client
        self._owned = owned

    async def take(self, call: Call) -> AsyncCompatLane:
        return AsyncCompatLane(self._client)

    def give(self, lane: AsyncCompatLane) -> None:
        """The client keeps its connections."""

    async def drop(self, lane: AsyncCompatLane | None) -> None:
        if lane is not None:
            await lane.aclose()

    def abandon(self, lane: AsyncCompatLane) -> None:
        """The client's own collection ends what its response holds."""

    def clear(self) -> None:
        """The client keeps its connections."""

    async def aclose(self) -> None:
        if self._owned:
            await self._client.aclose()
