"""Reading the request rows: figures by period, operation, code and key."""
# ruff: noqa: S608 - only texts of this file are put together; every value is a parameter

from collections.abc import Iterator
from typing import Any, NamedTuple

from nodai_mock.kernel.db import Tx

COLUMNS = {"key": "key_id", "endpoint": "operation", "status": "status", "code": "code", "workflow": "workflow_id"}
"""What figures can be grouped by."""

_ENDED = "state IN ('settled', 'abandoned')"
_MINUTE = 60_000_000


class Where(NamedTuple):
    """Which rows: of an organization, in a half-open period, perhaps of one key or workflow."""

    organization_id: str
    since: int
    until: int
    key_id: str | None = None
    workflow_id: str | None = None


class Totals(NamedTuple):
    """The sums over some rows; `failed` are those with a status of 400 or more."""

    requests: int = 0
    failed: int = 0
    cost_micros: int = 0
    bytes: int = 0
    latency_us: int = 0


_TOTALS = """COUNT(*), COALESCE(SUM(status >= 400), 0), COALESCE(SUM(cost_micros), 0),
COALESCE(SUM(request_bytes + response_bytes), 0), COALESCE(SUM(latency_us), 0)"""


def totals(tx: Tx, where: Where) -> Totals:
    condition, values = _condition(where)
    return Totals(*tx.raw.execute(f"SELECT {_TOTALS} FROM requests WHERE {condition} AND {_ENDED}", values).fetchone())


def latencies(tx: Tx, where: Where) -> dict[str, list[int]]:
    """The latencies in microseconds by operation, ascending."""
    condition, values = _condition(where)
    sql = f"""SELECT operation, latency_us FROM requests
    WHERE {condition} AND {_ENDED} AND latency_us IS NOT NULL ORDER BY latency_us"""
    found: dict[str, list[int]] = {}
    for operation, latency in tx.raw.execute(sql, values):
        found.setdefault(operation, []).append(latency)
    return found


def by_minute(tx: Tx, where: Where, group_by: str | None) -> Iterator[tuple[int, Any, Totals]]:
    """(the minute's first instant, group, totals); every interval of every time zone is made of whole minutes."""
    condition, values = _condition(where)
    group = COLUMNS[group_by] if group_by else "NULL"
    sql = f"""SELECT admitted_at / {_MINUTE}, {group}, {_TOTALS} FROM requests
    WHERE {condition} AND {_ENDED} GROUP BY 1, 2 ORDER BY 1"""
    for minute, value, *sums in tx.raw.execute(sql, values):
        yield minute * _MINUTE, value, Totals(*sums)


def by_operation(tx: Tx, where: Where, limit: int) -> list[tuple[str, Totals]]:
    """The most used operations first."""
    condition, values = _condition(where)
    sql = f"""SELECT operation, {_TOTALS} FROM requests WHERE {condition} AND {_ENDED}
    GROUP BY operation ORDER BY COUNT(*) DESC, operation LIMIT ?"""
    return [(operation, Totals(*sums)) for operation, *sums in tx.raw.execute(sql, (*values, limit))]


def by_code(tx: Tx, where: Where) -> list[tuple[str, int, int]]:
    """(code, status, how often), refused requests included, the most frequent first."""
    condition, values = _condition(where)
    sql = f"""SELECT code, status, COUNT(*) FROM requests WHERE {condition} AND state <> 'open' AND code IS NOT NULL
    GROUP BY code, status ORDER BY COUNT(*) DESC, code"""
    return tx.raw.execute(sql, values).fetchall()


def of_key(tx: Tx, key_id: str, since: int) -> tuple[int, int]:
    """Requests and micro-dollars of a key from an instant on."""
    sql = f"""SELECT COUNT(*), COALESCE(SUM(cost_micros), 0) FROM requests
    WHERE key_id = ? AND admitted_at >= ? AND {_ENDED}"""
    return tx.raw.execute(sql, (key_id, since)).fetchone()


def last_used(tx: Tx, key_id: str) -> int | None:
    """When the key was last admitted."""
    sql = """SELECT admitted_at FROM requests WHERE key_id = ? AND state IN ('settled', 'abandoned')
    ORDER BY admitted_at DESC LIMIT 1"""
    row = tx.raw.execute(sql, (key_id,)).fetchone()
    return None if row is None else row[0]


def oldest_first(tx: Tx, where: Where, after: tuple[int, str], limit: int) -> list[tuple[Any, ...]]:
    """Ended and refused rows behind the place `after`, for an export."""
    condition, values = _condition(where)
    sql = f"""SELECT id, operation, method, path, status, code, key_id, workflow_id, run_id, cost_micros, latency_us,
    request_bytes, response_bytes, ip, user_agent, admitted_at FROM requests
    WHERE {condition} AND state <> 'open' AND (admitted_at, id) > (?, ?) ORDER BY admitted_at, id LIMIT ?"""
    return tx.raw.execute(sql, (*values, *after, limit)).fetchall()


def _condition(where: Where) -> tuple[str, tuple[Any, ...]]:
    condition = "organization_id = ? AND admitted_at >= ? AND admitted_at < ?"
    values: tuple[Any, ...] = (where.organization_id, where.since, where.until)
    if where.key_id is not None:
        condition, values = condition + " AND key_id = ?", (*values, where.key_id)
    if where.workflow_id is not None:
        condition, values = condition + " AND workflow_id = ?", (*values, where.workflow_id)
    return condition, values
