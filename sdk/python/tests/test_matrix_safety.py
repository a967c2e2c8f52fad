"""Fault matrix: ids that climb, malformed keys, secrets that could leak, redirects that take them elsewhere."""

from __future__ import annotations

import copy
import io
import logging
import pickle
import traceback
from typing import Any

import httpx
import nodai
import pytest
from nodai import NodAI, RequestOptions, errors

from sdk.python.tests.faults import FaultServer, Step, drop, problem, reply, truncated
from sdk.python.tests.rides import KEY, Ride, get, query

CLIMBING = ["../../admin", "..", ".", "", "a/b", "/", "\\..\\admin", "..\\", "a\r\nX-Evil: 1", "\x00", "a\x7f"]
ODD = {
    "?": "/api/v1/runs/%3F", "#": "/api/v1/runs/%23", "a?b=c": "/api/v1/runs/a%3Fb%3Dc", "a#b": "/api/v1/runs/a%23b",
    "%2e%2e": "/api/v1/runs/%252e%252e",
    "%2F": "/api/v1/runs/%252F", "a b": "/api/v1/runs/a%20b",
    "é": "/api/v1/runs/%C3%A9", "...": "/api/v1/runs/...", "run_1": "/api/v1/runs/run_1",
    "a:b@c": "/api/v1/runs/a%3Ab%40c",
    ";": "/api/v1/runs/%3B",
}  # fmt: skip


@pytest.mark.parametrize("id_", CLIMBING)
def test_id_that_would_change_the_path_is_refused_before_sending(server: FaultServer, ride: Ride, id_: str) -> None:
    server.play(reply())
    for work in (lambda client: client.runs.get(id_), lambda client: client.workflows.query(id_, input="hi")):
        assert isinstance(ride.run(server.url, work).failed, errors.RequestInvalid)
    assert server.requests == []


@pytest.mark.parametrize(("id_", "target"), ODD.items())
def test_odd_id_is_percent_encoded(server: FaultServer, ride: Ride, id_: str, target: str) -> None:
    server.play(reply())
    ride.run(server.url, lambda client: client.runs.get(id_))
    assert server.requests[0].target == target


@pytest.mark.parametrize("id_", [None, 7, b"run_1", ["run_1"]])
def test_id_that_is_no_string_is_refused(server: FaultServer, ride: Ride, id_: Any) -> None:
    server.play(reply())
    assert isinstance(ride.run(server.url, lambda client: client.runs.get(id_)).failed, errors.RequestInvalid)
    assert server.requests == []


MALFORMED = [KEY + "\n", "\n" + KEY, KEY + " ", KEY + "\r\nX-Evil: 1", f"nk_ {KEY[4:]}", KEY + "\x00", KEY + "é", ""]


@pytest.mark.parametrize("key", MALFORMED)
@pytest.mark.parametrize("client", [nodai.NodAI, nodai.AsyncNodAI])
def test_malformed_key_is_a_configuration_error_that_does_not_show_it(client: Any, key: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="API key") as caught:
        client(api_key=key)
    assert isinstance(caught.value, ValueError)
    assert KEY[5:20] not in everything(caught.value)


def test_malformed_key_of_the_environment_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODAI_API_KEY", KEY + "\n")
    with pytest.raises(errors.ConfigurationError) as caught:
        NodAI()
    assert "newline" in str(caught.value)
    assert KEY[5:20] not in everything(caught.value)


def test_missing_key_is_a_configuration_error_at_the_first_call_that_needs_one(server: FaultServer) -> None:
    server.play(reply())
    with NodAI(base_url=server.url) as client, pytest.raises(errors.ConfigurationError, match="NODAI_API_KEY"):
        get(client)
    assert server.requests == []


BAD_URLS = [
    "ftp://h", "h:80", "http://", "http://u:secret@h", "http://h?k=1", "http://h#x", "http://h:99999",
    "http://a b", "/api", "http://" + "a" * 64 + ".example", "http://a..b"
]  # fmt: skip


@pytest.mark.parametrize("url", BAD_URLS)
def test_malformed_address_is_a_configuration_error(url: str) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        NodAI(api_key=KEY, base_url=url)
    assert "secret" not in str(caught.value)


def everything(error: BaseException) -> str:
    """The whole traceback with the local variables of our own frames, as error reporters show it."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    own = "".join(
        f"{frame.line} {frame.locals}"
        for part in walk(shown)
        for frame in part.stack
        if "/nodai/" in frame.filename or "/h11/" in frame.filename
    )
    return own + "".join(traceback.format_exception(error)) + repr(error) + str(error)


def walk(shown: traceback.TracebackException | None) -> list[traceback.TracebackException]:
    return [] if shown is None else [shown, *walk(shown.__cause__), *walk(shown.__context__)]


BREAKING = [
    drop(),
    truncated(),
    Step(b"\xff" * 300, close=True),
    problem(401, "invalid_api_key"),
    reply(200, b"<html>"),
]


@pytest.mark.parametrize("step", BREAKING)
def test_secret_is_in_no_repr_log_or_traceback(
    server: FaultServer, ride: Ride, step: Step, caplog: pytest.LogCaptureFixture
) -> None:
    server.play(step)
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []

    def work(client: Any) -> Any:
        seen.append(repr(client) + repr(client._engine.settings) + repr(vars(client)))
        return query(client)

    error = ride.run(server.url, work, max_retries=1).failed
    hidden = KEY[5:20]
    assert server.requests[0].headers["x-api-key"] == KEY
    assert hidden not in seen[0]
    assert hidden not in everything(error)
    assert hidden not in "".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert hidden not in repr(error.meta)
    assert hidden.encode() not in pickle.dumps(error)


def test_logs_are_structured(server: FaultServer, ride: Ride, caplog: pytest.LogCaptureFixture) -> None:
    server.play(problem(503, "unavailable", retryable=True), reply())
    caplog.set_level(logging.DEBUG, "nodai")
    ride.run(server.url, query)
    facts: list[dict[str, object]] = [vars(record)["nodai"] for record in caplog.records if record.name == "nodai"]
    assert [fact.get("status") for fact in facts] == [503, 503, 200]
    assert facts[1]["delay_seconds"] == 1.0
    assert {fact["operation"] for fact in facts} == {"workflows.query"}


def test_secret_of_a_created_key_is_not_in_its_repr() -> None:
    from nodai._core.model import Model

    class Created(Model):
        id: str
        secret: str

    created = Created(id="key_1", secret=KEY)
    assert KEY not in repr(created)
    assert KEY not in str(created)
    assert created.secret == KEY


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(server: FaultServer, ride: Ride, status: int) -> None:
    elsewhere = FaultServer([reply()])
    try:
        server.play(reply(status, b"", Location=elsewhere.url + "/api/v1/runs/run_1"))
        for work in (get, query):
            error = ride.run(server.url, work).failed
            assert isinstance(error, errors.Redirected)
            assert error.status == status
        assert elsewhere.requests == []
        assert len(server.requests) == 2
    finally:
        elsewhere.close()


def test_redirect_is_not_followed_by_a_client_that_would(server: FaultServer) -> None:
    server.play(reply(307, b"", Location="/elsewhere"))
    with httpx.Client(follow_redirects=True) as own:
        client = NodAI(api_key=KEY, base_url=server.url, http_client=own)
        with pytest.raises(errors.Redirected):
            get(client)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "headers",
    [{"X-A": "1\r\nX-Evil: 1"}, {"X A": "1"}, {"X-A\n": "1"}, {"Content-Length": "7"}, {"Transfer-Encoding": "chunked"},
     {"X-A": " padded"}, {"": "1"}, {"X-A": "\u20ac"}],
)  # fmt: skip
def test_header_that_could_smuggle_is_refused(server: FaultServer, ride: Ride, headers: dict[str, str]) -> None:
    server.play(reply())
    options = RequestOptions(headers=headers)
    assert isinstance(ride.run(server.url, lambda client: get(client, options=options)).failed, errors.RequestInvalid)
    assert server.requests == []


def test_a_callers_own_credential_replaces_the_key(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    options = RequestOptions(headers={"authorization": "Bearer nk_other"})
    ride.run(server.url, lambda client: get(client, options=options))
    assert "x-api-key" not in server.requests[0].headers
    assert server.requests[0].headers["authorization"] == "Bearer nk_other"
    assert "nk_other" not in repr(options)


def test_key_is_sent_in_a_header_only(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    ride.run(server.url, query)
    assert KEY not in server.requests[0].target
    assert KEY.encode() not in server.requests[0].body


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
@pytest.mark.parametrize(
    "step", [*BREAKING, problem(429, "rate_limited", limit=5, remaining=0, Retry_After="90"), reply(307, b"")]
)
def test_errors_can_be_copied_and_pickled(server: FaultServer, ride: Ride, step: Step, duplicate: Any) -> None:
    server.play(step)
    error = ride.run(server.url, get, max_retries=0).failed
    again = duplicate(error)
    assert type(again) is type(error)
    assert (str(again), again.status, again.request_id, again.body) == (
        str(error), error.status, error.request_id, error.body,
    )  # fmt: skip
    assert again.retry_at == error.retry_at
    assert dict(again.meta.headers) == dict(error.meta.headers)
    if isinstance(error, errors.APIError):
        assert (again.code, again.problem) == (error.code, error.problem)
    io.StringIO().write(repr(again))
