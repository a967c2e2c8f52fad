"""What a page is, and which cursor comes after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from nodai._core.errors import ResponseInvalid

if TYPE_CHECKING:
    from nodai._core.meta import Meta

ItemT_co = TypeVar("ItemT_co", covariant=True)


class Page(Protocol[ItemT_co]):
    """One page of a list, such as `ApiKeyPage`."""

    @property
    def data(self) -> Sequence[ItemT_co]: ...

    @property
    def has_more(self) -> bool: ...

    @property
    def next_cursor(self) -> str | None: ...

    @property
    def meta(self) -> Meta: ...


class Place:
    """How far an iteration has come. Refuses a cursor that it has followed before: that list would never end."""

    def __init__(self) -> None:
        self._followed: set[str] = set()

    def after(self, page: Page[Any]) -> str | None:
        """The cursor of the next page, None after the last.

        Raises:
            ResponseInvalid: The page says that there is more, without a way there that is new.
        """
        if not page.has_more:
            return None
        cursor = page.next_cursor
        if not cursor:
            raise ResponseInvalid("The page says that there is more, and gives no cursor.", meta=page.meta)
        if cursor in self._followed:
            raise ResponseInvalid("The list came back to a cursor that was followed before.", meta=page.meta)
        self._followed.add(cursor)
        return cursor
