"""What a generated resource stands on: its client's three ways to call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nodai._core.operation import Operation
    from nodai._core.shell_async import AsyncShell
    from nodai._core.shell_sync import Shell
    from nodai.options import RequestOptions
    from nodai.pages import AsyncPages, Pages
    from nodai.streaming import AsyncStream, Stream

Values = Mapping[str, Any]


class AsyncResource:
    """A group of operations of one client."""

    def __init__(self, client: AsyncShell) -> None:
        self._client = client
        self._call = client.call  # bound here, so that a call has one frame less

    def _stream(
        self,
        op: Operation,
        path_args: tuple[str, ...],
        query: Values | None,
        body: Any,
        options: RequestOptions | None,
    ) -> AsyncStream[Any]:
        from nodai.streaming import AsyncStream

        return AsyncStream(self._client, op, path_args, query, body, options)

    def _page(
        self, op: Operation, path_args: tuple[str, ...], query: Values | None, options: RequestOptions | None
    ) -> AsyncPages[Any]:
        from nodai.pages import AsyncPages

        return AsyncPages(self._client, op, path_args, query, options)


class Resource:
    """A group of operations of one client."""

    def __init__(self, client: Shell) -> None:
        self._client = client
        self._call = client.call  # bound here, so that a call has one frame less

    def _stream(
        self,
        op: Operation,
        path_args: tuple[str, ...],
        query: Values | None,
        body: Any,
        options: RequestOptions | None,
    ) -> Stream[Any]:
        from nodai.streaming import Stream

        return Stream(self._client, op, path_args, query, body, options)

    def _page(
        self, op: Operation, path_args: tuple[str, ...], query: Values | None, options: RequestOptions | None
    ) -> Pages[Any]:
        from nodai.pages import Pages

        return Pages(self._client, op, path_args, query, options)
