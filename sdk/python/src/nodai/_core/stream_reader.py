"""Turns the bytes of a stream into typed events and keeps the place in it; does no I/O, so sync and async share it."""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any, cast, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from nodai._core.errors import NodAIError, ResponseInvalid
from nodai._core.meta import Meta
from nodai._core.parse import api_error, validator
from nodai._core.sse import Decoder, EventTooLarge, Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nodai._generated.models import Run

_LAST = b"run.completed"
_FAILED = b"error"


class Reader:
    """One stream, over all the connections that it takes. What is wrong waits in `failure` until what came is read."""

    def __init__(self, union: str) -> None:
        self.meta = Meta()
        self.last_id = b""
        self.run: Run | None = None
        self.failure: NodAIError | None = None
        self.ended = False  # the last event has come, or the server said that the run failed
        self.resumable = True
        self._union = union
        self._checks, self._common = _validators(union)
        self._decoder = Decoder()
        self._resumed_after: bytes | None = None

    def opened(self, meta: Meta) -> None:
        """A connection (the first, or one more) has answered."""
        self.meta = meta
        self.failure = None
        self._decoder = Decoder()
        self._resumed_after = self.last_id or None
        kind = meta.headers.get("content-type", "")
        if kind.partition(";")[0].strip().lower() != "text/event-stream":
            self._fail(f"The answer is not an event stream but {kind or 'of no type'}.")

    def feed(self, chunk: bytes) -> list[Any]:
        """The events that this piece of the body completes."""
        if self.ended or self.failure:
            return []
        try:
            frames = self._decoder.feed(chunk)
        except EventTooLarge as error:
            self._fail(str(error))
            return []
        if self._resumed_after is not None and frames:
            frames = self._skip_known(frames)
        if not frames:
            return []
        common = self._common
        try:  # nearly always every event of the piece is a usual one
            events = [common[name](data) for _, name, data in frames]
        except (KeyError, ValidationError):
            return self._feed_each(frames)
        self._passed(frames[-1][0])
        return events

    def cut_off(self) -> NodAIError:
        """The body has ended: the error to report when the last event has not come."""
        return ResponseInvalid("The stream ended before its last event.", meta=self.meta)

    def _feed_each(self, frames: list[Frame]) -> list[Any]:
        events: list[Any] = []
        for id, name, data in frames:
            try:
                event = self._event(name, data)
            except (ValidationError, ValueError) as error:
                self._fail(f"An event of the stream is not what the contract says: {_short(error)}", data)
                break
            if event is None:
                break
            self._passed(id)
            events.append(event)
            if self.ended:
                break
        return events

    def _event(self, name: bytes, data: bytes) -> Any:
        check = self._checks.get(name)
        if check is None:
            name, data, check = self._untold(name, data)
        event = check(data)
        if name == _LAST:
            self.ended, self.run = True, event.run
        elif name == _FAILED:
            self.ended = True
            problem = cast("dict[str, Any]", from_json(data)["error"])
            self.failure = api_error(problem["status"], problem, self._told(data, problem["status"]))
            return None
        return event

    def _untold(self, name: bytes, data: bytes) -> tuple[bytes, bytes, Callable[[bytes], Any]]:
        """An event whose name is not known: its JSON may say the type; else the name is the type."""
        value: Any = from_json(data)
        given = cast("dict[str, Any]", value) if isinstance(value, dict) else {"data": value}
        told = given.get("type")
        kind = told if isinstance(told, str) else name.decode("utf-8", "replace")
        if (check := self._checks.get(kind.encode())) is not None:
            return kind.encode(), data, check
        unknown = validator(f"Unknown{self._union}")
        return name, data, lambda _: unknown.validate_python({**given, "type": kind})

    def _skip_known(self, frames: list[Frame]) -> list[Frame]:
        """After a resume: drop what was read before the connection broke, and see that nothing between is missing."""
        after = self._resumed_after or b""
        if after.isdigit():
            frames = [frame for frame in frames if not (frame[0].isdigit() and int(frame[0]) <= int(after))]
            if frames and frames[0][0].isdigit() and int(frames[0][0]) > int(after) + 1:
                self._fail(f"The stream went on at event {int(frames[0][0])} after {int(after)}: events are lost.")
                self.resumable = False
                return []
        else:
            frames = [frame for frame in frames if frame[0] != after]
        if frames:
            self._resumed_after = None
        return frames

    def _passed(self, id: bytes) -> None:
        self.resumable = bool(id)
        self.last_id = id

    def _fail(self, message: str, data: bytes = b"") -> None:
        self.failure = ResponseInvalid(message, meta=self._told(data, self.meta.status))

    def _told(self, content: bytes, status: int) -> Meta:
        """The meta of an error: of this answer, with what the error is about."""
        meta = copy(self.meta)
        meta.content, meta.status = content, status
        return meta


@cache
def _validators(union: str) -> tuple[dict[bytes, Callable[[bytes], Any]], dict[bytes, Callable[[bytes], Any]]]:
    """Event name → the compiled check of its class; the second only of those that do not end a stream."""
    from nodai._generated import models

    checks: dict[bytes, Callable[[bytes], Any]] = {}
    for member in _members(getattr(models, union).__value__):
        for tag in get_args(member.model_fields["type"].annotation):
            checks[tag.encode()] = validator(member.__name__).validate_json
    return checks, {name: check for name, check in checks.items() if name not in (_LAST, _FAILED)}


def _members(union: Any) -> Iterator[type[BaseModel]]:
    """The classes of a union, through its annotations."""
    for part in get_args(union):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part
        else:
            yield from _members(part)


def _short(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the data'}: {first['msg']}"
    return str(error)
