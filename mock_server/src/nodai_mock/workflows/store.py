"""The statements about workflows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any

import orjson

from nodai_mock.kernel.db import Tx
from nodai_mock.workflows.rules import Workflow

_COLUMNS = tuple(part.name for part in fields(Workflow))
_NAMES = ", ".join(_COLUMNS)
_ENGINE, _METADATA = _COLUMNS.index("engine"), _COLUMNS.index("metadata")
_INSERT = f"INSERT INTO workflows ({_NAMES}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_GET = f"SELECT {_NAMES} FROM workflows WHERE id = ? AND organization_id = ? AND deleted_at IS NULL"
_UPDATE = "UPDATE workflows SET name = ?, description = ?, engine = ?, metadata = ?, updated_at = ? WHERE id = ?"
_DELETE = "UPDATE workflows SET deleted_at = ? WHERE id = ? AND organization_id = ? AND deleted_at IS NULL"
_PAGE = f"""SELECT {_NAMES} FROM workflows WHERE organization_id = ? AND deleted_at IS NULL
AND (created_at, id) < (?, ?) {{allowed}} ORDER BY created_at DESC, id DESC LIMIT ?"""


def insert(tx: Tx, workflow: Workflow) -> None:
    values = [getattr(workflow, name) for name in _COLUMNS]
    values[_ENGINE], values[_METADATA] = _text(workflow.engine), _text(workflow.metadata)
    tx.raw.execute(_INSERT, values)


def get(tx: Tx, organization_id: str, workflow_id: str) -> Workflow | None:
    row = tx.raw.execute(_GET, (workflow_id, organization_id)).fetchone()
    return None if row is None else _from(row)


def newest(
    tx: Tx, organization_id: str, before: tuple[int, str], limit: int, allowed: Collection[str] | None
) -> list[Workflow]:
    """Up to `limit` workflows before a place, newest first; only the allowed ones unless that is None."""
    chosen = "" if allowed is None else f"AND id IN ({', '.join('?' * len(allowed))})"
    values = (organization_id, *before, *(allowed or ()), limit)
    return [_from(row) for row in tx.raw.execute(_PAGE.format(allowed=chosen), values)]


def update(tx: Tx, workflow: Workflow) -> None:
    engine, metadata = _text(workflow.engine), _text(workflow.metadata)
    values = (workflow.name, workflow.description, engine, metadata, workflow.updated_at, workflow.id)
    tx.raw.execute(_UPDATE, values)


def delete(tx: Tx, organization_id: str, workflow_id: str) -> bool:
    """False when there is none. The row stays, so that its id is never used again."""
    return tx.raw.execute(_DELETE, (tx.now_micros, workflow_id, organization_id)).rowcount > 0


def _from(row: Any) -> Workflow:
    values = list(row)
    values[_ENGINE], values[_METADATA] = orjson.loads(values[_ENGINE]), orjson.loads(values[_METADATA])
    return Workflow(*values)


def _text(value: object) -> str:
    return orjson.dumps(value).decode()
