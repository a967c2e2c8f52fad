"""The pytest plugin: fixtures that start nothing, and import nothing, before a test asks for them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from nodai.testing.mock import MockServer, NodAIMock
    from nodai.testing.routes import RespxRoutes
    from nodai.testing.signer import WebhookSigner


@pytest.fixture(scope="session")
def nodai_mock_server() -> Iterator[MockServer]:
    """The reference server, one for the whole session of this process."""
    from nodai.testing.mock import MockMissing, MockServer

    try:
        server = MockServer()
    except MockMissing as missing:
        pytest.fail(str(missing), pytrace=False)
    with server:
        yield server


@pytest.fixture
def nodai_mock(nodai_mock_server: MockServer) -> Iterator[NodAIMock]:
    """The reference server with fresh demo data for this test alone; when the test fails, its journal is shown."""
    mock = nodai_mock_server.namespace()
    yield mock
    mock.close()


@pytest.fixture
def nodai_respx() -> Iterator[RespxRoutes]:
    """Mocked answers that must fit the contract: the test fails for one that does not."""
    from nodai.testing.routes import respx_routes

    with respx_routes() as routes:
        yield routes


@pytest.fixture
def nodai_webhook_signer() -> WebhookSigner:
    """Signs webhooks like the server."""
    from nodai.testing.signer import WebhookSigner

    return WebhookSigner()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    mock = getattr(item, "funcargs", {}).get("nodai_mock") if report.failed and call.when == "call" else None
    if mock is not None:
        report.sections.append(("nodai-mock journal", _journal(mock)))
    return report


def _journal(mock: NodAIMock) -> str:
    try:
        entries = mock.journal()
    except Exception as error:  # the report of the failure matters more
        return f"not available: {error}"
    lines = [f"{entry.method} {entry.path} -> {entry.status}  {_short(entry.response_body)}" for entry in entries]
    return "\n".join(lines[-50:]) or "no requests"


def _short(body: str | None) -> str:
    text = body or ""
    return text if len(text) <= 200 else f"{text[:200]}…"
