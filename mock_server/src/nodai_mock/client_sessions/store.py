"""The statements about client sessions."""

from __future__ import annotations

from nodai_mock.kernel.db import Tx
from nodai_mock.keys.browser import Session

_INSERT = "INSERT INTO client_sessions VALUES (?, ?, ?, ?, ?, ?, ?)"
_FIND = "SELECT key_id, workflow_id, origin, expires_at FROM client_sessions WHERE secret_hash = ?"
_PURGE = "DELETE FROM client_sessions WHERE expires_at <= ?"


def insert(tx: Tx, session_id: str, secret_hash: bytes, session: Session) -> None:
    key_id, workflow_id, origin, expires_at = session
    tx.raw.execute(_INSERT, (session_id, key_id, secret_hash, workflow_id, origin, expires_at, tx.now_micros))


def find(tx: Tx, secret_hash: bytes) -> Session | None:
    row = tx.raw.execute(_FIND, (secret_hash,)).fetchone()
    return None if row is None else Session(*row)


def purge(tx: Tx, ended_by: int) -> None:
    """Forget the sessions that had ended by then."""
    if tx.raw.execute(_PURGE, (ended_by,)).rowcount:
        tx.outdate()
