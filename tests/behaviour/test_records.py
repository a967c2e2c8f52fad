"""What is kept of what happened: the request log, events, the audit log; and what needs no key."""

from __future__ import annotations

import httpx
import pytest
from nodai_mock._generated.operations import OPERATIONS
from nodai_mock.demo import DEMO
from nodai_mock.testing import ThreadServer

from tests.behaviour.api import Api, problem


def test_a_request_is_logged_as_it_was_answered(api: Api) -> None:
    answer = api.send("POST", "/workflows/wf_support/query", {"input": "refund"}, User_Agent="test/1")
    record = api.get(f"/requests/{answer.headers['x-request-id']}")
    assert record | {"latency_ms": None, "created_at": None} == {
        "id": answer.headers["x-request-id"], "operation": "workflows.query", "method": "POST",
        "path": "/api/v1/workflows/wf_support/query", "status": 200, "code": None, "key_id": "key_demo_secret",
        "workflow_id": "wf_support", "run_id": answer.json()["id"], "cost_usd": "0.002000", "latency_ms": None,
        "request_bytes": len(answer.request.content), "response_bytes": len(answer.content), "client_ip": "127.0.0.1",
        "user_agent": "test/1", "created_at": None,
    }  # fmt: skip
    assert record["latency_ms"] > 0


def test_a_refusal_is_logged_with_its_code(api: Api) -> None:
    answer = api.send("POST", "/workflows/wf_support/query", {})
    record = api.get(f"/requests/{problem(answer, 422, 'validation_failed')['request_id']}")
    assert (record["status"], record["code"], record["cost_usd"]) == (422, "validation_failed", "0.000000")


def test_a_key_verification_is_logged_whether_it_is_admitted_or_not(api: Api) -> None:
    limits = {"rate_limit": {"limit": 1, "window_seconds": 3600}}
    made = api.post("/api-keys", {"name": "Checker", "scopes": ["keys:read"], **limits})
    with api.as_key(made["secret"]) as checker:
        asked = [checker.send("POST", "/key-verifications", {"secret": made["secret"]}) for _ in range(2)]
    problem(asked[1], 429, "rate_limited")
    assert (asked[0].status_code, asked[0].json()["valid"]) == (200, True)
    logged = [api.get(f"/requests/{answer.headers['x-request-id']}") for answer in asked]
    assert [(each["status"], each["code"]) for each in logged] == [(200, None), (429, "rate_limited")]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"operation": "workflows.query"}, [2, 1, 0]),
        ({"workflow_id": "wf_echo"}, [1]),
        ({"status": 502}, [2]),
        ({"code": "upstream_error"}, [2]),
        ({"key_id": "key_other_secret"}, []),
        ({"operation": "workflows.query", "from": "2027-03-01T11:00:00Z"}, [2, 1]),
        ({"operation": "workflows.query", "to": "2027-03-01T11:00:00Z"}, [0]),
    ],
)
def test_requests_are_found_by_what_they_were(api: Api, filter: dict[str, str | int], expected: list[int]) -> None:
    api.freeze()
    ids = [api.send("POST", "/workflows/wf_support/query", {"input": "x"}).headers["x-request-id"]]
    api.advance("PT1H")
    ids.append(api.send("POST", "/workflows/wf_echo/query", {"input": "x"}).headers["x-request-id"])
    ids.append(api.send("POST", "/workflows/wf_failing/query", {"input": "x"}).headers["x-request-id"])
    assert [each["id"] for each in api.get("/requests", **filter)["data"]] == [ids[index] for index in expected]


def test_pages_of_requests_hold_each_once(api: Api) -> None:
    api.freeze()
    ids = [api.send("POST", "/workflows/wf_echo/query", {"input": "x"}).headers["x-request-id"] for _ in range(5)]
    first = api.get("/requests", limit=2, operation="workflows.query")
    second = api.get("/requests", limit=3, operation="workflows.query", cursor=first["next_cursor"])
    assert sorted(each["id"] for page in (first, second) for each in page["data"]) == sorted(ids)
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_events_oldest_first_can_be_followed_for_ever(api: Api) -> None:
    runs = [api.query()["id"] for _ in range(3)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for step in range(4):
        page = api.get("/events", order="asc", limit=2, type="run.*", **cursor)
        seen += [each["data"]["run"]["id"] for each in page["data"]]
        assert page["has_more"] is (len(seen) == 2)
        cursor = {"cursor": page["next_cursor"]}
        if step == 2:
            assert page["data"] == []
            runs.append(api.query()["id"])
    assert seen == runs


def test_events_newest_first_end(api: Api) -> None:
    runs = [api.query()["id"] for _ in range(3)]
    first = api.get("/events", limit=2, type="run.completed")
    last = api.get("/events", limit=2, type="run.completed", cursor=first["next_cursor"])
    assert [each["data"]["run"]["id"] for each in first["data"] + last["data"]] == runs[::-1]
    assert (last["has_more"], last["next_cursor"]) == (False, None)


def test_an_event_can_be_fetched_and_only_by_its_owner(api: Api) -> None:
    api.query()
    event = api.get("/events")["data"][0]
    assert api.get(f"/events/{event['id']}") == event
    problem(api.send("GET", "/events/evt_nowhere"), 404, "not_found")
    with api.as_key(DEMO.other_key) as other:
        problem(other.send("GET", f"/events/{event['id']}"), 404, "not_found")


def test_a_clock_that_is_set_back_hides_no_event(api: Api) -> None:
    api.query()
    cursor = api.get("/events", order="asc")["next_cursor"]
    api.freeze("2020-01-01T00:00:00Z")
    run = api.query()
    page = api.get("/events", order="asc", cursor=cursor)
    assert [each["data"]["run"]["id"] for each in page["data"]] == [run["id"]]


def test_the_audit_log_says_who_changed_what(api: Api) -> None:
    workflow_id = api.workflow({"type": "echo"})
    api.send("PATCH", f"/workflows/{workflow_id}", {"name": "Changed"})
    api.send("DELETE", f"/workflows/{workflow_id}")
    entries = api.get("/audit-log", subject=workflow_id)["data"]
    assert [each["type"] for each in entries] == ["workflow.deleted", "workflow.updated", "workflow.created"]
    assert {each["actor_key_id"] for each in entries} == {"key_demo_secret"}
    assert entries[1]["data"]["workflow"]["name"] == "Changed"
    assert api.get("/audit-log", type="workflow.*", actor_key_id="key_demo_secret", limit=1)["has_more"] is True


def test_runs_do_not_drown_the_audit_log(api: Api) -> None:
    run = api.query()
    assert run["id"] not in {each["subject"] for each in api.get("/audit-log", limit=100)["data"]}
    assert api.get("/audit-log", type="run.*")["data"][0]["subject"] == run["id"]


@pytest.mark.parametrize("path", ["/workflows", "/runs", "/requests", "/events", "/events?order=asc", "/audit-log"])
@pytest.mark.parametrize("cursor", ["0", "zzzz", "_", "9" * 64, "01kaj3v8m2f6q9t4x7b0c5d1eh"])
def test_every_cursor_of_the_contract_is_accepted(api: Api, path: str, cursor: str) -> None:
    joint = "&" if "?" in path else "?"
    assert set(api.get(f"{path}{joint}cursor={cursor}")) == {"data", "has_more", "next_cursor"}


@pytest.mark.parametrize("cursor", ["", "A", "a b", "é", "x" * 65, "%00"])
def test_other_cursors_are_refused(api: Api, cursor: str) -> None:
    answer = api.http.get("/api/v1/runs", params={"cursor": cursor})
    assert problem(answer, 422, "validation_failed")["errors"][0]["parameter"] == "cursor"


def test_the_registry_lists_every_operation_without_a_key(server: ThreadServer) -> None:
    found = httpx.get(f"{server.base_url}/api/v1/endpoints", trust_env=False).json()["data"]
    assert [each["operation"] for each in found] == [operation.id for operation in OPERATIONS]
    query = next(each for each in found if each["operation"] == "workflows.query")
    assert query == {
        "operation": "workflows.query", "method": "POST", "path": "/api/v1/workflows/{workflow_id}/query",
        "summary": "Query a workflow", "scopes": ["workflows:query"], "metered": True,
    }  # fmt: skip


def test_health_needs_no_key(server: ThreadServer) -> None:
    for path in ("/health/live", "/health/ready"):
        assert httpx.get(server.base_url + path, trust_env=False).json()["status"] == "ok"
