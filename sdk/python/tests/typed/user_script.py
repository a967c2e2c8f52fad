"""A user's script: never run, but type-checked under pyright strict and mypy strict, with no `Any` in it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import assert_type

import nodai
from nodai import OMIT, AsyncNodAI, NodAI, RequestOptions, errors, webhooks
from nodai.limiter import Limiter
from nodai.pages import AsyncPages, Page, Pages
from nodai.streaming import AsyncStream, OutputDelta, RunCompleted, RunStarted, Stream

client = NodAI(timeout=10, deadline=60, max_retries=3, limiter=Limiter(max_wait_seconds=5))

run = client.workflows.query("wf_support", input="How do I reset my password?")
assert_type(run, nodai.Run)
assert_type(run.id, str)
assert_type(run.cost_usd, str)
assert_type(run.meta.cost_usd, Decimal | None)
assert_type(run.meta.rate_limit.remaining, int | None)
assert_type(run.meta.request_id, str | None)
for source in run.sources:
    print(source.title, source.url)

client.workflows.query(
    "wf_order",
    input={"order": 1042, "lines": [{"sku": "a", "count": 2}], "gift": None},
    conversation_id=None,
    metadata={"customer": "c_1042"},
    options=RequestOptions(timeout=5, idempotency_key="order-1042", headers={"X-Team": "blue"}),
)
client.workflows.query("wf_support", input="Hi", conversation_id=OMIT)
assert_type(client.query_workflow("wf_support", "Hi", api_key="nk_test"), nodai.Run)
assert_type(client.with_options(timeout=None), NodAI)

stream = client.workflows.stream("wf_support", input="Hi")
assert_type(stream, Stream[nodai.StreamEvent])
with stream:
    for event in stream:
        if isinstance(event, OutputDelta):
            print(event.delta, end="")
        elif isinstance(event, RunStarted):
            print(event.run_id)
        elif isinstance(event, RunCompleted):
            assert_type(event.run, nodai.Run)
    for piece in stream.text:
        assert_type(piece, str)
    assert_type(stream.final_run(), nodai.Run)

keys = client.api_keys.list(limit=50)
assert_type(keys, Pages[nodai.ApiKey])
for key in keys:
    assert_type(key, nodai.ApiKey)
    assert_type(key.expires_at, datetime | None)
    print(key.name, key.rate_limit.limit if key.rate_limit else "default")
first = keys.first_page()
assert_type(first, Page[nodai.ApiKey])
print(first.has_more, first.next_cursor, [key.id for key in first.data], keys.meta.request_id)
for page in keys.pages():
    assert_type(page.data[0], nodai.ApiKey)

created = client.api_keys.create(
    name="ci", scopes=["workflows:query"], rate_limit={"limit": 5, "window_seconds": 60}, cost_limit_usd="0.01"
)
assert_type(created.secret, str)
print(client.api_keys.rate_limit.get(created.id).policies[0].remaining)
print(client.api_keys.usage(created.id).requests_today)
client.api_keys.revoke(created.id, reason="compromised", note="was in a log")

try:
    client.workflows.query("wf_support", input="Hi")
except errors.CostLimitExceeded as error:
    assert_type(error.status, int)
    assert_type(error.resets_at, datetime | None)
    print(error.spent_usd, error.detail)
except errors.RateLimited as error:
    assert_type(error.retry_at, datetime | None)
    print(error.limit, error.retry_after_seconds)
except errors.APIError as error:
    print(error.code, error.request_id, error.retryable)
except errors.ConnectionFailed as error:
    print(error.message)


async def main() -> None:
    async with AsyncNodAI() as client:
        run = await client.workflows.query("wf_support", input="Hi")
        assert_type(run, nodai.Run)
        stream = client.workflows.stream("wf_support", input="Hi")
        assert_type(stream, AsyncStream[nodai.StreamEvent])
        async with stream:
            async for event in stream:
                print(event.type)
            async for piece in stream.text:
                assert_type(piece, str)
            assert_type(await stream.final_run(), nodai.Run)
        keys = client.api_keys.list()
        assert_type(keys, AsyncPages[nodai.ApiKey])
        async for key in keys:
            print(key.last_four)
        print((await keys.first_page()).has_more)


asyncio.run(main())


def receive(body: bytes, headers: dict[str, str]) -> None:
    try:
        event = webhooks.unwrap(body, headers, ["whsec_new", "whsec_old"])
    except webhooks.WebhookInvalid as invalid:
        print(invalid.reason)
        return
    if isinstance(event, nodai.RunCompletedEvent):
        print(event.data.run.id, event.created_at)
    else:
        print(event.type)
