"""Limits, budgets and keys as a caller meets them over HTTP."""

from __future__ import annotations

import httpx
import pytest
from nodai_mock.demo import DEMO
from nodai_mock.keys.magic import secret

from tests.behaviour.api import Api, problem

QUERY = ("POST", "/workflows/wf_support/query", {"input": "refund"})


def test_five_queries_an_hour_and_the_sixth_waits(api: Api) -> None:
    api.freeze()
    limited = api.as_key(DEMO.limited_key)
    answers = [limited.send(*QUERY) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
    assert answers[0].headers["ratelimit"] == '"key";r=4;t=3600'
    assert '"key";q=5;w=3600' in answers[0].headers["ratelimit-policy"]
    refused = problem(answers[5], 429, "rate_limited")
    assert (refused["policy"], refused["limit"], refused["remaining"], refused["retryable"]) == ("key", 5, 0, True)
    wait = int(answers[5].headers["retry-after"])
    api.advance(f"PT{wait - 1}S")
    assert limited.send(*QUERY).status_code == 429
    api.advance("PT1S")
    assert limited.send(*QUERY).status_code == 200


def test_a_cent_pays_for_five_queries_until_the_month_ends(api: Api) -> None:
    api.freeze("2027-03-01T10:00:00Z")
    poor = api.as_key(DEMO.budget_key)
    assert [poor.send(*QUERY).status_code for _ in range(6)] == [200] * 5 + [402]
    refused = problem(poor.send(*QUERY), 402, "cost_limit_exceeded")
    assert (refused["cost_limit_usd"], refused["spent_usd"], refused["retryable"]) == ("0.010000", "0.010000", False)
    assert refused["resets_at"] == "2027-04-01T00:00:00.000000Z"
    told = api.get("/events", type="usage.threshold_reached")["data"]
    assert [event["data"]["threshold_percent"] for event in told] == [100, 80, 50]
    api.advance("P31D")
    assert poor.send(*QUERY).status_code == 200


def test_a_refusal_is_explained(api: Api) -> None:
    api.freeze()
    limited = api.as_key(DEMO.limited_key)
    for _ in range(6):
        answer = limited.send(*QUERY)
    entry = api.http.get("/_mock/journal", params={"limit": 1}).json()["data"][0]
    assert entry["id"] == answer.headers["x-request-id"]
    assert (entry["explain"]["admitted"], entry["explain"]["code"]) == (False, "rate_limited")
    assert next(rule for rule in entry["explain"]["rules"] if rule["refused"]) == {
        "name": "key",
        "kind": "window",
        "limit": "5",
        "used_before": "5",
        "used_after": "5",
        "refused": True,
        "passes_at": "2027-03-01T11:00:00.000000Z",
    }


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("expired", 403, "key_expired"),
        ("revoked", 403, "key_revoked"),
        ("disabled", 403, "key_disabled"),
        ("ip_denied", 403, "ip_not_allowed"),
        ("over_budget", 402, "cost_limit_exceeded"),
        ("rate_limited", 429, "rate_limited"),
    ],
)
def test_magic_keys_answer_what_they_say(api: Api, name: str, status: int, code: str) -> None:
    for _ in range(2):
        problem(api.as_key(secret(name)).send(*QUERY), status, code)


def test_the_dropped_key_gets_no_answer(api: Api) -> None:
    with pytest.raises(httpx.HTTPError):
        api.as_key(secret("dropped")).send(*QUERY)


def test_who_is_unknown_hears_that_before_what_is_wrong_with_the_body(api: Api) -> None:
    problem(
        api.as_key("nk_wrong").send("POST", "/workflows/wf_support/query", {"nonsense": 1}), 401, "malformed_api_key"
    )
    problem(
        api.as_key(secret("expired")).send("POST", "/workflows/wf_support/query", {"nonsense": 1}), 403, "key_expired"
    )


def test_a_bad_request_consumes_nothing(api: Api) -> None:
    limited = api.as_key(DEMO.limited_key)
    for _ in range(10):
        problem(limited.send("POST", "/workflows/wf_support/query", {"nonsense": 1}), 422, "validation_failed")
        problem(limited.send("POST", "/workflows/wf_nobody/query", {"input": "a"}), 404, "not_found")
    assert [limited.send(*QUERY).status_code for _ in range(5)] == [200] * 5


def test_every_answer_to_a_known_key_says_how_its_limits_stand(api: Api) -> None:
    limited = api.as_key(DEMO.limited_key)
    limited.send(*QUERY)
    for answer in (
        limited.send("POST", "/workflows/wf_support/query", {"nonsense": 1}),
        limited.send("GET", "/api-keys"),
        limited.send("POST", "/workflows/wf_nobody/query", {"input": "a"}),
    ):
        assert answer.status_code in (422, 403, 404)
        assert answer.headers["x-ratelimit-remaining"] == "4"


def test_a_repetition_costs_nothing_and_says_so(api: Api) -> None:
    limited = api.as_key(DEMO.limited_key)
    answers = [limited.send(*QUERY, Idempotency_Key='"once"') for _ in range(8)]
    assert len({answer.content for answer in answers}) == 1
    assert [answer.headers.get("idempotent-replayed") for answer in answers] == [None] + ["true"] * 7
    assert answers[-1].headers["x-ratelimit-remaining"] == "4"
    assert api.get("/api-keys/key_demo_limited/usage")["requests_total"] == 1


def test_a_new_key_is_limited_by_itself_and_known_by_its_usage(api: Api) -> None:
    made = api.post(
        "/api-keys",
        {"name": "one a minute", "scopes": ["workflows:query"], "rate_limit": {"limit": 1, "window_seconds": 60}},
    )
    own = api.as_key(made["secret"])
    assert [own.send(*QUERY).status_code for _ in range(2)] == [200, 429]
    status = api.get(f"/api-keys/{made['id']}/rate-limit")["policies"]
    assert [(policy["name"], policy["remaining"]) for policy in status][:2] == [("burst", 199), ("key", 0)]
    api.post(f"/api-keys/{made['id']}/rate-limit/reset")
    assert own.send(*QUERY).status_code == 200
    errors = api.get("/usage/errors", key_id=made["id"])["data"]
    assert [(each["code"], each["requests"]) for each in errors] == [("rate_limited", 1)]
    assert (
        api.post("/key-verifications", {"secret": made["secret"], "operation": "workflows.query"})["code"]
        == "rate_limited"
    )


def test_a_clock_set_back_forgets_what_has_not_happened_yet(api: Api) -> None:
    api.freeze("2027-03-01T10:00:00Z")
    limited = api.as_key(DEMO.limited_key)
    assert [limited.send(*QUERY).status_code for _ in range(6)] == [200] * 5 + [429]
    api.advance("PT1H")
    assert [limited.send(*QUERY).status_code for _ in range(6)] == [200] * 5 + [429]
    api.freeze("2027-03-01T10:59:59Z")
    assert limited.send(*QUERY).status_code == 429
    api.freeze("2027-03-01T09:59:59Z")
    assert limited.send(*QUERY).status_code == 200


def test_a_day_is_exported_line_by_line(api: Api) -> None:
    api.freeze("2027-03-01T10:00:00Z")
    ids = [api.send(*QUERY).headers["x-request-id"] for _ in range(3)]
    answer = api.send("GET", "/usage/export?date=2027-03-01")
    assert answer.headers["content-type"].startswith("application/jsonl")
    assert [line.split('"')[3] for line in answer.text.splitlines()] == ids
