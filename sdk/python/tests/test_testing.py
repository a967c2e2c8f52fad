"""`nodai.testing`: the fixtures, and what they do for a test that is wrong."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import nodai
import pytest
from nodai import webhooks
from nodai.testing import RespxRoutes, WebhookSigner, event_stream
from nodai.testing.routes import ContractBroken
from nodai.testing.signer import SECRET

if TYPE_CHECKING:
    from nodai.testing import MockServer, NodAIMock

pytest_plugins = ["pytester"]
QUESTION = "How do I reset my password?"


def test_a_test_has_the_demo_data(nodai_mock: NodAIMock) -> None:
    run = nodai_mock.client().workflows.query(nodai_mock.workflow_id, input=QUESTION)

    assert run.output
    assert run.cost_usd == "0.002000"


async def test_asyncio_has_it_too(nodai_mock: NodAIMock) -> None:
    async with nodai_mock.async_client() as client, client.workflows.stream("wf_support", input=QUESTION) as stream:
        text = "".join([piece async for piece in stream.text])

        assert (await stream.final_run()).output == text


def test_each_test_has_a_world_of_its_own(nodai_mock_server: MockServer, nodai_mock: NodAIMock) -> None:
    nodai_mock.client().workflows.query("wf_support", input=QUESTION)
    other = nodai_mock_server.namespace()

    assert len(list(nodai_mock.client().runs.list())) == 1
    assert len(list(other.client().runs.list())) == 0
    other.close()


def test_a_world_is_ready_in_milliseconds(nodai_mock_server: MockServer) -> None:
    fastest = 1.0
    for _ in range(5):
        began = time.perf_counter()
        mock = nodai_mock_server.namespace()
        assert mock.client().workflows.get("wf_support").id == "wf_support"
        fastest = min(fastest, time.perf_counter() - began)
        mock.close()

    assert fastest < 0.3  # 10 to 20 ms on a quiet machine


def test_the_clock_is_in_the_tests_hands(nodai_mock: NodAIMock) -> None:
    client = nodai_mock.client(nodai_mock.limited_key, max_retries=0)
    for _ in range(5):
        client.workflows.query("wf_support", input=QUESTION)
    with pytest.raises(nodai.RateLimited):
        client.workflows.query("wf_support", input=QUESTION)

    before = nodai_mock.clock.now
    nodai_mock.clock.advance("PT1H")

    assert client.workflows.query("wf_support", input=QUESTION).output
    nodai_mock.clock.advance(timedelta(minutes=30))
    assert nodai_mock.clock.now - before >= timedelta(minutes=90)


def test_the_clock_can_be_stopped(nodai_mock: NodAIMock) -> None:
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(days=40)
    nodai_mock.clock.set(moment)

    assert nodai_mock.clock.now == moment
    assert nodai_mock.clock.resume().frozen is False


def test_faults_and_the_journal_are_too(nodai_mock: NodAIMock) -> None:
    client = nodai_mock.client()
    client.sleep = lambda _: None
    nodai_mock.faults.add(operation="workflows.query", status=503, first=1)

    assert client.workflows.query("wf_support", input=QUESTION).meta.attempts == 2
    seen = [(entry.operation, entry.status) for entry in nodai_mock.journal() if entry.operation == "workflows.query"]
    assert seen == [("workflows.query", 503), ("workflows.query", 200)]
    nodai_mock.faults.clear()
    nodai_mock.reset()
    assert [entry for entry in nodai_mock.journal() if entry.operation == "workflows.query"] == []


def test_a_mocked_answer_is_the_contracts_example(nodai_respx: RespxRoutes) -> None:
    route = nodai_respx.answer("workflows.query", output="Hi")

    with nodai_respx.client() as client:
        assert client.workflows.query("wf_x", input=QUESTION).output == "Hi"
    assert route.called


async def test_a_mocked_problem_becomes_its_error(nodai_respx: RespxRoutes) -> None:
    nodai_respx.answer("workflows.query", 403, code="key_expired")

    async with nodai_respx.async_client() as client:
        with pytest.raises(nodai.KeyExpired):
            await client.workflows.query("wf_x", input=QUESTION)


def test_a_mocked_stream(nodai_respx: RespxRoutes) -> None:
    run = nodai_respx._contract.example("workflows.query")[2]
    events = [{"type": "output.delta", "delta": "Hi"}, {"type": "run.completed", "run": run}]
    nodai_respx.router.post("/api/v1/workflows/wf_x/stream").respond(
        content=event_stream(events), content_type="text/event-stream"
    )

    with nodai_respx.client() as client, client.workflows.stream("wf_x", input=QUESTION) as stream:
        assert list(stream.text) == ["Hi"]


@pytest.mark.parametrize(
    ("response", "fault"),
    [
        (httpx.Response(200, json={"id": "run_1"}), "workflow_id is required"),
        (httpx.Response(418, json={}), "no answer 418"),
        (httpx.Response(200, text="hello"), "text/plain"),
    ],
)
def test_a_mock_that_does_not_fit_the_contract_fails(response: httpx.Response, fault: str) -> None:
    routes = RespxRoutes()
    routes.router.post("/api/v1/workflows/wf_x/query").mock(return_value=response)
    client = routes.client()

    with pytest.raises(ContractBroken, match=fault):
        client.workflows.query("wf_x", input=QUESTION)


def test_it_fails_even_when_the_code_under_test_swallows_everything() -> None:
    routes = RespxRoutes()
    routes.router.get("/api/v1/workflows/wf_x").respond(200, json={})
    with contextlib.suppress(Exception):
        routes.client().workflows.get("wf_x")

    with pytest.raises(ContractBroken, match=r"workflows\.get 200: /id is required"):
        routes.close()


def test_an_event_that_is_not_in_the_contract_is_no_event() -> None:
    with pytest.raises(ContractBroken, match="delta"):
        event_stream([{"type": "output.delta"}])


def test_a_signed_webhook_is_genuine(nodai_webhook_signer: WebhookSigner) -> None:
    webhook = nodai_webhook_signer.event("webhook.test", {"message": "Hi"})

    assert webhooks.unwrap(webhook.body, webhook.headers, SECRET).type == "webhook.test"
    assert webhook.headers["X-Webhook-Signature"].startswith("sha256=")
    old = nodai_webhook_signer.event("webhook.test", {}, signed_at=datetime.now(UTC) - timedelta(hours=1))
    with pytest.raises(webhooks.WebhookInvalid):
        webhooks.verify(old.body, old.headers, SECRET)


def test_the_plugin_imports_nothing_that_is_heavy() -> None:
    heavy = ("httpx", "pydantic", "nodai_mock", "respx")
    code = f"import sys, nodai.testing.plugin; print([name for name in {heavy} if name in sys.modules])"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_failing_test_shows_the_journal(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_it(nodai_mock):
            nodai_mock.client().workflows.get("wf_support")
            assert False
    """)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*nodai-mock journal*", "*GET /api/v1/workflows/wf_support -> 200*"])


def test_without_the_server_the_fixture_says_what_to_install(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest("import sys; sys.modules['nodai_mock.testing'] = None")
    pytester.makepyfile("def test_it(nodai_mock): pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "nodai.testing.plugin")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*pip install 'nodai-python[[]testing[]]'*"])
