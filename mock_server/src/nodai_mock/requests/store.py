"""Reading the rows that admission writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from nodai_mock.kernel.db import Tx
from nodai_mock.usage.tables import requests

_RECORD = [
    requests.c[name]
    for name in (
        "id", "operation", "method", "path", "status", "code", "key_id", "workflow_id", "run_id", "cost_micros",
        "latency_us", "request_bytes", "response_bytes", "ip", "user_agent", "admitted_at",
    )
]  # fmt: skip
"""The columns of a record, in the order in which the usage room shows them."""


Row = sa.Row[tuple[Any, ...]]


class Filter(NamedTuple):
    """Which requests: None for any. Instants are microseconds, `until` excluded."""

    key_id: str | None = None
    workflow_id: str | None = None
    operation: str | None = None
    status: int | None = None
    code: str | None = None
    since: int | None = None
    until: int | None = None


def newest(tx: Tx, organization_id: str, wanted: Filter, before: tuple[int, str], limit: int) -> Sequence[Row]:
    """Up to `limit` requests that have ended, before a place, newest first."""
    c = requests.c
    chosen = sa.select(*_RECORD).where(
        c.organization_id == organization_id,
        c.state != "open",
        sa.tuple_(c.admitted_at, c.id) < sa.tuple_(*map(sa.literal, before)),
    )
    for name in ("key_id", "workflow_id", "operation", "status", "code"):
        value = getattr(wanted, name)
        if value is not None:
            chosen = chosen.where(c[name] == value)
    if wanted.since is not None:
        chosen = chosen.where(c.admitted_at >= wanted.since)
    if wanted.until is not None:
        chosen = chosen.where(c.admitted_at < wanted.until)
    return tx.sa.execute(chosen.order_by(c.admitted_at.desc(), c.id.desc()).limit(limit)).all()


def get(tx: Tx, organization_id: str, request_id: str) -> Row | None:
    c = requests.c
    found = sa.select(*_RECORD).where(c.id == request_id, c.organization_id == organization_id)
    return tx.sa.execute(found).first()
