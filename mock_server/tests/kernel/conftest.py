"""A clock that stands still, and databases of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nodai_mock.kernel.clock import MockClock
from nodai_mock.kernel.db import Database, FileDatabase, MemoryDatabase
from nodai_mock.kernel.ids import Ids

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> MockClock:
    return MockClock(NOON, frozen=True)


@pytest.fixture(params=["memory", "file"])
def database(request: pytest.FixtureRequest, clock: MockClock, tmp_path: Path) -> Iterator[Database]:
    ids = Ids(clock, seed=1)
    path = tmp_path / "test.db"
    made: Database = (
        MemoryDatabase(clock, ids) if request.param == "memory" else FileDatabase(path, clock, ids, alone=True)
    )
    made.write(lambda tx: tx.raw.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"))
    yield made
    made.close()
