"""Connections for threads: one call each at a time, newest first, thrown away after any error."""

from __future__ import annotations

import select
import socket
import threading
from os import getpid
from time import monotonic

import h11

from nodai._core import lanes
from nodai._core.engine import Call
from nodai._core.errors import ClientClosed
from nodai._core.settings import Settings


def readable(sock: socket.socket) -> bool:
    """Whether there is something to read, an end included."""
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


class Lane:
    """One connection and the HTTP/1.1 state on it."""

    sent = True  # a lane is connected: from `send` on, the server may have seen the call

    __slots__ = ("_call", "_timeout", "heard", "http", "idle_since", "reused", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.http = h11.Connection(h11.CLIENT)
        self.reused = False
        self.heard = b""
        self.idle_since = 0.0
        self._timeout: float | None = -1.0

    def send(self, call: Call) -> None:
        """Send the request. A server may refuse early and close: then its answer is still to be read."""
        self._call = call
        self.heard = b""
        self._limit(call.seconds_left())
        try:
            self.sock.sendall(call.wire(self.http))
        except (BrokenPipeError, ConnectionResetError):
            if self.reused:
                raise

    def read(self) -> bytes:
        """The next bytes; b"" when the server closed."""
        call = self._call
        self._limit(call.timeout if call.deadline is None else call.seconds_left())
        data = self.sock.recv(lanes.READ_BYTES)
        if not self.heard:
            self.heard = data
        return data

    def _limit(self, seconds: float | None) -> None:
        if seconds != self._timeout:
            self.sock.settimeout(seconds)
            self._timeout = seconds

    def ready(self) -> bool:
        """Whether the lane can carry another call; a server that closed makes its socket readable."""
        return not lanes.rested(self.idle_since) and not readable(self.sock)

    def close(self) -> None:
        self.sock.close()


class Lanes:
    """The lanes of one client, shared by its threads; a forked process starts with none."""

    def __init__(self, settings: Settings) -> None:
        self.address = lanes.Address(settings)
        self.closed = False
        self._reset()

    def _reset(self) -> None:
        self._pid = getpid()
        self._idle: list[Lane] = []
        self._permits = [None] * lanes.MAX_LANES
        self._turn = threading.Condition()
        self._waiting = 0

    def take(self, call: Call) -> Lane:
        """A lane for one call: the one used last, a new one, or the next that another call gives back."""
        if self._pid != getpid():
            self._forget()
        lane = self._idle_lane()
        if lane is not None:
            return lane
        if self.closed:
            raise ClientClosed("The client is closed.")
        try:
            self._permits.pop()
        except IndexError:
            lane = self._wait(call)
            if lane is not None:
                return lane
        try:
            return self._connect(call)
        except BaseException:
            self._permit()
            raise

    def _idle_lane(self) -> Lane | None:
        while True:
            try:
                lane = self._idle.pop()
            except IndexError:
                return None
            if lane.ready():
                return lane
            self.drop(lane)

    def _wait(self, call: Call) -> Lane | None:
        """Wait for a lane, or for leave (None) to open one."""
        with self._turn:
            self._waiting += 1
            try:
                while True:
                    if self._idle:
                        lane = self._idle_lane()
                        if lane is not None:
                            return lane
                    if self._permits:
                        self._permits.pop()
                        return None
                    if not self._turn.wait(call.seconds_left()):
                        raise TimeoutError
            finally:
                self._waiting -= 1

    def _connect(self, call: Call) -> Lane:
        address = self.address
        sock = socket.create_connection((address.host, address.port), lanes.connect_seconds(call.seconds_left()))
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            context = address.context()
            if context is not None:
                sock = context.wrap_socket(sock, server_hostname=address.host)
        except BaseException:
            sock.close()
            raise
        return Lane(sock)

    def give(self, lane: Lane) -> None:
        """Keep the lane of a call that ended well."""
        http = lane.http
        if http.our_state is not h11.DONE or http.their_state is not h11.DONE or self.closed or http.trailing_data[0]:
            self.drop(lane)
            return
        http.start_next_cycle()
        lane.reused = True
        lane.idle_since = monotonic()
        self._idle.append(lane)
        self._trim()
        if self._waiting:
            with self._turn:
                self._turn.notify()

    def _trim(self) -> None:
        """Close the lane at the bottom when it rested too long: only the newest are taken."""
        if len(self._idle) > 1 and lanes.rested(self._idle[0].idle_since):
            try:
                self.drop(self._idle.pop(0))
            except IndexError:
                return

    def drop(self, lane: Lane | None) -> None:
        """Throw a lane away."""
        if lane is not None:
            lane.close()
            self._permit()

    def abandon(self, lane: Lane) -> None:
        """Throw away the lane of a stream that is collected."""
        self.drop(lane)

    def _permit(self) -> None:
        self._permits.append(None)
        if self._waiting:
            with self._turn:
                self._turn.notify()

    def clear(self) -> None:
        """Throw the idle lanes away."""
        while self._idle:
            try:
                self.drop(self._idle.pop())
            except IndexError:
                return

    def _forget(self) -> None:
        """After a fork: the parent goes on with its connections, so only this process's copies are closed."""
        for lane in self._idle:
            lane.close()
        self._reset()

    def close(self) -> None:
        self.closed = True
        self.clear()

    def __del__(self) -> None:
        """A client that nobody closed leaves no open sockets."""
        self.close()
