"""What every answer has, and how the edge behaves when a view breaks the contract."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import orjson
import pytest
from nodai_mock._generated.errors import ERRORS
from nodai_mock._generated.operations import BY_ID, OPERATIONS
from nodai_mock.app import create_app, worlds_of
from nodai_mock.edge.contract import ContractMismatch, bind
from nodai_mock.settings import Settings
from nodai_mock.testing import DEMO, ThreadServer

QUERY = f"/api/v1/workflows/{DEMO.workflow_id}/query"


@pytest.mark.parametrize("path", ["/health/live", "/api/v1/plans", "/nope", "/docs", "/_mock/clock", "/api/v1/runs"])
def test_every_answer_has_an_id_of_its_own_and_safe_headers(client: httpx.Client, path: str) -> None:
    answers = [client.get(path), client.get(path)]
    assert len({each.headers["x-request-id"] for each in answers}) == 2
    for each in answers:
        assert each.headers["x-request-id"].startswith("req_")
        assert each.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in each.headers


def test_the_callers_own_request_id_is_given_back(client: httpx.Client) -> None:
    answer = client.get("/health/live", headers={"X-Request-Id": "mine-42"})
    assert answer.headers["x-client-request-id"] == "mine-42"


@pytest.mark.parametrize("theirs", ["a b", "x" * 200, "<script>"])
def test_a_request_id_that_could_do_harm_is_not_given_back(client: httpx.Client, theirs: str) -> None:
    assert "x-client-request-id" not in client.get("/nope", headers={"X-Request-Id": theirs}).headers


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/workflows", 200), ("/api/v1/runs/run_x", 404), ("/api/v1/runs?limit=0", 422)]
)
def test_limits_are_shown_on_every_answer_to_a_known_key(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    for name in ("RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"):
        assert answer.headers[name]


def test_head_answers_as_get_without_a_body(client: httpx.Client) -> None:
    answer = client.head("/api/v1/plans")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(client.get("/api/v1/plans").content)


@pytest.mark.parametrize("name", ["openapi.json", "openapi.yaml"])
def test_the_contract_is_served_whole(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/{name}")
    assert answer.status_code == 200
    assert all(operation.path in answer.text for operation in OPERATIONS)
    if name == "openapi.json":
        assert orjson.loads(answer.content)["openapi"].startswith("3.1")


def test_the_docs_page_loads_nothing_from_elsewhere(client: httpx.Client) -> None:
    answer = client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for loading in ('<script src="http', "<link rel=stylesheet href=http", 'href="http://cdn', "@import"):
        assert loading not in answer.text


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_code_has_its_page(client: httpx.Client, code: str) -> None:
    answer = client.get(f"/docs/errors/{code}")
    assert answer.status_code == 200
    assert code in answer.text


def test_a_code_that_does_not_exist_has_no_page(client: httpx.Client) -> None:
    assert client.get("/docs/errors/nope").status_code == 404


def test_the_root_leads_to_the_docs(client: httpx.Client) -> None:
    assert client.get("/").headers["location"] == "/docs"


def test_metrics_count_answers_by_operation_and_status(client: httpx.Client) -> None:
    client.get("/api/v1/plans")
    assert 'nodai_requests_total{operation="plans.list",status="200"}' in client.get("/metrics").text


class Plans:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def list(self, call: Any) -> Any:
        del call
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    "answer", [{}, {"data": [{"id": 1}]}, None, {"data": [], "extra": 1}, RuntimeError("secret words")]
)
def test_an_answer_outside_of_the_contract_is_a_loud_500(
    answer: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("nodai_mock.plans.routes.Routes", lambda: _named(Plans(answer)))
    app = create_app(Settings(database_url="sqlite://"))
    with caplog.at_level(logging.ERROR, "nodai_mock"):
        found = app.test_client().get("/api/v1/plans")
    worlds_of(app).close()
    assert (found.status_code, found.json["code"]) == (500, "internal_error")
    assert "secret words" not in found.text
    assert "plans.list" in caplog.text


def test_an_answer_outside_of_the_contract_is_logged_and_sent_when_hosted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("nodai_mock.plans.routes.Routes", lambda: _named(Plans({"data": [], "extra": 1})))
    app = create_app(Settings(database_url="sqlite://", hosted=True))
    with caplog.at_level(logging.ERROR, "nodai_mock"):
        assert app.test_client().get("/api/v1/plans").json == {"data": [], "extra": 1}
    worlds_of(app).close()
    assert "extra" in caplog.text


def _named(room: Plans) -> Plans:
    return room


def test_a_missing_view_keeps_the_server_from_starting() -> None:
    with pytest.raises(ContractMismatch, match=r"plans\.list: no view"):
        bind([BY_ID["plans.list"]], {"plans": object()})


def test_a_view_too_many_keeps_the_server_from_starting() -> None:
    class Room(Plans):
        def get(self) -> None: ...

    with pytest.raises(ContractMismatch, match=r"plans\.get: not in the contract"):
        bind([BY_ID["plans.list"]], {"plans": Room(None)})


def test_a_view_with_other_arguments_keeps_the_server_from_starting() -> None:
    class Room:
        def get(self, call: Any, run: str) -> None: ...

    with pytest.raises(ContractMismatch, match=r"runs\.get: takes \(call, run\), the contract has \(call, run_id\)"):
        bind([BY_ID["runs.get"]], {"runs": Room()})


@pytest.mark.parametrize("path", ["/_mock/clock", "/_mock/reset", "/_mock/faults"])
def test_a_hosted_server_has_no_mock_controls(path: str) -> None:
    app = create_app(Settings(database_url="sqlite://", hosted=True))
    http = app.test_client()
    assert http.get(path).status_code == 404
    faulty = http.get("/api/v1/plans", headers={"X-Mock-Fault": "status=503", "X-Mock-Namespace": "x"})
    assert faulty.status_code == 200
    demo = http.get("/api/v1/workflows", headers={"X-API-Key": DEMO.secret_key})
    assert demo.status_code == 401
    worlds_of(app).close()


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(server: ThreadServer) -> None:
    spoofed = {"X-Forwarded-For": "203.0.113.7, 198.51.100.1"}
    worlds = server.worlds
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": spoofed["X-Forwarded-For"]}
    assert worlds.client_ip(environ) == "127.0.0.1"
    trusting = create_app(Settings(database_url="sqlite://", trusted_proxies=("127.0.0.1", "198.51.100.1")))
    assert worlds_of(trusting).client_ip(environ) == "203.0.113.7"
    worlds_of(trusting).close()
