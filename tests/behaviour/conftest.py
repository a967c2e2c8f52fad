"""One real server for all tests of this folder; each test has a namespace of its own on it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from nodai_mock.testing import ThreadServer

from tests.behaviour.api import Api
from tests.behaviour.upstream import FakeUpstream


@pytest.fixture(scope="session")
def server() -> Iterator[ThreadServer]:
    with ThreadServer() as server:
        yield server


@pytest.fixture
def api(server: ThreadServer) -> Iterator[Api]:
    """The API as the demo's secret key sees it, in a namespace that nobody else uses."""
    with Api(server.base_url, namespace=uuid4().hex) as api:
        yield api


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    """A server on this machine that workflows can forward to."""
    with FakeUpstream() as upstream:
        yield upstream
