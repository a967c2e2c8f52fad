"""Reading the journal by position: rows are never changed, and no row ever appears before one that was seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from nodai_mock.events.rules import prefix_of
from nodai_mock.kernel.db import Tx
from nodai_mock.kernel.journal import journal


class Filter(NamedTuple):
    """Which rows: None for any. Instants are microseconds, `until` excluded."""

    type: str | None = None
    since: int | None = None
    until: int | None = None
    actor_key_id: str | None = None
    subject: str | None = None
    events_only: bool = False
    but_type: str | None = None


def page(
    tx: Tx, organization_id: str, wanted: Filter, place: int | None, limit: int, *, oldest_first: bool = False
) -> Sequence[sa.RowMapping]:
    """Up to `limit` rows beyond a position, or from the end; None for from the beginning of that order."""
    c = journal.c
    chosen = sa.select(journal).where(c.organization_id == organization_id, *_conditions(wanted))
    if oldest_first:
        chosen = chosen.where(c.position > (place or 0)).order_by(c.position)
    else:
        chosen = chosen.order_by(c.position.desc())
        if place is not None:
            chosen = chosen.where(c.position < place)
    return tx.sa.execute(chosen.limit(limit)).mappings().all()


def get(tx: Tx, organization_id: str, event_id: str) -> sa.RowMapping | None:
    c = journal.c
    found = sa.select(journal).where(c.id == event_id, c.organization_id == organization_id, c.event)
    return tx.sa.execute(found).mappings().first()


def position_of(tx: Tx, event_id: str, *, upwards: bool) -> int:
    """Where an id lies in the journal; for an id that is not there, where it would be by its time.

    `upwards`: the position to go on above of, otherwise below of.
    """
    c = journal.c
    exact = tx.sa.execute(sa.select(c.position).where(c.id == event_id)).scalar()
    if exact is not None:
        return exact
    below = tx.sa.execute(sa.select(sa.func.max(c.position)).where(c.id < event_id)).scalar() or 0
    return below if upwards else below + 1


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    c = journal.c
    found: list[sa.ColumnElement[bool]] = [c.event] if wanted.events_only else []
    if wanted.type is not None:
        prefix = prefix_of(wanted.type)
        found.append(c.type == wanted.type if prefix is None else c.type.startswith(prefix, autoescape=True))
    if wanted.but_type is not None:
        found.append(sa.not_(c.type.startswith(wanted.but_type, autoescape=True)))
    if wanted.since is not None:
        found.append(c.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(c.created_at < wanted.until)
    if wanted.actor_key_id is not None:
        found.append(c.actor_key_id == wanted.actor_key_id)
    if wanted.subject is not None:
        found.append(c.subject == wanted.subject)
    return found
