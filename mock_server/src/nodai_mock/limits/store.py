"""The counters, on SQLite: read and written inside the writer, so that the database is the only truth."""

from collections.abc import Iterable

from nodai_mock.kernel.db import Tx
from nodai_mock.kernel.rows import Insert
from nodai_mock.limits.counter import Counter

_READ = """SELECT name, anchor, amount, held, alerted, muted_until, cells, stale
FROM limit_counters WHERE subject = ?"""
_ROWS = Insert("limit_counters", 9, key=2)
_STALE = "UPDATE limit_counters SET stale = 1 WHERE subject = ?"
_FORGET_SUBJECT = "DELETE FROM limit_counters WHERE subject = ?"
_FORGET = "DELETE FROM limit_counters WHERE name IN ('burst', 'key', 'organization')"
_MONTH = """SELECT COUNT(*) FILTER (WHERE metered), COALESCE(SUM(cost_micros), 0), COALESCE(SUM(held_micros), 0)
FROM requests WHERE {subject} = ? AND admitted_at >= ? AND admitted_at < ? AND state <> 'refused'"""
_CELLS = """SELECT MAX(admitted_at), COUNT(*) FROM requests
WHERE {subject} = ? AND admitted_at > ? AND admitted_at <= ? AND state <> 'refused'
GROUP BY admitted_at * 60 / ? ORDER BY 1"""

Found = dict[tuple[str, str], tuple[Counter, bool]]


def read(tx: Tx, key_id: str, organization_id: str) -> Found:
    """Every counter of the two, and whether it is stale."""
    return _of(tx, key_id) | _of(tx, organization_id)


def write(tx: Tx, changed: Iterable[tuple[str, str, Counter]]) -> None:
    for subject, name, counter in changed:
        _of(tx, subject)[subject, name] = counter, False
        tx.insert(_ROWS, (subject, name, *counter, False))


def _of(tx: Tx, subject: str) -> Found:
    """A subject's counters, read once in a transaction: the calls of one group count on without looking again."""
    known: dict[str, Found] = tx.kept.setdefault(_ROWS, {})
    found = known.get(subject)
    if found is None:
        rows = tx.look(_READ, (subject,))
        found = known[subject] = {(subject, name): (Counter(*values), bool(stale)) for name, *values, stale in rows}
    return found


def mark_stale(tx: Tx, subject: str) -> None:
    tx.raw.execute(_STALE, (subject,))
    tx.kept.pop(_ROWS, None)


def forget(tx: Tx, subject: str) -> None:
    """Drop every counter of a subject that is gone."""
    tx.raw.execute(_FORGET_SUBJECT, (subject,))
    tx.kept.pop(_ROWS, None)


def forget_windows(tx: Tx) -> None:
    """Drop what windows and buckets know; they are counted anew from the rows."""
    tx.raw.execute(_FORGET)
    tx.kept.pop(_ROWS, None)


def month(tx: Tx, subject: str, start: int, end: int) -> tuple[int, int, int]:
    """Metered requests, micro-dollars spent and micro-dollars held of a key or organization, from the rows."""
    return tx.raw.execute(_MONTH.format(subject=_column(subject)), (subject, start, end)).fetchone()


def cells(tx: Tx, subject: str, after: int, until: int, span: int) -> list[tuple[int, int]]:
    """The sub-windows of a sliding window, from the rows: last instant and calls of each, oldest first."""
    return tx.raw.execute(_CELLS.format(subject=_column(subject)), (subject, after, until, span)).fetchall()


def _column(subject: str) -> str:
    return "organization_id" if subject.startswith("org_") else "key_id"
