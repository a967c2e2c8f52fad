"""The clock and the seed: what a test sees today it sees tomorrow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from nodai_mock.app import create_app, worlds_of
from nodai_mock.demo import DEMO
from nodai_mock.settings import MEMORY, Settings

from tests.behaviour.api import Api

SLOW = {"type": "script", "default": {"answer": "done", "latency_ms": 60_000}}


def test_a_slow_query_is_answered_when_the_clock_passes_its_latency(api: Api) -> None:
    api.freeze()
    workflow_id = api.workflow(SLOW)
    with ThreadPoolExecutor(1) as pool, api.as_key(DEMO.secret_key) as elsewhere:
        asked = pool.submit(elsewhere.query, workflow_id, "x")
        # Each step is short of the latency of a query that begins after it, and their sum is not.
        while not asked.done():
            api.advance("PT59S")
        run = asked.result()
    assert (run["output"], run["duration_ms"]) == ("done", 60_000)


def test_a_fast_query_takes_no_time_whatever_the_machine_does(api: Api) -> None:
    run = api.query()
    assert run["duration_ms"] == 0
    assert run["completed_at"] == run["created_at"]


def session(seed: int) -> list[Any]:
    app = create_app(Settings(database_url=MEMORY, seed=seed))
    client = app.test_client()
    headers = {"X-API-Key": DEMO.secret_key}
    key = {"name": "K", "scopes": ["*"]}
    found = [
        client.post("/api/v1/workflows/wf_support/query", json={"input": "refund"}, headers=headers),
        client.post("/api/v1/workflows/wf_slow/runs", json={"input": "x"}, headers=headers),
        client.post("/api/v1/api-keys", json=key, headers=headers),
        client.post("/_mock/clock/advance", json={"duration": "PT1H"}),
        client.post("/api/v1/workflows/wf_support/stream", json={"input": "refund"}, headers=headers),
        client.get("/api/v1/runs", headers=headers),
        client.get("/api/v1/events", headers=headers),
        client.get("/api/v1/audit-log", headers=headers),
    ]
    texts = [answer.get_data(as_text=True) for answer in found]
    worlds_of(app).close()
    return texts


def test_a_seed_makes_every_answer_the_same_again() -> None:
    assert session(7) == session(7)
    assert session(7) != session(8)
