"""Lists that page by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import nodai
import pytest
from nodai import AsyncNodAI, NodAI

from tests.vectors.vectors import SAMPLES

Pages = dict[str | None, tuple[list[str], str | None]]
THREE: Pages = {None: (["wf_5", "wf_4"], "c4"), "c4": (["wf_3", "wf_2"], "c2"), "c2": (["wf_1"], None)}


class Lists:
    """A server with one list; what it was asked is in `cursors`."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self.cursors: list[str | None] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        cursor = request.url.params.get("cursor")
        self.cursors.append(cursor)
        ids, after = self._pages[cursor]
        data = [{**SAMPLES["workflow"], "id": id} for id in ids]
        body = {"data": data, "has_more": after is not None, "next_cursor": after}
        return httpx.Response(200, json=body, headers={"X-Request-Id": f"req_{len(self.cursors)}"})


@pytest.fixture
def lists() -> Lists:
    return Lists(THREE)


@pytest.fixture
def client(lists: Lists) -> Iterator[NodAI]:
    with httpx.Client(transport=httpx.MockTransport(lists)) as http, NodAI("nk_test", http_client=http) as client:
        yield client


def test_iteration_takes_every_item_and_asks_only_for_pages_that_are_reached(client: NodAI, lists: Lists) -> None:
    items = iter(client.workflows.list(limit=2))

    assert [next(items).id, next(items).id] == ["wf_5", "wf_4"]
    assert lists.cursors == [None]
    assert [item.id for item in items] == ["wf_3", "wf_2", "wf_1"]
    assert lists.cursors == [None, "c4", "c2"]


def test_nothing_is_sent_before_something_is_asked_for(client: NodAI, lists: Lists) -> None:
    client.workflows.list()

    assert lists.cursors == []


def test_the_first_page_is_one_request(client: NodAI, lists: Lists) -> None:
    page = client.workflows.list().first_page()

    assert isinstance(page, nodai.WorkflowPage)
    assert ([item.id for item in page.data], page.has_more, page.next_cursor) == (["wf_5", "wf_4"], True, "c4")
    assert lists.cursors == [None]


def test_pages_come_one_by_one_with_their_meta(client: NodAI) -> None:
    pages = client.workflows.list()

    assert [(len(page.data), page.meta.request_id) for page in pages.pages()] == [
        (2, "req_1"),
        (2, "req_2"),
        (1, "req_3"),
    ]
    assert pages.meta.request_id == "req_3"


def test_each_iteration_begins_anew(client: NodAI, lists: Lists) -> None:
    pages = client.workflows.list()

    assert len(list(pages)) == len(list(pages)) == 5
    assert lists.cursors == [None, "c4", "c2"] * 2


def test_a_list_that_goes_in_a_circle_ends_with_an_error(client: NodAI, lists: Lists) -> None:
    lists._pages = {None: (["wf_2"], "c2"), "c2": (["wf_1"], "c1"), "c1": (["wf_2"], "c2")}

    with pytest.raises(nodai.ResponseInvalid, match="followed before"):
        list(client.workflows.list())
    assert len(lists.cursors) == 3


async def test_asyncio_has_the_same(lists: Lists) -> None:
    transport = httpx.MockTransport(lists)
    async with httpx.AsyncClient(transport=transport) as http, AsyncNodAI("nk_test", http_client=http) as client:
        pages = client.workflows.list(limit=2)
        assert [item.id async for item in pages] == ["wf_5", "wf_4", "wf_3", "wf_2", "wf_1"]
        assert (await pages.first_page()).next_cursor == "c4"
        assert [len(page.data) async for page in pages.pages()] == [2, 2, 1]
