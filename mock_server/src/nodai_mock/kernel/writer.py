"""The one writer thread: takes the units of work that wait, runs each for itself, and commits them together."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.sqlite import as_refusal
from nodai_mock.kernel.tx import Tx

T = TypeVar("T")

# A larger group would save little and make the first of it wait: 64 rows share one sync at 4 microseconds each.
_LARGEST_GROUP = 64


class Job(Generic[T]):
    """A unit of work on its way through the writer; answered after the commit that holds it."""

    __slots__ = ("_done", "alone", "error", "future", "result", "work")

    def __init__(self, work: Callable[[Tx], T], *, alone: bool = False, future: Future[T] | None = None) -> None:
        self.work = work
        self.alone = alone
        self.result: Any = None
        self.error: BaseException | None = None
        self.future: Any = future
        # A bare lock is the cheapest thing one thread can wait on; an Event costs ten times as much.
        self._done = threading.Lock()
        self._done.acquire()

    def answer(self) -> T:
        """Wait for the commit; the result of the work, or its exception."""
        self._done.acquire()
        if self.error is not None:
            raise self.error
        return self.result

    def finish(self) -> None:
        """Tell whoever waits."""
        if self.future is not None:
            if self.error is not None:
                self.future.set_exception(self.error)
            else:
                self.future.set_result(self.result)
        self._done.release()


class Writer:
    """Owns the writing connection. No delay is ever added: a group is what queued up while the last one was synced."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.version = 0
        self._queue: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._loop, name="nodai-writer", daemon=True)
        self._thread.start()

    def is_current(self) -> bool:
        """Whether the caller is this writer's own thread, inside a unit of work."""
        return threading.get_ident() == self._thread.ident

    def run(self, job: Job[T]) -> Job[T]:
        """Queue a job. Refusal `unavailable` after `stop`."""
        with self._gate:
            if self._stopped:
                raise Refusal("unavailable", detail="The server is stopping.", retry_after=1)
            self._queue.put(job)
        return job

    def stop(self) -> None:
        """Commit what is queued, then end the thread and close the connection."""
        with self._gate:
            self._stopped = True
            self._queue.put(None)
        self._thread.join()
        self.tx.close()
        self.tx.connection.close()

    def _loop(self) -> None:
        while (job := self._queue.get()) is not None:
            if job.alone:
                self._run_alone(job)
            elif self._run_group(job):
                return

    def _run_alone(self, job: Job[Any]) -> None:
        try:
            job.result = job.work(self.tx.starting())
        except BaseException as error:
            job.error = as_refusal(error) if isinstance(error, sqlite3.Error) else error
        self._count_version()
        job.finish()

    def _run_group(self, first: Job[Any]) -> bool:
        """Run `first` and what else waits in one transaction; true when told to stop."""
        connection = self.tx.connection
        group: list[Job[Any]] = [first]
        after: Job[Any] | None = None
        stop, seen = False, 0
        try:
            connection.execute("BEGIN IMMEDIATE")
            self._run_one(first)
            while len(group) < _LARGEST_GROUP:
                try:
                    job = self._queue.get_nowait()
                except Empty:
                    if len(group) == seen:
                        break
                    # Whoever is about to queue may do so now: a commit for more of them costs the same.
                    seen = len(group)
                    time.sleep(0)
                    continue
                if job is None or job.alone:
                    stop, after = job is None, job
                    break
                group.append(job)
                self._run_one(job)
            self.tx.flush()
            connection.execute("COMMIT")
            self._count_version()
        except BaseException as error:
            self._lose(group, error)
        self.tx.forget()
        for job in group:
            job.finish()
        if after is not None:
            self._run_alone(after)
        return stop

    def _count_version(self) -> None:
        if self.tx.outdates:
            self.version += 1
            self.tx.outdates = False

    def _run_one(self, job: Job[Any]) -> None:
        tx = self.tx
        try:
            job.result = tx.run(job.work)
        except BaseException as error:
            job.error = as_refusal(error) if isinstance(error, sqlite3.Error) else error
            if tx.spoiled is not None or not tx.connection.in_transaction:
                # A full disk makes SQLite undo the whole transaction: everybody in it has to hear of it.
                lost = tx.spoiled or error
                raise lost if isinstance(lost, sqlite3.Error) else sqlite3.OperationalError(str(lost)) from error

    def _lose(self, group: list[Job[Any]], error: BaseException) -> None:
        if isinstance(error, sqlite3.Error):
            error = as_refusal(error)
        for job in group:
            job.error = job.error or error
        if self.tx.connection.in_transaction:
            self.tx.connection.rollback()
