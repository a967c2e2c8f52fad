"""Decodes server-sent events from pieces of bytes (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

import re

Frame = tuple[bytes, bytes, bytes]  # id ("" when the stream has not named one yet), event, data
LIMIT_BYTES = 16 * 1024 * 1024  # of one line, and of the data of one event
BOM = b"\xef\xbb\xbf"

# Nearly every event is an id line, an event line, a data line and a blank: found whole, in C. All else line by line.
_FRAME_OR_LINE = re.compile(
    rb"id: ?+([^\n\0]+)\nevent: ?+([^\n]+)\ndata: ?+([^\n]*)\n\n|([^\n]*)\n",
)
_LINE_END = re.compile(rb"\r\n|\r|\n")


class EventTooLarge(ValueError):
    """A line, or the data of an event, is longer than the limit."""


class Decoder:
    """Feed it what arrives; it hands back whole events. An event that the end of the stream cuts off is dropped."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self.retry_seconds: float | None = None
        self._id = b""
        self._limit = limit_bytes
        self._pieces: list[bytes] = []  # of a line whose end has not come; joined once, when it comes
        self._held = 0
        self._after_cr = False
        self._at_start = True
        self._on_boundary = False  # a line has ended, nothing is held, no half CRLF is awaited
        self._event = b""
        self._data: list[bytes] = []
        self._data_size = 0

    def feed(self, chunk: bytes) -> list[Frame]:
        """The events that this piece completes.

        Raises:
            EventTooLarge: what is held for one event passed the limit.
        """
        if self._on_boundary and chunk.endswith(b"\n") and b"\r" not in chunk:  # the usual piece: whole lines
            return self._read(chunk)
        if self._after_cr and chunk:  # the second half of a CRLF that was cut in two
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
        if not end:
            self._hold(chunk)
            return []
        self._after_cr = chunk.endswith(b"\r")
        self._on_boundary = end == len(chunk) and not self._after_cr
        whole = b"".join((*self._pieces, chunk[:end]))
        self._pieces, self._held = [], 0
        self._hold(chunk[end:])
        if self._at_start:
            self._at_start = False
            whole = whole.removeprefix(BOM)
        return self._read(_LINE_END.sub(b"\n", whole) if b"\r" in whole else whole)

    def _hold(self, piece: bytes) -> None:
        if piece:
            self._on_boundary = False
            self._pieces.append(piece)
            self._held += len(piece)
            if self._held > self._limit:
                raise EventTooLarge(f"A line of the stream is longer than {self._limit} bytes.")

    def _read(self, text: bytes) -> list[Frame]:
        frames: list[Frame] = []
        found: list[tuple[bytes, bytes, bytes, bytes]] = _FRAME_OR_LINE.findall(text)
        for id, event, data, line in found:
            if not id:
                self._line(line, frames)
            elif self._data or self._event:  # what looks whole goes on with an event that began before
                for part in (b"id:" + id, b"event:" + event, b"data:" + data, b""):
                    self._line(part, frames)
            else:
                self._id = id
                frames.append((id, event, data))
        return frames

    def _line(self, line: bytes, frames: list[Frame]) -> None:
        if not line:
            self._dispatch(frames)
            return
        name, _, value = line.partition(b":")  # a comment has an empty name
        value = value[1:] if value.startswith(b" ") else value
        if name == b"data":
            self._data.append(value)
            self._data_size += len(value) + 1
            if self._data_size > self._limit:
                raise EventTooLarge(f"An event of the stream is larger than {self._limit} bytes.")
        elif name == b"event":
            self._event = value
        elif name == b"id" and b"\0" not in value:
            self._id = value
        elif name == b"retry" and value.isdigit() and len(value) < 10:
            self.retry_seconds = int(value) / 1000

    def _dispatch(self, frames: list[Frame]) -> None:
        if self._data:
            frames.append((self._id, self._event or b"message", b"\n".join(self._data)))
        self._event, self._data, self._data_size = b"", [], 0
