"""Fault matrix: clients, models and errors across pickles, forks, threads, event loops and cancelled tasks."""

from __future__ import annotations

import asyncio
import copy
import gc
import os
import pickle
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from nodai import AsyncNodAI, NodAI, errors

from sdk.python.tests.faults import FaultServer, Step, reply
from sdk.python.tests.rides import KEY, Ride, get, query

FORKING = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # 3.12: the fault server has threads
DUPLICATES = [copy.copy, copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))]


@pytest.mark.parametrize("duplicate", DUPLICATES)
def test_models_can_be_copied_and_pickled_with_their_meta(server: FaultServer, ride: Ride, duplicate: Any) -> None:
    server.play(reply(200, X_RateLimit_Remaining="7"))
    run = ride.run(server.url, query).value
    again = duplicate(run)
    assert again == run
    assert again.meta.request_id == run.meta.request_id
    assert again.meta.rate_limit.remaining == 7
    assert "meta" not in run.model_dump()
    assert "nodai_meta" not in run.model_dump_json()


@pytest.mark.parametrize("client", [NodAI, AsyncNodAI])
def test_client_is_pickled_without_its_key(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client(
        api_key=KEY, base_url="https://gw.example/api/", timeout=3, headers={"X-Team": "a", "Authorization": "x"}
    )
    data = pickle.dumps(first)
    assert KEY.encode() not in data
    again = pickle.loads(data)
    assert again.base_url == "https://gw.example/api"
    assert again._engine.settings.timeout == 3
    assert again._engine.settings.headers == {"X-Team": "a"}
    assert again._engine.settings.api_key is None
    monkeypatch.setenv("NODAI_API_KEY", KEY)
    assert pickle.loads(data)._engine.settings.api_key == KEY.encode()


def test_unpickled_client_works_with_the_key_of_its_environment(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.play(reply())
    data = pickle.dumps(NodAI(api_key="nk_old", base_url=server.url))
    monkeypatch.setenv("NODAI_API_KEY", KEY)
    with pickle.loads(data) as client:
        assert get(client).id == "run_1"
    assert server.requests[0].headers["x-api-key"] == KEY


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_copied_client_works_and_closing_it_leaves_the_first_open(server: FaultServer, duplicate: Any) -> None:
    server.play(reply())
    with NodAI(api_key=KEY, base_url=server.url) as client:
        with duplicate(client) as again:
            assert get(again).id == "run_1"
        assert get(client).id == "run_1"
    assert server.connections == 1


@FORKING
def test_forked_process_has_its_own_connections(server: FaultServer) -> None:
    server.play(reply())
    with NodAI(api_key=KEY, base_url=server.url) as client:
        get(client)
        child = os.fork()
        if child == 0:  # leave without running the parent's clean-up
            code = 1
            try:
                code = 0 if get(client).id == "run_1" and query(client).id == "run_1" else 2
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert get(client).id == "run_1"
    assert [seen.connection for seen in server.requests] == [1, 2, 2, 1]


@FORKING
def test_forked_process_has_its_own_event_loop(server: FaultServer) -> None:
    server.play(reply())
    client = AsyncNodAI(api_key=KEY, base_url=server.url)

    async def once() -> str:
        return (await get(client)).id

    assert asyncio.run(once()) == "run_1"
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if asyncio.run(once()) == "run_1" else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert asyncio.run(once()) == "run_1"


def test_threads_share_a_client(server: FaultServer) -> None:
    server.play(reply())
    with NodAI(api_key=KEY, base_url=server.url) as client, ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda number: query(client) if number % 2 else get(client), range(400)))
    assert {run.id for run in results} == {"run_1"}
    assert server.connections <= 16


def test_threads_wait_for_a_connection_when_all_are_in_use(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodai._core.lanes.MAX_LANES", 3)
    server.play(reply())
    with NodAI(api_key=KEY, base_url=server.url) as client, ThreadPoolExecutor(24) as pool:
        results = list(pool.map(lambda _: get(client), range(200)))
    assert len(results) == 200
    assert server.connections <= 3


def test_tasks_wait_for_a_connection_when_all_are_in_use(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodai._core.lanes.MAX_LANES", 3)
    server.play(reply())

    async def main() -> int:
        async with AsyncNodAI(api_key=KEY, base_url=server.url) as client:
            return len(await asyncio.gather(*(get(client) for _ in range(200))))

    assert asyncio.run(main()) == 200
    assert server.connections <= 3


@pytest.mark.parametrize("kind", [NodAI, AsyncNodAI])
def test_waiting_for_a_connection_times_out(server: FaultServer, monkeypatch: pytest.MonkeyPatch, kind: Any) -> None:
    monkeypatch.setattr("nodai._core.lanes.MAX_LANES", 0)

    async def main(client: Any) -> None:
        async with client:
            await get(client)

    client = kind(api_key=KEY, base_url=server.url, timeout=0.03, max_retries=0)
    with pytest.raises(errors.TimedOut):
        asyncio.run(main(client)) if kind is AsyncNodAI else get(client)


def test_event_loops_share_a_client_one_after_another(server: FaultServer) -> None:
    server.play(reply())
    client = AsyncNodAI(api_key=KEY, base_url=server.url)

    async def twice() -> str:
        await get(client)
        return (await query(client)).id

    assert [asyncio.run(twice()) for _ in range(5)] == ["run_1"] * 5
    assert server.connections == 5
    gc.collect()  # a socket left behind would warn here


def test_event_loops_in_threads_share_a_client(server: FaultServer) -> None:
    server.play(reply())
    client = AsyncNodAI(api_key=KEY, base_url=server.url)

    async def many(_: int) -> int:
        return len(await asyncio.gather(*(get(client) for _ in range(20))))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda number: asyncio.run(many(number)), range(8))) == [20] * 8


def test_resource_outlives_nothing_it_needs(server: FaultServer) -> None:
    server.play(reply())
    runs = NodAI(api_key=KEY, base_url=server.url).runs
    gc.collect()
    assert runs.get("run_1").id == "run_1"
    del runs
    gc.collect()  # a socket left behind would warn here


@pytest.mark.parametrize("compat", [False, True])
def test_a_thousand_cancelled_tasks_leave_the_client_working(server: FaultServer, compat: bool) -> None:
    server.play(Step(hang=True))

    async def main() -> list[str]:
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=None)) as own:
            client = AsyncNodAI(api_key=KEY, base_url=server.url, http_client=own if compat else None, timeout=30)
            for count in range(20):
                tasks = [asyncio.create_task(query(client)) for _ in range(50)]
                for _ in range(count):  # cancel at another place each time
                    await asyncio.sleep(0)
                for task in tasks:
                    task.cancel()
                results = await asyncio.gather(*tasks, return_exceptions=True)
                assert all(isinstance(result, asyncio.CancelledError) for result in results)
            server.play(reply())
            results = [(await query(client)).id for _ in range(10)]
            await client.aclose()
            return results

    assert asyncio.run(main()) == ["run_1"] * 10


def test_cancelled_calls_give_their_place_back(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodai._core.lanes.MAX_LANES", 2)
    server.play(Step(hang=True))

    async def main() -> int:
        async with AsyncNodAI(api_key=KEY, base_url=server.url, timeout=30) as client:
            for count in range(12):
                tasks = [asyncio.create_task(get(client)) for _ in range(8)]
                for _ in range(count):
                    await asyncio.sleep(0)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            server.play(reply())
            return len(await asyncio.gather(*(get(client) for _ in range(10))))

    assert asyncio.run(main()) == 10


def test_interrupted_thread_throws_its_connection_away(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.play(reply())
    with NodAI(api_key=KEY, base_url=server.url) as client:
        get(client)
        with monkeypatch.context() as patch:
            patch.setattr("nodai._core.lanes_sync.Lane.read", _interrupt)
            with pytest.raises(KeyboardInterrupt):
                get(client)
        assert get(client).id == "run_1"
    assert server.connections == 2


def _interrupt(lane: object) -> bytes:
    raise KeyboardInterrupt


def test_closed_client_says_so(server: FaultServer, ride: Ride) -> None:
    server.play(reply())

    async def later(client: Any) -> Any:
        await client.aclose()
        return await get(client)

    def now(client: Any) -> Any:
        client.close()
        return get(client)

    if not ride.compat:
        outcome = ride.run(server.url, later if ride.asynchronous else now)
        assert isinstance(outcome.failed, errors.ClientClosed)


def test_closed_http_client_says_so(server: FaultServer) -> None:
    own = httpx.Client()
    own.close()
    with NodAI(api_key=KEY, base_url=server.url, http_client=own) as client, pytest.raises(errors.ClientClosed):
        get(client)


def test_server_that_restarts_is_met_again(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    if ride.asynchronous:

        async def work(client: Any) -> Any:
            await asyncio.gather(*(get(client) for _ in range(8)))
            server.hang_up()
            return await asyncio.gather(*(query(client) for _ in range(8)))
    else:

        def work(client: Any) -> Any:
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda _: get(client), range(8)))
                server.hang_up()
                return list(pool.map(lambda _: query(client), range(8)))

    assert len(ride.run(server.url, work).value) == 8


def test_lanes_leave_no_threads_or_sockets(server: FaultServer) -> None:
    server.play(reply())
    before = threading.active_count()
    for _ in range(5):
        get(NodAI(api_key=KEY, base_url=server.url))
    gc.collect()
    assert threading.active_count() <= before + server.connections  # the server's own
    assert isinstance(socket.getdefaulttimeout(), type(None))
