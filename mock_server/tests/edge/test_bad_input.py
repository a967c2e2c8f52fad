"""Bad input gets the problem of the table, every fault at once, and nothing is lost or counted."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from nodai_mock.testing import DEMO, ThreadServer

QUERY = f"/api/v1/workflows/{DEMO.workflow_id}/query"
JSON = {"Content-Type": "application/json"}


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem, which must be whole and must not have reached any limit."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    found = response.json()
    assert (response.status_code, found["status"], found["code"]) == (status, status, code), found
    assert found["type"] == f"/docs/errors/{code}"
    assert found["request_id"] == response.headers["x-request-id"]
    assert "{" not in found["detail"], "a fact is missing in the sentence"
    return found


def faults(response: httpx.Response) -> dict[str, str]:
    """Where → which rule."""
    found = problem(response, 422, "validation_failed")["errors"]
    assert all(each["message"] for each in found)
    return {each.get("pointer", each.get("parameter")): each["code"] for each in found}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{'input': 1}", b'{"input": "a",}', b'{"input": NaN}', b'{"input": "\xff"}', b"\x00", b"[1] 2",
     b'{"input": "\\ud800"}', b"[" * 100_000],
    ids=["empty", "cut", "quotes", "comma", "nan", "not-utf8", "nul", "two", "lone-surrogate", "deep"],
)  # fmt: skip
def test_what_is_not_json_is_a_400(client: httpx.Client, body: bytes) -> None:
    problem(client.post(QUERY, content=body, headers=JSON), 400, "malformed_json")


def test_every_fault_of_a_body_is_told_at_once_with_its_pointer(client: httpx.Client) -> None:
    body = {"conversation_id": "", "metadata": {"a": 1}, "colour": "red", "a/b~c": 1}
    found = faults(client.post(QUERY, json=body))
    assert found == {
        "/input": "required", "/conversation_id": "minLength", "/metadata/a": "type",
        "/colour": "additionalProperties", "/a~1b~0c": "additionalProperties",
    }  # fmt: skip


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"true"])
def test_a_body_of_the_wrong_type_is_a_422_at_its_root(client: httpx.Client, body: bytes) -> None:
    assert faults(client.post(QUERY, content=body, headers=JSON)) == {"": "type"}


def test_faults_of_parameters_and_body_come_together(client: httpx.Client) -> None:
    assert faults(client.post(f"{QUERY}?limit=1", json={})) == {"limit": "unknown", "/input": "required"}


def test_every_fault_of_a_query_is_told_at_once(client: httpx.Client) -> None:
    query = "?limit=0&cursor=..&from=yesterday&to=2026-02-30T00:00:00Z&status=sideways&colour=red"
    found = faults(client.get(f"/api/v1/requests{query}"))
    assert set(found) == {"limit", "cursor", "from", "to", "status", "colour"}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "", "1e1", "１", "9" * 400])
def test_a_bad_limit_is_a_422(client: httpx.Client, limit: str) -> None:
    assert set(faults(client.get("/api/v1/workflows", params={"limit": limit}))) == {"limit"}


def test_a_parameter_given_twice_is_a_422(client: httpx.Client) -> None:
    assert faults(client.get("/api/v1/workflows?limit=1&limit=2")) == {"limit": "repeated"}


def test_a_query_that_is_not_utf8_is_a_422(client: httpx.Client) -> None:
    assert "" in faults(client.get("/api/v1/workflows?cursor=%ff"))


@pytest.mark.parametrize("cursor", ["~", "a b", "A", "x" * 65, ""])
def test_a_bad_cursor_is_a_422(client: httpx.Client, cursor: str) -> None:
    assert set(faults(client.get("/api/v1/workflows", params={"cursor": cursor}))) == {"cursor"}


@pytest.mark.parametrize("cursor", ["0", "zzzz", "_", "01kaj3v8m2f6q9t4x7b0c5d1eh", "x" * 64])
@pytest.mark.parametrize("path", ["workflows", "runs", "requests", "api-keys", "audit-log", "events"])
def test_every_cursor_of_the_right_form_is_a_position(client: httpx.Client, path: str, cursor: str) -> None:
    assert client.get(f"/api/v1/{path}", params={"cursor": cursor}).status_code == 200


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "json"])
def test_another_media_type_is_a_415_that_names_the_right_one(client: httpx.Client, media: str) -> None:
    response = client.post(QUERY, content=b'{"input": "a"}', headers={"Content-Type": media})
    assert problem(response, 415, "unsupported_media_type")["supported_media_types"] == ["application/json"]


@pytest.mark.parametrize(
    "media", ["application/json", "application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_json_is_json_however_it_is_written(client: httpx.Client, media: str) -> None:
    response = client.post(QUERY, content=b'{"input": "a"}', headers={"Content-Type": media})
    assert response.status_code == 200


def test_json_in_another_encoding_is_a_415(client: httpx.Client) -> None:
    response = client.post(QUERY, content=b"{}", headers={"Content-Type": "application/json; charset=latin-1"})
    problem(response, 415, "unsupported_media_type")


def test_a_body_beyond_the_limit_is_a_413_that_names_it(client: httpx.Client) -> None:
    response = client.post(QUERY, json={"input": "x" * 100_000})
    assert problem(response, 413, "payload_too_large")["max_bytes"] == 100_000


def test_a_body_without_a_length_is_measured_while_it_is_read(client: httpx.Client) -> None:
    response = client.post(QUERY, content=iter([b"x" * 60_000, b"x" * 60_000]), headers=JSON)
    problem(response, 413, "payload_too_large")


def test_a_body_in_pieces_is_read(client: httpx.Client) -> None:
    response = client.post(QUERY, content=iter([b'{"inp', b'ut": "a"}']), headers=JSON)
    assert response.status_code == 200


def test_of_a_name_given_twice_the_last_counts(client: httpx.Client) -> None:
    response = client.post(QUERY, content=b'{"input": "one", "input": "two"}', headers=JSON)
    assert response.json()["input"] == "two"


@pytest.mark.parametrize(
    "path",
    [
        "workflows/wf_none",
        "workflows/none",
        "workflows/%ff",
        "workflows/a%20b",
        "workflows/" + "x" * 3_000,
        "runs/run_1",
        "runs/%F0%9F%98%80",
        "api-keys/key_1",
        "requests/req_1",
        "events/evt_1",
    ],
)
def test_an_unknown_id_of_any_shape_is_a_404(client: httpx.Client, path: str) -> None:
    problem(client.get(f"/api/v1/{path}"), 404, "not_found")


@pytest.mark.parametrize("path", ["/nope", "/api/v1", "/api/v1/", "/api/v1/workflows/", "/api/v1//workflows"])
def test_an_unknown_path_is_a_404(client: httpx.Client, path: str) -> None:
    problem(client.get(path), 404, "not_found")


def test_another_method_is_a_405_that_names_the_right_ones(client: httpx.Client) -> None:
    response = client.patch("/api/v1/workflows")
    found = problem(response, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(found["allowed_methods"])
    assert response.headers["allow"] == ", ".join(found["allowed_methods"])


def test_an_invented_method_is_a_405(client: httpx.Client) -> None:
    problem(client.request("BREW", "/api/v1/workflows"), 405, "method_not_allowed")


def test_two_credentials_are_a_400(client: httpx.Client) -> None:
    response = client.get("/api/v1/workflows", headers={"Authorization": f"Bearer {DEMO.secret_key}"})
    problem(response, 400, "ambiguous_credentials")


def test_no_credential_is_a_401_that_says_how(client: httpx.Client) -> None:
    del client.headers["X-API-Key"]
    response = client.post(QUERY, content=b"{", headers=JSON)
    problem(response, 401, "missing_api_key")
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("text", ["é", "a\u0000b", "\u2028", "😀" * 10, "<script>", "'; DROP TABLE runs; --"])
def test_any_text_survives_the_way_there_and_back(client: httpx.Client, text: str) -> None:
    sent = client.post("/api/v1/workflows/wf_echo/query", json={"input": text}).json()
    assert sent["output"] == text
    assert client.get(f"/api/v1/runs/{sent['id']}").json()["input"] == text


def test_bad_input_consumes_nothing(client: httpx.Client) -> None:
    limited = {"X-API-Key": DEMO.limited_key}
    for _ in range(10):
        assert client.post(QUERY, json={}, headers=limited).status_code == 422
        assert client.post(QUERY, content=b"{", headers={**limited, **JSON}).status_code == 400
    statuses = [client.post(QUERY, json={"input": "a"}, headers=limited).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_bytes_that_are_no_http_do_not_harm_the_server(server: ThreadServer, client: httpx.Client) -> None:
    where = urlsplit(server.base_url)
    for rubbish in (b"\x16\x03\x01\x00\xa5", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 50):
        with socket.create_connection((where.hostname, where.port)) as raw:
            raw.sendall(rubbish)
    assert client.get("/health/live").status_code == 200
