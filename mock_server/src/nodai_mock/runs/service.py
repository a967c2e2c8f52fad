"""The verbs of runs: list, get, rate, cancel, and the one way in which a run ends."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from nodai_mock.kernel import journal, pages
from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.db import Database, Tx
from nodai_mock.kernel.errors import Refusal, not_found
from nodai_mock.kernel.places import micros_or_none
from nodai_mock.runs import store
from nodai_mock.runs.rules import Ending, Run, ended, shown

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.keys.record import KeyRecord


_ANSWERED = {"start": 202, "stream": 200}
"""The status that a request got whose run ends after it."""


class Settle(Protocol):
    """Charges a request whose reservation has outlived its answer, in the given unit of work."""

    def __call__(
        self, tx: Tx, request_id: str, *, status: int, code: str | None, cost_micros: int, run_id: str | None
    ) -> object: ...


class Underway(Protocol):
    """A run that this process is working on."""

    def ending(self, completed_at: int) -> Ending:
        """How it ends when it is cancelled now."""
        ...

    def stop(self, run: Run) -> None:
        """It has been cancelled, and this is what is left of it."""
        ...


class Runs:
    """The runs of one world."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.settle: Settle = _nothing
        """Handed over by admission once it is built."""
        self.underway: dict[str, Underway] = {}

    def list(
        self,
        key: KeyRecord,
        *,
        workflow_id: str | None,
        key_id: str | None,
        status: str | None,
        since: datetime | None,
        until: datetime | None,
        limit: int,
        cursor: str | None,
    ) -> types.RunPage:
        """The runs of the key's organization, of the workflows it may use."""
        from nodai_mock.runs import listing  # SQLAlchemy is slow to import, and most servers never list.

        wanted = listing.Filter(
            workflow_id, key_id, status, micros_or_none(since), micros_or_none(until), key.workflow_ids
        )
        with self._database.read() as tx:
            found = listing.newest(tx, key.organization_id, wanted, pages.before(cursor, "run_"), limit + 1)
        return pages.page(found, limit, shown, identifier=lambda run: run.id)

    def get(self, key: KeyRecord, run_id: str) -> types.Run:
        """Refusal `not_found`, or `workflow_not_allowed` for a workflow that is not the key's."""
        with self._database.read() as tx:
            return shown(_of(tx, key, run_id))

    def cancel(self, key: KeyRecord, run_id: str) -> types.Run:
        """End it before its time; what it has used so far is charged. Refusal `conflict` when it has ended."""

        def work(tx: Tx) -> Run:
            run = _of(tx, key, run_id)
            cancelled = self.cancel_in(tx, run, actor_key_id=key.id)
            if cancelled is None:
                raise Refusal(
                    "conflict", detail=f"This run is {run.status}; only a queued or running one can be cancelled."
                )
            return cancelled

        run = self._database.write(work)
        self.tell_stopped(run)
        return shown(run)

    def cancel_in(self, tx: Tx, run: Run, *, actor_key_id: str | None = None) -> Run | None:
        """The same in a unit of work; None when it had ended. Call `tell_stopped` after the commit."""
        task = self.underway.get(run.id)
        ending = (
            task.ending(tx.now_micros) if task is not None else Ending("cancelled", tx.now_micros, None, [], 0, 0, 0)
        )
        return self.end_in(tx, run, ending, actor_key_id=actor_key_id)

    def tell_stopped(self, run: Run) -> None:
        """Let go of whatever works on a run that was cancelled."""
        task = self.underway.pop(run.id, None)
        if task is not None:
            task.stop(run)

    def end_in(self, tx: Tx, run: Run, ending: Ending, *, actor_key_id: str | None = None) -> Run | None:
        """End a run that is in the table: its row, its charge and its event together. None when it had ended."""
        done = ended(run, ending)
        if not store.end(tx, done):
            return None
        # The request was answered long ago, whatever has become of the run.
        status, code = _ANSWERED[run.mode], None if done.error is None else done.error["code"]
        self.settle(tx, run.request_id, status=status, code=code, cost_micros=done.cost_micros, run_id=run.id)
        tell(tx, done, actor_key_id)
        return done

    def rate(self, key: KeyRecord, run_id: str, rating: types.Rating, comment: str | None) -> types.Feedback:
        """Say whether the answer helped; the latest word counts."""

        def work(tx: Tx) -> types.Feedback:
            run = _of(tx, key, run_id)
            if key.kind != "secret" and run.key_id != key.id:
                raise not_found()  # a page's visitors rate what was asked from there, and learn of nothing else
            store.rate(tx, run.id, rating, comment, tx.now_micros)
            return {"run_id": run.id, "rating": rating, "comment": comment, "created_at": rfc3339(tx.now_micros)}

        return self._database.write(work)


def tell(tx: Tx, run: Run, actor_key_id: str | None = None, *, seen: types.Run | None = None) -> None:
    """Write the event of a run that has ended; `seen` is the run as shown, if that is at hand."""
    journal.record(
        tx,
        type=f"run.{run.status}",
        organization_id=run.organization_id,
        actor_key_id=actor_key_id or run.key_id,
        subject=run.id,
        data={"run": seen or shown(run)},
    )


def _of(tx: Tx, key: KeyRecord, run_id: str) -> Run:
    run = store.get(tx, run_id)
    if run is None or run.organization_id != key.organization_id:
        raise not_found()
    if key.workflow_ids is not None and run.workflow_id not in key.workflow_ids:
        raise Refusal("workflow_not_allowed", workflow_id=run.workflow_id)
    return run


def _nothing(tx: Tx, request_id: str, *, status: int, code: str | None, cost_micros: int, run_id: str | None) -> object:
    del tx, request_id, status, code, cost_micros, run_id
    return None
