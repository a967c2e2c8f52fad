"""How a row of the journal looks as an event, and what a type filter means."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import orjson

from nodai_mock.kernel.clock import rfc3339

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from nodai_mock._generated import types


def shown(row: RowMapping) -> types.Event:
    """The event, the same as it goes out to webhook endpoints."""
    event = {
        "id": row["id"],
        "type": row["type"],
        "created_at": rfc3339(row["created_at"]),
        "data": orjson.loads(row["data"]),
    }
    return cast("types.Event", event)


def prefix_of(type_filter: str) -> str | None:
    """What the types begin with that `key.*` means: `key.`; None for a filter that is a type."""
    return type_filter[:-1] if type_filter.endswith(".*") else None
