"""Shows every field at least once: all kinds of engines, keys with every setting, failed runs, each kind of event."""

import time
from typing import Any

from tests.contract.tour import Tour

Document = dict[str, Any]
ANSWER = {
    "answer": {"steps": ["Open Settings"]}, "cost_usd": "0.001000", "latency_ms": 1,
    "tokens": {"input": 1, "output": 2},
    "sources": [{"title": "Help", "url": "https://help.example/", "snippet": "Open."}],
}  # fmt: skip
ENGINES: list[Document] = [
    {"type": "script", "rules": [{"match": "x", **ANSWER, "fails_with": "upstream_error"}], "default": ANSWER},
    {"type": "script", "default": {"answer": "", "fails_with": "upstream_error"}},
    {"type": "template", "template": "You asked: {{input}}", "cost_usd": "0.001000", "latency_ms": 1},
    {"type": "echo", "cost_usd": "0.001000", "latency_ms": 1},
    {"type": "upstream", "url": "http://127.0.0.1:9/", "timeout_ms": 100, "cost_header": "X-Cost",
     "max_cost_usd": "0.010000", "prices": {"per_request_usd": "0.001000", "per_1000_input_tokens_usd": "0.001000",
                "per_1000_output_tokens_usd": "0.001000"}},
]  # fmt: skip
KEY: Document = {
    "name": "Everything", "scopes": ["*"], "workflow_ids": ["wf_support"], "allowed_ips": ["203.0.113.0/24"],
    "allowed_origins": ["https://shop.example"], "rate_limit": {"limit": 10, "window_seconds": 60},
    "cost_limit_usd": "1.00", "expires_at": "2100-01-01T00:00:00Z",
}  # fmt: skip
FAULT: Document = {
    "operation": "runs.cancel", "key_id": "key_of_nobody", "status": 503, "code": "unavailable", "delay_ms": 0,
    "drop": False, "truncate": False, "malformed": False, "first": 1, "every": 1, "probability": 0.5,
}  # fmt: skip
METADATA = {"customer": "c_1042"}


def show_all(tour: Tour) -> None:
    """Everything below, in an order in which each thing finds what it needs."""
    for name, (_, _, operation) in tour.operations.items():
        if "requestBody" in operation:
            tour.send(name, ids=tour.ids(name), body={"no_such_field": 1})
    tour.send("mock.clock.resume")  # runs take their time by the server's clock
    _workflows(tour)
    _keys(tour)
    _events(tour)
    fault = tour.send("mock.faults.create", body=FAULT).json()["id"]
    tour.send("mock.faults.list")
    tour.send("mock.faults.delete", ids={"fault_id": fault})
    tour.send("mock.snapshots.save")
    tour.send("mock.snapshots.list")
    tour.send("mock.clock.set", body={"now": tour.send("mock.clock.get").json()["now"], "frozen": False})


def _workflows(tour: Tour) -> None:
    about = {"description": "Shows a field.", "metadata": METADATA}
    for engine in ENGINES:
        made = tour.send("workflows.create", body={"name": "Shown", "engine": engine, **about}).json()
        ids = {"workflow_id": made["id"]}
        tour.send("workflows.update", ids=ids, body={"name": "Shown again", "engine": engine, **about})
        tour.send("workflows.get", ids=ids)
        question = {"input": "Hello", "conversation_id": "conv_1", "metadata": METADATA}
        for verb in ("query", "stream"):
            tour.send(f"workflows.{verb}", ids=ids, body=question)
        run = tour.send("workflows.start", ids=ids, body=question).json()["id"]
        _wait_for(tour, run)
        tour.send("runs.feedback", ids={"run_id": run}, body={"rating": "up", "comment": "Good."})
    tour.send("workflows.list", query={"limit": "100"})
    tour.send("runs.list", query={"limit": "100"})


def _wait_for(tour: Tour, run: str) -> None:
    for _ in range(200):
        if tour.send("runs.get", ids={"run_id": run}).json()["completed_at"]:
            return
        time.sleep(0.01)
    raise AssertionError(f"{run} does not end")


def _keys(tour: Tour) -> None:
    made = tour.send("api_keys.create", body={**KEY, "kind": "secret", "environment": "test"}).json()
    ids = {"key_id": made["id"]}
    tour.send("api_keys.update", ids=ids, body={**KEY, "active": True})
    body = {"secret": made["secret"], "operation": "workflows.query", "scopes": ["runs:read"],
            "workflow_id": "wf_support", "ip": "203.0.113.7", "origin": "https://shop.example",
            "cost_usd": "0.001000"}  # fmt: skip
    tour.send("api_keys.verify", body=body)
    rotated = {"grace_seconds": 60, "expires_at": "2100-01-01T00:00:00Z"}
    tour.send("api_keys.rotate", ids=ids, body=rotated)
    tour.send("api_keys.revoke", ids=ids, body={"reason": "unused", "note": "Shown."})
    tour.send("api_keys.get", ids=ids)
    tour.send("api_keys.verify", body=body)
    tour.send("api_keys.list", query={"limit": "100"})


def _events(tour: Tour) -> None:
    for kind in tour.contract["webhooks"]:
        found = tour.send("events.list", query={"type": kind, "limit": "100"}).json()["data"]
        for event in found[:1]:
            tour.send("events.get", ids={"event_id": event["id"]})
    tour.send("usage.errors", query={"to": "2100-01-01T00:00:00Z"})
    tour.send("usage.endpoints", query={"to": "2100-01-01T00:00:00Z"})
