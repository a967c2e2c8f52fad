"""Connections for tasks: one call each at a time, newest first, thrown away after any error or cancellation."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from os import getpid
from time import monotonic
from typing import Any

import h11

from nodai._core import lanes
from nodai._core.engine import Call
from nodai._core.errors import ClientClosed
from nodai._core.settings import Settings

PAUSE_BYTES = 1024 * 1024  # stop reading from the network when a stream's reader is that far behind
_inherited: list[object] = []  # what a forked process got from its parent; collecting it would warn


class AsyncLane(asyncio.Protocol):
    """One connection and the HTTP/1.1 state on it."""

    sent = True  # a lane is connected: from `send` on, the server may have seen the call

    def __init__(self, home: Home) -> None:
        self.home = home
        self.http = h11.Connection(h11.CLIENT)
        self.reused = False
        self.heard = b""
        self.idle_since = 0.0
        self._transport: asyncio.Transport | None = None
        self._data = bytearray()
        self._paused = False
        self._ended = False
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        self._wake()
        if len(self._data) > PAUSE_BYTES and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def eof_received(self) -> None:
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._error = exc
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def send(self, call: Call) -> None:
        """Send the request. A server may refuse early and close: then its answer is still to be read."""
        self._call = call
        self.heard = b""
        call.seconds_left()
        data = call.wire(self.http)
        if self._transport is not None and not self._ended:
            self._transport.write(data)

    async def read(self) -> bytes:
        """The next bytes; b"" when the server closed."""
        if not self._data and not self._ended:
            await self._wait()
        if self._data:
            data = bytes(self._data)
            self._data.clear()
            if not self.heard:
                self.heard = data
            if self._paused and self._transport is not None:
                self._paused = False
                self._transport.resume_reading()
            return data
        if self._error is not None:
            raise self._error
        return b""

    async def _wait(self) -> None:
        call = self._call
        seconds = call.timeout if call.deadline is None else call.seconds_left()
        waiter = self._waiter = self.home.loop.create_future()
        timer = None if seconds is None else self.home.loop.call_later(seconds, expire, waiter)
        try:
            await waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    def ready(self) -> bool:
        """Whether the lane can carry another call."""
        return not (self._ended or self._data or lanes.rested(self.idle_since))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def expire(waiter: asyncio.Future[Any]) -> None:
    """End a wait that took too long."""
    if not waiter.done():
        waiter.set_exception(TimeoutError())


class Home:
    """The lanes of one event loop; they close when the loop shuts down, even when nobody closes the client."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.pid = getpid()
        self.idle: list[AsyncLane] = []
        self.waiting: deque[asyncio.Future[AsyncLane | None]] = deque()
        self.permits = lanes.MAX_LANES
        self._guard: AsyncGenerator[None, None] | None = None

    async def guard(self) -> None:
        """Have the loop close our connections: at its end it finishes every generator that was begun in it."""
        if self._guard is None:
            self._guard = _closing(self.idle)
            await anext(self._guard)

    def idle_lane(self) -> AsyncLane | None:
        while self.idle:
            lane = self.idle.pop()
            if lane.ready():
                return lane
            self.drop(lane)
        return None

    def give(self, lane: AsyncLane) -> None:
        http = lane.http
        if http.our_state is not h11.DONE or http.their_state is not h11.DONE or http.trailing_data[0]:
            self.drop(lane)
            return
        http.start_next_cycle()
        lane.reused = True
        lane.idle_since = monotonic()
        if self.waiting and self._hand(lane):
            return
        self.idle.append(lane)
        if len(self.idle) > 1 and lanes.rested(self.idle[0].idle_since):
            self.drop(self.idle.pop(0))

    def drop(self, lane: AsyncLane) -> None:
        lane.close()
        self.release()

    def release(self) -> None:
        """A lane is gone: the next that waits may open one."""
        if not self._hand(None):
            self.permits += 1

    def _hand(self, lane: AsyncLane | None) -> bool:
        while self.waiting:
            waiter = self.waiting.popleft()
            if not waiter.done():
                waiter.set_result(lane)
                return True
        return False

    def clear(self) -> None:
        while self.idle:
            self.drop(self.idle.pop())


async def _closing(idle: list[AsyncLane]) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        while idle:
            idle.pop().close()


class AsyncLanes:
    """The lanes of one client: a set per event loop; a forked process starts with none."""

    def __init__(self, settings: Settings) -> None:
        self.address = lanes.Address(settings)
        self.closed = False
        self._homes: list[Home] = []
        self._last: Home | None = None

    def _home(self) -> Home:
        loop = asyncio.get_running_loop()
        last = self._last
        if last is not None and last.loop is loop and last.pid == getpid():
            return last
        inherited = [home for home in self._homes if home.pid != getpid()]
        _inherited.extend(inherited)
        self._homes = [home for home in self._homes if home not in inherited and not home.loop.is_closed()]
        home = next((home for home in self._homes if home.loop is loop), None)
        if home is None:
            home = Home(loop)
            self._homes.append(home)
        self._last = home
        return home

    async def take(self, call: Call) -> AsyncLane:
        """A lane for one call: the one used last, a new one, or the next that another call gives back."""
        home = self._home()
        lane = home.idle_lane()
        if lane is not None:
            return lane
        if self.closed:
            raise ClientClosed("The client is closed.")
        if home.permits > 0:
            home.permits -= 1
        else:
            lane = await self._wait(home, call)
            if lane is not None:
                return lane
        try:
            return await self._connect(home, call)
        except BaseException:
            home.release()
            raise

    async def _wait(self, home: Home, call: Call) -> AsyncLane | None:
        """Wait for a lane, or for leave (None) to open one."""
        seconds = call.seconds_left()
        waiter: asyncio.Future[AsyncLane | None] = home.loop.create_future()
        home.waiting.append(waiter)
        timer = None if seconds is None else home.loop.call_later(seconds, expire, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                lane = waiter.result()
                home.release() if lane is None else home.drop(lane)
            raise
        finally:
            if timer is not None:
                timer.cancel()

    async def _connect(self, home: Home, call: Call) -> AsyncLane:
        address = self.address
        await home.guard()
        async with asyncio.timeout(lanes.connect_seconds(call.seconds_left())):
            _, lane = await home.loop.create_connection(
                lambda: AsyncLane(home),
                address.host,
                address.port,
                ssl=address.context(),
                server_hostname=address.host if address.secure else None,
            )
        return lane

    def give(self, lane: AsyncLane) -> None:
        """Keep the lane of a call that ended well."""
        if self.closed:
            lane.home.drop(lane)
        else:
            lane.home.give(lane)

    async def drop(self, lane: AsyncLane | None) -> None:
        """Throw a lane away."""
        if lane is not None:
            lane.home.drop(lane)

    def abandon(self, lane: AsyncLane) -> None:
        """Throw away the lane of a stream that is collected, perhaps in another thread or after its loop."""
        if not lane.home.loop.is_closed() and lane.home.pid == getpid():
            lane.home.loop.call_soon_threadsafe(lane.home.drop, lane)

    def clear(self) -> None:
        """Throw the idle lanes of this loop away."""
        self._home().clear()

    async def aclose(self) -> None:
        self.closed = True
        here = self._home()
        for home in self._homes:
            if home is here:
                home.clear()
            elif not home.loop.is_closed():
                home.loop.call_soon_threadsafe(home.clear)
