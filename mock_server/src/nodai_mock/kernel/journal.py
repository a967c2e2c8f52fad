"""The journal: one row is both the audit entry and the outgoing event, written with the change that it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import orjson

from nodai_mock._generated.events import EVENT_TYPES
from nodai_mock.kernel.db import Tx
from nodai_mock.kernel.ids import suffix
from nodai_mock.kernel.rows import Insert

if TYPE_CHECKING:
    from nodai_mock.kernel.tables import journal as journal

_ROWS = Insert("journal", 8, "(id, type, event, organization_id, actor_key_id, subject, data, created_at)")


def record(
    tx: Tx,
    *,
    type: str,
    organization_id: str,
    actor_key_id: str | None = None,
    subject: str | None = None,
    data: Mapping[str, object] | None = None,
) -> str:
    """Write that something happened; the id of the event. It goes out to webhooks when `type` is in the contract.

    `subject` is the id of what it happened to, `data` the event's payload (JSON values only).
    """
    identifier = tx.ids.new("evt_")
    text = orjson.dumps(data or {}).decode()
    row = (identifier, type, type in EVENT_TYPES, organization_id, actor_key_id, subject, text, tx.now_micros)
    tx.insert(_ROWS, row)
    return identifier


def audit_id(event_id: str) -> str:
    """The audit entry's id of the row whose event id this is."""
    return "aud_" + suffix(event_id)


def __getattr__(name: str) -> object:
    # The table is for reading; writing a row must not load SQLAlchemy, which takes longer than everything else.
    if name == "journal":
        from nodai_mock.kernel.tables import journal

        return journal
    raise AttributeError(name)
