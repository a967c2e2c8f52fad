"""Fault matrix: answers that are not what the contract says."""

from __future__ import annotations

import gzip
import json

import pytest
from nodai import errors

from sdk.python.tests.faults import REQUEST_ID, RUN, FaultServer, Step, answer, drop, reply, truncated
from sdk.python.tests.rides import Ride, get, query

PAGE = b"<!doctype html><html><body>" + b"Sign in to the wireless network. " * 40 + b"</body></html>"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nX-Request-Id: "
SPOILT = {
    "html": reply(200, PAGE, kind="text/html"),
    "html said to be json": reply(200, PAGE),
    "broken json": reply(200, b'{"id": "run_1", '),
    "empty": reply(200, b""),
    "empty list": reply(200, []),
    "null": reply(200, b"null"),
    "a string": reply(200, "run_1"),
    "missing fields": reply(200, {"id": "run_1"}),
    "wrong types": reply(200, RUN | {"tokens": "many"}),
    "not utf-8": reply(200, b'{"id": "\xff\xfe"}'),
    "deep nesting": reply(200, b"[" * 100_000),
    "204 for a run": Step(f"HTTP/1.1 204 No Content\r\nX-Request-Id: {REQUEST_ID}\r\n\r\n".encode()),
    "truncated": truncated(),
    "truncated at once": truncated(0),
    "cut chunk": Step(CHUNKED + REQUEST_ID.encode() + b'\r\n\r\n20\r\n{"id": "run_1"', close=True),
    "garbage for a chunk": Step(CHUNKED + REQUEST_ID.encode() + b"\r\n\r\nzz\r\n{}", close=True),
}


@pytest.mark.parametrize("step", SPOILT.values(), ids=SPOILT.keys())
def test_spoilt_answer_is_an_sdk_error_with_status_request_id_and_first_bytes(
    server: FaultServer, ride: Ride, step: Step
) -> None:
    server.play(step)
    error = ride.run(server.url, get, max_retries=0).failed
    assert isinstance(error, errors.ResponseInvalid)
    assert error.status in {200, 204}
    assert error.request_id == REQUEST_ID
    assert error.body == error.meta.content[:512]
    assert len(error.body) <= 512
    if step == SPOILT["html"]:
        assert error.body == PAGE[:512]
    if step == SPOILT["truncated"]:
        assert error.body == json.dumps(RUN).encode()[:40]


@pytest.mark.parametrize("work", [get, query])
@pytest.mark.parametrize("step", SPOILT.values(), ids=SPOILT.keys())
def test_spoilt_answer_is_repeated_when_that_is_safe(server: FaultServer, ride: Ride, step: Step, work: object) -> None:
    server.play(step, reply())
    outcome = ride.run(server.url, work)  # pyright: ignore[reportArgumentType]
    assert outcome.value.id == "run_1"
    assert outcome.value.meta.attempts == 2
    assert len({seen.headers.get("idempotency-key") for seen in server.requests}) == 1


LOST = {
    "dropped": drop(),
    "reset": Step(reset=True),
    "half a head": Step(b"HTTP/1.1 200 OK\r\nContent-Le", close=True),
}


@pytest.mark.parametrize("step", LOST.values(), ids=LOST.keys())
def test_lost_connection_is_a_connection_error_and_repeated(server: FaultServer, ride: Ride, step: Step) -> None:
    server.play(step)
    outcome = ride.run(server.url, get)
    assert isinstance(outcome.failed, errors.ConnectionFailed | errors.ResponseInvalid)
    assert outcome.failed.status is None
    assert outcome.failed.meta.attempts == 3
    assert outcome.sleeps == [1.0, 2.0]
    server.play(step, reply())
    assert ride.run(server.url, get).value.meta.attempts == 2


def test_dead_host_is_a_connection_error_that_names_the_address(server: FaultServer, ride: Ride) -> None:
    url = server.url
    server.close()
    outcome = ride.run(url, get)
    assert isinstance(outcome.failed, errors.ConnectionFailed)
    assert isinstance(outcome.failed, ConnectionError)
    assert url.removeprefix("http://") in str(outcome.failed)
    assert outcome.sleeps == [1.0, 2.0]


@pytest.mark.parametrize("garbage", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"\x00\xff" * 400, b"HTTP/9.9 yes\r\n\r\n"])
def test_garbage_instead_of_http_is_an_sdk_error(server: FaultServer, ride: Ride, garbage: bytes) -> None:
    server.play(Step(garbage, close=True))
    error = ride.run(server.url, get, max_retries=0).failed
    assert isinstance(error, errors.ResponseInvalid | errors.ConnectionFailed)
    if not ride.compat:
        assert isinstance(error, errors.ResponseInvalid)
        assert error.body == garbage[:512]


def test_silent_server_times_out(server: FaultServer, ride: Ride) -> None:
    server.play(Step(hang=True))
    error = ride.run(server.url, get, timeout=1.0, max_retries=0, real_clock=True).failed
    assert isinstance(error, errors.TimedOut)
    assert isinstance(error, TimeoutError)


def test_body_that_stops_in_the_middle_times_out_with_status(server: FaultServer, ride: Ride) -> None:
    server.play(Step(answer()[:-20], hang=True))
    error = ride.run(server.url, get, timeout=1.0, max_retries=0, real_clock=True).failed
    assert isinstance(error, errors.TimedOut)
    assert error.status == 200
    assert error.request_id == REQUEST_ID


def test_head_that_stops_in_the_middle_times_out(server: FaultServer, ride: Ride) -> None:
    server.play(Step(b"HTTP/1.1 200 OK\r\nContent-Type: appl", hang=True))
    error = ride.run(server.url, get, timeout=1.0, max_retries=0, real_clock=True).failed
    assert isinstance(error, errors.TimedOut)


def test_slow_answer_arrives_whole(server: FaultServer, ride: Ride) -> None:
    server.play(Step(b"HTTP/1.1 100 Continue\r\n\r\n" + answer(), pieces=7))
    assert ride.run(server.url, get).value.output == "hello"


def test_unknown_fields_and_values_are_kept(server: FaultServer, ride: Ride) -> None:
    server.play(reply(200, RUN | {"status": "paused", "mood": "good"}))
    run = ride.run(server.url, get).value
    assert run.status == "paused"
    assert run.model_dump()["mood"] == "good"


def test_unasked_compression_is_undone(server: FaultServer, ride: Ride) -> None:
    body = gzip.compress(json.dumps(RUN).encode())
    server.play(reply(200, body, Content_Encoding="gzip"))
    assert ride.run(server.url, get).value.output == "hello"


def test_early_refusal_of_a_large_body_is_read(server: FaultServer, ride: Ride) -> None:
    body = b'{"code": "payload_too_large", "detail": "Too much.", "max_bytes": 10}'
    server.play(Step(answer(413, body, kind="application/problem+json"), close=True, unread=True))
    error = ride.run(server.url, lambda client: client.workflows.query("wf_1", input="x" * 3_000_000)).failed
    assert isinstance(error, errors.APIError)
    assert error.code == "payload_too_large"
