"""Fixtures of the SDK's tests: the fault server, and the four ways that a call can go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sdk.python.tests.faults import FaultServer
from sdk.python.tests.rides import RIDES, Ride


@pytest.fixture
def server() -> Iterator[FaultServer]:
    server = FaultServer()
    yield server
    server.close()


@pytest.fixture(params=RIDES, ids=str)
def ride(request: pytest.FixtureRequest) -> Ride:
    return request.param


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NODAI_API_KEY", "NODAI_BASE_URL", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
