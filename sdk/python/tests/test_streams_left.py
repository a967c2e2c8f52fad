"""Streams that are left early, by a break, a cancellation or the collector, take no connection with them."""

from __future__ import annotations

import asyncio
from typing import Any

import nodai
import pytest

from sdk.python.tests.faults import FaultServer, Step
from sdk.python.tests.rides import Ride
from sdk.python.tests.test_streaming import END, HEAD, STARTED, WHOLE, event, everything


async def cancel_after_the_first_event(client: nodai.AsyncNodAI) -> None:
    came = asyncio.Event()

    async def read() -> None:
        async with client.workflows.stream("wf_1", input="hi") as stream:
            async for _ in stream:
                came.set()

    task = asyncio.create_task(read())
    await came.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_streams_that_were_left_give_their_connections_back(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodai._core.lanes.MAX_LANES", 1)
    server.play(*[Step(HEAD + event(1, STARTED), hang=True)] * 3, Step(HEAD + WHOLE + END))

    def leave(client: Any) -> Any:
        for _ in range(3):
            for _ in client.workflows.stream("wf_1", input="hi"):
                break
        return len(list(client.workflows.stream("wf_1", input="hi")))

    assert Ride(asynchronous=False, compat=False).run(server.url, leave).value == 4


async def test_async_streams_that_were_left_give_their_connections_back(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodai._core.lanes.MAX_LANES", 1)
    server.play(*[Step(HEAD + event(1, STARTED), hang=True)] * 3, Step(HEAD + WHOLE + END))
    async with nodai.AsyncNodAI("nk_test", base_url=server.url) as client:
        for _ in range(3):
            await anext(aiter(client.workflows.stream("wf_1", input="hi")))
        events, _ = await everything(client.workflows.stream("wf_1", input="hi"))

    assert len(events) == 4


async def test_a_cancelled_stream_leaves_a_client_that_works(server: FaultServer) -> None:
    server.play(*[Step(HEAD + event(1, STARTED), hang=True)] * 20, Step(HEAD + WHOLE + END))
    async with nodai.AsyncNodAI("nk_test", base_url=server.url) as client:
        for _ in range(20):
            await cancel_after_the_first_event(client)
        events, _ = await everything(client.workflows.stream("wf_1", input="hi"))

    assert len(events) == 4
