"""A real server for all edge tests, and for each test a namespace of its own on it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from nodai_mock.settings import Settings
from nodai_mock.testing import DEMO, ThreadServer


@pytest.fixture(scope="session")
def server() -> Iterator[ThreadServer]:
    # The contract violations that some tests provoke are logged; nothing else may be.
    with ThreadServer(Settings(database_url="sqlite://", max_body_bytes=100_000)) as running:
        yield running


@pytest.fixture
def client(server: ThreadServer, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """With the demo's secret key, in a world that no other test sees."""
    headers = {"X-API-Key": DEMO.secret_key, "X-Mock-Namespace": request.node.nodeid}
    with httpx.Client(base_url=server.base_url, headers=headers) as made:
        yield made
