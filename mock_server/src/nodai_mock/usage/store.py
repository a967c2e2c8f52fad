"""Writing the request rows: the statements that every call runs."""

from typing import NamedTuple

from nodai_mock.kernel.db import Tx
from nodai_mock.kernel.rows import Insert

_CLOSE = """UPDATE requests SET state = 'settled', status = ?, code = ?, held_micros = 0, cost_micros = ?,
latency_us = COALESCE(latency_us, ?), response_bytes = MAX(response_bytes, ?), run_id = COALESCE(?, run_id),
lease_until = NULL, owner = NULL WHERE id = ? AND state = ?"""
_ABANDON = """UPDATE requests SET state = 'abandoned', status = 500, code = 'internal_error', held_micros = 0,
lease_until = NULL, owner = NULL WHERE id = ? AND state = 'open'"""
_LEFT = """SELECT id, organization_id, key_id, admitted_at, held_micros, run_id FROM requests
WHERE state = 'open' AND owner <> ? AND lease_until <= ?"""
_HELD = """SELECT id, organization_id, key_id, admitted_at, held_micros, run_id FROM requests
WHERE id = ? AND state IN ('open', 'abandoned')"""
_ANSWERED = "UPDATE requests SET latency_us = ?, response_bytes = ?, run_id = COALESCE(?, run_id) WHERE id = ?"
_ADOPT = "UPDATE requests SET owner = ?, lease_until = ? WHERE id = ? AND state = 'open'"
_RENEW = "UPDATE requests SET lease_until = ? WHERE state = 'open' AND owner = ? AND lease_until < ?"


class Request(NamedTuple):
    """One row, field for column, as it is when the request is admitted or refused."""

    id: str
    organization_id: str
    key_id: str
    operation: str
    method: str
    path: str
    workflow_id: str | None
    run_id: str | None
    admitted_at: int
    state: str
    status: int | None
    code: str | None
    metered: bool
    held_micros: int
    cost_micros: int
    latency_us: int | None
    request_bytes: int
    response_bytes: int
    ip: str
    user_agent: str
    lease_until: int | None
    owner: str | None


class Held(NamedTuple):
    """A request that has not ended, and what it holds."""

    id: str
    organization_id: str
    key_id: str
    admitted_at: int
    micros: int
    run_id: str | None


class Outcome(NamedTuple):
    """How a request ended."""

    status: int
    code: str | None = None
    cost_micros: int = 0
    latency_us: int = 0
    response_bytes: int = 0
    run_id: str | None = None


_ROWS = Insert("requests", len(Request._fields))


def insert(tx: Tx, request: Request) -> None:
    tx.insert(_ROWS, request)


def close(tx: Tx, request_id: str, outcome: Outcome) -> str | None:
    """Write how the request ended. Its state until now: abandoned when its reservation was released already, None when
    it had ended before."""
    values = (*outcome, request_id)
    return next((was for was in ("open", "abandoned") if tx.raw.execute(_CLOSE, (*values, was)).rowcount), None)


def answered(tx: Tx, request_id: str, outcome: Outcome) -> None:
    """Note how long a detached call took to answer; it goes on, and is closed when it ends."""
    tx.raw.execute(_ANSWERED, (outcome.latency_us, outcome.response_bytes, outcome.run_id, request_id))


def left(tx: Tx, owner: str, now: int) -> list[Held]:
    """Requests of other processes whose lease has run out."""
    return [Held(*row) for row in tx.raw.execute(_LEFT, (owner, now))]


def held_by(tx: Tx, request_id: str) -> Held | None:
    """What a request holds, whoever answers for it; None when it has ended."""
    row = tx.raw.execute(_HELD, (request_id,)).fetchone()
    return None if row is None else Held(*row)


def abandon(tx: Tx, request_id: str) -> None:
    tx.raw.execute(_ABANDON, (request_id,))


def adopt(tx: Tx, request_id: str, owner: str, until: int) -> None:
    """Answer from now on for a detached call of a server that has died."""
    tx.raw.execute(_ADOPT, (owner, until, request_id))


def renew(tx: Tx, owner: str, now: int, until: int) -> None:
    """Extend the leases of this process that end before `now`'s next look."""
    tx.raw.execute(_RENEW, (until, owner, now))
