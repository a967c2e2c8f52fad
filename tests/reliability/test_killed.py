"""A server that is killed at any moment loses nothing that it has acknowledged, and leaves nothing held."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from nodai_mock.kernel.db import FileDatabase

from tests.stores.bench import Bench

KILLS = int(os.environ.get("NODAI_TEST_KILLS", "100"))
"""How many servers are killed; each lives for a tenth of a second or so."""

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(lambda clock, ids: FileDatabase(tmp_path / "killed.db", clock, ids))
    made.clock.resume()
    yield made
    made.db.close()


def test_nothing_acknowledged_is_lost_and_nothing_stays_held(bench: Bench, tmp_path: Path):
    organization = bench.organization(cost_limit_micros=10**12)
    key = bench.key(organization, cost_limit_micros=10**12)
    acknowledged = kill_repeatedly(tmp_path / "killed.db", key.secret)
    assert len(acknowledged) > KILLS
    bench.advance(seconds=61)
    bench.db.write(bench.admission.sweep)
    rows = {row[0]: row[1:] for row in bench.rows("SELECT id, state, status, cost_micros, held_micros FROM requests")}
    assert "abandoned" in {row[0] for row in rows.values()}, "no kill came between admission and settlement"
    missing = [id for id, cost in acknowledged.items() if rows.get(id) != ("settled", 200, cost, 0)]
    assert missing == []
    assert [row for row in rows.values() if row[0] == "open" or row[3]] == []
    spent = sum(row[2] for row in rows.values())
    assert bench.counter(key.key_id, "key-budget") == (spent, 0)
    assert bench.counter(organization, "organization-budget") == (spent, 0)
    assert bench.rows("SELECT COUNT(*) FROM idempotency WHERE status IS NULL") == [(0,)]


def kill_repeatedly(database: Path, secret: str) -> dict[str, int]:
    """The acknowledged requests of all the killed servers, with what each cost."""
    acknowledged: dict[str, int] = {}
    moments = random.Random(20261121)
    command = [sys.executable, "-m", "tests.reliability.load", str(database), secret]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        assert nursery.stdout.readline() == "ready\n"
        for _ in range(KILLS):
            nursery.stdin.write("\n")
            nursery.stdin.flush()
            read_one_life(nursery.stdout, moments.uniform(0.01, 0.2), acknowledged)
        nursery.stdin.close()
    return acknowledged


def read_one_life(lines: IO[str], seconds: float, acknowledged: dict[str, int]) -> None:
    """Note what a server acknowledges, and kill it so many seconds after its start."""
    for line in lines:
        word, _, rest = line.strip().partition(" ")
        if word == "dead":
            return
        if word == "started":
            threading.Timer(seconds, os.kill, (int(rest), signal.SIGKILL)).start()
        else:
            id, cost = rest.split()
            acknowledged[id] = int(cost)
