"""A world without its edge, in memory."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from nodai_mock.kernel.db import MemoryDatabase

from tests.stores.bench import Bench

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(MemoryDatabase)
    yield made
    made.db.close()
