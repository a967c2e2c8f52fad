"""What a page of another site may ask, and what it may read."""

from __future__ import annotations

import httpx
import pytest
from nodai_mock.edge.cors import foreign
from nodai_mock.testing import DEMO

SHOP = "https://shop.example"
QUERY = "/api/v1/workflows/wf_support/query"


def preflight(client: httpx.Client, path: str = QUERY, origin: str = SHOP, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Origin": origin, "Access-Control-Request-Method": "POST", **named}
    with httpx.Client(base_url=client.base_url) as browser:  # which sends no key with a preflight
        return browser.options(path, headers=sent)


def test_a_preflight_says_which_methods_and_headers_a_page_may_use(client: httpx.Client) -> None:
    answer = preflight(client, Access_Control_Request_Headers="content-type,traceparent,x-api-key")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert answer.headers["access-control-allow-methods"] == "POST"
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    sdk = {"authorization", "x-api-key", "content-type", "idempotency-key", "last-event-id", "x-request-id"}
    assert allowed == sdk | {"traceparent"}
    assert answer.headers["access-control-max-age"] == "7200"
    assert "Origin" in answer.headers["vary"]
    assert answer.headers["x-request-id"].startswith("req_")


def test_a_preflight_lists_every_method_of_its_path(client: httpx.Client) -> None:
    answer = preflight(client, "/api/v1/workflows/wf_support")
    assert answer.headers["access-control-allow-methods"] == "DELETE, GET, PATCH"


@pytest.mark.parametrize("asked", ["x\x09y", "*", "a" * 65, ",,", "x-ok; drop", ", ".join(["x-a"] * 65)])
def test_a_preflight_repeats_nothing_but_names_of_headers(client: httpx.Client, asked: str) -> None:
    answer = preflight(client, Access_Control_Request_Headers=asked)
    assert asked not in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    "origin", ["*", "shop.example", "https://shop.example https://evil.example", "https://" + "a" * 300]
)
def test_what_is_no_origin_is_not_repeated(client: httpx.Client, origin: str) -> None:
    assert "access-control-allow-origin" not in preflight(client, origin=origin).headers
    answer = client.post(QUERY, json={"input": "x"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/_mock/reset", "/_mock/clock", "/health/live", "/metrics", "/docs"])
def test_pages_of_other_sites_are_not_let_to_the_mocks_controls(client: httpx.Client, path: str) -> None:
    assert "access-control-allow-origin" not in preflight(client, path).headers
    assert "access-control-allow-origin" not in client.get(path, headers={"Origin": SHOP}).headers


def test_the_mocks_controls_refuse_pages_of_other_sites(client: httpx.Client) -> None:
    """A browser sends such a request without asking first."""
    kept = client.post("/api/v1/workflows", json={"name": "Kept", "engine": {"type": "echo"}}).json()
    answer = client.post("/_mock/reset", headers={"Origin": SHOP})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed")
    assert client.get(f"/api/v1/workflows/{kept['id']}").is_success
    assert client.post("/_mock/reset", headers={"Origin": str(client.base_url).rstrip("/")}).is_success


def test_an_options_request_that_is_no_preflight_says_what_is_there(client: httpx.Client) -> None:
    answer = client.options(QUERY)
    assert set(answer.headers["allow"].split(", ")) >= {"POST", "OPTIONS"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-API-Key": DEMO.publishable_key, "Origin": "http://localhost:3000"}, 200),
        ({"X-API-Key": DEMO.publishable_key, "Origin": SHOP}, 403),
        ({"X-API-Key": DEMO.publishable_key, "Origin": "null"}, 403),
        ({"X-API-Key": DEMO.secret_key, "Origin": SHOP}, 403),
        ({"X-API-Key": "nk_mistyped", "Origin": SHOP}, 401),
    ],
)
def test_a_page_can_read_its_answer_and_why_it_gets_none(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    answer = client.post(QUERY, json={"input": "password"}, headers=headers)
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == headers["Origin"]
    assert answer.headers["vary"] == "Origin"
    exposed = answer.headers["access-control-expose-headers"]
    for name in ("X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After", "Idempotent-Replayed"):
        assert name in exposed.split(", ")
    assert "access-control-allow-credentials" not in answer.headers


def test_a_page_can_read_its_stream(client: httpx.Client) -> None:
    headers = {"X-API-Key": DEMO.publishable_key, "Origin": "http://localhost:3000"}
    path = "/api/v1/workflows/wf_support/stream"
    with client.stream("POST", path, json={"input": "password"}, headers=headers) as answer:
        assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert b"run.completed" in answer.read()


def test_a_page_can_read_that_there_is_no_such_operation(client: httpx.Client) -> None:
    answer = client.post("/api/v1/no-such-thing", headers={"Origin": SHOP})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, SHOP)


def test_a_request_without_an_origin_gets_no_headers_of_pages(client: httpx.Client) -> None:
    answer = client.post(QUERY, json={"input": "password"})
    assert answer.is_success
    assert not [name for name in answer.headers if name.startswith("access-control") or name == "vary"]


@pytest.mark.parametrize(
    ("origin", "headers", "yes"),
    [
        ("http://127.0.0.1:4010", {"host": "127.0.0.1:4010"}, False),
        ("https://api.example", {"host": "api.example"}, False),
        ("https://api.example", {"host": "API.example:443"}, False),
        ("https://api.example", {"host": "backend:8000", "sec-fetch-site": "same-origin"}, False),
        ("http://127.0.0.1:4011", {"host": "127.0.0.1:4010"}, True),
        ("https://shop.example", {"host": "api.example"}, True),
        ("https://shop.example", {"host": "api.example", "sec-fetch-site": "same-site"}, True),
        ("null", {"host": "api.example"}, True),
        ("", {}, True),
    ],
)
def test_the_servers_own_pages_are_not_foreign(origin: str, headers: dict[str, str], yes: bool) -> None:
    assert foreign(origin, headers) is yes
