"""Streams: whole, resumed, left, cancelled and failing."""

from __future__ import annotations

import threading

from nodai_mock.demo import DEMO
from nodai_mock.testing import ThreadServer

from tests.behaviour.api import Api, Event, problem

QUESTION = "How do I reset my password?"
PATIENCE = 10.0


def text(events: list[Event]) -> str:
    return "".join(event.data["delta"] for event in events if event.type == "output.delta")


def spent(api: Api, key_id: str = "key_demo_secret") -> str:
    return api.get(f"/api-keys/{key_id}/usage")["cost_usd_total"]


def wait_for_status(server: ThreadServer, api: Api, run_id: str, status: str) -> None:
    """Ask until the run has this status; the server notices in its own time that a connection is gone."""
    tick = threading.Event()
    for _ in range(int(PATIENCE / 0.02)):
        if api.get(f"/runs/{run_id}")["status"] == status:
            return
        tick.wait(0.02)
    raise AssertionError(f"{run_id} did not become {status}")


def test_a_stream_begins_with_the_run_and_ends_with_all_of_it(api: Api) -> None:
    events = api.stream(DEMO.workflow_id, QUESTION)
    run = events[-1].data["run"]
    assert [event.type for event in events[:2]] == ["run.started", "output.delta"]
    assert events[0].data["run_id"] == run["id"]
    assert (events[-1].type, run["status"], run["cost_usd"]) == ("run.completed", "completed", "0.002000")
    assert text(events) == run["output"]
    assert [event.id for event in events] == [str(index) for index in range(len(events))]
    assert [event.data["type"] for event in events] == [event.type for event in events]
    assert api.get(f"/runs/{run['id']}") == run
    assert spent(api) == "0.002000"


def test_a_structured_answer_is_streamed_whole(api: Api) -> None:
    events = api.stream("wf_order")
    assert [event.type for event in events] == ["run.started", "output.delta", "run.completed"]
    assert events[-1].data["run"]["output"]["order"] == 1042


def test_a_failing_stream_ends_in_a_problem_and_costs_nothing(api: Api) -> None:
    events = api.stream("wf_failing")
    assert [event.type for event in events] == ["run.started", "error"]
    assert events[-1].data["error"]["code"] == "upstream_error"
    assert spent(api) == "0.000000"


def test_a_stream_is_resumed_after_any_event_without_loss_repetition_or_charge(api: Api) -> None:
    whole = api.stream(DEMO.workflow_id, QUESTION, Idempotency_Key="s")
    for last in (*range(len(whole)), 999):
        again = api.stream(DEMO.workflow_id, QUESTION, Idempotency_Key="s", Last_Event_ID=str(last))
        assert again == whole[last + 1 :]
    assert api.stream(DEMO.workflow_id, QUESTION, Idempotency_Key="s") == whole
    assert spent(api) == "0.002000"
    assert len(api.get("/runs")["data"]) == 1


def test_a_stream_that_was_cut_goes_on_where_it_broke(api: Api) -> None:
    with api.streaming("wf_slow", Idempotency_Key="cut") as events:
        seen = [next(events) for _ in range(4)]
    api.advance("PT2S")
    rest = api.stream("wf_slow", Idempotency_Key="cut", Last_Event_ID=seen[-1].id)
    whole = seen + rest
    run = whole[-1].data["run"]
    assert [event.id for event in whole] == [str(index) for index in range(len(whole))]
    assert (run["status"], text(whole)) == ("completed", run["output"])
    assert spent(api) == "0.002000"


def test_a_stream_that_nobody_comes_back_to_is_cancelled_and_its_part_is_charged(api: Api) -> None:
    api.freeze()
    words = " ".join(["word"] * 60)
    script = {"type": "script", "default": {"answer": words, "cost_usd": "0.006", "latency_ms": 60_000}}
    workflow_id = api.workflow(script)
    with api.streaming(workflow_id, Idempotency_Key="left") as events:
        run_id = next(events).data["run_id"]
        with api.as_key(DEMO.secret_key) as tester:
            tester.advance("PT1S")
        next(events)
    tick = threading.Event()
    moved: list[str] = []
    for _ in range(55):
        # A word a second: writing the next ones, the server notices that nobody is there.
        moved = api.advance("PT1S")
        if moved:
            break
        tick.wait(0.02)
    assert moved == [f"run {run_id} cancelled, as nobody reads it"]
    run = api.get(f"/runs/{run_id}")
    given = run["output"].split()
    assert run["status"] == "cancelled"
    assert 1 <= len(given) < 60
    assert run["cost_usd"] == spent(api) == f"0.{len(given) * 100:06d}"
    replay = api.stream(workflow_id, Idempotency_Key="left")
    assert text(replay) == run["output"]
    assert replay[-1].data["run"] == run


def test_a_stream_that_cannot_be_resumed_is_cancelled_when_its_reader_goes(server: ThreadServer, api: Api) -> None:
    with api.streaming("wf_slow") as events:
        run_id = next(events).data["run_id"]
    wait_for_status(server, api, run_id, "cancelled")
    assert spent(api) == api.get(f"/runs/{run_id}")["cost_usd"]
    assert api.get("/audit-log", type="run.cancelled")["data"][0]["subject"] == run_id


def test_a_cancelled_stream_ends_with_the_cancelled_run(api: Api) -> None:
    with api.streaming("wf_slow") as events:
        run_id = next(events).data["run_id"]
        with api.as_key(DEMO.secret_key) as elsewhere:
            cancelled = elsewhere.post(f"/runs/{run_id}/cancel")
        rest = list(events)
    assert (rest[-1].type, rest[-1].data["run"]) == ("run.completed", cancelled)
    assert cancelled["status"] == "cancelled"
    assert spent(api) == cancelled["cost_usd"]


def test_a_second_reader_takes_over_from_the_first(api: Api) -> None:
    with api.streaming("wf_slow", Idempotency_Key="two") as events, api.as_key(DEMO.secret_key) as elsewhere:
        first = [next(events) for _ in range(3)]
        with elsewhere.streaming("wf_slow", Idempotency_Key="two", Last_Event_ID="2") as others:
            second = [next(others)]
            with api.as_key(DEMO.secret_key) as tester:
                tester.advance("PT2S")
            second += list(others)
    assert [event.id for event in first + second] == [str(i) for i in range(len(first + second))]
    assert second[-1].data["run"]["status"] == "completed"
    assert spent(api) == "0.002000"


def test_another_input_under_the_same_key_is_refused(api: Api) -> None:
    api.stream(DEMO.workflow_id, QUESTION, Idempotency_Key="same")
    answer = api.send(
        "POST", "/workflows/wf_support/stream", {"input": "other"}, Idempotency_Key="same", Last_Event_ID="1"
    )
    problem(answer, 422, "idempotency_key_reused")


def test_a_bad_last_event_id_is_refused(api: Api) -> None:
    for value in ("x", "-1", "1.5", "9999999999"):
        answer = api.send("POST", "/workflows/wf_support/stream", {"input": "x"}, Last_Event_ID=value)
        fault = problem(answer, 422, "validation_failed")["errors"][0]
        assert fault["parameter"] == "Last-Event-ID"


def test_a_resumed_stream_is_no_request_against_the_limit(api: Api) -> None:
    with api.as_key(DEMO.limited_key) as limited:
        whole = limited.stream(DEMO.workflow_id, QUESTION, Idempotency_Key="k")
        for _ in range(6):
            assert limited.stream(DEMO.workflow_id, QUESTION, Idempotency_Key="k", Last_Event_ID="3") == whole[4:]
        for _ in range(4):
            limited.query()
        problem(limited.send("POST", "/workflows/wf_support/query", {"input": "x"}), 429, "rate_limited")
