"""What a client is set up with, what it sends, and the one-call form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import nodai
import pytest
from nodai import OMIT, AsyncNodAI, NodAI, RequestOptions, errors

from sdk.python.tests.faults import FaultServer, problem, reply
from sdk.python.tests.rides import KEY, Ride, get, query

LIMITS = {
    "RateLimit_Policy": '"burst";q=200;w=20, "key";q=1000;w=3600',
    "RateLimit": '"key";r=999;t=60',
    "X_RateLimit_Limit": "1000",
    "X_RateLimit_Remaining": "999",
    "X_RateLimit_Reset": "1795256191",
}


def test_request_has_key_agent_and_json(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    ride.run(server.url, query)
    seen = server.requests[0]
    assert (seen.method, seen.target) == ("POST", "/api/v1/workflows/wf_1/query")
    assert seen.json == {"input": "hi"}
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["user-agent"] == f"nodai-python/{nodai.__version__}"
    assert seen.headers["x-api-key"] == KEY
    assert seen.headers["accept"] == "application/json"


def test_omitted_is_not_null(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    ride.run(server.url, lambda client: query(client, conversation_id=None))
    ride.run(server.url, lambda client: query(client, conversation_id=OMIT))
    assert [seen.json for seen in server.requests] == [{"input": "hi", "conversation_id": None}, {"input": "hi"}]
    assert not OMIT
    assert repr(OMIT) == "OMIT"


def test_meta_says_how_the_result_came(server: FaultServer, ride: Ride) -> None:
    server.play(problem(503, "unavailable", retryable=True), reply(200, **LIMITS))
    meta = ride.run(server.url, query).value.meta
    assert (meta.status, meta.attempts, meta.cost_usd) == (200, 2, Decimal("0.002"))
    assert meta.request_id.startswith("req_")
    assert meta.elapsed_seconds == 1.0
    assert (meta.rate_limit.limit, meta.rate_limit.remaining) == (1000, 999)
    assert meta.rate_limit.resets_at == datetime(2026, 11, 21, 10, 16, 31, tzinfo=UTC)
    assert [(policy.name, policy.limit, policy.window_seconds) for policy in meta.rate_limit.policies] == [
        ("burst", 200, 20), ("key", 1000, 3600),
    ]  # fmt: skip
    assert meta.rate_limit.policies[1].remaining == 999
    assert meta.headers["X-RateLimit-Limit"] == meta.headers["x-ratelimit-limit"] == "1000"
    assert meta.http_response.content.startswith(b"{")
    assert "content=<" in repr(meta.http_response)


@pytest.mark.parametrize(
    "text", ["", ";;;", '"a"', '"a";q=x', "a;q=-1", ",,", '"a";q=1;w', "\xff" * 9, '"a";q=' + "9" * 99]
)
def test_odd_limit_headers_do_no_harm(server: FaultServer, ride: Ride, text: str) -> None:
    server.play(reply(200, RateLimit=text, RateLimit_Policy=text, X_RateLimit_Limit=text, X_RateLimit_Reset=text))
    state = ride.run(server.url, get).value.meta.rate_limit
    assert state.limit is None or state.limit >= 0


def test_error_has_meta_and_facts(server: FaultServer, ride: Ride) -> None:
    server.play(problem(429, "rate_limited", retryable=False, limit=5, remaining=0, policy="key", Retry_After="60"))
    error = ride.run(server.url, get).failed
    assert isinstance(error, errors.RateLimited)
    assert isinstance(error, errors.TooManyRequestsError)
    assert (error.status, error.code, error.limit, error.policy) == (429, "rate_limited", 5, "key")
    assert error.meta.attempts == 1
    assert error.request_id is not None
    assert error.request_id in str(error)
    assert error.retry_after_seconds == 60
    assert error.retry_at is not None


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (problem(404, "not_found"), errors.NotFound),
        (problem(404, "some_new_code"), errors.NotFoundError),
        (problem(418, "teapot"), errors.APIError),
        (problem(599, "odd"), errors.ServerError),
        (reply(404, b"<html>", kind="text/html"), errors.NotFoundError),
        (reply(402, [1]), errors.PaymentRequiredError),
        (reply(422, {"code": 7, "detail": None}), errors.UnprocessableError),
    ],
)
def test_refusal_has_the_class_of_its_code_else_of_its_status(
    server: FaultServer, ride: Ride, step: Any, kind: type[errors.APIError]
) -> None:
    server.play(step)
    assert type(ride.run(server.url, get, max_retries=0).failed) is kind


def test_options_of_one_call(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    options = RequestOptions(headers={"X-Team": "a", "user-agent": "mine"}, query={"debug": True, "tag": ["x", "y z"]})
    ride.run(server.url, lambda client: query(client, options=options))
    seen = server.requests[0]
    assert seen.target == "/api/v1/workflows/wf_1/query?debug=true&tag=x&tag=y%20z"
    assert (seen.headers["x-team"], seen.headers["user-agent"]) == ("a", "mine")


@pytest.mark.parametrize(
    "options",
    [
        RequestOptions(timeout=0), RequestOptions(timeout=-1), RequestOptions(deadline=0),
        RequestOptions(max_retries=-1), RequestOptions(idempotency_key=""), RequestOptions(idempotency_key="a b"),
        RequestOptions(idempotency_key="x" * 256),
        RequestOptions(query={"at": {"a": 1}}),  # pyright: ignore[reportArgumentType]
        RequestOptions(query={"at": datetime(2026, 1, 1)}),  # pyright: ignore[reportArgumentType]  # noqa: DTZ001
        RequestOptions(query={"at": "\ud800"}),
    ],
)  # fmt: skip
def test_impossible_options_are_refused_before_sending(
    server: FaultServer, ride: Ride, options: RequestOptions
) -> None:
    server.play(reply())
    error = ride.run(server.url, lambda client: query(client, options=options)).failed
    assert isinstance(error, errors.RequestInvalid)
    assert isinstance(error, ValueError)
    assert server.requests == []


@pytest.mark.parametrize("value", [object(), {"a": object()}, "\ud800", {"a": b"\xff"}])
def test_body_that_is_no_json_is_refused_before_sending(server: FaultServer, ride: Ride, value: Any) -> None:
    server.play(reply())
    error = ride.run(server.url, lambda client: client.workflows.query("wf_1", input=value)).failed
    assert isinstance(error, errors.RequestInvalid)
    assert server.requests == []


def test_times_and_lists_in_a_query(server: FaultServer, ride: Ride) -> None:
    server.play(reply(200, {"data": [], "has_more": False, "next_cursor": None}))
    east = datetime(2026, 11, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    options = RequestOptions(query={"from": east, "n": 3, "none": None})  # pyright: ignore[reportArgumentType]
    ride.run(server.url, lambda client: client.runs.list(options=options).first_page())
    assert server.requests[0].target == "/api/v1/runs?from=2026-11-01T12%3A00%3A00%2B02%3A00&n=3"


def test_settings_come_from_arguments_then_environment_then_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert NodAI().base_url == "http://127.0.0.1:4010"
    monkeypatch.setenv("NODAI_BASE_URL", "https://env.example")
    monkeypatch.setenv("NODAI_API_KEY", "nk_env")
    assert NodAI().base_url == "https://env.example"
    assert NodAI()._engine.settings.api_key == b"nk_env"  # pyright: ignore[reportPrivateUsage]
    client = AsyncNodAI(api_key="nk_mine", base_url="https://mine.example:8443/gw/")
    assert client.base_url == "https://mine.example:8443/gw"
    assert client._engine.settings.api_key == b"nk_mine"  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    "url", ["http://[::1]:4010", "https://gw.example/a/b", "http://localhost", "https://exämple.de"]
)
def test_addresses_that_work(url: str) -> None:
    shown = NodAI(api_key=KEY, base_url=url).base_url
    assert shown == url or shown == "https://xn--exmple-cua.de"


@pytest.mark.parametrize("wrong", [{"timeout": 0}, {"deadline": -1}, {"max_retries": -1}, {"headers": {"A\n": "b"}}])
def test_impossible_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError):
        NodAI(api_key=KEY, **wrong)


def test_prefix_of_the_address_is_kept(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    ride.run(server.url + "/gateway/", get)
    assert server.requests[0].target == "/gateway/api/v1/runs/run_1"


def test_query_workflow_is_one_call_with_any_key(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    outcome = ride.run(server.url, lambda client: client.query_workflow("wf_1", "hi", api_key="nk_other"))
    assert outcome.value.output == "hello"
    ride.run(server.url, lambda client: client.query_workflow("wf_1", {"question": "hi"}))
    assert [seen.headers["x-api-key"] for seen in server.requests] == ["nk_other", KEY]
    assert server.requests[1].json == {"input": {"question": "hi"}}


def test_with_options_changes_only_the_copy(server: FaultServer) -> None:
    server.play(reply())
    with NodAI(api_key=KEY, base_url=server.url, headers={"X-A": "1"}) as client:
        other = client.with_options(api_key="nk_other", headers={"X-B": "2"}, timeout=None, max_retries=0, deadline=5)
        get(other)
        get(client)
    first, second = (seen.headers for seen in server.requests)
    assert (first["x-api-key"], first["x-a"], first["x-b"]) == ("nk_other", "1", "2")
    assert second["x-api-key"] == KEY
    assert "x-b" not in second
    assert server.connections == 1


def test_public_operation_needs_no_key(server: FaultServer) -> None:
    server.play(reply(200, {"data": []}))
    with NodAI(base_url=server.url) as client:
        assert client.plans.list().data == []
    assert "x-api-key" not in server.requests[0].headers


def test_proxy_of_the_environment_is_used_unless_excepted(
    server: FaultServer, ride: Ride, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.play(reply())
    monkeypatch.setenv("http_proxy", server.url)
    ride.run("http://nodai.example", get)
    assert server.requests[0].target == "http://nodai.example/api/v1/runs/run_1"
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    ride.run(server.url, get)
    assert server.requests[1].target == "/api/v1/runs/run_1"
