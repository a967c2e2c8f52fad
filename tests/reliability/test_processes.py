"""What one process changes, every other one obeys; and a whole server that is killed loses nothing it has answered."""

from __future__ import annotations

import itertools
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from nodai_mock.demo import DEMO
from nodai_mock.kernel.db import FileDatabase

from tests.e2e.conftest import ServedProcess
from tests.stores.bench import Bench

SERVER_KILLS = int(os.environ.get("NODAI_TEST_SERVER_KILLS", "3"))
"""How many whole servers are killed; starting one takes a second or two."""

CLIENTS = 8
ANSWERS = 100
"""How many answers the clients get from each server before it is killed."""


@pytest.fixture
def benches(tmp_path: Path) -> Iterator[tuple[Bench, Bench]]:
    """Two processes' worth of everything over one database file."""
    pair = tuple(Bench(lambda c, i: FileDatabase(tmp_path / "shared.db", c, i), create=new) for new in (True, False))
    yield pair[0], pair[1]
    for bench in pair:
        bench.db.close()


def test_a_key_revoked_in_one_process_is_refused_by_the_very_next_request_in_another(benches: tuple[Bench, Bench]):
    here, there = benches
    organization = here.organization()
    actor = here.record(here.key(organization))
    for _ in range(200):
        key = here.key(organization)
        assert there.code(key.secret) == "admitted"
        here.keys.manage.revoke(actor, key.key_id, "compromised", None)
        assert there.code(key.secret) == "key_revoked"


def test_two_processes_share_one_limit_and_one_budget(benches: tuple[Bench, Bench]):
    key = benches[0].key(benches[0].organization(), rate_limit=40, rate_window_seconds=60, cost_limit_micros=60_000)
    codes = benches[0].together(80, lambda n: benches[n % 2].code(key.secret))
    assert sorted(set(codes)) == ["admitted", "cost_limit_exceeded"]
    assert codes.count("admitted") == 30
    assert benches[1].counter(key.key_id, "key-budget") == (60_000, 0)


def test_a_killed_server_has_every_request_that_it_answered(tmp_path: Path):
    server = ServedProcess(tmp_path)
    answered: dict[str, str] = {}
    try:
        for _ in range(SERVER_KILLS):
            server.start()
            answered |= answers_until_killed(server)
    finally:
        server.stop()
    with sqlite3.connect(tmp_path / "e2e.db") as database:
        sql = "SELECT id, run_id FROM requests WHERE state = 'settled' AND status = 200 AND cost_micros = 2000"
        known = dict(database.execute(sql))
        runs = {row[0] for row in database.execute("SELECT id FROM runs WHERE status = 'completed'")}
    database.close()
    assert len(answered) >= SERVER_KILLS * ANSWERS
    assert {id: run for id, run in answered.items() if known.get(id) != run or run not in runs} == {}


def answers_until_killed(server: ServedProcess) -> dict[str, str]:
    """Request and run ids of the answers that some clients got before their server was killed in the middle of it."""
    answered: dict[str, str] = {}
    enough = threading.Event()

    def client() -> None:
        with httpx.Client(base_url=server.base_url, headers={"X-API-Key": DEMO.secret_key}, trust_env=False) as http:
            for _ in itertools.count():
                try:
                    answer = http.post("/api/v1/workflows/wf_support/query", json={"input": "refund"})
                except httpx.HTTPError:
                    return
                answered[answer.headers["x-request-id"]] = answer.json()["id"]
                if len(answered) >= ANSWERS:
                    enough.set()

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    assert enough.wait(60)
    server.kill()
    for each in clients:
        each.join()
    return answered
