"""Streams in chunks: however the network cuts them, and wherever they break, the events are the same."""

from __future__ import annotations

import time

import pytest
from nodai import errors
from nodai._core import chunks

from sdk.python.tests.faults import RUN, FaultServer, Step
from sdk.python.tests.rides import Ride
from sdk.python.tests.test_streaming import END, HEAD, STARTED, delta, event, whole

EVENTS = [event(1, STARTED), *(delta(id, "x" * id) for id in range(2, 12))]
LAST = event(12, {"type": "run.completed", "run": RUN})
BODY = b"".join([*EVENTS, LAST]) + END


@pytest.mark.parametrize(
    ("piece", "content"),
    [
        (b"3\r\nabc\r\n", b"abc"),
        (b"0A\r\n0123456789\r\n", b"0123456789"),
        (b"2\r\n\r\n\r\n", b"\r\n"),
        (b"3\r\nabc", None),  # its end has not come
        (b"3\r\nabc\r", None),
        (b"3\r\nabc\r\n1\r\nd\r\n", None),
        (b"3\r\nabcde", None),
        (b"3;name=value\r\nabc\r\n", None),
        (b"+3\r\nabc\r\n", None),
        (b" 3\r\nabc\r\n", None),
        (b"-3\r\nabc\r\n", None),
        (b"000000003\r\nabc\r\n", None),
        (b"\r\n3\r\nabc\r\n", None),
        (b"0\r\n\r\n", None),
        (b"", None),
    ],
)
def test_only_one_whole_chunk_is_taken_apart(piece: bytes, content: bytes | None) -> None:
    assert chunks.whole(piece) == content


@pytest.mark.parametrize("size", [0, 1, 2, 7, 61, 1000])
def test_chunks_cut_anywhere_give_the_same_events(server: FaultServer, ride: Ride, size: int) -> None:
    server.play(Step(HEAD + BODY, pieces=size))
    events, _ = ride.run(server.url, whole).value
    assert [event.type for event in events] == ["run.started", *["output.delta"] * 10, "run.completed"]


def test_a_chunk_at_a_time_gives_the_same_events_and_keeps_the_connection(ride: Ride) -> None:
    server = Slow()
    server.play(Step(HEAD), *(Step(one) for one in EVENTS), Step(LAST), Step(END))
    try:
        events, run = ride.run(server.url, whole).value
    finally:
        server.close()
    assert len(events) == 12
    assert run.id == RUN["id"]


class Slow(FaultServer):
    """Sends its whole script for the first request, with a moment between the steps: each is a packet of its own."""

    def _next(self) -> Step:
        return Step(b"|".join(step.data for step in self.script))

    def _do(self, connection: object, step: Step) -> bool:
        for part in self.script:
            connection.sendall(part.data)  # type: ignore[attr-defined]
            time.sleep(0.002)
        return True


@pytest.mark.parametrize("cut", [2, 9, 14, 30])
def test_a_stream_that_breaks_between_or_in_chunks_goes_on_after_the_last_event(
    server: FaultServer, ride: Ride, cut: int
) -> None:
    first, second = EVENTS[:2]
    rest = b"".join([*EVENTS[1:], LAST]) + END
    server.play(Step(HEAD + first + second[:cut], close=True), Step(HEAD + rest))
    events, _ = ride.run(server.url, whole).value
    assert len(events) == 12
    assert server.requests[1].headers["last-event-id"] == "1"


def test_what_is_no_chunk_after_one_is_an_answer_that_is_invalid(server: FaultServer, ride: Ride) -> None:
    server.play(Step(HEAD + EVENTS[0] + b"zz\r\n", close=True))
    error = ride.run(server.url, whole, max_retries=0).failed
    assert isinstance(error, errors.NodAIError)
