"""The main job: a script with the SDK queries, streams, meets every limit and reads its usage on a served process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from nodai import AsyncNodAI, CostLimitExceeded, CostLimitReserved, NodAI, RateLimited

from tests.e2e.conftest import ServedProcess

QUESTION = "How do I reset my password?"


@pytest.fixture
def client(served: ServedProcess, demo: dict[str, str]) -> Iterator[NodAI]:
    with NodAI(demo["secret_key"], base_url=served.base_url, max_retries=0) as client:
        yield client


def test_what_demo_prints_is_what_a_script_needs(demo: dict[str, str]) -> None:
    assert list(demo) == ["base_url", "secret_key", "limited_key", "budget_key", "publishable_key", "workflow_id"]
    assert demo["base_url"] == "http://127.0.0.1:4010"
    assert demo["workflow_id"] == "wf_support"


def test_a_newcomer_queries_streams_and_reads_usage(client: NodAI, demo: dict[str, str]) -> None:
    run = client.workflows.query(demo["workflow_id"], input=QUESTION)
    assert run.status == "completed"
    assert run.cost_usd == "0.002000"
    with client.workflows.stream(demo["workflow_id"], input=QUESTION) as events:
        streamed = list(events)
    assert [event.type for event in streamed[:2]] == ["run.started", "output.delta"]
    assert streamed[-1].type == "run.completed"
    assert streamed[-1].run.output == run.output
    assert "".join(event.delta for event in streamed if event.type == "output.delta") == run.output
    started = client.workflows.start(demo["workflow_id"], input=QUESTION)
    client.mock.clock.advance(duration="PT1S")
    assert client.runs.get(started.id).output == run.output
    assert [each.id for each in client.runs.list()] == [started.id, streamed[0].run_id, run.id]
    summary = client.usage.summary()
    assert (summary.failed, summary.cost_usd) == (0, "0.006000")
    usage = client.api_keys.usage("key_demo_secret")
    assert (usage.cost_usd_total, usage.cost_usd_today, usage.cost_usd_this_month) == ("0.006000",) * 3


def test_five_requests_an_hour_are_admitted_and_after_an_hour_again(
    client: NodAI, served: ServedProcess, demo: dict[str, str]
) -> None:
    with NodAI(demo["limited_key"], base_url=served.base_url, max_retries=0) as limited:
        for _ in range(5):
            limited.workflows.query(demo["workflow_id"], input=QUESTION)
        with pytest.raises(RateLimited) as refused:
            limited.workflows.query(demo["workflow_id"], input=QUESTION)
        assert refused.value.status == 429
        wait = refused.value.retry_after_seconds
        assert wait is not None
        assert 3500 <= wait <= 3600
        client.mock.clock.advance(duration=f"PT{int(wait) - 1}S")
        with pytest.raises(RateLimited):
            limited.workflows.query(demo["workflow_id"], input=QUESTION)
        client.mock.clock.advance(duration="PT1H")
        for _ in range(5):
            limited.workflows.query(demo["workflow_id"], input=QUESTION)
        with pytest.raises(RateLimited):
            limited.workflows.query(demo["workflow_id"], input=QUESTION)
    usage = client.api_keys.usage("key_demo_limited")
    assert (usage.requests_total, usage.cost_usd_total) == (10, "0.020000")


def test_a_client_that_waits_as_told_is_admitted(client: NodAI, served: ServedProcess, demo: dict[str, str]) -> None:
    with NodAI(demo["limited_key"], base_url=served.base_url, max_retries=0) as limited:
        for _ in range(5):
            limited.workflows.query(demo["workflow_id"], input=QUESTION)
        with pytest.raises(RateLimited) as refused:
            limited.workflows.query(demo["workflow_id"], input=QUESTION)
        client.mock.clock.advance(duration=f"PT{int(refused.value.retry_after_seconds or 0)}S")
        assert limited.workflows.query(demo["workflow_id"], input=QUESTION).status == "completed"


def test_a_cent_pays_for_five_queries_a_month(client: NodAI, served: ServedProcess, demo: dict[str, str]) -> None:
    with NodAI(demo["budget_key"], base_url=served.base_url, max_retries=0) as budget:
        for _ in range(5):
            budget.workflows.query(demo["workflow_id"], input=QUESTION)
        with pytest.raises(CostLimitExceeded) as refused:
            budget.workflows.query(demo["workflow_id"], input=QUESTION)
        assert refused.value.status == 402
        usage = client.api_keys.usage("key_demo_budget")
        assert (usage.requests_this_month, usage.cost_usd_this_month) == (5, "0.010000")
        client.mock.clock.advance(duration="P31D")
        assert budget.workflows.query(demo["workflow_id"], input=QUESTION).cost_usd == "0.002000"
    usage = client.api_keys.usage("key_demo_budget")
    assert (usage.requests_this_month, usage.cost_usd_this_month) == (1, "0.002000")
    assert (usage.requests_total, usage.cost_usd_total) == (6, "0.012000")


def test_usage_is_right_to_the_micro_dollar(client: NodAI) -> None:
    costs = ["0.000001", "0.000010", "1.234567", "0.333333"]
    for cost in costs:
        workflow = client.workflows.create(name=cost, engine={"type": "echo", "cost_usd": cost})
        assert client.workflows.query(workflow.id, input="x").cost_usd == cost
    assert client.usage.summary().cost_usd == "1.567911"
    assert client.api_keys.usage("key_demo_secret").cost_usd_total == "1.567911"
    assert sum(int(each.cost_usd.replace(".", "")) for each in client.requests.list()) == 1_567_911


def test_everything_outlives_a_restart(client: NodAI, served: ServedProcess, demo: dict[str, str]) -> None:
    run = client.workflows.query(demo["workflow_id"], input=QUESTION)
    created = client.api_keys.create(name="Mine", scopes=["*"])
    with NodAI(demo["limited_key"], base_url=served.base_url, max_retries=0) as limited:
        for _ in range(5):
            limited.workflows.query(demo["workflow_id"], input=QUESTION)
    assert served.terminate() == 0
    served.start()
    with NodAI(created.secret, base_url=served.base_url, max_retries=0) as mine:
        assert mine.runs.get(run.id) == run
        assert mine.api_keys.usage("key_demo_limited").requests_total == 5
        assert mine.usage.summary().cost_usd == "0.012000"
    with (
        NodAI(demo["limited_key"], base_url=served.base_url, max_retries=0) as limited,
        pytest.raises(RateLimited),
    ):
        limited.workflows.query(demo["workflow_id"], input=QUESTION)


def test_a_queued_run_survives_a_killed_server(client: NodAI, served: ServedProcess, demo: dict[str, str]) -> None:
    client.mock.clock.set(now="2027-03-01T10:00:00Z")
    started = client.workflows.start("wf_slow", input=QUESTION)
    served.kill()
    served.start()
    with NodAI(demo["secret_key"], base_url=served.base_url, max_retries=0) as again:
        again.mock.clock.set(now="2027-03-01T10:00:01Z")
        assert again.runs.get(started.id).status == "queued"
        assert again.mock.clock.advance(duration="PT1S").moved == [f"run {started.id} completed"]
        ended = again.runs.get(started.id)
        assert (ended.status, ended.cost_usd) == ("completed", "0.002000")
        assert again.api_keys.usage("key_demo_secret").cost_usd_total == "0.002000"


def test_queued_runs_hold_their_cost_through_a_kill(served: ServedProcess, demo: dict[str, str]) -> None:
    tester = NodAI(demo["secret_key"], base_url=served.base_url, max_retries=0)
    budget = NodAI(demo["budget_key"], base_url=served.base_url, max_retries=0)
    engine = {"type": "echo", "cost_usd": "0.002", "latency_ms": 60_000}
    with tester, budget:
        workflow = tester.workflows.create(name="A minute", engine=engine)
        for _ in range(5):
            budget.workflows.start(workflow.id, input=QUESTION)
    served.kill()
    served.start()
    tester = NodAI(demo["secret_key"], base_url=served.base_url, max_retries=0)
    budget = NodAI(demo["budget_key"], base_url=served.base_url, max_retries=0)
    with tester, budget:
        with pytest.raises(CostLimitReserved):
            budget.workflows.query(demo["workflow_id"], input=QUESTION)
        assert len(tester.mock.clock.advance(duration="PT1M").moved) == 5
        with pytest.raises(CostLimitExceeded):
            budget.workflows.query(demo["workflow_id"], input=QUESTION)
        assert tester.api_keys.usage("key_demo_budget").cost_usd_total == "0.010000"


def test_a_stream_goes_on_after_its_server_was_killed(served: ServedProcess, demo: dict[str, str]) -> None:
    headers = {"X-API-Key": demo["secret_key"], "Idempotency-Key": "stream-1"}
    path, body = "/api/v1/workflows/wf_slow/stream", {"input": QUESTION}
    with httpx.stream("POST", served.base_url + path, json=body, headers=headers, trust_env=False) as response:
        first = next(response.iter_text())
        assert "run.started" in first
        served.kill()
    served.start()
    with NodAI(demo["secret_key"], base_url=served.base_url, max_retries=0) as again:
        rest = httpx.post(served.base_url + path, json=body, headers={**headers, "Last-Event-ID": "0"}, trust_env=False)
        ids = [line.removeprefix("id: ") for line in rest.text.splitlines() if line.startswith("id: ")]
        assert ids == [str(index) for index in range(1, len(ids) + 1)]
        run = again.runs.list(limit=1).first_page().data[0]
        assert (run.status, run.cost_usd) == ("completed", "0.002000")
        assert again.api_keys.usage("key_demo_secret").cost_usd_total == "0.002000"


def test_async_clients_do_the_same(served: ServedProcess, demo: dict[str, str]) -> None:
    async def job() -> None:
        async with AsyncNodAI(demo["secret_key"], base_url=served.base_url, max_retries=0) as client:
            runs = await asyncio.gather(
                *(client.workflows.query(demo["workflow_id"], input=QUESTION) for _ in range(20))
            )
            assert len({run.id for run in runs}) == 20
            async with client.workflows.stream(demo["workflow_id"], input=QUESTION) as events:
                assert [event.type async for event in events][-1] == "run.completed"
            assert (await client.usage.summary()).cost_usd == "0.042000"

    asyncio.run(job())


def test_the_banner_shows_lines_that_can_be_pasted(served: ServedProcess, demo: dict[str, str]) -> None:
    served.terminate()
    assert demo["secret_key"] in served.shown
    assert f"curl -s {served.base_url}/api/v1/workflows/wf_support/query" in served.shown
    assert "from nodai import NodAI" in served.shown
