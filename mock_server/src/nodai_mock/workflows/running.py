"""Running workflows: a query, a stream, or a run that goes on in the background."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

import orjson

from nodai_mock.kernel.clock import Clock, to_micros
from nodai_mock.kernel.db import Database, Tx
from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.ids import Ids
from nodai_mock.runs import store
from nodai_mock.runs.rules import MILLISECOND, Asked, Ending, Run, begun, ended, shown
from nodai_mock.runs.service import Runs, tell
from nodai_mock.workflows.engines import Engine, Upstream, compile_engine
from nodai_mock.workflows.engines.gateway import Gateway
from nodai_mock.workflows.engines.outcome import Failure, Outcome, Question
from nodai_mock.workflows.executor import GRACE, Executor
from nodai_mock.workflows.pace import Pace
from nodai_mock.workflows.rules import Workflow, ending_of, error_of, question_of
from nodai_mock.workflows.streaming import Streaming

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call
    from nodai_mock.edge.reply import Frame

log = logging.getLogger("nodai_mock")


class _Known(Protocol):
    @property
    def workflow(self) -> Workflow: ...
    @property
    def engine(self) -> Engine: ...


class Running:
    """What happens when a workflow of this world is asked."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        runs: Runs,
        known: Callable[[str, str], _Known],
        *,
        hosted: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self.runs = runs
        self._known = known
        self._pace = Pace(clock)
        self._gateway = Gateway(hosted=hosted)
        self.executor = Executor(database, clock, runs, self._finish_started)
        self._streaming = Streaming(database, clock, runs, self._pace, self._gateway, self.executor)

    def query(self, call: Call, workflow_id: str, body: types.QueryRequest) -> types.Run:
        """Ask, wait, answer. Refusal `upstream_error` or `internal_error` when the run fails; that is recorded too."""
        engine = self._known(call.organization_id, workflow_id).engine
        asked = self._asked(call, workflow_id, body, "query")
        outcome = self._ask(engine, question_of(asked))
        if outcome.latency_ms:
            due = asked.created_at + outcome.latency_ms * MILLISECOND
            self._pace.wait_until(due, call.started + outcome.latency_ms / 1000)
        done = ended(asked, self._ending(asked, engine, outcome))
        answer = shown(done)
        call.run_id, call.cost = done.id, done.cost_micros

        def work(tx: Tx) -> None:
            store.insert(tx, done)
            tell(tx, done, seen=answer)

        call.defer(work)
        if outcome.failure is not None:
            raise Refusal(outcome.failure.code, **outcome.failure.facts)
        return answer

    def start(self, call: Call, workflow_id: str, body: types.QueryRequest) -> types.Run:
        """Accept a run that ends later; what it may cost stays reserved until then."""
        known = self._known(call.organization_id, workflow_id)
        asked = self._asked(call, workflow_id, body, "start")
        latency = 0 if isinstance(known.engine, Upstream) else known.engine.answer(question_of(asked)).latency_ms
        due_at = asked.created_at + latency * MILLISECOND
        run = begun(asked, "queued", due_at=due_at, engine=_text(known.workflow))
        call.run_id, call.detached = run.id, True

        def work(tx: Tx) -> None:
            store.insert(tx, run)
            self.executor.expect()

        call.defer(work)
        return shown(run)

    def stream(self, call: Call, workflow_id: str, body: types.QueryRequest) -> tuple[Iterator[Frame], bool]:
        """The run's events, and whether they may take their time. Refusal `upstream_error` when none can be."""
        if call.repeats is not None:
            last_seen = int(call.headers.get("last-event-id", -1))
            return self._streaming.resume(call.repeats, last_seen), True
        known = self._known(call.organization_id, workflow_id)
        asked = self._asked(call, workflow_id, body, "stream")
        run = begun(asked, "running", engine=_text(known.workflow))
        call.run_id = run.id
        slow = isinstance(known.engine, Upstream) or known.engine.max_latency_ms > 0
        return self._streaming.begin(call, run, known.engine), slow

    def recover(self) -> None:
        """Take up what the server before this one left: started runs, and streams that may still be resumed."""
        until = to_micros(self._clock.now()) + GRACE
        if self._database.write(lambda tx: store.recover(tx, until)) is not None:
            self.executor.wake()

    def stop(self) -> None:
        """End the background thread and the connections to upstreams; what is queued stays queued."""
        self.executor.stop()
        self._gateway.close()

    def _asked(self, call: Call, workflow_id: str, body: types.QueryRequest, mode: str) -> Asked:
        return Asked(
            self._ids.new("run_"),
            call.organization_id,
            workflow_id,
            call.caller.id,
            call.request_id,
            mode,
            body.get("conversation_id"),
            body["input"],
            body.get("metadata", {}),
            to_micros(call.now),
        )

    def _ask(self, engine: Engine, question: Question) -> Outcome:
        return engine.ask(question, self._gateway) if isinstance(engine, Upstream) else engine.answer(question)

    def _ending(self, run: Asked | Run, engine: Engine, outcome: Outcome) -> Ending:
        """A local engine takes exactly its latency, whatever this machine took: every time the same."""
        now = to_micros(self._clock.now()) if isinstance(engine, Upstream) else run.created_at
        return ending_of(outcome, run.created_at, now, error=error_of(run, outcome))

    def _finish_started(self, run: Run) -> Callable[[], Ending] | Ending:
        """The ending of a run that is due; for an upstream, the way to it, which takes time.

        Our own fault ends this run as failed: the threads that run everybody's go on.
        """
        try:
            engine = compile_engine(orjson.loads(run.engine or "{}"))
            if isinstance(engine, Upstream):
                return lambda: self._asked_upstream(run, engine)
            return self._ending(run, engine, engine.answer(question_of(run)))
        except Exception:
            return self._broken(run)

    def _asked_upstream(self, run: Run, engine: Upstream) -> Ending:
        try:
            return self._ending(run, engine, self._ask(engine, question_of(run)))
        except Exception:
            return self._broken(run)

    def _broken(self, run: Run) -> Ending:
        log.exception("%s failed by a fault of the server", run.id)
        outcome = Outcome(failure=Failure("internal_error"))
        return ending_of(outcome, run.created_at, to_micros(self._clock.now()), error=error_of(run, outcome))


def _text(workflow: Workflow) -> str:
    """The engine as a run keeps it that ends later: changes of the workflow do not concern it."""
    return orjson.dumps(workflow.engine).decode()
