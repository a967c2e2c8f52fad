"""The sans-IO call engine: a `Call` says what to send, and decides what an answer or a failure means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from logging import DEBUG
from typing import Any, Final, Protocol

import h11

from nodai._core import build, log, parse, retry, settings, unreached
from nodai._core.errors import ConnectionFailed, NodAIError, RequestInvalid, ResponseInvalid, TimedOut
from nodai._core.meta import Headers, Meta, RawHeaders
from nodai._core.omit import OMIT
from nodai._core.operation import Operation
from nodai._core.plan import Core, Engine, Plan
from nodai.options import RequestOptions

AGAIN: Final[Any] = object()  # instead of a result: send the call again after `delay` seconds
_END = h11.EndOfMessage()


class Used(Protocol):
    """What the engine asks about the connection that failed."""

    reused: bool  # it served another call before
    heard: bytes  # the first bytes that came back
    sent: bool  # the server may have seen the call


class Call:
    """One call: its request, its clock, its attempts, and the decision after each of them."""

    __slots__ = (
        "_event", "attempts", "body", "context", "core", "deadline", "delay", "engine", "headers", "max_retries",
        "op", "path", "plan", "started", "target", "timeout",
    )  # fmt: skip
    attempts: int
    body: bytes | None
    core: Core
    deadline: float | None  # on `core.clock`
    delay: float
    engine: Engine
    headers: build.HeaderList
    max_retries: int
    op: Operation
    path: str
    plan: Plan
    started: float
    target: bytes
    timeout: float | None

    def __init__(
        self,
        engine: Engine,
        op: Operation,
        path_args: tuple[str, ...],
        query: Mapping[str, Any] | None,
        body: Any,
        options: RequestOptions | None,
    ) -> None:
        plan = engine.plans.get(op.id) or engine.plan(op)
        config = engine.settings
        self.engine, self.core, self.plan, self.op = engine, engine.core, plan, op
        self.started = engine.core.clock()
        self.timeout, self.max_retries = config.timeout, config.max_retries
        self.deadline = None if config.deadline is None else self.started + config.deadline
        self.path = plan.path or build.path(op, config.prefix, path_args)
        self.target = plan.target or self.path.encode("ascii")
        self.headers = plan.headers
        if options is not None:
            build.check_options(options)
            query = {**(query or {}), **options.query}
            self._apply(options)
        if query and (asked := build.query_string(query)):
            self.target += asked.encode("ascii")
        self.body = None if body is None else build.body(body)
        self._event = plan.event if self.target is plan.target and self.headers is plan.headers else None
        if op.method != "GET":
            self._carry(options)
        self.attempts = 0
        self.delay = 0.0
        self.context: dict[str, Any] = {}
        if engine.core.watched:
            for watcher in engine.core.middleware:
                watcher.started(self)

    def _apply(self, options: RequestOptions) -> None:
        if options.timeout is not OMIT:
            settings.check_seconds("timeout", options.timeout, RequestInvalid)
            self.timeout = options.timeout
        if options.deadline is not OMIT:
            settings.check_seconds("deadline", options.deadline, RequestInvalid)
            self.deadline = None if options.deadline is None else self.started + options.deadline
        if options.max_retries is not OMIT:
            settings.check_retries(options.max_retries, RequestInvalid)
            self.max_retries = options.max_retries
        self.headers = build.merge(self.headers, options.headers)

    def _carry(self, options: RequestOptions | None) -> None:
        """Add the headers of a body and of an idempotent POST."""
        more: build.HeaderList = []
        if self.body is not None:
            more = [build.JSON, (b"Content-Length", b"%d" % len(self.body))]
        elif self.op.method != "DELETE":
            more = [(b"Content-Length", b"0")]
        if self.op.idempotent_key and not any(name.lower() == b"idempotency-key" for name, _ in self.headers):
            more.append((b"Idempotency-Key", build.idempotency_key(options.idempotency_key if options else None)))
        self.headers = [*self.headers, *more]
        self._event = None

    @property
    def method(self) -> str:
        return self.op.method

    @property
    def url(self) -> str:
        config = self.engine.settings
        return f"{config.scheme}://{config.authority}{self.target.decode('ascii')}"

    def set_header(self, name: str, value: str) -> None:
        """Add or replace a header of the next attempt."""
        self.headers = build.merge(self.headers, {name: value})
        self._event = None

    def wire(self, http: h11.Connection) -> bytes:
        """The bytes of the request; the connection's state moves on to waiting for the answer."""
        event = self._event
        if event is None:
            known = self.plan.event.headers if self.headers is self.plan.headers else self.headers
            event = self._event = h11.Request(method=self.plan.method, target=self.target, headers=known)
        data = http.send(event) or b""
        if self.body is not None:
            data += http.send(h11.Data(data=self.body)) or b""
        http.send(_END)
        return data

    def seconds_left(self) -> float | None:
        """What `timeout` and `deadline` leave for one wait; raises TimeoutError when nothing is left."""
        if self.deadline is None:
            return self.timeout
        left = self.deadline - self.core.clock()
        if left <= 0:
            raise TimeoutError
        return left if self.timeout is None else min(left, self.timeout)

    def ahead(self) -> float:
        """Before an attempt: seconds to wait for the limiter, 0 to go."""
        limiter = self.core.limiter
        wait = limiter.ahead(self.op, self.core.clock(), self.deadline) if limiter else 0.0
        if wait <= 0:
            self.attempts += 1
            for watcher in self.core.middleware:
                watcher.sending(self)
            self.attempts -= 1
        return wait

    def meta(self, status: int = 0, headers: RawHeaders = (), content: bytes = b"") -> Meta:
        """The meta of what came, now."""
        core = self.core
        return Meta(status, headers, content, self.attempts, core.clock() - self.started, core.wall())

    def answered(self, status: int, headers: RawHeaders, content: bytes) -> Any:
        """A whole answer came: its result, or AGAIN, or an error."""
        meta = self.meta(status, headers, content)
        if self.core.watched:
            self._seen(meta)
        if log.logger.isEnabledFor(DEBUG):
            log.answered(self, meta)
        if not 200 <= status < 300:
            return self._failed(parse.refusal(meta))
        try:
            result = parse.result(self.op.kind, self.plan.validate, meta)
        except ResponseInvalid as error:
            return self._failed(error)
        self.core.budget.give()
        self.ended(None)
        return result

    def streams(self, status: int, headers: RawHeaders) -> bool:
        """A head came: whether it begins the stream that was asked for."""
        kind = parse.media_type(headers)
        return 200 <= status < 300 and kind == "text/event-stream"

    def opened(self, meta: Meta) -> None:
        """A stream began."""
        if self.core.watched:
            self._seen(meta)
        if log.logger.isEnabledFor(DEBUG):
            log.answered(self, meta)
        self.core.budget.give()

    def broken(self, error: Exception, lane: Used | None, meta: Meta) -> Any:
        """Sending or receiving failed: AGAIN, or an error. `meta` holds what had arrived."""
        failure = self.failure(error, lane, meta)
        if self.core.limiter and not meta.status:
            self.core.limiter.learn(self.op, 0, (), self.core.clock())
        stale = lane is not None and lane.reused and not lane.heard and not isinstance(failure, TimedOut)
        if stale and self.op.retry_safe:  # the server had closed an idle connection: that was no attempt
            self.attempts -= 1
            self.delay = 0.0
            return AGAIN
        failure.__cause__ = error
        return self._failed(failure, sent=lane is not None and lane.sent)

    def failure(self, error: Exception, lane: Used | None, meta: Meta) -> NodAIError:
        """The error of this package for one of the network."""
        if isinstance(error, TimeoutError):
            late = self.deadline is not None and self.core.clock() >= self.deadline
            told = f"the server sent nothing for {self.timeout:g} s" if self.timeout else "a wait was too long"
            if late and self.deadline is not None:
                told = f"the deadline of {self.deadline - self.started:g} s passed"
            elif lane is None:
                told = "there was no connection within the timeout"
            return TimedOut(f"{self.op.id}: {told}.", meta=meta)
        if meta.status:
            return parse.cut_short(meta)
        if lane is not None and lane.heard:
            meta = self.meta(0, (), lane.heard)
            return ResponseInvalid("What the server sent is no HTTP/1.1 answer, or only its beginning.", meta=meta)
        if lane is None or not lane.sent:
            return ConnectionFailed(unreached.message(self.engine.settings, error), meta=meta)
        address = self.engine.settings.authority
        told = f"The server at {address} closed the connection without an answer ({type(error).__name__})."
        return ConnectionFailed(told, meta=meta)

    def _seen(self, meta: Meta) -> None:
        core = self.core
        if core.limiter:
            core.limiter.learn(self.op, meta.status, meta.raw_headers, core.clock())
        for watcher in core.middleware:
            watcher.received(self, meta)

    def _failed(self, error: NodAIError, sent: bool = True) -> Any:
        self.delay = self.again(error, sent)
        return AGAIN

    def again(self, error: NodAIError, sent: bool = True) -> float:
        """Seconds to wait before the next attempt after this error; raises it when there is to be none."""
        core, meta = self.core, error.meta
        for watcher in core.middleware:
            watcher.failed(self, error)
        problem: Mapping[str, Any] = getattr(error, "problem", {})
        told = retry.retry_after(Headers(meta.raw_headers), problem, core.wall())
        if told is not None:
            error.retry_after_seconds = told
            error.retry_at = datetime.fromtimestamp(core.wall(), UTC) + timedelta(seconds=told)
        if self.attempts <= self.max_retries and retry.worth_repeating(self.op, error, sent):
            delay = core.backoff(self.attempts) if told is None else told
            if self._has_time(delay, error) and core.budget.take():
                log.repeating(self, error, delay)
                return delay
        self.ended(error)
        raise error

    def _has_time(self, delay: float, error: NodAIError) -> bool:
        if delay > self.core.max_wait_seconds:
            return False
        return self.deadline is None or self.core.clock() + delay < self.deadline

    def succeeded(self) -> None:
        """A stream made progress: its next break counts as the first."""
        self.attempts = 1

    def ended(self, error: BaseException | None) -> None:
        """The caller gets its result or its error."""
        for watcher in self.core.middleware:
            watcher.ended(self, error)
