"""Pages of runs."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from nodai_mock.kernel.db import Tx
from nodai_mock.runs.rules import Run
from nodai_mock.runs.store import COLUMNS, from_row
from nodai_mock.runs.tables import runs


class Filter(NamedTuple):
    """Which runs: None for any. Instants are microseconds, `until` excluded."""

    workflow_id: str | None = None
    key_id: str | None = None
    status: str | None = None
    since: int | None = None
    until: int | None = None
    workflow_ids: Collection[str] | None = None


def newest(tx: Tx, organization_id: str, wanted: Filter, before: str, limit: int) -> list[Run]:
    """Up to `limit` runs before an id, newest first."""
    c = runs.c
    chosen = sa.select(*(c[name] for name in COLUMNS)).where(c.organization_id == organization_id, c.id < before)
    for column, value in ((c.workflow_id, wanted.workflow_id), (c.key_id, wanted.key_id), (c.status, wanted.status)):
        if value is not None:
            chosen = chosen.where(column == value)
    if wanted.since is not None:
        chosen = chosen.where(c.created_at >= wanted.since)
    if wanted.until is not None:
        chosen = chosen.where(c.created_at < wanted.until)
    if wanted.workflow_ids is not None:
        chosen = chosen.where(c.workflow_id.in_(wanted.workflow_ids))
    return [from_row(row) for row in tx.sa.execute(chosen.order_by(c.id.desc()).limit(limit))]
