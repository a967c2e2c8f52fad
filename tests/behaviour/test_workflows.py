"""Workflows: made, asked, changed and deleted."""

from __future__ import annotations

import pytest
from nodai_mock.demo import DEMO

from tests.behaviour.api import Api, problem

ECHO = {"type": "echo", "cost_usd": "0.000100"}


def test_a_query_is_answered_with_the_completed_run(api: Api) -> None:
    run = api.query(conversation_id="conv_1", metadata={"customer": "c_1"})
    assert run["status"] == "completed"
    assert run["output"].startswith("Open Settings")
    assert run["cost_usd"] == "0.002000"
    assert run["sources"][0]["url"] == "https://help.example/password"
    assert (run["conversation_id"], run["metadata"]) == ("conv_1", {"customer": "c_1"})
    assert api.get(f"/runs/{run['id']}") == run


def test_the_same_question_is_answered_the_same_by_query_stream_and_start(api: Api) -> None:
    api.freeze()
    asked = api.query()
    streamed = api.stream(DEMO.workflow_id, "How do I reset my password?")[-1].data["run"]
    started = api.start(input="How do I reset my password?")
    api.advance("PT1S")
    ended = api.get(f"/runs/{started['id']}")
    own = ("id", "created_at", "completed_at")
    assert [{name: value for name, value in run.items() if name not in own} for run in (streamed, ended)] == [
        {name: value for name, value in asked.items() if name not in own}
    ] * 2


@pytest.mark.parametrize(
    ("workflow_id", "input", "output"),
    [
        ("wf_echo", {"a": 1}, {"a": 1}),
        ("wf_template", "why?", "You asked: why?"),
        (
            "wf_order",
            "where is it",
            {"order": 1042, "status": "shipped", "carrier": "Example Post", "arrives_in_days": 2},
        ),
    ],
)
def test_every_demo_engine_answers(api: Api, workflow_id: str, input: object, output: object) -> None:
    assert api.query(workflow_id, input)["output"] == output


def test_a_workflow_is_made_listed_changed_and_deleted(api: Api) -> None:
    made = api.post("/workflows", {"name": "New", "engine": ECHO, "metadata": {"team": "a"}})
    assert api.get(f"/workflows/{made['id']}") == made
    assert made["id"] in {each["id"] for each in api.get("/workflows", limit=100)["data"]}
    changed = api.send("PATCH", f"/workflows/{made['id']}", {"description": "Now with words."}).json()
    assert changed == {**made, "description": "Now with words.", "updated_at": changed["updated_at"]}
    run = api.query(made["id"], "hi")
    assert api.send("DELETE", f"/workflows/{made['id']}").status_code == 204
    for method, path, body in (
        ("GET", "", None), ("PATCH", "", {"name": "x"}), ("DELETE", "", None), ("POST", "/query", {"input": "hi"}),
        ("POST", "/stream", {"input": "hi"}), ("POST", "/runs", {"input": "hi"}),
    ):  # fmt: skip
        problem(api.send(method, f"/workflows/{made['id']}{path}", body), 404, "not_found")
    assert api.get(f"/runs/{run['id']}") == run


def test_a_changed_engine_answers_the_very_next_query(api: Api) -> None:
    workflow_id = api.workflow(ECHO)
    assert api.query(workflow_id, "a")["output"] == "a"
    for word in ("b", "c"):
        engine = {"type": "template", "template": word}
        assert api.send("PATCH", f"/workflows/{workflow_id}", {"engine": engine}).status_code == 200
        assert api.query(workflow_id, "a")["output"] == word


def test_pages_of_workflows_hold_each_once_newest_first(api: Api) -> None:
    api.freeze()
    made = [api.workflow(ECHO) for _ in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.get("/workflows", limit=2, **cursor)
        seen += [each["id"] for each in page["data"]]
        if not page["has_more"]:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen[:5] == made[::-1]
    assert len(seen) == len(set(seen)) == 11


def test_a_key_of_some_workflows_sees_only_those(api: Api) -> None:
    body = {"name": "Only echo", "scopes": ["*"], "workflow_ids": ["wf_echo"]}
    run = api.query()
    echo_run = api.query("wf_echo", "x")
    with api.as_key(api.post("/api-keys", body)["secret"]) as narrow:
        assert [each["id"] for each in narrow.get("/workflows")["data"]] == ["wf_echo"]
        assert [each["id"] for each in narrow.get("/runs")["data"]] == [echo_run["id"]]
        problem(narrow.send("POST", "/workflows/wf_support/query", {"input": "x"}), 403, "workflow_not_allowed")
        problem(narrow.send("GET", f"/runs/{run['id']}"), 403, "workflow_not_allowed")
        problem(narrow.send("POST", f"/runs/{run['id']}/cancel"), 403, "workflow_not_allowed")


def test_what_belongs_to_others_answers_as_what_does_not_exist(api: Api) -> None:
    run = api.query()
    with api.as_key(DEMO.other_key) as other:
        for method, known, unknown, body in (
            ("GET", "/workflows/wf_support", "/workflows/wf_nowhere", None),
            ("POST", "/workflows/wf_support/query", "/workflows/wf_nowhere/query", {"input": "x"}),
            ("PATCH", "/workflows/wf_support", "/workflows/wf_nowhere", {"name": "Mine"}),
            ("DELETE", "/workflows/wf_support", "/workflows/wf_nowhere", None),
            ("GET", f"/runs/{run['id']}", "/runs/run_nowhere", None),
            ("POST", f"/runs/{run['id']}/cancel", "/runs/run_nowhere/cancel", None),
            ("PUT", f"/runs/{run['id']}/feedback", "/runs/run_nowhere/feedback", {"rating": "up"}),
        ):
            answers = [problem(other.send(method, path, body), 404, "not_found") for path in (known, unknown)]
            for answer in answers:
                del answer["request_id"]
            assert answers[0] == answers[1]
        assert [each["id"] for each in other.get("/workflows")["data"]] == ["wf_other"]
        assert other.get("/runs")["data"] == []
        assert other.get("/events")["data"] == []


def test_a_bad_engine_names_every_fault(api: Api) -> None:
    engine = {
        "type": "script",
        "rules": [{"match": "", "answer": 1}],
        "default": {"answer": "x", "cost_usd": "1.1234567"},
    }
    answer = problem(
        api.send("POST", "/workflows", {"name": "Bad", "engine": engine, "nonsense": 1}), 422, "validation_failed"
    )
    pointers = {fault.get("pointer") for fault in answer["errors"]}
    assert {"/engine/rules/0/match", "/engine/rules/0/answer", "/engine/default/cost_usd", "/nonsense"} <= pointers


def test_a_failing_run_is_recorded_told_of_and_not_charged(api: Api) -> None:
    answer = problem(api.send("POST", "/workflows/wf_failing/query", {"input": "x"}), 502, "upstream_error")
    run = api.get("/runs", status="failed")["data"][0]
    assert run["error"]["code"] == "upstream_error"
    assert run["error"]["request_id"] == answer["request_id"]
    assert (run["output"], run["cost_usd"]) == (None, "0.000000")
    assert api.get("/events", type="run.failed")["data"][0]["data"]["run"] == run
    record = api.get(f"/requests/{answer['request_id']}")
    assert (record["status"], record["run_id"], record["cost_usd"]) == (502, run["id"], "0.000000")
    problem(api.send("POST", "/workflows/wf_failing/query", {"input": "internal"}), 500, "internal_error")


def test_a_repeated_query_is_answered_from_memory_and_charged_once(api: Api) -> None:
    first, again = (
        api.send("POST", "/workflows/wf_support/query", {"input": "refund"}, Idempotency_Key="k1") for _ in range(2)
    )
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert len(api.get("/runs")["data"]) == 1
