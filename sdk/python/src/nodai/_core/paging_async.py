"""Lists that page by themselves; the sync twin beside this is derived."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Generic, TypeVar

from nodai._core.meta import Meta
from nodai._core.page import Page, Place

if TYPE_CHECKING:
    from nodai._core.operation import Operation
    from nodai._core.resource import Values
    from nodai._core.shell_async import AsyncShell
    from nodai.options import RequestOptions

ItemT = TypeVar("ItemT")


class AsyncPages(Generic[ItemT]):
    """A list: iterate over it for every item, page after page, or take `first_page()` or `pages()`.

    Nothing is sent before that, and each iteration starts from the first page again.
    """

    def __init__(
        self,
        client: AsyncShell,
        op: Operation,
        path_args: tuple[str, ...],
        query: Values | None,
        options: RequestOptions | None,
    ) -> None:
        self._client = client
        self._op = op
        self._path_args = path_args
        self._query = query or {}
        self._options = options
        self._meta = Meta()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._op.id}: iterate over it, or take first_page() or pages()>"

    @property
    def meta(self) -> Meta:
        """Request id and limits of the page that came last."""
        return self._meta

    async def first_page(self) -> Page[ItemT]:
        """The first page only."""
        return await self._fetch(self._query)

    async def pages(self) -> AsyncIterator[Page[ItemT]]:
        """Every page, fetched when you come to it.

        Raises:
            ResponseInvalid: The server's cursors go round in a circle.
        """
        place = Place()
        query = self._query
        while True:
            page = await self._fetch(query)
            yield page
            cursor = place.after(page)
            if cursor is None:
                return
            query = {**self._query, "cursor": cursor}

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        async for page in self.pages():
            for item in page.data:
                yield item

    async def _fetch(self, query: Values) -> Page[ItemT]:
        page: Page[ItemT] = await self._client.call(self._op, self._path_args, query, None, self._options)
        self._meta = page.meta
        return page
