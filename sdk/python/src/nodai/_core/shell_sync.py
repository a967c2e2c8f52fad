# Derived by `python -m codegen` from shell_async.py; edit that file, never this one.
"""The I/O around the call engine: sends what a `Call` says, hands it what came, sleeps when it says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import h11

from nodai._core import chunks
from nodai._core.engine import AGAIN, Call
from nodai._core.foreign import HTTPClient
from nodai._core.hooks import Sleep
from nodai._core.meta import Meta, RawHeaders
from nodai._core.operation import Operation
from nodai._core.plan import Engine
from nodai._core.transport_sync import Transport, pause, transport
from nodai.options import RequestOptions

NETWORK = (OSError, h11.ProtocolError)


class Shell:
    """What the resources of a client call."""

    _engine: Engine
    _lanes: Transport
    sleep: Sleep

    def _start(self, engine: Engine, http_client: HTTPClient | None) -> None:
        self._engine = engine
        self._core = engine.core
        self._lanes = transport(engine.settings, http_client)
        self._owner = True
        self.sleep = pause

    def _borrow(self, other: Self, engine: Engine) -> None:
        self._engine = engine
        self._core = engine.core
        self._lanes = other._lanes
        self._owner = False
        self.sleep = other.sleep

    def call(  # noqa: C901 - one loop, so that a method is two frames above h11
        self,
        op: Operation,
        path_args: tuple[str, ...],
        query: Mapping[str, Any] | None,
        body: Any,
        options: RequestOptions | None,
    ) -> Any:
        """Send one call, again where that helps, and give its result with meta."""
        call = Call(self._engine, op, path_args, query, body, options)
        lanes = self._lanes
        while True:
            if call.core.watched:
                self._clear(call)
            call.attempts += 1
            lane = None
            status, headers = 0, ()
            pieces: list[bytes] = []
            try:
                lane = lanes.take(call)
                lane.send(call)
                http = lane.http
                while type(event := http.next_event()) is not h11.EndOfMessage:
                    if event is h11.NEED_DATA:
                        http.receive_data(lane.read())
                    elif type(event) is h11.Data:
                        pieces.append(event.data)
                    elif type(event) is not h11.InformationalResponse:
                        status, headers = event.status_code, event.headers.raw_items()
                lanes.give(lane)
            except NETWORK as error:
                lanes.drop(lane)
                result = call.broken(error, lane, call.meta(status, headers, b"".join(pieces)))
            except BaseException as error:
                lanes.drop(lane)
                call.ended(error)
                raise
            else:
                result = call.answered(status, headers, b"".join(pieces))
            if result is not AGAIN:
                return result
            self._rest(call)

    def _clear(self, call: Call) -> None:
        """Wait until the limiter lets the call go."""
        try:
            while (seconds := call.ahead()) > 0:
                self.sleep(seconds)
        except BaseException as error:
            call.ended(error)
            raise

    def _rest(self, call: Call) -> None:
        if call.delay > 0:
            try:
                self.sleep(call.delay)
            except BaseException as error:
                call.ended(error)
                raise
        else:
            self._lanes.clear()  # one idle connection was dead: its neighbours likely are

    def begin(
        self,
        op: Operation,
        path_args: tuple[str, ...],
        query: Mapping[str, Any] | None,
        body: Any,
        options: RequestOptions | None,
    ) -> Call:
        """A call that is to be opened as a stream, perhaps several times."""
        return Call(self._engine, op, path_args, query, body, options)

    def open(self, call: Call) -> RawStream:
        """Send until the stream's head has come."""
        while True:
            if call.core.watched:
                self._clear(call)
            call.attempts += 1
            stream = RawStream(self._lanes, call)
            try:
                stream.begin()
                if stream.streams:
                    call.opened(stream.meta)
                    return stream
                stream.drain()
            except NETWORK as error:
                stream.close()
                call.broken(error, stream.lane, stream.meta)
            except BaseException as error:
                stream.close()
                call.ended(error)
                raise
            else:
                stream.close()
                call.answered(stream.meta.status, stream.meta.raw_headers, stream.meta.content)
            self._rest(call)

    def close(self) -> None:
        """Close the connections. Calls after this raise `ClientClosed`."""
        if self._owner:
            self._lanes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RawStream:
    """The bytes of one streaming answer, as they come."""

    def __init__(self, lanes: Transport, call: Call) -> None:
        self.call = call
        self.lane: Any = None
        self.meta: Meta = Meta()
        self.streams: bool = False
        self._lanes = lanes
        self._open = False
        self._between = False  # chunks: h11 has read one to its end and holds nothing

    def begin(self) -> None:
        """Send the request and wait for the head."""
        lane = self.lane = self._lanes.take(self.call)
        self._open = True
        lane.send(self.call)
        while type(event := self._next()) is h11.InformationalResponse:
            pass
        self._head(event.status_code, event.headers.raw_items())

    def _head(self, status: int, headers: RawHeaders) -> None:
        self.meta = self.call.meta(status, headers)
        self.streams = self.call.streams(status, headers)

    def _next(self) -> Any:
        http = self.lane.http
        while (event := http.next_event()) is h11.NEED_DATA:
            http.receive_data(self.lane.read())
        return event

    def drain(self) -> None:
        """Read an answer that is no stream."""
        pieces: list[bytes] = []
        try:
            while type(event := self._next()) is h11.Data:
                pieces.append(event.data)
        finally:
            self.meta.content = b"".join(pieces)
        self._done()

    def _done(self) -> None:
        self._open = False
        self._lanes.give(self.lane)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        """The next piece; raises ConnectionFailed, TimedOut or ResponseInvalid when they stop too early."""
        if not self._open:
            raise StopIteration
        try:
            if self._between:
                piece = self.lane.read()
                if (content := chunks.whole(piece)) is not None:
                    return content
                self.lane.http.receive_data(piece)
            event = self._next()
        except NETWORK as error:
            self.close()
            raise self.call.failure(error, self.lane, self.meta) from error
        except BaseException:
            self.close()
            raise
        if type(event) is h11.Data:
            return self._gather(event)
        self._done()
        raise StopIteration

    def _gather(self, first: h11.Data) -> bytes:
        """All that has arrived, in one piece: events come many to a packet. The end gives the connection back."""
        pieces, last = [first.data], first
        self._between = False
        try:
            while (event := self.lane.http.next_event()) is not h11.NEED_DATA:
                if type(event) is not h11.Data:
                    self._done()
                    break
                pieces.append(event.data)
                last = event
            else:
                self._between = last.chunk_end and not self.lane.http.trailing_data[0]
        except h11.ProtocolError:
            pass  # h11 says so again, when what came before it has been read
        return b"".join(pieces)

    def __del__(self) -> None:
        """A stream that was left without `with` or a close keeps no connection from others."""
        if self._open:
            self._open = False
            self._lanes.abandon(self.lane)

    def close(self) -> None:
        """Stop. A connection with an unread rest is thrown away."""
        if self._open:
            self._open = False
            self._lanes.drop(self.lane)
