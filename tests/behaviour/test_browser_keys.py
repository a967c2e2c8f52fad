"""Credentials that web pages hold: bound to origins, for queries only, never worth more than their key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from nodai_mock.demo import DEMO
from nodai_mock.testing import ThreadServer

from tests.behaviour.api import Api, ok, problem

SHOP = "https://shop.example"
QUERY = f"/workflows/{DEMO.workflow_id}/query"
ASK = {"input": "How do I reset my password?"}
Make = Callable[..., dict[str, Any]]


@pytest.fixture
def key(api: Api) -> Make:
    """Makes keys; a name and the scopes of a backend unless told otherwise."""

    def make(**settings: Any) -> dict[str, Any]:
        scopes = ["client_sessions:write", "workflows:query", "usage:read"]
        return api.post("/api-keys", {"name": "Backend", "scopes": scopes, **settings})

    return make


def publishable(api: Api, **settings: Any) -> dict[str, Any]:
    return api.post("/api-keys", {"name": "Web", "kind": "publishable", "allowed_origins": [SHOP], **settings})


def session(api: Api, **settings: Any) -> dict[str, Any]:
    return api.post("/client-sessions", {"workflow_id": DEMO.workflow_id, "origin": SHOP, **settings})


def ask(api: Api, secret: str, origin: str | None = SHOP, path: str = QUERY) -> httpx.Response:
    """A query as a page sends it."""
    headers = {} if origin is None else {"Origin": origin}
    return api.as_key(secret).send("POST", path, ASK, **headers)


def test_a_session_queries_streams_and_rates(api: Api) -> None:
    secret = session(api)["secret"]
    run = ok(ask(api, secret))
    assert run["output"].startswith("Open Settings")
    page = api.as_key(secret)
    streamed = page.stream(DEMO.workflow_id, "password", Origin=SHOP)
    assert streamed[-1].type == "run.completed"
    for run_id in (run["id"], streamed[-1].data["run"]["id"]):
        rated = ok(page.send("PUT", f"/runs/{run_id}/feedback", {"rating": "up"}, Origin=SHOP))
        assert (rated["run_id"], rated["rating"]) == (run_id, "up")


def test_a_session_says_what_it_is_for_and_when_it_ends(api: Api) -> None:
    api.freeze()
    made = session(api)
    assert (made["workflow_id"], made["origin"]) == (DEMO.workflow_id, SHOP)
    assert made["created_at"] == "2027-03-01T10:00:00.000000Z"
    assert made["expires_at"] == "2027-03-01T10:05:00.000000Z"
    assert session(api, expires_in_seconds=600)["expires_at"] == "2027-03-01T10:10:00.000000Z"


def test_a_session_ends_by_the_servers_clock_and_is_forgotten_a_day_later(api: Api) -> None:
    api.freeze()
    secret = session(api, expires_in_seconds=60)["secret"]
    api.advance("PT59.999S")
    assert ask(api, secret).is_success
    api.advance("PT0.001S")
    assert problem(ask(api, secret), 403, "key_expired")["expired_at"] == "2027-03-01T10:01:00.000000Z"
    api.advance("P2D")
    problem(ask(api, secret), 401, "invalid_api_key")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://shop.example", "https://shop.example:8443", "null"])
def test_a_session_works_on_its_origin_only(api: Api, origin: str) -> None:
    refused = problem(ask(api, session(api)["secret"], origin), 403, "origin_not_allowed")
    assert refused["origin"] == origin


def test_credentials_of_pages_are_no_use_without_an_origin(api: Api) -> None:
    for secret in (session(api)["secret"], publishable(api)["secret"]):
        problem(ask(api, secret, None), 403, "origin_not_allowed")


def test_a_session_works_on_its_workflow_only(api: Api) -> None:
    refused = ask(api, session(api)["secret"], path="/workflows/wf_echo/query")
    assert problem(refused, 403, "workflow_not_allowed")["workflow_id"] == "wf_echo"


def test_the_next_request_after_the_key_was_revoked_is_refused(api: Api, key: Make) -> None:
    backend = key()
    secret = session(api.as_key(backend["secret"]))["secret"]
    assert ask(api, secret).is_success
    api.post(f"/api-keys/{backend['id']}/revoke", {"reason": "compromised"})
    assert problem(ask(api, secret), 403, "key_revoked")["reason"] == "compromised"


def test_the_next_request_after_the_key_was_switched_off_is_refused(api: Api, key: Make) -> None:
    backend = key()
    secret = session(api.as_key(backend["secret"]))["secret"]
    assert ask(api, secret).is_success
    for active, status in ((False, 403), (True, 200)):
        ok(api.send("PUT", f"/api-keys/{backend['id']}", {"active": active}))
        assert ask(api, secret).status_code == status


def test_sessions_are_gone_with_their_key(api: Api, key: Make) -> None:
    backend = key()
    secret = session(api.as_key(backend["secret"]))["secret"]
    ok(api.send("DELETE", f"/api-keys/{backend['id']}"))
    problem(ask(api, secret), 401, "invalid_api_key")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"scopes": ["client_sessions:write"]}, "insufficient_scope"),
     ({"workflow_ids": ["wf_echo"]}, "workflow_not_allowed")],
)  # fmt: skip
def test_what_the_key_loses_its_sessions_lose(api: Api, key: Make, change: dict[str, Any], code: str) -> None:
    backend = key()
    secret = session(api.as_key(backend["secret"]))["secret"]
    ok(api.send("PUT", f"/api-keys/{backend['id']}", change))
    problem(ask(api, secret), 403, code)


def test_sessions_count_on_the_limits_and_the_budget_of_their_key(api: Api, key: Make) -> None:
    backend = key(rate_limit={"limit": 5, "window_seconds": 3600})
    minted = api.as_key(backend["secret"])
    first, second = session(minted)["secret"], session(minted)["secret"]
    assert [ask(api, secret).status_code for secret in (first, second, first)] == [200, 200, 200]
    assert problem(ask(api, second), 429, "rate_limited")["policy"] == "key"
    assert api.get(f"/api-keys/{backend['id']}/usage")["cost_usd_total"] == "0.006000"

    poor = key(cost_limit_usd="0.002000")
    secret = session(api.as_key(poor["secret"]))["secret"]
    assert ask(api, secret).is_success
    assert problem(ask(api, secret), 402, "cost_limit_exceeded")["policy"] == "key-budget"


def test_the_addresses_of_a_key_are_its_backends_and_not_the_visitors(api: Api, key: Make) -> None:
    backend = key(allowed_ips=["203.0.113.0/24"])
    body = {"workflow_id": DEMO.workflow_id, "origin": SHOP}
    minted = api.as_key(backend["secret"])
    problem(minted.send("POST", "/client-sessions", body), 403, "ip_not_allowed")
    made = ok(minted.send("POST", "/client-sessions", body, X_Mock_Client_Ip="203.0.113.7"))
    assert ask(api, made["secret"]).is_success


def test_nobody_gives_a_session_more_than_they_have(api: Api, key: Make) -> None:
    def refused(secret: str, code: str, status: int = 403, **body: Any) -> dict[str, Any]:
        sent = {"workflow_id": DEMO.workflow_id, "origin": SHOP, **body}
        return problem(api.as_key(secret).send("POST", "/client-sessions", sent), status, code)

    missing = refused(key(scopes=["workflows:query"])["secret"], "insufficient_scope")
    assert missing["required_scopes"] == ["client_sessions:write"]
    missing = refused(key(scopes=["client_sessions:write"])["secret"], "insufficient_scope")
    assert missing["required_scopes"] == ["workflows:query"]
    refused(key(workflow_ids=["wf_echo"])["secret"], "workflow_not_allowed")
    for workflow_id in ("wf_nobody", "wf_other"):  # one that is nobody's, and one of another organization
        refused(DEMO.secret_key, "not_found", 404, workflow_id=workflow_id)


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "null"}, {"origin": "https://shop.example/path"}, {"origin": "*"}, {"origin": "https://*.example"},
     {"expires_in_seconds": 601}, {"expires_in_seconds": 0}],
)  # fmt: skip
def test_a_session_needs_one_exact_origin_and_a_short_life(api: Api, wrong: dict[str, Any]) -> None:
    refused = api.send("POST", "/client-sessions", {"workflow_id": DEMO.workflow_id, "origin": SHOP, **wrong})
    assert problem(refused, 422, "validation_failed")["errors"][0]["pointer"] == "/" + next(iter(wrong))


def test_sessions_are_not_listed_as_keys_and_are_verified_like_them(api: Api) -> None:
    before = [each["id"] for each in api.get("/api-keys")["data"]]
    secret = session(api)["secret"]
    assert [each["id"] for each in api.get("/api-keys")["data"]] == before
    question = {"secret": secret, "operation": "workflows.query", "workflow_id": DEMO.workflow_id, "origin": SHOP}
    assert api.post("/key-verifications", question)["valid"]
    for change, code in (
        ({"origin": "https://evil.example"}, "origin_not_allowed"),
        ({"operation": "runs.list"}, "insufficient_scope"),
        ({"workflow_id": "wf_echo"}, "workflow_not_allowed"),
    ):
        assert api.post("/key-verifications", {**question, **change})["code"] == code


@pytest.mark.parametrize(
    ("path", "body"),
    [("/client-sessions", {"workflow_id": DEMO.workflow_id, "origin": SHOP}), ("/api-keys", {"name": "New"})],
)
def test_a_secret_is_nowhere_in_the_database_and_can_be_repeated_all_the_same(
    api: Api, server: ThreadServer, path: str, body: dict[str, Any]
) -> None:
    first, again = (api.send("POST", path, body, Idempotency_Key="once") for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    world = server.worlds.named(api.http.headers["X-Mock-Namespace"])
    image = world.db.image()
    assert first.json()["id"].encode() in image
    assert first.json()["secret"].encode() not in image


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/runs"), ("GET", "/api-keys"), ("GET", "/requests"), ("POST", "/client-sessions"),
     ("POST", f"/workflows/{DEMO.workflow_id}/runs"), ("GET", "/workflows"), ("GET", "/usage/summary")],
)  # fmt: skip
def test_pages_may_call_nothing_but_query_stream_and_feedback(api: Api, method: str, path: str) -> None:
    for secret in (session(api)["secret"], publishable(api)["secret"]):
        body = None if method == "GET" else ASK
        problem(api.as_key(secret).send(method, path, body, Origin=SHOP), 403, "insufficient_scope")


def test_pages_rate_only_what_was_asked_with_their_key(api: Api) -> None:
    theirs = api.query()["id"]
    web = publishable(api)["secret"]
    mine = ok(ask(api, web))["id"]
    page = api.as_key(web)
    assert ok(page.send("PUT", f"/runs/{mine}/feedback", {"rating": "down", "comment": "No."}, Origin=SHOP))
    hidden = page.send("PUT", f"/runs/{theirs}/feedback", {"rating": "up"}, Origin=SHOP)
    unknown = page.send("PUT", "/runs/run_nobody/feedback", {"rating": "up"}, Origin=SHOP)
    problem(hidden, 404, "not_found")
    assert {**hidden.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


def test_a_publishable_key_can_only_query(api: Api) -> None:
    assert publishable(api)["scopes"] == ["workflows:query"]
    for scopes in (["*"], ["workflows:query", "runs:read"], ["keys:read"]):
        body = {"name": "Web", "kind": "publishable", "allowed_origins": [SHOP], "scopes": scopes}
        problem(api.send("POST", "/api-keys", body), 422, "validation_failed")
    made = publishable(api)
    problem(api.send("PUT", f"/api-keys/{made['id']}", {"allowed_origins": []}), 422, "validation_failed")
    problem(api.send("PUT", f"/api-keys/{made['id']}", {"scopes": ["runs:read"]}), 422, "validation_failed")


@pytest.mark.parametrize("origin", [SHOP, "null", "http://127.0.0.1:1", "file://"])
def test_a_secret_key_in_a_page_of_another_site_is_refused(api: Api, origin: str) -> None:
    assert problem(ask(api, DEMO.secret_key, origin), 403, "secret_key_in_browser")["origin"] == origin


def test_a_secret_key_works_on_the_servers_own_pages_and_on_sites_that_it_names(
    api: Api, server: ThreadServer, key: Make
) -> None:
    assert ask(api, DEMO.secret_key, server.base_url).is_success
    named = key(allowed_origins=["https://tool.example"])["secret"]
    assert ask(api, named, "https://tool.example").is_success
    problem(ask(api, named, SHOP), 403, "origin_not_allowed")


def test_the_demos_publishable_key_works_on_this_servers_port(api: Api, server: ThreadServer) -> None:
    port = server.base_url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost"):
        assert ask(api, DEMO.publishable_key, f"http://{host}:{port}").is_success
    problem(ask(api, DEMO.publishable_key, SHOP), 403, "origin_not_allowed")


def test_a_refused_page_consumes_nothing(api: Api, key: Make) -> None:
    backend = key(rate_limit={"limit": 3, "window_seconds": 3600})
    secret = session(api.as_key(backend["secret"]))["secret"]
    for _ in range(5):
        problem(ask(api, secret, "https://evil.example"), 403, "origin_not_allowed")
        problem(ask(api, backend["secret"], SHOP), 403, "secret_key_in_browser")
    assert [ask(api, secret).status_code for _ in range(3)] == [200, 200, 429]


def test_a_stream_goes_on_with_the_next_session(api: Api) -> None:
    """The page's session ends while it reads; it comes back with another of the same key."""
    secret, following = (session(api)["secret"] for _ in range(2))
    named = {"Idempotency-Key": "stream-1", "Origin": SHOP}
    whole = api.as_key(secret).stream(DEMO.workflow_id, "password", **named)
    rest = api.as_key(following).stream(DEMO.workflow_id, "password", **named, **{"Last-Event-ID": whole[1].id})
    assert [each.id for each in rest] == [each.id for each in whole[2:]]
    assert rest[-1].data["run"]["id"] == whole[-1].data["run"]["id"]


def test_a_conversation_is_kept_and_goes_on(api: Api) -> None:
    page = api.as_key(session(api)["secret"])
    for question in ("password", "refund"):
        run = ok(page.send("POST", QUERY, {"input": question, "conversation_id": "conv_1"}, Origin=SHOP))
        assert run["conversation_id"] == "conv_1"
        assert api.get(f"/runs/{run['id']}")["conversation_id"] == "conv_1"
    assert ok(page.send("POST", QUERY, ASK, Origin=SHOP))["conversation_id"] is None
    template = api.workflow({"type": "template", "template": "{{conversation_id}}: {{input}}"})
    assert api.query(template, "Hi", conversation_id="conv_2")["output"] == "conv_2: Hi"


def test_an_answer_names_its_sources_streamed_or_not(api: Api) -> None:
    source = {
        "title": "Resetting your password", "url": "https://help.example/password",
        "snippet": "Open Settings, choose Security, then Reset password.",
    }  # fmt: skip
    asked = api.query(input="password")
    assert asked["sources"] == [source]
    assert api.stream(DEMO.workflow_id, "password")[-1].data["run"]["sources"] == [source]
    assert api.get(f"/runs/{asked['id']}")["sources"] == [source]
