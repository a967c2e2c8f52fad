"""The verbs of workflows themselves, and what a query of one will cost at most."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple, cast

from nodai_mock.kernel import journal
from nodai_mock.kernel.clock import Clock
from nodai_mock.kernel.db import Database, Tx
from nodai_mock.kernel.errors import not_found
from nodai_mock.kernel.ids import Ids
from nodai_mock.kernel.places import cursor_at, place_before
from nodai_mock.runs.service import Runs
from nodai_mock.workflows import store
from nodai_mock.workflows.engines import Engine, Upstream, compile_engine
from nodai_mock.workflows.rules import Workflow, changed, shown
from nodai_mock.workflows.running import Running

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.admission import Admission
    from nodai_mock.edge.call import Call
    from nodai_mock.keys.record import KeyRecord


class Known(NamedTuple):
    """A workflow with its engine, ready to answer."""

    workflow: Workflow
    engine: Engine


class Workflows:
    """The workflows of one world."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, runs: Runs, *, hosted: bool = False) -> None:
        self._database = database
        self._ids = ids
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], Known] = {}
        self._generation = 0
        self.running = Running(database, clock, ids, runs, self.known, hosted=hosted)

    def list(self, key: KeyRecord, *, limit: int, cursor: str | None) -> types.WorkflowPage:
        """Those that the key may use."""
        with self._database.read() as tx:
            place = place_before(cursor, "wf_")
            rows = store.newest(tx, key.organization_id, place, limit + 1, key.workflow_ids)
        page, more = rows[:limit], len(rows) > limit
        following = cursor_at(page[-1].created_at, page[-1].id) if more else None
        return {"data": [shown(row) for row in page], "has_more": more, "next_cursor": following}

    def create(self, key: KeyRecord, body: types.CreateWorkflowRequest) -> types.Workflow:
        """A new workflow of the key's organization."""
        return self._database.write(
            lambda tx: shown(self.create_in(tx, key.organization_id, body, actor_key_id=key.id))
        )

    def create_in(
        self,
        tx: Tx,
        organization_id: str,
        body: types.CreateWorkflowRequest,
        *,
        id: str | None = None,
        actor_key_id: str | None = None,
    ) -> Workflow:
        """The same in a unit of work, with an id of one's own if need be."""
        now = tx.now_micros
        workflow = Workflow(
            id or self._ids.new("wf_"),
            organization_id,
            body["name"],
            body.get("description"),
            body["engine"],
            body.get("metadata", {}),
            now,
            now,
        )
        store.insert(tx, workflow)
        _tell(tx, "created", workflow, actor_key_id)
        return workflow

    def get(self, key: KeyRecord, workflow_id: str) -> types.Workflow:
        """Refusal `not_found`."""
        return shown(self.known(key.organization_id, workflow_id).workflow)

    def has(self, tx: Tx, organization_id: str, workflow_id: str) -> bool:
        """Whether the organization has it."""
        return store.get(tx, organization_id, workflow_id) is not None

    def update(self, key: KeyRecord, workflow_id: str, changes: types.UpdateWorkflowRequest) -> types.Workflow:
        """Change the fields that are sent. Runs that have started keep the engine they started with."""

        def work(tx: Tx) -> Workflow:
            workflow = store.get(tx, key.organization_id, workflow_id)
            if workflow is None:
                raise not_found()
            after = changed(workflow, changes, tx.now_micros)
            store.update(tx, after)
            _tell(tx, "updated", after, key.id)
            return after

        after = self._database.write(work)
        self.forget()
        return shown(after)

    def delete(self, key: KeyRecord, workflow_id: str) -> None:
        """Refuse new runs of it; those there are stay readable."""

        def work(tx: Tx) -> None:
            workflow = store.get(tx, key.organization_id, workflow_id)
            if workflow is None or not store.delete(tx, key.organization_id, workflow_id):
                raise not_found()
            _tell(tx, "deleted", workflow, key.id)

        self._database.write(work)
        self.forget()

    def known(self, organization_id: str, workflow_id: str) -> Known:
        """The workflow with its engine compiled, from memory when it is there. Refusal `not_found`."""
        place = (organization_id, workflow_id)
        found = self._known.get(place)
        if found is None:
            generation = self._generation
            with self._database.read() as tx:
                workflow = store.get(tx, organization_id, workflow_id)
            if workflow is None:
                raise not_found()
            found = Known(workflow, compile_engine(workflow.engine))
            with self._lock:
                # What was read before a change must not be remembered after it.
                if generation == self._generation:
                    self._known[place] = found
        return found

    def forget(self) -> None:
        """Read every definition anew: one has changed, or the whole database was replaced."""
        with self._lock:
            self._generation += 1
            self._known.clear()

    def attach(self, admission: Admission) -> None:
        """Have runs that outlive their request settled there."""
        self.running.runs.settle = admission.finish

    def recover(self) -> None:
        """Take up the runs that were left by the server before this one."""
        self.running.recover()

    def stop(self) -> None:
        """End background work; what is queued stays queued."""
        self.running.stop()

    def estimate(self, call: Call, workflow_id: str, body: object) -> tuple[int, bool]:
        """The most that this query can cost, in micro-dollars, and whether it is answered without waiting."""
        del body
        engine = self.known(call.organization_id, workflow_id).engine
        instant = call.operation.verb == "query" and not isinstance(engine, Upstream) and engine.max_latency_ms == 0
        return engine.max_cost_micros, instant


def _tell(tx: Tx, what: str, workflow: Workflow, actor_key_id: str | None) -> None:
    data = cast("dict[str, object]", {"workflow": shown(workflow)})
    journal.record(
        tx,
        type=f"workflow.{what}",
        organization_id=workflow.organization_id,
        actor_key_id=actor_key_id,
        subject=workflow.id,
        data=data,
    )
