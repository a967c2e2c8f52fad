"""Streaming workflows: events while a run lasts, readers that come back, and readers that do not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import orjson

from nodai_mock.kernel.clock import Clock, to_micros
from nodai_mock.kernel.db import Database, Tx
from nodai_mock.kernel.errors import Refusal
from nodai_mock.runs import store
from nodai_mock.runs.rules import Ending, Run, ended
from nodai_mock.runs.service import Runs, tell
from nodai_mock.workflows.engines import Engine, Upstream, compile_engine
from nodai_mock.workflows.engines.gateway import Gateway, UpstreamFailed
from nodai_mock.workflows.engines.outcome import Outcome
from nodai_mock.workflows.engines.upstream import failure
from nodai_mock.workflows.executor import GRACE, Executor
from nodai_mock.workflows.live import LiveRun, LocalSource, Source, replay
from nodai_mock.workflows.pace import Pace
from nodai_mock.workflows.rules import cancelled, ending_of, error_of, question_of

if TYPE_CHECKING:
    from nodai_mock.edge.call import Call
    from nodai_mock.edge.reply import Frame


class Streaming:
    """The streamed runs of one world."""

    def __init__(
        self, database: Database, clock: Clock, runs: Runs, pace: Pace, gateway: Gateway, executor: Executor
    ) -> None:
        self._database = database
        self._clock = clock
        self._runs = runs
        self._pace = pace
        self._gateway = gateway
        self._executor = executor
        self._resuming = threading.Lock()

    def begin(self, call: Call, run: Run, engine: Engine) -> Iterator[Frame]:
        """The events of a new run. Refusal `upstream_error` when there will be none."""
        source = self._source(call, run, engine)
        self._database.write(lambda tx: store.insert(tx, run))
        call.detached = True
        resumable = "idempotency-key" in call.headers
        return self._live(run, source, upstream=isinstance(engine, Upstream), resumable=resumable).read(-1)

    def resume(self, request_id: str, after: int) -> Iterator[Frame]:
        """The events of a stream that was begun by an earlier request, from where its reader lost it."""
        with self._resuming:
            with self._database.read() as tx:
                run = store.streamed(tx, request_id)
            if run is None:
                # The first request has been admitted, and is still reaching for its upstream.
                raise Refusal("idempotency_in_progress", retry_after=1)
            task = self._runs.underway.get(run.id)
            if isinstance(task, LiveRun):
                live = task
            elif run.alive:
                found = self._revived(run)
                if isinstance(found, Run):
                    return replay(found, after)
                live = found
            else:
                return replay(run, after)
            reading = live.read(after)
        self._database.submit(lambda tx: store.set_due(tx, run.id, None))
        return reading

    def _source(self, call: Call, run: Run, engine: Engine) -> Source:
        question = question_of(run)
        if not isinstance(engine, Upstream):
            return LocalSource(engine.answer(question), run.created_at, self._pace)
        try:
            return engine.stream(question, self._gateway)
        except UpstreamFailed as why:
            done = ended(run, self._ending(run, failure(question, why), upstream=True))

            def work(tx: Tx) -> None:
                store.insert(tx, done)
                tell(tx, done)

            call.defer(work)
            raise Refusal("upstream_error", upstream_status=why.status) from why

    def _live(self, run: Run, source: Source, *, upstream: bool, resumable: bool) -> LiveRun:
        """A streamed run under way. How an upstream cut its answer has to be kept for replays."""

        def kept(given: list[str]) -> list[str] | None:
            return list(given) if upstream else None

        def finish(run: Run, outcome: Outcome, given: list[str]) -> Run:
            ending = self._ending(run, outcome, upstream=upstream, deltas=kept(given))
            done = self._database.write(lambda tx: self._runs.end_in(tx, run, ending) or store.get(tx, run.id))
            self._runs.underway.pop(run.id, None)
            return done or run

        def ending(outcome: Outcome, now: int, given: list[str]) -> Ending:
            return cancelled(outcome, now, kept(given))

        live = LiveRun(run, source, finish=finish, left=self._left if resumable else self._abandoned, ending=ending)
        self._runs.underway[run.id] = live
        return live

    def _revived(self, run: Run) -> LiveRun | Run:
        """A stream whose server has died: a local engine goes on, an upstream's answer is lost."""
        engine = compile_engine(orjson.loads(run.engine or "{}"))
        if not isinstance(engine, Upstream):
            return self._live(
                run,
                LocalSource(engine.answer(question_of(run)), run.created_at, self._pace),
                upstream=False,
                resumable=True,
            )
        lost = failure(question_of(run), UpstreamFailed(None, "its server has stopped"))
        ending = self._ending(run, lost, upstream=True)
        return self._database.write(lambda tx: self._runs.end_in(tx, run, ending) or store.get(tx, run.id)) or run

    def _left(self, run: Run) -> None:
        """The reader has gone; it has some time to come back, then the run is cancelled."""
        due_at = to_micros(self._clock.now()) + GRACE

        def work(tx: Tx) -> None:
            store.set_due(tx, run.id, due_at)
            self._executor.expect()

        with suppress(Refusal):  # The server stops; the next one gives the reader the same time.
            self._database.submit(work)

    def _abandoned(self, run: Run) -> None:
        """The reader has gone and cannot come back: it sent no Idempotency-Key."""
        with suppress(Refusal):
            gone = self._database.write(lambda tx: self._runs.cancel_in(tx, run))
            if gone is not None:
                self._runs.tell_stopped(gone)

    def _ending(self, run: Run, outcome: Outcome, *, upstream: bool, deltas: list[str] | None = None) -> Ending:
        now = to_micros(self._clock.now()) if upstream else run.created_at
        return ending_of(outcome, run.created_at, now, error=error_of(run, outcome), deltas=deltas)
