"""The statements that every run goes through."""

from __future__ import annotations

from typing import Any

import orjson

from nodai_mock.kernel.db import Tx
from nodai_mock.kernel.rows import Insert
from nodai_mock.runs.rules import Run

COLUMNS = Run._fields
_JSON = tuple(COLUMNS.index(name) for name in ("input", "output", "sources", "metadata", "error", "deltas"))
_DELTAS = COLUMNS.index("deltas")
_NAMES = ", ".join(COLUMNS)
_ROWS = Insert("runs", len(COLUMNS), f"({_NAMES})")
_GET = f"SELECT {_NAMES} FROM runs WHERE id = ?"
_STREAMED = f"SELECT {_NAMES} FROM runs WHERE request_id = ? AND mode = 'stream'"
_END = """UPDATE runs SET status = ?, completed_at = ?, output = ?, sources = ?, cost_micros = ?, tokens_input = ?,
tokens_output = ?, error = ?, deltas = ?, due_at = NULL, engine = NULL
WHERE id = ? AND status IN ('queued', 'running')"""
_DUE = f"SELECT {_NAMES} FROM runs WHERE due_at <= ? ORDER BY due_at, id LIMIT ?"
_NEXT_DUE = "SELECT min(due_at) FROM runs WHERE due_at IS NOT NULL"
_CLAIM = "UPDATE runs SET status = 'running', due_at = NULL WHERE id = ? AND status = 'queued'"
_SET_DUE = "UPDATE runs SET due_at = ? WHERE id = ? AND status IN ('queued', 'running')"
_REQUEUE = """UPDATE runs SET status = 'queued', due_at = created_at
WHERE status = 'running' AND mode = 'start' AND due_at IS NULL"""
_LEAVE = "UPDATE runs SET due_at = ? WHERE status = 'running' AND mode = 'stream' AND due_at IS NULL"
_FEEDBACK = "INSERT OR REPLACE INTO run_feedback (run_id, rating, comment, created_at) VALUES (?, ?, ?, ?)"


def from_row(row: Any) -> Run:
    """A run from its columns, in the order of `COLUMNS`."""
    values = list(row)
    for index in _JSON:
        if values[index] is not None:
            values[index] = orjson.loads(values[index])
    return Run(*values)


def insert(tx: Tx, run: Run) -> None:
    values: list[Any] = list(run)
    for index in _JSON:
        if index != _DELTAS or values[index] is not None:
            values[index] = orjson.dumps(values[index]).decode()
    tx.insert(_ROWS, tuple(values))


def end(tx: Tx, run: Run) -> bool:
    """Write how the run ended; false when it had ended before, and then nothing is changed."""
    deltas = None if run.deltas is None else _text(run.deltas)
    values = (
        run.status, run.completed_at, _text(run.output), _text(run.sources), run.cost_micros, run.tokens_input,
        run.tokens_output, _text(run.error), deltas, run.id,
    )  # fmt: skip
    return tx.raw.execute(_END, values).rowcount > 0


def get(tx: Tx, run_id: str) -> Run | None:
    row = tx.raw.execute(_GET, (run_id,)).fetchone()
    return None if row is None else from_row(row)


def streamed(tx: Tx, request_id: str) -> Run | None:
    """The run that this request streams."""
    row = tx.raw.execute(_STREAMED, (request_id,)).fetchone()
    return None if row is None else from_row(row)


def due(tx: Tx, now: int, limit: int) -> list[Run]:
    """The runs whose time has come, the longest due first."""
    return [from_row(row) for row in tx.raw.execute(_DUE, (now, limit))]


def next_due(tx: Tx) -> int | None:
    return tx.raw.execute(_NEXT_DUE).fetchone()[0]


def claim(tx: Tx, run_id: str) -> bool:
    """Make a queued run a running one; false when somebody else has."""
    return tx.raw.execute(_CLAIM, (run_id,)).rowcount > 0


def set_due(tx: Tx, run_id: str, due_at: int | None) -> None:
    tx.raw.execute(_SET_DUE, (due_at, run_id))


def recover(tx: Tx, leave_at: int) -> int | None:
    """What a dead server was doing: its started runs begin anew, its streams have until `leave_at` to be resumed.

    When the first of them is due; None when there is nothing to do.
    """
    tx.raw.execute(_REQUEUE)
    tx.raw.execute(_LEAVE, (leave_at,))
    return next_due(tx)


def rate(tx: Tx, run_id: str, rating: str, comment: str | None, created_at: int) -> None:
    tx.raw.execute(_FEEDBACK, (run_id, rating, comment, created_at))


def _text(value: object) -> str:
    return orjson.dumps(value).decode()
