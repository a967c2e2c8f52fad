# Derived by `python -m codegen` from compat_async.py; edit that file, never this one.
"""Calls over a client that the user brought: `httpx.Client`, or anything with its `build_request` and `send`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import h11

from nodai._core.engine import Call
from nodai._core.foreign import Head, HTTPClient, failure, was_sent


class CompatLane:
    """One exchange over that client, told in the events of h11 like any lane's."""

    def __init__(self, client: HTTPClient) -> None:
        self._client = client
        self._events: deque[Any] = deque()
        self._response: Any = None
        self._chunks: Iterator[bytes] | None = None
        self.http = self
        self.reused = False  # the client sees to idle connections itself
        self.heard = b""  # only the client knows
        self.sent = True

    def send(self, call: Call) -> None:
        self._call = call
        self._request = self._client.build_request(
            call.method, call.url, headers=call.headers, content=call.body, timeout=call.seconds_left()
        )

    def next_event(self) -> Any:
        return self._events.popleft() if self._events else h11.NEED_DATA

    def read(self) -> bytes:
        """Make the next event: the head, a piece of the body, or the end."""
        try:
            if self._response is None:
                self._response = self._client.send(self._request, stream=True, follow_redirects=False)
                self._chunks = iter(self._response.iter_bytes())
                self._events.append(Head(self._response.status_code, list(self._response.headers.raw)))
                return b""
            self._call.seconds_left()
            self._piece()
        except Exception as error:
            self.sent = was_sent(error)
            raise failure(error) from error
        return b""

    def _piece(self) -> None:
        assert self._chunks is not None
        try:
            self._events.append(h11.Data(data=next(self._chunks)))
        except StopIteration:
            self._response.close()
            self._events.append(h11.EndOfMessage())

    def receive_data(self, data: bytes) -> None:
        """Nothing to do: `read` made the event."""

    def close(self) -> None:
        if self._response is not None:
            self._response.close()


class Compat:
    """Stands where the lanes stand."""

    def __init__(self, client: HTTPClient, owned: bool = False) -> None:
        self._client = client
        self._owned = owned

    def take(self, call: Call) -> CompatLane:
        return CompatLane(self._client)

    def give(self, lane: CompatLane) -> None:
        """The client keeps its connections."""

    def drop(self, lane: CompatLane | None) -> None:
        if lane is not None:
            lane.close()

    def abandon(self, lane: CompatLane) -> None:
        """The client's own collection ends what its response holds."""

    def clear(self) -> None:
        """The client keeps its connections."""

    def close(self) -> None:
        if self._owned:
            self._client.close()
