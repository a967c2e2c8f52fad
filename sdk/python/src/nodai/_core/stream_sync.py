# Derived by `python -m codegen` from stream_async.py; edit that file, never this one.
"""The stream of events while a run goes on; the sync twin beside it is derived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

from nodai._core.errors import ConnectionFailed, NodAIError, ResponseInvalid
from nodai._core.stream_reader import Reader

if TYPE_CHECKING:
    from types import TracebackType

    from nodai._core.engine import Call
    from nodai._core.meta import Meta
    from nodai._core.operation import Operation
    from nodai._core.resource import Values
    from nodai._core.shell_sync import RawStream, Shell
    from nodai._generated.models import Run
    from nodai.options import RequestOptions

EventT = TypeVar("EventT")


class Stream(Generic[EventT]):
    """The events of a run while it goes on: iterate over it, in a `with` that closes the connection when you stop.

    A connection that breaks is opened again after the last event that came, within the call's retries and deadline.
    """

    def __init__(
        self,
        client: Shell,
        op: Operation,
        path_args: tuple[str, ...],
        query: Values | None,
        body: Any,
        options: RequestOptions | None,
    ) -> None:
        self._client = client
        self._request = (op, path_args, query, body, options)
        self._reader = Reader(op.item or op.model)
        self._call: Call | None = None
        self._raw: RawStream | None = None
        self._chunks: Iterator[bytes] | None = None
        self._ready = cast("list[EventT]", []).__iter__()
        self._closed = False
        self._resumed = False  # and nothing new has come since

    def __repr__(self) -> str:
        state = "closed" if self._closed else "not begun" if self._call is None else "open"
        return f"<{type(self).__name__} of {self._request[0].id}: {state}>"

    @property
    def meta(self) -> Meta:
        """Request id, limits and headers of the answer; empty until the stream is open."""
        return self._reader.meta

    @property
    def text(self) -> Iterator[str]:
        """Only the pieces of the answer's text, as they come."""
        return self._texts()

    def final_run(self) -> Run:
        """Read what is left, and hand over the whole run.

        Raises:
            NodAIError: The run failed, or the stream broke or was closed before its last event.
        """
        for _ in self:
            pass
        run, failure = self._reader.run, self._reader.failure
        if run is None:
            raise failure or NodAIError("The stream was closed before its last event.", meta=self.meta)
        return run

    def close(self) -> None:
        """End the stream now. The server soon cancels a run that still goes on. Harmless when repeated."""
        self._finish(None)

    def __enter__(self) -> Self:
        if self._call is None:
            self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish(error)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> EventT:
        for event in self._ready:
            return event
        while not self._closed and self._refill():
            for event in self._ready:
                return event
        raise StopIteration

    def _texts(self) -> Iterator[str]:
        for event in self:
            delta = getattr(event, "delta", None)
            if isinstance(delta, str):
                yield delta

    def _refill(self) -> bool:
        """Read one piece of the body. False when the stream has come to its good end."""
        reader = self._reader
        if reader.ended:
            self._finish(reader.failure)
            if reader.failure is not None:
                raise reader.failure
            return False
        if self._chunks is None:
            self._open()
        try:
            if reader.failure is not None:
                raise reader.failure
            chunk = next(cast("Iterator[bytes]", self._chunks))
        except StopIteration:
            self._resume(reader.cut_off())
        except (ConnectionFailed, ResponseInvalid) as error:
            self._resume(error)
        else:
            events = reader.feed(chunk)
            if events:
                self._ready = cast("list[EventT]", events).__iter__()
                if self._resumed:
                    self._resumed = False
                    cast("Call", self._call).succeeded()  # it went on: the count of retries starts anew
        return True

    def _open(self) -> None:
        if self._call is None:
            self._call = self._client.begin(*self._request)
        self._raw = self._client.open(self._call)
        self._chunks = iter(self._raw)
        self._reader.opened(self._raw.meta)

    def _resume(self, error: NodAIError) -> None:
        """Open the stream again after the last event that was read, or raise what broke it."""
        self._drop()
        reader, call = self._reader, cast("Call", self._call)
        if not reader.resumable:
            self._finish(error)
            raise error
        try:
            self._client.sleep(call.again(error))
            if reader.last_id:
                call.set_header("Last-Event-ID", reader.last_id.decode("latin-1"))
            self._open()
            self._resumed = True
        except BaseException as final:
            self._closed = True  # the call has told its watchers
            reader.failure = final if isinstance(final, NodAIError) else error
            raise

    def _finish(self, error: BaseException | None) -> None:
        self._ready = cast("list[EventT]", []).__iter__()
        self._drop()
        if not self._closed:
            self._closed = True
            if self._call is not None:
                self._call.ended(error)

    def _drop(self) -> None:
        raw, self._raw, self._chunks = self._raw, None, None
        if raw is not None:
            raw.close()
