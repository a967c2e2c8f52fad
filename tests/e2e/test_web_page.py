"""The main job of a web page: a backend mints, the page asks, and limits, budget and expiry end it with words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import nodai
import pytest
from nodai_mock.testing import DEMO, ThreadServer

SHOP = "https://shop.example"


@pytest.fixture
def server() -> Iterator[ThreadServer]:
    with ThreadServer() as server:
        yield server


@pytest.fixture
def owner(server: ThreadServer) -> Iterator[nodai.NodAI]:
    with nodai.NodAI(api_key=DEMO.secret_key, base_url=server.base_url) as client:
        yield client


class Page:
    """A web page: it has an origin, and whatever credential it was given."""

    def __init__(self, base_url: str, credential: str) -> None:
        self._url = f"{base_url}/api/v1/workflows/{DEMO.workflow_id}/query"
        self._headers = {"X-API-Key": credential, "Origin": SHOP}

    def ask(self) -> tuple[int, Any]:
        """Status and body, when the browser would let the page read them."""
        answer = httpx.post(self._url, headers=self._headers, json={"input": "password"}, trust_env=False)
        assert answer.headers["access-control-allow-origin"] == SHOP
        return answer.status_code, answer.json()


def test_a_publishable_key_answers_five_times_an_hour_until_its_budget_is_used(
    server: ThreadServer, owner: nodai.NodAI
) -> None:
    key = owner.api_keys.create(
        name="Website",
        kind="publishable",
        allowed_origins=[SHOP],
        rate_limit={"limit": 5, "window_seconds": 3600},
        cost_limit_usd="0.016",
    )
    page = Page(server.base_url, key.secret)
    assert [page.ask()[0] for _ in range(5)] == [200] * 5
    status, problem = page.ask()
    assert (status, problem["code"], problem["retryable"]) == (429, "rate_limited", True)
    assert 3590 < problem["retry_after_seconds"] <= 3600
    owner.mock.clock.advance(duration="PT1H")
    assert [page.ask()[0] for _ in range(3)] == [200] * 3
    status, problem = page.ask()
    assert (status, problem["code"], problem["spent_usd"]) == (402, "cost_limit_exceeded", "0.016000")


def test_a_backend_mints_a_session_that_ends(server: ThreadServer, owner: nodai.NodAI) -> None:
    key = owner.api_keys.create(name="Backend", scopes=["client_sessions:write", "workflows:query"])
    with nodai.NodAI(api_key=key.secret, base_url=server.base_url) as backend:
        session = backend.client_sessions.create(workflow_id=DEMO.workflow_id, origin=SHOP, expires_in_seconds=60)
        page = Page(server.base_url, session.secret)
        assert page.ask()[0] == 200
        owner.mock.clock.advance(duration="PT1M")
        assert page.ask()[1]["code"] == "key_expired"
        again = backend.client_sessions.create(workflow_id=DEMO.workflow_id, origin=SHOP)
        assert Page(server.base_url, again.secret).ask()[0] == 200
        assert session.secret not in repr(session)


def test_a_secret_key_in_the_page_is_refused_with_the_way_out(server: ThreadServer) -> None:
    status, problem = Page(server.base_url, DEMO.secret_key).ask()
    assert (status, problem["code"], problem["origin"]) == (403, "secret_key_in_browser", SHOP)
