"""Runs: started, awaited, cancelled, rated and listed."""

from __future__ import annotations

from typing import Any

import pytest
from nodai_mock.demo import DEMO
from nodai_mock.workflows import running
from nodai_mock.workflows.engines import compile_engine as engines_of

from tests.behaviour.api import Api, problem


def test_a_started_run_ends_when_the_clock_reaches_it(api: Api) -> None:
    api.freeze()
    run = api.start("wf_slow")
    assert (run["status"], run["output"], run["cost_usd"]) == ("queued", None, "0.000000")
    assert api.advance("PT1.999S") == []
    assert api.get(f"/runs/{run['id']}")["status"] == "queued"
    assert api.advance("PT0.001S") == [f"run {run['id']} completed"]
    ended = api.get(f"/runs/{run['id']}")
    assert (ended["status"], ended["duration_ms"], ended["cost_usd"]) == ("completed", 2000, "0.002000")
    assert ended["completed_at"] == "2027-03-01T10:00:02.000000Z"


def test_a_started_run_ends_in_its_event(api: Api) -> None:
    api.freeze()
    good, bad = api.start("wf_slow"), api.start("wf_failing")
    api.advance("PT2S")
    told = {
        each["data"]["run"]["id"]: each["type"]
        for each in api.get("/events")["data"]
        if each["type"].startswith("run.")
    }
    assert told == {good["id"]: "run.completed", bad["id"]: "run.failed"}


def test_a_started_run_holds_its_cost_until_it_ends(api: Api) -> None:
    api.freeze()
    with api.as_key(DEMO.budget_key) as budget:
        started = [budget.start("wf_slow") for _ in range(5)]
        refused = problem(budget.send("POST", "/workflows/wf_slow/runs", {"input": "x"}), 402, "cost_limit_reserved")
        assert (refused["reserved_usd"], refused["spent_usd"]) == ("0.010000", "0.000000")
        api.post(f"/runs/{started[0]['id']}/cancel")
        sixth = budget.start("wf_slow")
        assert len(api.advance("PT2S")) == 5
        refused = problem(budget.send("POST", "/workflows/wf_slow/runs", {"input": "x"}), 402, "cost_limit_exceeded")
        assert (refused["reserved_usd"], refused["spent_usd"]) == ("0.000000", "0.010000")
        assert budget.get(f"/runs/{sixth['id']}")["status"] == "completed"
    assert api.get("/api-keys/key_demo_budget/usage")["cost_usd_total"] == "0.010000"


def test_a_failed_started_run_is_not_charged(api: Api) -> None:
    api.freeze()
    run = api.start("wf_failing")
    api.advance("PT1S")
    ended = api.get(f"/runs/{run['id']}")
    assert (ended["status"], ended["error"]["code"], ended["cost_usd"]) == ("failed", "upstream_error", "0.000000")
    assert api.get("/api-keys/key_demo_secret/usage")["cost_usd_total"] == "0.000000"


def test_a_fault_of_the_server_fails_one_run_and_the_next_completes(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    api.freeze()
    broken, good = api.start("wf_slow"), api.start("wf_slow", "again")
    engines = iter([None])

    def compile_engine(definition: Any) -> Any:
        return engines_of(definition) if next(engines, good) else definition["a name that is not there"]

    monkeypatch.setattr(running, "compile_engine", compile_engine)
    assert sorted(api.advance("PT2S")) == sorted([f"run {broken['id']} failed", f"run {good['id']} completed"])
    ended = api.get(f"/runs/{broken['id']}")
    assert (ended["status"], ended["error"]["code"], ended["cost_usd"]) == ("failed", "internal_error", "0.000000")
    assert f"{broken['id']} failed by a fault of the server" in caplog.text


def test_a_queued_run_can_be_cancelled_once(api: Api) -> None:
    api.freeze()
    run = api.start("wf_slow")
    cancelled = api.post(f"/runs/{run['id']}/cancel")
    assert (cancelled["status"], cancelled["cost_usd"], cancelled["output"]) == ("cancelled", "0.000000", None)
    problem(api.send("POST", f"/runs/{run['id']}/cancel"), 409, "conflict")
    assert api.advance("PT1H") == []
    assert api.get(f"/runs/{run['id']}") == cancelled


def test_a_completed_run_cannot_be_cancelled(api: Api) -> None:
    problem(api.send("POST", f"/runs/{api.query()['id']}/cancel"), 409, "conflict")


def test_a_started_run_keeps_the_engine_it_started_with(api: Api) -> None:
    api.freeze()
    workflow_id = api.workflow({"type": "template", "template": "old", "latency_ms": 50})
    run = api.start(workflow_id)
    api.send("PATCH", f"/workflows/{workflow_id}", {"engine": {"type": "template", "template": "new"}})
    api.send("DELETE", f"/workflows/{workflow_id}")
    api.advance("PT1S")
    assert api.get(f"/runs/{run['id']}")["output"] == "old"


def test_a_repeated_start_is_one_run(api: Api) -> None:
    api.freeze()
    first, again = (api.send("POST", "/workflows/wf_slow/runs", {"input": "x"}, Idempotency_Key="s") for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    assert len(api.advance("PT2S")) == 1


def test_what_a_jump_makes_due_it_does_and_tells_itself(api: Api) -> None:
    """However close behind the start it comes: the thread in the background does not do it first, unsaid."""
    api.freeze()
    for _ in range(100):
        run = api.send("POST", "/workflows/wf_slow/runs", {"input": "x"}).json()
        assert api.advance("PT2S") == [f"run {run['id']} completed"]


def test_a_rating_is_kept_and_replaced(api: Api) -> None:
    run = api.query()
    path = f"/runs/{run['id']}/feedback"
    up = api.send("PUT", path, {"rating": "up", "comment": "That was it."}).json()
    assert (up["run_id"], up["rating"], up["comment"]) == (run["id"], "up", "That was it.")
    down = api.send("PUT", path, {"rating": "down"}).json()
    assert (down["rating"], down["comment"]) == ("down", None)


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"workflow_id": "wf_echo"}, [1]),
        ({"key_id": "key_demo_limited"}, [2]),
        ({"status": "failed"}, [3]),
        ({"from": "2027-03-01T11:00:00Z"}, [3, 2, 1]),
        ({"to": "2027-03-01T11:00:00Z"}, [0]),
        ({"from": "2027-03-01T11:00:00Z", "to": "2027-03-01T13:00:00Z"}, [2, 1]),
        ({"status": "queued"}, []),
        ({"workflow_id": "wf_echo", "status": "failed"}, []),
    ],
)
def test_runs_are_found_by_workflow_key_status_and_time(api: Api, filter: dict[str, str], expected: list[int]) -> None:
    api.freeze()
    runs = [api.query()]
    api.advance("PT1H")
    runs.append(api.query("wf_echo", "x"))
    api.advance("PT1H")
    with api.as_key(DEMO.limited_key) as limited:
        runs.append(limited.query())
    api.advance("PT1H")
    api.send("POST", "/workflows/wf_failing/query", {"input": "x"})
    runs.append(api.get("/runs", status="failed")["data"][0])
    assert [each["id"] for each in api.get("/runs", **filter)["data"]] == [runs[index]["id"] for index in expected]


def test_pages_of_runs_hold_each_once_newest_first(api: Api) -> None:
    made = [api.query()["id"] for _ in range(7)]
    first = api.get("/runs", limit=3)
    api.query()
    second = api.get("/runs", limit=3, cursor=first["next_cursor"])
    third = api.get("/runs", limit=3, cursor=second["next_cursor"])
    pages = [each["id"] for page in (first, second, third) for each in page["data"]]
    assert pages == made[::-1]
    assert (third["has_more"], third["next_cursor"]) == (False, None)
