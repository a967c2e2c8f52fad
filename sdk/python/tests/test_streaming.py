"""Streams over real connections: by all four rides, whole, broken, resumed, late and left early."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

import nodai
import pytest
from nodai.streaming import AsyncStream, OutputDelta, RunCompleted, RunStarted, UnknownStreamEvent

from sdk.python.tests.faults import RUN, FaultServer, Step, drop, problem
from sdk.python.tests.rides import Ride

if TYPE_CHECKING:
    from nodai.testing import NodAIMock

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nX-Request-Id: req_1\r\n\r\n"
)
STARTED = {"type": "run.started", "run_id": "run_1", "workflow_id": "wf_1", "created_at": "2026-11-21T10:15:30Z"}


def event(id: int, data: dict[str, Any]) -> bytes:
    text = b"id: %d\nevent: %s\ndata: %s\n\n" % (id, data["type"].encode(), json.dumps(data).encode())
    return b"%x\r\n%s\r\n" % (len(text), text)


def delta(id: int, text: str) -> bytes:
    return event(id, {"type": "output.delta", "delta": text})


WHOLE = event(1, STARTED) + delta(2, "Hel") + delta(3, "lo") + event(4, {"type": "run.completed", "run": RUN})
END = b"0\r\n\r\n"


def whole(client: Any, **more: Any) -> Any:
    """Every event of a stream, then its run."""
    stream = client.workflows.stream("wf_1", input="hi", **more)
    return everything(stream) if isinstance(stream, AsyncStream) else everything_sync(stream)


async def everything(stream: AsyncStream[Any]) -> tuple[list[Any], Any]:
    async with stream:
        return [event async for event in stream], await stream.final_run()


def everything_sync(stream: Any) -> tuple[list[Any], Any]:
    with stream:
        return list(stream), stream.final_run()


@pytest.mark.parametrize("pieces", [0, 1, 7])
def test_events_are_typed_and_whole_however_they_arrive(server: FaultServer, ride: Ride, pieces: int) -> None:
    server.play(Step(HEAD + WHOLE + END, pieces=pieces))

    events, run = ride.run(server.url, whole).value

    assert [type(event) for event in events] == [RunStarted, OutputDelta, OutputDelta, RunCompleted]
    assert run.output == "hello"


def test_a_finished_stream_gives_its_connection_back(server: FaultServer) -> None:
    server.play(Step(HEAD + WHOLE + END))

    def twice(client: Any) -> None:
        whole(client)
        whole(client)

    Ride(asynchronous=False, compat=False).run(server.url, twice)

    assert (len(server.requests), server.connections) == (2, 1)


@pytest.mark.parametrize("end", ["close", "reset"])
def test_a_broken_stream_goes_on_after_the_last_event(server: FaultServer, ride: Ride, end: str) -> None:
    cut = HEAD + event(1, STARTED) + delta(2, "Hel") + delta(3, "lo")[:-9]
    rest = delta(3, "lo") + event(4, {"type": "run.completed", "run": RUN})
    server.play(Step(cut, **{end: True}), Step(HEAD + rest + END))

    outcome = ride.run(server.url, whole)

    events, _ = outcome.value
    assert "".join(event.delta for event in events if isinstance(event, OutputDelta)) == "Hello"
    first, second = server.requests
    assert "last-event-id" not in first.headers
    assert second.headers["last-event-id"] == "2"
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body
    assert outcome.sleeps == [1.0]


def test_a_stream_that_breaks_again_and_again_raises_when_the_retries_are_used_up(
    server: FaultServer, ride: Ride
) -> None:
    server.play(Step(HEAD + event(1, STARTED), close=True), drop())

    outcome = ride.run(server.url, whole)

    assert isinstance(outcome.failed, nodai.ConnectionFailed)
    assert len(server.requests) == 3


def test_a_stream_that_makes_progress_is_resumed_for_ever(server: FaultServer, ride: Ride) -> None:
    events = [event(1, STARTED), *(delta(id, "x") for id in range(2, 9))]
    last = event(9, {"type": "run.completed", "run": RUN})
    server.play(*(Step(HEAD + one, close=True) for one in events), Step(HEAD + last + END))

    got, _ = ride.run(server.url, whole, max_retries=1).value

    assert len(got) == 9
    assert [seen.headers.get("last-event-id") for seen in server.requests] == [None, *map(str, range(1, 9))]


def test_the_deadline_holds_for_the_whole_stream(server: FaultServer, ride: Ride) -> None:
    server.play(Step(HEAD + event(1, STARTED), hang=True))

    outcome = ride.run(server.url, whole, deadline=1.5, real_clock=True)

    assert isinstance(outcome.failed, nodai.TimedOut)
    assert len(server.requests) == 1


def test_a_silent_stream_times_out_and_is_resumed(server: FaultServer, ride: Ride) -> None:
    rest = delta(2, "Hello") + event(3, {"type": "run.completed", "run": RUN})
    server.play(Step(HEAD + event(1, STARTED), hang=True), Step(HEAD + rest + END))

    events, _ = ride.run(server.url, whole, timeout=1.5, real_clock=True).value

    assert len(events) == 3
    assert server.requests[1].headers["last-event-id"] == "1"


def test_an_error_event_raises_its_class_after_what_came_before(server: FaultServer, ride: Ride) -> None:
    told = {
        "type": "/docs/errors/upstream_error",
        "title": "t",
        "status": 502,
        "detail": "It failed.",
        "retryable": True,
    }
    failed = {"type": "error", "error": {**told, "code": "upstream_error", "request_id": "req_9"}}
    server.play(Step(HEAD + event(1, STARTED) + delta(2, "Hel") + event(3, failed) + END))

    def gather(client: Any) -> Any:
        return collect(client.workflows.stream("wf_1", input="hi"))

    got, error = ride.run(server.url, gather).value
    assert [event.type for event in got] == ["run.started", "output.delta"]
    assert isinstance(error, nodai.UpstreamError)
    assert (error.status, error.meta.status, error.request_id) == (502, 502, "req_1")
    assert len(server.requests) == 1


def collect(stream: Any) -> Any:
    """What came, and the error that ended it."""
    got: list[Any] = []
    if isinstance(stream, AsyncStream):

        async def go() -> tuple[list[Any], Any]:
            try:
                async for event in stream:
                    got.append(event)
            except nodai.NodAIError as error:
                return got, error
            return got, None

        return go()
    try:
        for event in stream:
            got.append(event)
    except nodai.NodAIError as error:
        return got, error
    return got, None


def test_a_refused_stream_is_an_error_before_the_first_event(server: FaultServer, ride: Ride) -> None:
    server.play(problem(402, "cost_limit_exceeded", retryable=False))

    assert isinstance(ride.run(server.url, whole).failed, nodai.CostLimitExceeded)


def test_leaving_early_closes_the_connection_and_the_client_goes_on(server: FaultServer, ride: Ride) -> None:
    server.play(Step(HEAD + event(1, STARTED), hang=True), Step(HEAD + WHOLE + END))

    def leave(client: Any) -> Any:
        stream = client.workflows.stream("wf_1", input="hi")
        if inspect.isasyncgenfunction(getattr(type(client), "_", None)) or isinstance(stream, AsyncStream):
            return leave_async(client, stream)
        with stream:
            next(iter(stream))
        return list(stream), everything_sync(client.workflows.stream("wf_1", input="hi"))

    async def leave_async(client: Any, stream: AsyncStream[Any]) -> Any:
        async with stream:
            await anext(stream)
        return [event async for event in stream], await everything(client.workflows.stream("wf_1", input="hi"))

    after, (events, _) = ride.run(server.url, leave).value
    assert after == []
    assert len(events) == 4
    assert server.requests[1].connection != server.requests[0].connection


def test_the_run_of_a_stream_that_was_left_is_an_error_not_a_guess(server: FaultServer) -> None:
    server.play(Step(HEAD + event(1, STARTED), hang=True))

    def leave(client: Any) -> None:
        with client.workflows.stream("wf_1", input="hi") as stream:
            next(stream)
        stream.final_run()

    outcome = Ride(asynchronous=False, compat=False).run(server.url, leave)
    assert "closed before its last event" in str(outcome.failed)


def test_text_is_the_pieces_of_the_answer_and_meta_is_of_the_stream(server: FaultServer) -> None:
    server.play(Step(HEAD + WHOLE + END))

    def read(client: Any) -> Any:
        with client.workflows.stream("wf_1", input="hi") as stream:
            return list(stream.text), stream.meta.request_id, stream.final_run().id

    assert Ride(asynchronous=False, compat=False).run(server.url, read).value == (["Hel", "lo"], "req_1", "run_1")


def test_nothing_is_sent_before_the_stream_is_entered(server: FaultServer) -> None:
    Ride(asynchronous=False, compat=False).run(server.url, lambda client: client.workflows.stream("wf_1", input="hi"))

    assert server.requests == []


def test_an_event_of_a_newer_server_is_kept(server: FaultServer, ride: Ride) -> None:
    newer = event(2, {"type": "output.image", "url": "https://x.test/1.png"})
    server.play(Step(HEAD + event(1, STARTED) + newer + event(3, {"type": "run.completed", "run": RUN}) + END))

    events, _ = ride.run(server.url, whole).value

    assert isinstance(events[1], UnknownStreamEvent)
    assert events[1].model_dump() == {"type": "output.image", "url": "https://x.test/1.png"}


def test_the_reference_server_resumes_the_same_run_and_charges_it_once(nodai_mock: NodAIMock) -> None:
    question = "How do I reset my password?"
    client = nodai_mock.client()
    client.sleep = lambda _: None
    with client.workflows.stream("wf_support", input=question) as stream:
        unbroken = list(stream.text)
    nodai_mock.faults.add(operation="workflows.stream", truncate=True, first=1)

    with client.workflows.stream("wf_support", input=question) as stream:
        assert list(stream.text) == unbroken
        run = stream.final_run()

    assert run.output == "".join(unbroken)
    assert [entry.operation for entry in nodai_mock.journal()].count("workflows.stream") == 3
    assert len(list(client.runs.list())) == 2
    assert client.usage.summary().cost_usd == "0.004000"
