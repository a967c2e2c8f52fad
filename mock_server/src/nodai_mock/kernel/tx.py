"""The unit of work: one connection, seen raw and through SQLAlchemy Core, with the instant it happens at."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from nodai_mock.kernel.clock import Clock, from_micros
from nodai_mock.kernel.ids import Ids
from nodai_mock.kernel.rows import Insert, Row, insert

if TYPE_CHECKING:
    import sqlalchemy

T = TypeVar("T")


class Tx:
    """What a unit of work is given. It never commits or rolls back by itself; the database does.

    Rows handed to `insert` wait until somebody asks for `raw` or `sa`, or until the commit, and go in together with
    those of the other units of the group. A unit that does nothing else needs no savepoint: what fails is forgotten.
    """

    __slots__ = (
        "_clock", "_mark", "_sa", "_unsaved", "_waiting", "connection", "ids", "kept", "now_micros", "outdates",
        "spoiled",
    )  # fmt: skip

    def __init__(self, raw: sqlite3.Connection, clock: Clock, ids: Ids) -> None:
        self.connection = raw
        self.ids = ids
        self._clock = clock
        self._sa: sqlalchemy.Connection | None = None
        self.now_micros: int = clock.now_micros()
        self.outdates = False
        self.kept: dict[Hashable, Any] = {}
        """What a store knows of its rows, those that wait among them, until the transaction ends. It takes back what a
        statement of its own changes; a failed unit of work empties all of it."""
        self.spoiled: BaseException | None = None
        """Why rows of units that had ended well could not be inserted: all of the transaction has to be undone."""
        self._waiting: list[tuple[Insert, Row]] = []
        self._mark = 0  # where the rows of this unit of work begin
        self._unsaved = False  # in a unit of work that has no savepoint yet

    def starting(self) -> Tx:
        """Take the time for the next unit of work."""
        self.now_micros = self._clock.now_micros()
        return self

    @property
    def now(self) -> datetime:
        """The same instant as an aware time."""
        return from_micros(self.now_micros)

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection, with every row in it."""
        if self._unsaved:
            self._save()
        elif self._waiting:
            self.flush()
        return self.connection

    @property
    def sa(self) -> sqlalchemy.Connection:
        """The same connection for SQLAlchemy Core, made on first use. Ask anew after other rooms have written."""
        raw = self.raw
        if self._sa is None:
            from nodai_mock.kernel.tables import core_connection

            self._sa = core_connection(raw)
        return self._sa

    def look(self, statement: str, values: Sequence[Any]) -> sqlite3.Cursor:
        """Read what does not wait to be inserted: the caller knows from `kept` what does."""
        return self.connection.execute(statement, values)

    def insert(self, table: Insert, row: Row) -> None:
        """Insert a row, at the latest before the commit."""
        self._waiting.append((table, row))

    def outdate(self) -> None:
        """Say that what is remembered of keys and organizations holds no longer, once this is committed."""
        self.outdates = True

    def run(self, work: Callable[[Tx], T]) -> T:
        """Do a unit of work in the transaction that is open; its failure undoes only itself."""
        self.starting()
        self._mark, self._unsaved = len(self._waiting), True
        try:
            result = work(self)
            if not self._unsaved:
                self.flush()
                self.connection.execute("RELEASE job")
        except BaseException:
            self._undo()
            raise
        finally:
            self._unsaved = False
        return result

    def nested(self, work: Callable[[Tx], T]) -> T:
        """Run `work` so that its failure undoes only itself."""
        self.raw.execute("SAVEPOINT nested")
        try:
            result = work(self)
        except BaseException:
            self._waiting.clear()
            self.kept.clear()
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO nested")
                self.connection.execute("RELEASE nested")
            raise
        self.raw.execute("RELEASE nested")
        return result

    def flush(self) -> None:
        """Insert the rows that wait."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            insert(self.connection, waiting)

    def forget(self) -> None:
        """The transaction has ended, one way or the other."""
        self.spoiled = None
        self._waiting.clear()
        self.kept.clear()

    def close(self) -> None:
        """Let go of SQLAlchemy's view; the connection itself belongs to the database."""
        if self._sa is not None:
            self._sa.detach()
            self._sa = None

    def _save(self) -> None:
        own = self._waiting[self._mark :]
        del self._waiting[self._mark :]
        self._flush_others()
        self.connection.execute("SAVEPOINT job")
        self._unsaved, self._mark = False, 0
        if own:
            insert(self.connection, own)

    def _undo(self) -> None:
        del self._waiting[self._mark :]
        if not self._unsaved and self.connection.in_transaction:
            self.connection.execute("ROLLBACK TO job")
            self.connection.execute("RELEASE job")
        if self.connection.in_transaction:
            self._flush_others()
        self.kept.clear()

    def _flush_others(self) -> None:
        """Insert the rows of the units before this one, which have ended well."""
        try:
            self.flush()
        except BaseException as error:
            self.spoiled = error
            raise
