"""The table of Idempotency-Keys, written in the transaction of the admission and of the settlement."""

from nodai_mock.idempotency.rules import KEPT_FOR, Place, Remembered
from nodai_mock.kernel.db import Tx
from nodai_mock.kernel.rows import Insert

_FIND = """SELECT fingerprint, request_id, run_id, status, content_type, body FROM idempotency
WHERE key_id = ? AND operation = ? AND name = ? AND expires_at > ?"""
_ROWS = Insert("idempotency", 10, key=3)
_FINISH = """UPDATE idempotency SET status = ?, content_type = ?, body = ?, run_id = ?
WHERE key_id = ? AND operation = ? AND name = ? AND request_id = ?"""
_DROP = "DELETE FROM idempotency WHERE request_id = ? AND status IS NULL"
_PURGE = "DELETE FROM idempotency WHERE expires_at <= ?"


def find(tx: Tx, place: Place) -> Remembered | None:
    waiting: Remembered | None = tx.kept.get(place)
    if waiting is not None:
        return waiting
    row = tx.look(_FIND, (*place, tx.now_micros)).fetchone()
    return None if row is None else Remembered(*row)


def put(tx: Tx, place: Place, known: Remembered) -> None:
    """Remember a request that begins, or one that has begun and ended in this unit of work."""
    tx.insert(_ROWS, (*place, *known, tx.now_micros + KEPT_FOR))
    tx.kept[place] = known


def finish(tx: Tx, place: Place, known: Remembered) -> None:
    """Remember the answer of a request that had begun."""
    _, request_id, run_id, status, content_type, body = known
    tx.raw.execute(_FINISH, (status, content_type, body, run_id, *place, request_id))
    tx.kept.pop(place, None)


def drop(tx: Tx, request_id: str) -> None:
    """Forget a request that ended without an answer worth keeping."""
    tx.raw.execute(_DROP, (request_id,))
    _forget_places(tx)


def purge(tx: Tx) -> int:
    """Forget what is older than a day."""
    purged = tx.raw.execute(_PURGE, (tx.now_micros,)).rowcount
    _forget_places(tx)
    return purged


def _forget_places(tx: Tx) -> None:
    for place in [each for each in tx.kept if isinstance(each, Place)]:
        del tx.kept[place]
