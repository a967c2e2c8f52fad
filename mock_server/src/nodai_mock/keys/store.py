"""The table of keys, for those who manage them."""

from collections.abc import Mapping
from typing import Any

import orjson

from nodai_mock.kernel.db import Tx

Key = dict[str, Any]
"""A row by its columns, with lists and booleans as such."""

_COLUMNS = (
    "id", "organization_id", "name", "kind", "environment", "secret_hash", "prefix", "last_four", "active", "scopes",
    "workflow_ids", "allowed_ips", "allowed_origins", "rate_limit", "rate_window_seconds", "bucket",
    "cost_limit_micros", "expires_at", "revoked_at", "revocation_reason", "revocation_note", "replaced_by", "end_told",
    "created_at",
)  # fmt: skip
_LISTS = frozenset(("scopes", "workflow_ids", "allowed_ips", "allowed_origins", "bucket"))
_FLAGS = ("active", "end_told")
_CHOSEN = f"SELECT {', '.join(_COLUMNS)} FROM keys "
_GET = _CHOSEN + "WHERE id = ? AND organization_id = ?"
_NEWEST = _CHOSEN + "WHERE organization_id = ? AND id < ? AND {usable} ORDER BY id DESC LIMIT ?"
_USABLE = {
    None: "TRUE",
    True: "(active AND (revoked_at IS NULL OR revoked_at > ?))",
    False: "NOT (active AND (revoked_at IS NULL OR revoked_at > ?))",
}
_COUNT = """SELECT count(*) FROM keys WHERE organization_id = ? AND (revoked_at IS NULL OR revoked_at > ?)
AND (expires_at IS NULL OR expires_at > ?) AND replaced_by IS NULL"""
_ENDED = _CHOSEN + "WHERE (expires_at <= ? OR revoked_at <= ?) AND end_told = 0"


def insert(tx: Tx, values: Mapping[str, Any]) -> None:
    marks = ", ".join("?" * len(values))
    tx.raw.execute(f"INSERT INTO keys ({', '.join(values)}) VALUES ({marks})", _stored(values))
    tx.outdate()


def get(tx: Tx, organization_id: str, key_id: str) -> Key | None:
    row = tx.raw.execute(_GET, (key_id, organization_id)).fetchone()
    return None if row is None else _key(row)


def newest(tx: Tx, organization_id: str, before: str, limit: int, active: bool | None, now: int) -> list[Key]:
    """A page of keys; `active` takes only those that are switched on and not revoked, or only the others."""
    instant = () if active is None else (now,)
    statement = _NEWEST.format(usable=_USABLE[active])
    return [_key(row) for row in tx.raw.execute(statement, (organization_id, before, *instant, limit))]


def update(tx: Tx, key_id: str, values: Mapping[str, Any]) -> None:
    if values:
        changed = ", ".join([f"{name} = ?" for name in values])
        tx.raw.execute(f"UPDATE keys SET {changed} WHERE id = ?", [*_stored(values), key_id])
        tx.outdate()


def delete(tx: Tx, key_id: str) -> None:
    tx.raw.execute("DELETE FROM keys WHERE id = ?", (key_id,))
    tx.outdate()


def usable(tx: Tx, organization_id: str, now: int) -> int:
    """How many keys count against the plan: not the revoked, the expired, and those that have a successor."""
    return tx.raw.execute(_COUNT, (organization_id, now, now)).fetchone()[0]


def newly_ended(tx: Tx, now: int) -> list[Key]:
    """Keys that have expired, or whose grace has ended, and of which nobody was told yet."""
    return [_key(row) for row in tx.raw.execute(_ENDED, (now, now)).fetchall()]


def _stored(values: Mapping[str, Any]) -> list[Any]:
    return [
        orjson.dumps(value).decode() if name in _LISTS and value is not None else value
        for name, value in values.items()
    ]


def _key(row: tuple[Any, ...]) -> Key:
    found: Key = dict(zip(_COLUMNS, row, strict=True))
    for name in _LISTS:
        if found[name] is not None:
            found[name] = orjson.loads(found[name])
    for name in _FLAGS:
        found[name] = bool(found[name])
    return found
