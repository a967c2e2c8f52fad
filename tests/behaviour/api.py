"""The API over HTTP, with the few words that tests repeat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
from nodai_mock.demo import DEMO

_V1 = "/api/v1"


class Event(NamedTuple):
    id: str
    type: str
    data: dict[str, Any]


class Api:
    """A client with a key, in a namespace."""

    def __init__(self, base_url: str, *, key: str = DEMO.secret_key, namespace: str | None = None) -> None:
        self._base_url, self._namespace = base_url, namespace
        self._others: list[Api] = []
        headers = {"X-API-Key": key} | ({"X-Mock-Namespace": namespace} if namespace else {})
        self.http = httpx.Client(base_url=base_url, headers=headers, timeout=20, trust_env=False)

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *error: object) -> None:
        for other in (self, *self._others):
            other.http.close()

    def as_key(self, key: str) -> Api:
        """The same server and namespace, called with another key."""
        other = Api(self._base_url, key=key, namespace=self._namespace)
        self._others.append(other)
        return other

    def get(self, path: str, **params: Any) -> Any:
        return ok(self.http.get(_V1 + path, params=params))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return ok(self.send("POST", path, body, **headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = {} if body is None else {"json": body}
        return self.http.request(method, _V1 + path, headers=named, **content)

    def query(
        self, workflow_id: str = DEMO.workflow_id, input: Any = "How do I reset my password?", **rest: Any
    ) -> Any:
        return self.post(f"/workflows/{workflow_id}/query", {"input": input, **rest})

    def start(self, workflow_id: str = DEMO.workflow_id, input: Any = "hello", **rest: Any) -> Any:
        return self.post(f"/workflows/{workflow_id}/runs", {"input": input, **rest})

    def workflow(self, engine: dict[str, Any]) -> str:
        """The id of a new workflow."""
        return self.post("/workflows", {"name": "Test", "engine": engine})["id"]

    @contextmanager
    def streaming(self, workflow_id: str, input: Any = "hello", **headers: str) -> Iterator[Iterator[Event]]:
        """The events of a stream; leaving the block closes the connection."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        path = f"{_V1}/workflows/{workflow_id}/stream"
        with self.http.stream("POST", path, json={"input": input}, headers=named) as response:
            assert response.status_code == 200, response.read()
            assert response.headers["content-type"].startswith("text/event-stream")
            yield events(response)

    def stream(self, workflow_id: str, input: Any = "hello", **headers: str) -> list[Event]:
        """All events of a stream."""
        with self.streaming(workflow_id, input, **headers) as found:
            return list(found)

    def freeze(self, now: str = "2027-03-01T10:00:00Z") -> None:
        ok(self.http.put("/_mock/clock", json={"now": now}))

    def advance(self, duration: str) -> list[str]:
        """What the jump made happen."""
        return ok(self.http.post("/_mock/clock/advance", json={"duration": duration}))["moved"]


def events(response: httpx.Response) -> Iterator[Event]:
    frame: dict[str, str] = {}
    for line in response.iter_lines():
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            frame[name] = value
        elif frame:
            yield Event(frame["id"], frame["event"], json.loads(frame["data"]))
            frame = {}


def ok(response: httpx.Response) -> Any:
    """The body of a success."""
    assert response.is_success, f"{response.status_code} {response.text}"
    return response.json() if response.content else None


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The body of a problem with this status and code."""
    body = response.json()
    assert (response.status_code, body["code"]) == (status, code), body
    assert response.headers["content-type"] == "application/problem+json"
    return body
