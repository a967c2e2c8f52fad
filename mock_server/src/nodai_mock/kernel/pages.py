"""Pages: newest first, with a cursor that is a position and never an offset, so nothing is skipped or seen twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypedDict, TypeVar

from nodai_mock.kernel.ids import suffix

Row = TypeVar("Row")
Item = TypeVar("Item")


class Page(TypedDict, Generic[Item]):
    """What every list answers."""

    data: list[Item]
    has_more: bool
    next_cursor: str | None


def before(cursor: str | None, prefix: str) -> str:
    """The id that a page lies before: `WHERE id < before(cursor, "run_") ORDER BY id DESC LIMIT limit + 1`.

    Every text is a position, so there is no invalid cursor; without one it is the end of all ids.
    """
    return prefix + (cursor if cursor is not None else "~")


def page(
    rows: Sequence[Row], limit: int, item: Callable[[Row], Item], *, identifier: Callable[[Row], str]
) -> Page[Item]:
    """A page of up to `limit` of the rows, which must be one more than `limit` when there is a next page."""
    shown = rows[:limit]
    more = len(rows) > limit
    return {
        "data": [item(row) for row in shown],
        "has_more": more,
        "next_cursor": suffix(identifier(shown[-1])) if more else None,
    }
