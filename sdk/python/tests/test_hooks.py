"""Limiters hold calls back, middleware sees them; neither costs the call its result."""

from __future__ import annotations

from typing import Any

import pytest
from nodai import Middleware, errors

from sdk.python.tests.faults import FaultServer, drop, problem, reply
from sdk.python.tests.rides import Ride, get, query


class Recorder(Middleware):
    """Keeps the order in which it was told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def started(self, call: Any) -> None:
        call.set_header("X-Trace", "abc")
        self.told.append(("started", call.op.id))

    def sending(self, call: Any) -> None:
        self.told.append(("sending", call.attempts))

    def received(self, call: Any, meta: Any) -> None:
        self.told.append(("received", meta.status))

    def failed(self, call: Any, error: Any) -> None:
        self.told.append(("failed", type(error).__name__))

    def ended(self, call: Any, error: Any) -> None:
        self.told.append(("ended", type(error).__name__ if error else None))


class Gate:
    """A limiter that lets a call go after it waited."""

    def __init__(self, *waits: float, refuse: bool = False) -> None:
        self.waits = list(waits)
        self.refuse = refuse
        self.learned: list[tuple[int, int]] = []

    def ahead(self, op: Any, now: float, deadline: float | None) -> float:
        if self.refuse:
            raise errors.LimitReached("Nothing is left.")
        return self.waits.pop(0) if self.waits else 0.0

    def learn(self, op: Any, status: int, headers: Any, now: float) -> None:
        self.learned.append((status, len(list(headers))))


def test_middleware_sees_every_attempt_in_order(server: FaultServer, ride: Ride) -> None:
    server.play(drop(), problem(503, "unavailable", retryable=True), reply())
    watcher = Recorder()
    ride.run(server.url, query, middleware=[watcher])
    assert watcher.told == [
        ("started", "workflows.query"),
        ("sending", 1), ("failed", "ConnectionFailed"),
        ("sending", 2), ("received", 503), ("failed", "Unavailable"),
        ("sending", 3), ("received", 200), ("ended", None),
    ]  # fmt: skip
    assert [seen.headers["x-trace"] for seen in server.requests] == ["abc"] * 3


def test_middleware_sees_the_error_that_the_caller_gets(server: FaultServer, ride: Ride) -> None:
    server.play(problem(404, "not_found"))
    watcher = Recorder()
    ride.run(server.url, get, middleware=[watcher])
    assert watcher.told[-2:] == [("failed", "NotFound"), ("ended", "NotFound")]


def test_limiter_holds_a_call_back_and_learns_from_answers(server: FaultServer, ride: Ride) -> None:
    server.play(drop(), reply())
    gate = Gate(0.5, 0.25)
    outcome = ride.run(server.url, query, limiter=gate)
    assert outcome.sleeps == [0.5, 0.25, 1.0]
    assert [status for status, _ in gate.learned] == [0, 200]
    assert gate.learned[1][1] > 0


def test_limiter_refuses_before_anything_is_sent(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    watcher = Recorder()
    outcome = ride.run(server.url, query, limiter=Gate(refuse=True), middleware=[watcher])
    assert isinstance(outcome.failed, errors.LimitReached)
    assert server.requests == []
    assert watcher.told[-1] == ("ended", "LimitReached")


def test_broken_middleware_is_the_callers_to_see(server: FaultServer, ride: Ride) -> None:
    class Broken(Middleware):
        def received(self, call: Any, meta: Any) -> None:
            raise KeyError("mine")

    server.play(reply())
    with pytest.raises(KeyError):
        ride.run(server.url, get, middleware=[Broken()])
