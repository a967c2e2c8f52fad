"""The gateway: what is forwarded, what comes back, and what an upstream cannot do to us."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from nodai_mock.workflows.engines.gateway import LARGEST_ANSWER

from tests.behaviour.api import Api, problem
from tests.behaviour.test_streams import spent, text, wait_for_status
from tests.behaviour.upstream import FakeUpstream


def gateway(api: Api, upstream: FakeUpstream, **more: Any) -> str:
    return api.workflow({"type": "upstream", "url": upstream.url, "max_cost_usd": "0.050000", **more})


def test_a_query_is_forwarded_with_who_asks(api: Api, upstream: FakeUpstream) -> None:
    workflow_id = gateway(api, upstream)
    answer = api.send(
        "POST", f"/workflows/{workflow_id}/query", {"input": {"a": 1}, "conversation_id": "c", "metadata": {"m": "n"}}
    )
    assert answer.json()["output"] == "From upstream."
    headers, body = upstream.asked[0]
    assert body == {"workflow_id": workflow_id, "input": {"a": 1}, "conversation_id": "c", "metadata": {"m": "n"}}
    assert headers["x-api-key-id"] == "key_demo_secret"
    assert headers["x-organization-id"] == "org_demo"
    assert headers["x-request-id"] == answer.headers["x-request-id"]
    assert headers["host"] == upstream.url.split("/")[2]
    assert "x-api-key" not in headers
    assert "authorization" not in headers


def test_the_upstream_says_what_it_cost(api: Api, upstream: FakeUpstream) -> None:
    upstream.headers = {"X-Cost-Usd": "0.0123"}
    run = api.query(gateway(api, upstream, cost_header="X-Cost-Usd"), "x")
    assert run["cost_usd"] == spent(api) == "0.012300"


def test_a_price_list_says_what_it_costs(api: Api, upstream: FakeUpstream) -> None:
    upstream.chunks = [b'{"output":"x","tokens":{"input":2000,"output":1000}}']
    prices = {"per_request_usd": "0.001", "per_1000_input_tokens_usd": "0.002", "per_1000_output_tokens_usd": "0.003"}
    run = api.query(gateway(api, upstream, cost_header="X-Cost-Usd", prices=prices), "x")
    assert (run["cost_usd"], run["tokens"]) == ("0.008000", {"input": 2000, "output": 1000})


def test_no_call_costs_more_than_was_reserved_for_it(api: Api, upstream: FakeUpstream) -> None:
    upstream.headers = {"X-Cost-Usd": "7"}
    assert api.query(gateway(api, upstream, cost_header="X-Cost-Usd"), "x")["cost_usd"] == "0.050000"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_an_upstream_that_does_not_answer_2xx_is_a_502(api: Api, upstream: FakeUpstream, status: int) -> None:
    upstream.status = status
    upstream.headers = {"Location": upstream.url, "Content-Length": "0"}
    upstream.chunks = []
    answer = api.send("POST", f"/workflows/{gateway(api, upstream)}/query", {"input": "x"})
    assert problem(answer, 502, "upstream_error")["upstream_status"] == status
    assert len(upstream.asked) == 1
    assert spent(api) == "0.000000"


@pytest.mark.parametrize(
    "chunks",
    [[b""], [b"<html>"], [b"{}"], [b'{"output": 5}'], [b'{"output": "' + b"x" * LARGEST_ANSWER, b'"}']],
    ids=["empty", "html", "no output", "number", "too large"],
)
def test_an_answer_that_is_none_is_a_502(api: Api, upstream: FakeUpstream, chunks: list[bytes]) -> None:
    upstream.chunks = chunks
    answer = api.send("POST", f"/workflows/{gateway(api, upstream)}/query", {"input": "x"})
    assert problem(answer, 502, "upstream_error")["upstream_status"] == 200


def test_an_upstream_that_is_not_there_is_a_502(api: Api, upstream: FakeUpstream) -> None:
    for url in ("http://127.0.0.1:1/run", "http://does-not-exist.invalid/run"):
        workflow_id = api.workflow({"type": "upstream", "url": url, "max_cost_usd": "1"})
        problem(api.send("POST", f"/workflows/{workflow_id}/query", {"input": "x"}), 502, "upstream_error")
        problem(api.send("POST", f"/workflows/{workflow_id}/stream", {"input": "x"}), 502, "upstream_error")
    assert {run["status"] for run in api.get("/runs")["data"]} == {"failed"}


def test_an_upstream_that_is_too_slow_is_a_502(api: Api, upstream: FakeUpstream) -> None:
    hold = threading.Event()
    upstream.chunks = (b"" for _ in iter(lambda: hold.wait(5), True))
    answer = api.send("POST", f"/workflows/{gateway(api, upstream, timeout_ms=50)}/query", {"input": "x"})
    hold.set()
    problem(answer, 502, "upstream_error")


def test_events_are_streamed_through_as_they_come(api: Api, upstream: FakeUpstream) -> None:
    seen = threading.Event()

    def chunks() -> Any:
        yield b'data: {"delta":"Hel"}\n\n'
        assert seen.wait(10)
        yield b'data: {"delta":"lo"}\n\ndata: {"tokens":{"input":1,"output":2},"sources":[{"title":"T"}]}\n\n'

    upstream.content_type, upstream.chunks = "text/event-stream", chunks()
    with api.streaming(gateway(api, upstream), Idempotency_Key="through") as events:
        first = [next(events), next(events)]
        seen.set()
        whole = first + list(events)
    assert [event.data.get("delta") for event in whole[1:-1]] == ["Hel", "lo"]
    run = whole[-1].data["run"]
    assert (run["output"], run["tokens"]) == ("Hello", {"input": 1, "output": 2})
    assert run["sources"] == [{"title": "T", "url": None, "snippet": None}]
    again = api.stream(run["workflow_id"], Idempotency_Key="through", Last_Event_ID="1")
    assert again == whole[2:]
    assert len(upstream.asked) == 1


def test_a_json_or_text_answer_is_streamed_too(api: Api, upstream: FakeUpstream) -> None:
    workflow_id = gateway(api, upstream)
    assert text(api.stream(workflow_id)) == "From upstream."
    upstream.content_type, upstream.chunks = "text/plain; charset=utf-8", ["Grü".encode(), "ße".encode()]
    assert api.stream(workflow_id)[-1].data["run"]["output"] == "Grüße"


def test_a_stream_that_breaks_off_ends_in_a_problem(api: Api, upstream: FakeUpstream) -> None:
    upstream.content_type = "text/event-stream"
    upstream.chunks = [b'data: {"delta":"Hel"}\n\n', b"data: {nonsense\n\n"]
    events = api.stream(gateway(api, upstream))
    assert [event.type for event in events] == ["run.started", "output.delta", "error"]
    assert events[-1].data["error"]["code"] == "upstream_error"
    assert api.get("/runs")["data"][0]["status"] == "failed"
    assert spent(api) == "0.000000"


def test_a_cancelled_stream_lets_go_of_its_upstream(api: Api, upstream: FakeUpstream) -> None:
    go = threading.Event()

    def chunks() -> Any:
        yield b'data: {"delta":"Hel"}\n\n'
        while not upstream.gone.is_set():
            go.wait(0.01)
            yield b": still here\n\n"

    upstream.content_type, upstream.chunks = "text/event-stream", chunks()
    prices = {"per_request_usd": "0.001", "per_1000_output_tokens_usd": "1"}
    with api.streaming(gateway(api, upstream, prices=prices)) as events:
        run_id = next(events).data["run_id"]
        next(events)
        with api.as_key(api.http.headers["x-api-key"]) as elsewhere:
            cancelled = elsewhere.post(f"/runs/{run_id}/cancel")
        assert list(events)[-1].data["run"] == cancelled
    assert upstream.gone.wait(10)
    assert (cancelled["output"], cancelled["cost_usd"]) == ("Hel", "0.002000")
    assert spent(api) == "0.002000"


def test_a_started_run_is_forwarded_in_the_background(api: Api, upstream: FakeUpstream, server: Any) -> None:
    run = api.start(gateway(api, upstream))
    wait_for_status(server, api, run["id"], "completed")
    assert api.get(f"/runs/{run['id']}")["output"] == "From upstream."
