"""Rows that wait to be inserted: many of one table go in by one statement."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import chain
from typing import Any

Row = tuple[Any, ...]
_MOST_ROWS = 64


class Insert:
    """How rows of one table are inserted; with `key`, the last row of equal first `key` columns is the one that counts.

    One statement for many rows costs half of what one for each does, and lets go of the interpreter's lock once.
    """

    __slots__ = ("_head", "_known", "_values", "key")

    def __init__(self, table: str, columns: int, names: str = "", *, key: int = 0) -> None:
        self.key = key
        self._head = f"INSERT{' OR REPLACE' if key else ''} INTO {table} {names} VALUES "
        self._values = f"({', '.join('?' * columns)})"
        self._known: dict[int, str] = {}

    def run(self, connection: sqlite3.Connection, rows: list[Row]) -> None:
        """Insert them, in their order."""
        if self.key:
            rows = list({row[: self.key]: row for row in rows}.values())
        at, left = 0, len(rows)
        while left:
            # Powers of two, so that few statements serve every number and stay prepared.
            count = min(_MOST_ROWS, 1 << (left.bit_length() - 1))
            values: Iterable[Any] = rows[at] if count == 1 else list(chain.from_iterable(rows[at : at + count]))
            connection.execute(self._statement(count), values)  # pyright: ignore[reportArgumentType]
            at, left = at + count, left - count

    def _statement(self, count: int) -> str:
        found = self._known.get(count)
        if found is None:
            found = self._known[count] = self._head + ", ".join([self._values] * count)
        return found


def insert(connection: sqlite3.Connection, waiting: list[tuple[Insert, Row]]) -> None:
    """Insert all that waits, table by table."""
    tables: dict[Insert, list[Row]] = {}
    for table, row in waiting:
        rows = tables.get(table)
        if rows is None:
            tables[table] = [row]
        else:
            rows.append(row)
    for table, rows in tables.items():
        table.run(connection, rows)
