"""A server that does what a script says, right or wrong, over raw sockets, and keeps what it was sent."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

RUN = {
    "id": "run_1", "workflow_id": "wf_1", "conversation_id": None, "status": "completed", "input": "hi",
    "output": "hello", "sources": [], "cost_usd": "0.002000", "tokens": {"input": 7, "output": 9}, "metadata": {},
    "created_at": "2026-11-21T10:15:30.123456Z", "completed_at": "2026-11-21T10:15:31Z", "duration_ms": 3,
    "error": None,
}  # fmt: skip
REQUEST_ID = "req_01kaj3v8m2f6q9t4x7b0c5d1eh"


@dataclass(frozen=True)
class Step:
    """What to do with one request: send these bytes, wait for the test's leave, send the rest, close or not."""

    data: bytes = b""
    close: bool = False
    reset: bool = False
    hang: bool = False  # after the data, keep the connection open and silent until the test ends
    pieces: int = 0  # send the data in so many bytes at a time
    unread: bool = False  # answer before the request is read, and close


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def reply(status: int = 200, body: object = RUN, *, kind: str = "application/json", **headers: str) -> Step:
    """A whole, well-formed HTTP answer."""
    return Step(answer(status, body, kind=kind, **headers))


def answer(status: int = 200, body: object = RUN, *, kind: str = "application/json", **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {"Content-Type": kind, "Content-Length": str(len(content)), "X-Request-Id": REQUEST_ID}
    names |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in names.items())
    return f"HTTP/1.1 {status} Status\r\n{lines}\r\n".encode("latin-1") + content


def problem(status: int, code: str, *, retryable: bool | None = None, **facts: Any) -> Step:
    """A problem document; names that begin with a capital letter are headers."""
    headers = {name: str(value) for name, value in facts.items() if name[0].isupper()}
    body = {"type": f"/docs/errors/{code}", "title": code, "status": status, "detail": f"It is {code}.", "code": code}
    body |= {"request_id": REQUEST_ID} | {name: value for name, value in facts.items() if name[0].islower()}
    body |= {} if retryable is None else {"retryable": retryable}
    return reply(status, body, kind="application/problem+json", **headers)


def drop() -> Step:
    """Close without an answer."""
    return Step(close=True)


def truncated(keep: int = 40) -> Step:
    """The head and the first bytes of the body, then the end."""
    head, _, body = answer().partition(b"\r\n\r\n")
    return Step(head + b"\r\n\r\n" + body[:keep], close=True)


def _received(connection: socket.socket) -> bytes:
    """The next bytes; a client that went away ends the connection."""
    data = connection.recv(65536)
    if not data:
        raise ConnectionAbortedError
    return data


@dataclass
class FaultServer:
    """Plays its script, a step per request; when the script is over it repeats the last step."""

    script: list[Step] = field(default_factory=list[Step])
    requests: list[Seen] = field(default_factory=list[Seen])
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def play(self, *steps: Step) -> None:
        """What to do from the next request on."""
        with self._lock:
            self.script = list(steps)
            self.requests.clear()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
                number = self.connections
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _next(self) -> Step:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.script and self.script[0].unread:
                self._do(connection, self._next())
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
                return
            for seen in self._read(connection, number):
                with self._lock:
                    self.requests.append(seen)
                    step = self._next()
                if not self._do(connection, step):
                    return
        with self._lock:
            self._open.discard(connection)

    def _do(self, connection: socket.socket, step: Step) -> bool:
        size = step.pieces or len(step.data) or 1
        for place in range(0, len(step.data), size):
            connection.sendall(step.data[place : place + size])
        if step.hang:
            self._ended.wait(30)
        if step.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return not (step.close or step.reset or step.hang)

    def _read(self, connection: socket.socket, number: int) -> Iterator[Seen]:
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                data += _received(connection)
            head, _, data = data.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            size = int(headers.get("content-length", 0))
            while len(data) < size:
                data += _received(connection)
            body, data = data[:size], data[size:]
            yield Seen(method, target, headers, body, number)

    def hang_up(self) -> None:
        """Close every connection, as a server does with idle ones."""
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def close(self) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        self._thread.join(5)
