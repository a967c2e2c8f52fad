"""The tester's controls: clock, faults, journal, snapshots, reset, namespaces."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx
import pytest
from nodai_mock.app import create_app, worlds_of
from nodai_mock.settings import Settings
from nodai_mock.testing import DEMO, ThreadServer

QUERY = f"/api/v1/workflows/{DEMO.workflow_id}/query"
ASK = {"input": "password"}


def ask(client: httpx.Client, key: str = DEMO.secret_key, **headers: str) -> httpx.Response:
    return client.post(QUERY, json=ASK, headers={"X-API-Key": key, **headers})


def test_advancing_the_clock_ends_the_window(client: httpx.Client) -> None:
    assert [ask(client, DEMO.limited_key).status_code for _ in range(6)] == [200] * 5 + [429]
    client.post("/_mock/clock/advance", json={"duration": "PT59M"})
    assert ask(client, DEMO.limited_key).status_code == 429
    client.post("/_mock/clock/advance", json={"duration": "PT2M"})
    assert ask(client, DEMO.limited_key).status_code == 200


def test_advancing_into_the_next_month_renews_the_budget(client: httpx.Client) -> None:
    client.put("/_mock/clock", json={"now": "2026-11-21T12:00:00Z"})
    assert [ask(client, DEMO.budget_key).status_code for _ in range(6)] == [200] * 5 + [402]
    client.put("/_mock/clock", json={"now": "2026-12-01T00:00:00Z"})
    assert ask(client, DEMO.budget_key).status_code == 200


def test_an_advance_says_what_it_made_happen(client: httpx.Client) -> None:
    client.put("/_mock/clock", json={"now": "2026-11-21T12:00:00Z"})
    body = {"name": "short", "expires_at": "2026-11-21T13:00:00Z"}
    key = client.post("/api/v1/api-keys", json=body).json()
    moved = client.post("/_mock/clock/advance", json={"duration": "PT2H"}).json()["moved"]
    assert any(key["id"] in line for line in moved), moved
    assert client.get("/api/v1/workflows", headers={"X-API-Key": key["secret"]}).json()["code"] == "key_expired"


def test_a_set_clock_stands_still_unless_asked_otherwise(client: httpx.Client) -> None:
    asked = {"now": "2030-01-01T00:00:00Z"}
    assert client.put("/_mock/clock", json=asked).json() == {
        "now": "2030-01-01T00:00:00.000000Z", "frozen": True, "moved": []
    }  # fmt: skip
    assert client.get("/_mock/clock").json()["now"] == "2030-01-01T00:00:00.000000Z"
    assert client.put("/_mock/clock", json={**asked, "frozen": False}).json()["frozen"] is False
    assert client.delete("/_mock/clock").json()["now"] < "2030"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "", {"now": "1969-12-31T23:59:59Z"}), ("PUT", "", {"now": "9999-12-31T00:00:00Z"}),
        ("PUT", "", {"now": "soon"}), ("POST", "/advance", {"duration": "1h"}), ("POST", "/advance", {"duration": "P"}),
        ("POST", "/advance", {"duration": "P9999W99999DT999999H"}), ("POST", "/advance", {"duration": "-PT1H"}),
    ],
)  # fmt: skip
def test_a_time_that_no_clock_shows_is_a_422(client: httpx.Client, method: str, path: str, body: Any) -> None:
    for _ in range(30):
        answer = client.request(method, f"/_mock/clock{path}", json=body)
        if answer.status_code != 200:
            break
    assert answer.json()["code"] == "validation_failed"
    assert client.get("/_mock/clock").status_code == 200


def test_a_fault_hits_the_first_calls_of_its_operation_only(client: httpx.Client) -> None:
    fault = client.post("/_mock/faults", json={"operation": "workflows.query", "status": 503, "first": 2}).json()
    assert client.get("/api/v1/workflows").status_code == 200
    answers = [ask(client) for _ in range(3)]
    assert [each.status_code for each in answers] == [503, 503, 200]
    assert answers[0].headers["retry-after"] == "1"
    assert client.get("/_mock/faults").json()["data"][0]["hits"] == 2
    assert client.delete(f"/_mock/faults/{fault['id']}").status_code == 204
    assert client.delete(f"/_mock/faults/{fault['id']}").status_code == 404


def test_a_fault_hits_every_nth_call(client: httpx.Client) -> None:
    client.post("/_mock/faults", json={"code": "rate_limited", "every": 3})
    answers = [ask(client) for _ in range(6)]
    assert [each.status_code for each in answers] == [200, 200, 429, 200, 200, 429]
    assert answers[2].json()["code"] == "rate_limited"


def test_a_fault_for_one_key_leaves_the_others_alone(client: httpx.Client) -> None:
    listed = client.get("/api/v1/api-keys", params={"limit": 100}).json()["data"]
    limited = next(each for each in listed if each["last_four"] == DEMO.limited_key[-4:])
    client.post("/_mock/faults", json={"key_id": limited["id"], "status": 500})
    assert (ask(client).status_code, ask(client, DEMO.limited_key).status_code) == (200, 500)


def test_seeded_chance_repeats_itself() -> None:
    def statuses() -> list[int]:
        app = create_app(Settings(database_url="sqlite://", seed=5))
        http = app.test_client()
        http.post("/_mock/faults", json={"probability": 0.5, "status": 500})
        found = [http.get("/api/v1/plans").status_code for _ in range(20)]
        worlds_of(app).close()
        return found

    first = statuses()
    assert set(first) == {200, 500}
    assert first == statuses()


def test_a_fault_that_cannot_be_is_a_422(client: httpx.Client) -> None:
    for body, where in ({"code": "nope"}, "/code"), ({"operation": "a.b"}, "/operation"), ({}, ""):
        answer = client.post("/_mock/faults", json=body)
        assert answer.json()["errors"][0]["pointer"] == where


def test_a_header_asks_for_a_fault_so_many_times(client: httpx.Client) -> None:
    header = {"X-Mock-Fault": "status=503; times=2"}
    assert [ask(client, **header).status_code for _ in range(6)] == [503, 503, 200, 503, 503, 200]


def test_a_header_that_cannot_be_read_is_a_422(client: httpx.Client) -> None:
    for text in ("status=200", "nonsense", "times=0", "status=banana", "code=nope", "drop=maybe"):
        errors = ask(client, **{"X-Mock-Fault": text}).json()["errors"]
        assert errors[0]["parameter"] == "X-Mock-Fault"


def test_a_refusing_fault_consumes_nothing(client: httpx.Client) -> None:
    for _ in range(5):
        assert ask(client, DEMO.limited_key, **{"X-Mock-Fault": "status=500"}).status_code == 500
    assert [ask(client, DEMO.limited_key).status_code for _ in range(6)] == [200] * 5 + [429]


@pytest.mark.parametrize("how", ["drop", "truncate"])
def test_a_lost_answer_was_still_worked_for(client: httpx.Client, how: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        ask(client, **{"X-Mock-Fault": how, "Idempotency-Key": "once"})
    again = ask(client, **{"Idempotency-Key": "once"})
    assert again.headers["idempotent-replayed"] == "true"
    assert len(client.get("/api/v1/runs").json()["data"]) == 1


def test_a_malformed_answer_is_no_json(client: httpx.Client) -> None:
    answer = ask(client, **{"X-Mock-Fault": "malformed"})
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


def test_no_event_of_a_malformed_stream_is_json(client: httpx.Client) -> None:
    headers = {"X-API-Key": DEMO.secret_key, "X-Mock-Fault": "malformed"}
    answer = client.post(f"/api/v1/workflows/{DEMO.workflow_id}/stream", json={"input": "password"}, headers=headers)
    events = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]
    assert len(events) > 2
    for event in events:
        with pytest.raises(ValueError, match="Expecting value"):
            json.loads(event)


@pytest.mark.parametrize("code", ["key_revoked", "cost_limit_exceeded", "quota_exceeded", "idempotency_in_progress"])
def test_a_fault_carries_the_facts_of_its_code(client: httpx.Client, code: str) -> None:
    found = ask(client, **{"X-Mock-Fault": f"code={code}"}).json()
    expected = {
        "key_revoked": "revoked_at", "cost_limit_exceeded": "spent_usd", "quota_exceeded": "resets_at",
        "idempotency_in_progress": "retry_after_seconds",
    }  # fmt: skip
    assert found["code"] == code
    assert expected[code] in found


def test_the_journal_shows_what_went_over_the_wire_without_secrets(client: httpx.Client) -> None:
    ask(client)
    client.post("/api/v1/api-keys", json={"name": "made"})
    client.get("/nope?a=1")
    missing, made, asked = client.get("/_mock/journal").json()["data"][:3]
    assert (missing["operation"], missing["status"], missing["verdict"]["valid"]) == (None, 404, False)
    assert (asked["operation"], asked["request_body"]) == ("workflows.query", '{"input":"password"}')
    assert asked["response_headers"]["x-request-id"] == asked["id"]
    assert "x-api-key" not in asked["request_headers"]
    assert made["status"] == 201
    assert DEMO.secret_key not in str([missing, made, asked])
    assert '"secret":"nk_' in made["response_body"]
    assert "…" in made["response_body"]


def test_the_journal_explains_a_refusal(client: httpx.Client) -> None:
    client.put("/_mock/clock", json={"now": "2026-11-21T12:00:00Z"})
    for _ in range(6):
        ask(client, DEMO.limited_key)
    page = client.get("/_mock/journal", params={"status": 429}).json()["data"]
    explain = page[0]["explain"]
    assert (explain["admitted"], explain["code"]) == (False, "rate_limited")
    refused = next(rule for rule in explain["rules"] if rule["refused"])
    assert (refused["name"], refused["limit"], refused["used_before"], refused["used_after"]) == ("key", "5", "5", "5")
    assert datetime.fromisoformat(refused["passes_at"]) > datetime.fromisoformat("2026-11-21T12:00:00Z")


def test_the_journal_is_paged_filtered_and_cleared(client: httpx.Client) -> None:
    for _ in range(5):
        client.get("/api/v1/plans")
    query: dict[str, Any] = {"operation": "plans.list", "limit": 2}
    seen: list[str] = []
    while True:
        page = client.get("/_mock/journal", params=query).json()
        seen += [each["id"] for each in page["data"]]
        if not page["has_more"]:
            break
        query["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 5
    assert client.delete("/_mock/journal").status_code == 204
    assert len(client.get("/_mock/journal").json()["data"]) == 1


def test_a_reset_starts_over(client: httpx.Client) -> None:
    before = client.get("/api/v1/workflows").json()["data"]
    ask(client)
    client.post("/_mock/faults", json={"status": 500, "operation": "runs.list"})
    client.put("/_mock/clock", json={"now": "2030-01-01T00:00:00Z"})
    assert client.post("/_mock/reset").status_code == 204
    assert client.get("/api/v1/runs").json()["data"] == []
    assert client.get("/_mock/clock").json()["frozen"] is False
    assert [each["id"] for each in client.get("/api/v1/workflows").json()["data"]] == [each["id"] for each in before]


def test_a_snapshot_brings_all_data_back(client: httpx.Client) -> None:
    kept = ask(client).json()["id"]
    saved = client.post("/_mock/snapshots", json={"name": "one"}).json()
    ask(client)
    client.delete(f"/api/v1/workflows/{DEMO.workflow_id}")
    assert client.post("/_mock/snapshots/one/load").json() == saved
    assert [each["id"] for each in client.get("/api/v1/runs").json()["data"]] == [kept]
    assert ask(client).status_code == 200
    assert client.get("/_mock/snapshots").json()["data"] == [saved]
    assert client.post("/_mock/snapshots/two/load").status_code == 404


def test_counters_come_back_with_a_snapshot(client: httpx.Client) -> None:
    client.post("/_mock/snapshots", json={"name": "fresh"})
    assert [ask(client, DEMO.limited_key).status_code for _ in range(6)] == [200] * 5 + [429]
    client.post("/_mock/snapshots/fresh/load")
    assert ask(client, DEMO.limited_key).status_code == 200


def test_namespaces_share_nothing(server: ThreadServer) -> None:
    with httpx.Client(base_url=server.base_url) as http:
        for name in ("left", "right"):
            headers = {"X-Mock-Namespace": name}
            answers = [ask(http, DEMO.limited_key, **headers).status_code for _ in range(6)]
            assert answers == [200] * 5 + [429]


def test_namespaces_are_bounded_and_the_unused_go_first() -> None:
    app = create_app(Settings(database_url="sqlite://", namespaces=2))
    worlds, http = worlds_of(app), app.test_client()
    for name in ("a", "b", "a", "c"):
        assert http.get("/_mock/clock", headers={"X-Mock-Namespace": name}).status_code == 200
    a = worlds.named("a")
    worlds.named("b")
    assert worlds.named("a") is a
    worlds.close()


def test_one_namespace_is_made_once_however_many_ask_at_once(server: ThreadServer) -> None:
    with ThreadPoolExecutor(8) as pool:
        worlds = list(pool.map(lambda _: server.worlds.named("crowded"), range(32)))
    assert len({id(world) for world in worlds}) == 1


def test_a_seed_makes_everything_the_same_again() -> None:
    def walk() -> list[Any]:
        app = create_app(Settings(database_url="sqlite://", seed=42))
        http = app.test_client()
        headers = {"X-API-Key": DEMO.secret_key}
        found = [
            http.post(QUERY, json=ASK, headers=headers).json,
            http.post("/api/v1/api-keys", json={"name": "k"}, headers=headers).json,
        ]
        worlds_of(app).close()
        return found

    first = walk()
    assert first == walk()
    assert first[0]["created_at"].startswith("2026-01-01T")
