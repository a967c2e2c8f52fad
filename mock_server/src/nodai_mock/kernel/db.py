"""The database: one writer with group commit, readers beside it, and whole images of it for snapshots."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from nodai_mock.kernel.clock import Clock
from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.ids import Ids
from nodai_mock.kernel.sqlite import as_refusal, backup_image, connect, deserialize
from nodai_mock.kernel.tx import Tx
from nodai_mock.kernel.writer import Job, Writer

if TYPE_CHECKING:
    from nodai_mock.kernel.tables import metadata

__all__ = ["Database", "FileDatabase", "MemoryDatabase", "Tx", "create_schema", "metadata"]

T = TypeVar("T")


class Database(Protocol):
    """What the rooms see of a database."""

    @property
    def version(self) -> int:
        """Changes with every commit of a unit of work that called `tx.outdate()`, before that work is answered.

        Read it before reading what is to be remembered: a reader's look-up in a file costs 70 µs, a comparison none.
        Where other processes may write, it is another one each time, and nothing can be remembered.
        """
        ...

    def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in the writer and return after the commit that holds it.

        An exception undoes only this work and is raised here. Inside another `write` it joins that one.
        Refusal `unavailable` when the database cannot be written.
        """
        ...

    def submit(self, work: Callable[[Tx], T]) -> Future[T]:
        """The same, not waited for."""
        ...

    def read(self) -> AbstractContextManager[Tx]:
        """A context with a `Tx` that sees committed data only. Do not write inside of it."""
        ...

    def image(self) -> bytes:
        """The whole database, as committed now."""
        ...

    def restore(self, image: bytes) -> None:
        """Put the database back to what `image` holds."""
        ...

    def close(self) -> None:
        """Finish what was submitted and let go of the file."""
        ...


class MemoryDatabase:
    """A database that lives as long as its world; a lock takes the writer's place, since no commit ever waits."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._lock = threading.RLock()
        self._raw = connect(":memory:")
        self._tx = Tx(self._raw, clock, ids)
        self._writing = 0
        self._reading = 0
        self.version = 0

    def write(self, work: Callable[[Tx], T]) -> T:
        with self._lock:
            if self._reading:
                raise RuntimeError("a write inside a read: leave the read first")
            if self._writing:
                return self._tx.nested(work)
            self._tx.forget()
            self._raw.execute("BEGIN IMMEDIATE")
            self._writing = 1
            try:
                result = work(self._tx.starting())
                self._tx.flush()
            except BaseException:
                self._raw.rollback()
                raise
            else:
                self._raw.execute("COMMIT")
                self.version += self._tx.outdates
                self._tx.outdates = False
                return result
            finally:
                self._tx.forget()
                self._writing = 0

    def submit(self, work: Callable[[Tx], T]) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(self.write(work))
        except BaseException as error:
            future.set_exception(error)
        return future

    @contextmanager
    def read(self) -> Generator[Tx]:
        with self._lock:
            if not self._writing and not self._reading:
                self._tx.forget()
            self._reading += not self._writing
            try:
                yield self._tx if self._writing else self._tx.starting()
            finally:
                self._reading -= not self._writing

    def image(self) -> bytes:
        with self._lock:
            return self._raw.serialize()

    def restore(self, image: bytes) -> None:
        with self._lock:
            deserialize(self._raw, image)
            self.version += 1

    def close(self) -> None:
        with self._lock:
            self._tx.close()
            self._raw.close()


class FileDatabase:
    """A file in WAL mode: every write goes through one thread, which commits whatever has queued up together."""

    def __init__(self, path: Path, clock: Clock, ids: Ids, *, fast: bool = False, alone: bool = False) -> None:
        """With `alone`, no other process writes the file, so that what was read once can be remembered."""
        self._path = path
        self._others = None if alone else count(1)
        self._clock = clock
        self._ids = ids
        self._mine = threading.local()
        self._readers: list[Tx] = []
        self._idle: list[_Reading] = []
        self._closed = False
        raw = connect(path, synchronous="NORMAL" if fast else "FULL")
        self._writer = Writer(Tx(raw, clock, ids))

    @property
    def version(self) -> int:
        return self._writer.version if self._others is None else next(self._others)

    def write(self, work: Callable[[Tx], T]) -> T:
        if self._writer.is_current():
            return self._writer.tx.nested(work)
        reading: _Reading | None = getattr(self._mine, "reading", None)
        if reading is not None and reading.depth:
            raise RuntimeError("a write inside a read: leave the read first")
        return self._writer.run(Job(work)).answer()

    def submit(self, work: Callable[[Tx], T]) -> Future[T]:
        return self._writer.run(Job(work, future=Future())).future

    def read(self) -> AbstractContextManager[Tx]:
        if self._writer.is_current():
            return nullcontext(self._writer.tx)
        if self._closed:
            raise Refusal("unavailable", detail="The server is stopping.", retry_after=1)
        reading: _Reading | None = getattr(self._mine, "reading", None)
        if reading is None:
            reading = self._mine.reading = self._reader()
        return reading

    def _reader(self) -> _Reading:
        # The one that was used last has the most in its cache; and few are enough for very many threads.
        with suppress(IndexError):
            return self._idle.pop()
        tx = Tx(connect(self._path, query_only=True), self._clock, self._ids)
        self._readers.append(tx)
        return _Reading(tx, self._done_reading)

    def _done_reading(self, reading: _Reading) -> None:
        self._mine.reading = None
        self._idle.append(reading)

    def image(self) -> bytes:
        return self._writer.run(Job(lambda tx: tx.raw.serialize(), alone=True)).answer()

    def restore(self, image: bytes) -> None:
        def work(tx: Tx) -> None:
            backup_image(image, tx.raw)
            tx.outdate()

        self._writer.run(Job(work, alone=True)).answer()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._writer.stop()
            for tx in self._readers:
                tx.close()
                tx.connection.close()


class _Reading:
    """A thread's reader, from the outermost `with` to its end: one snapshot."""

    __slots__ = ("_done", "_tx", "depth")

    def __init__(self, tx: Tx, done: Callable[[_Reading], None]) -> None:
        self._tx = tx
        self._done = done
        self.depth = 0

    def __enter__(self) -> Tx:
        if self.depth == 0:
            self._tx.forget()
            self._tx.starting().raw.execute("BEGIN")
        self.depth += 1
        return self._tx

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.depth -= 1
        if self.depth == 0:
            self._tx.raw.execute("ROLLBACK")
            self._done(self)
        if isinstance(error, sqlite3.OperationalError):
            raise as_refusal(error) from error


def create_schema(db: Database) -> None:
    """Make every table and index of the rooms imported so far, where they are missing."""
    from nodai_mock.kernel.tables import metadata

    db.write(lambda tx: metadata.create_all(tx.sa))


def __getattr__(name: str) -> object:
    # SQLAlchemy is half of the time it takes to start: it is imported by whoever first defines a table.
    if name == "metadata":
        from nodai_mock.kernel.tables import metadata

        return metadata
    raise AttributeError(name)
