"""Every test in this folder runs over every store: add a store by adding it here."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nodai_mock.kernel.clock import MockClock
from nodai_mock.kernel.db import Database, FileDatabase, MemoryDatabase
from nodai_mock.kernel.ids import Ids

from tests.stores.bench import Bench

Open = Callable[[MockClock, Ids], Database]

STORES: dict[str, Callable[[Path], Open]] = {
    "file": lambda folder: lambda clock, ids: FileDatabase(folder / "test.db", clock, ids),
    "memory": lambda folder: lambda clock, ids: MemoryDatabase(clock, ids),
}


@pytest.fixture(params=STORES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(STORES[request.param](tmp_path))
    yield made
    made.db.close()
