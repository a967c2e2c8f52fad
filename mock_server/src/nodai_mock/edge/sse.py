"""Server-sent events on the wire: frames, heartbeats, and what happens when the client goes away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Empty, Full, Queue
from typing import Any

import orjson

from nodai_mock.edge.reply import Frame, Stream

CONTENT_TYPE = "text/event-stream"
HEARTBEAT = b": heartbeat\n\n"
HEARTBEAT_SECONDS = 15.0
_LOOK_UP_SECONDS = 0.5
_Item = Frame | tuple[str, str, Any] | None


def frame(item: _Item) -> bytes:
    """One event as the standard has it. JSON never contains a line end, so `data` is always one line."""
    if item is None:
        return HEARTBEAT
    event, identifier, data = item
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (identifier.encode(), event.encode(), orjson.dumps(data))


class Body:
    """The WSGI body of a stream: closing it, as servers do when a client is gone, closes the view's iterator."""

    def __init__(self, stream: Stream, *, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> None:
        self._frames = stream.frames
        self._source = _Pump(stream.frames, heartbeat_seconds) if stream.slow else stream.frames
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return frame(next(self._source))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the run behind the stream; whatever it used is settled by the view's `finally`."""
        if not self._closed:
            self._closed = True
            close = getattr(self._source, "close", None)
            if close is not None:
                close()

    def __del__(self) -> None:
        self.close()


class _Pump:
    """Draws from a slow iterator in a thread, so that heartbeats go out while it waits."""

    def __init__(self, frames: Iterator[_Item], heartbeat_seconds: float) -> None:
        self._frames = frames
        self._heartbeat_seconds = heartbeat_seconds
        self._queue: Queue[tuple[str, Any]] = Queue(maxsize=16)
        self._gone = threading.Event()
        threading.Thread(target=self._run, name="nodai-stream", daemon=True).start()

    def __iter__(self) -> Iterator[_Item]:
        return self

    def __next__(self) -> _Item:
        try:
            kind, value = self._queue.get(timeout=self._heartbeat_seconds)
        except Empty:
            return None
        if kind == "error":
            raise value
        if kind == "end":
            raise StopIteration
        return value

    def close(self) -> None:
        """Stop drawing; the thread closes the iterator as soon as that lets it."""
        self._gone.set()

    def _run(self) -> None:
        try:
            for item in self._frames:
                if not self._put("item", item):
                    break
            self._put("end", None)
        except BaseException as error:
            self._put("error", error)
        finally:
            close = getattr(self._frames, "close", None)
            if close is not None:
                close()

    def _put(self, kind: str, value: Any) -> bool:
        """Whether there is still somebody to read it."""
        while not self._gone.is_set():
            try:
                self._queue.put((kind, value), timeout=_LOOK_UP_SECONDS)
            except Full:
                continue
            return True
        return False
