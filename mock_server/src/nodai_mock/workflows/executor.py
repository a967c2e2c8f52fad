"""The executor: ends started runs when they are due, and streamed ones that nobody reads any more."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from queue import SimpleQueue

from nodai_mock.kernel.clock import Clock, to_micros
from nodai_mock.kernel.db import Database
from nodai_mock.kernel.errors import Refusal
from nodai_mock.runs import store
from nodai_mock.runs.rules import Ending, Run
from nodai_mock.runs.service import Runs

log = logging.getLogger("nodai_mock")
GRACE = 15_000_000
"""Microseconds that the reader of a stream has to come back after its connection was lost."""
_BATCH = 100
_AT_ONCE = 8
_RETRY_SECONDS = 1.0
_SECOND = 1_000_000

Finish = Callable[[Run], Callable[[], Ending] | Ending]


class Executor:
    """The table of runs is its queue: what it has to do is there, and survives it. Its threads start when needed."""

    def __init__(self, database: Database, clock: Clock, runs: Runs, finish: Finish) -> None:
        self._database = database
        self._clock = clock
        self._runs = runs
        self._finish = finish
        self._changed = threading.Condition()
        self._woken = False
        self._expecting = False
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._waiting: SimpleQueue[tuple[Run, Callable[[], Ending]]] = SimpleQueue()
        self._workers = 0
        clock.on_move(self._moved)

    def expect(self) -> None:
        """Something will be due. To be called in the unit of work that says so; looks after its commit."""
        self._expecting = True
        # Behind this unit of work in the writer's queue, so it ends when that is committed.
        self._database.submit(lambda tx: None).add_done_callback(lambda _: self.wake())

    def wake(self) -> None:
        """Look again at what is due, in the background."""
        with self._changed:
            if self._stopped:
                return
            self._woken = self._expecting = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="nodai-executor", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def stop(self) -> None:
        """Come to an end after the step in hand. An upstream that is waited for is waited for in vain."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def run_due(self) -> list[str]:
        """Do what is due now; what happened, in words."""
        lines: list[str] = []
        while True:
            now = to_micros(self._clock.now())
            with self._database.read() as tx:
                due = store.due(tx, now, _BATCH)
            lines += [line for run in due if (line := self._step(run))]
            if len(due) < _BATCH:
                return lines

    def _step(self, run: Run) -> str | None:
        if run.mode == "stream":
            gone = self._database.write(lambda tx: self._runs.cancel_in(tx, run))
            if gone is None:
                return None
            self._runs.tell_stopped(gone)
            return f"run {run.id} cancelled, as nobody reads it"
        ending = self._finish(run)
        if isinstance(ending, Ending):
            done = self._database.write(lambda tx: self._runs.end_in(tx, run, ending))
            return None if done is None else f"run {run.id} {done.status}"
        if self._database.write(lambda tx: store.claim(tx, run.id)):
            self._hand_over(run, ending)
        return None

    def _hand_over(self, run: Run, ending: Callable[[], Ending]) -> None:
        """Upstreams take their time: a few threads wait for them."""
        self._waiting.put((run, ending))
        if self._workers < _AT_ONCE:
            self._workers += 1
            threading.Thread(target=self._work, name="nodai-upstream", daemon=True).start()

    def _work(self) -> None:
        while not self._stopped:
            run, ending = self._waiting.get()
            known = ending()
            try:
                self._database.write(lambda tx, run=run, known=known: self._runs.end_in(tx, run, known))
            except Refusal:
                # The disk is full or the server stops; the run is taken up again at the next start.
                continue
            except Exception:
                # Whatever this run met, the others still wait for this thread.
                log.exception("%s could not be ended; it is taken up again at the next start", run.id)

    def _loop(self) -> None:
        while not self._stopped:
            try:
                # A jump does itself what it makes due, and says so: not to be taken from under its hands.
                with self._clock.still():
                    self.run_due()
                pause = self._pause()
            except Refusal:
                pause = _RETRY_SECONDS
            except Exception:
                # Whatever one run met, the others are still due.
                log.exception("The executor failed; it looks again in a second")
                pause = _RETRY_SECONDS
            with self._changed:
                if not self._woken and not self._stopped:
                    self._changed.wait(pause)
                self._woken = False

    def _pause(self) -> float | None:
        """Seconds until the next is due; None for until something changes."""
        with self._database.read() as tx:
            due_at = store.next_due(tx)
        if due_at is None or getattr(self._clock, "frozen", False):
            return None
        return max(0.0, (due_at - to_micros(self._clock.now())) / _SECOND)

    def _moved(self, old: datetime, new: datetime) -> list[str]:
        del old, new
        if not self._expecting:
            return []
        lines = self.run_due()
        self.wake()
        return lines
