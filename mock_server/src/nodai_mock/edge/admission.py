"""Admission: who calls, may they, and is there enough left of everything; and afterwards, what it really cost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from nodai_mock.edge.cors import foreign
from nodai_mock.edge.leases import LEASE, Leases
from nodai_mock.idempotency import rules as idempotency
from nodai_mock.idempotency import store as remembered
from nodai_mock.idempotency.rules import Place, Remembered, Replay
from nodai_mock.idempotency.seal import SECRETIVE, sealed
from nodai_mock.kernel.clock import elapsed, to_micros
from nodai_mock.kernel.db import Database, Tx
from nodai_mock.kernel.errors import Refusal
from nodai_mock.keys import magic
from nodai_mock.keys.credentials import credential
from nodai_mock.keys.service import Keys
from nodai_mock.limits.counter import SECOND, Ask
from nodai_mock.limits.decision import Decision
from nodai_mock.limits.refusal import refusal
from nodai_mock.limits.service import Limits
from nodai_mock.usage import store as usage
from nodai_mock.usage.store import Outcome, Request

if TYPE_CHECKING:
    from nodai_mock.edge.call import Call

T = TypeVar("T")
_ONLY_LOOK = frozenset({"api_keys.verify"})
"""Operations that change nothing although they are no GET, and look at a few rows."""
_REMEMBERED = 10_000


class Estimate(Protocol):
    """What a metered call will cost at most, in micro-dollars, and whether its view answers without waiting."""

    def __call__(self, call: Call, body: object) -> tuple[int, bool]: ...


@dataclass(slots=True)
class Ticket:
    """What admission knows of one call between its beginning and its end."""

    ask: Ask
    place: Place | None
    fingerprint: bytes
    admitted_at: int = 0
    admitted: bool = False
    ended: bool = False


class Admission:
    """Stands before and after every view of one world."""

    def __init__(self, database: Database, keys: Keys, limits: Limits, estimate: Estimate, *, owner: str) -> None:
        self._database = database
        self._keys = keys
        self._limits = limits
        self._estimate = estimate
        self._owner = owner
        self._leases = Leases(keys, limits, owner)
        self._refused_until: dict[str, int] = {}
        self._logging = threading.Lock()
        self._logged: Future[None] | None = None

    def authenticate(self, call: Call) -> None:
        """Checks 1 to 5; sets `call.key` and `call.organization_id`. Refusal 400, 401, 403 or 429."""
        key = self._keys.authenticate(call.headers, call.client_ip)
        call.key = key
        call.organization_id = key.organization_id
        operation, origin = call.operation, call.origin
        refused = self._keys.check(
            key, client_ip=call.client_ip, origin=origin, foreign=origin is not None and foreign(origin, call.headers),
            scopes=operation.scopes, workflow_id=call.workflow_id, browser=operation.browser,
        )  # fmt: skip
        if refused is not None:
            raise refused

    def admit(self, call: Call, body: object, raw: bytes) -> Replay | None:
        """Checks 6 and 7. A stored answer to replay, or None when the view may run. Refusal 402, 409, 422 or 429.

        A metered call that is answered without waiting is admitted and settled in one unit of work, in `settle`. A
        repeated stream is let through with `call.repeats` set: its run is there, and is told again.
        """
        operation, key = call.operation, call.caller
        cost, instant = self._estimate(call, body) if operation.metered else (0, self._reads(call))
        ask = Ask(1, cost, operation.metered)
        spent = magic.over_budget(key, ask, to_micros(call.now))
        if spent is not None:
            raise spent
        place, fingerprint = None, b""
        header = call.headers.get("idempotency-key") if operation.method == "POST" else None
        if header is not None:
            place = Place(key.id, operation.id, idempotency.name_of(header))
            fingerprint = idempotency.fingerprint(call.path, raw)
        ticket = call.ticket = Ticket(ask, place, fingerprint)
        if instant:
            return None
        return self._answer(self._database.write(lambda tx: self._begin(tx, call, ticket)))

    def together(self, call: Call, work: Callable[[bool], T]) -> T:
        """Run `work`, the view and `settle`; it is told whether it runs inside of a unit of work.

        It does when it looks at a few rows only: a reader beside the writer that logs the call would cost up to two
        fifths of the rate, by the two threads' handing the interpreter to each other.
        """
        ticket = call.ticket
        if ticket is None or ticket.admitted or call.operation.id not in _ONLY_LOOK:
            return work(False)
        return self._database.write(lambda tx: work(True))

    def settle(self, call: Call, status: int, code: str | None, payload: bytes, content_type: str) -> Replay | None:
        """The call was answered with this: charge it or let its reservation go, and do the view's deferred writes.

        A stored answer to send instead, when an instant call turns out to be a repetition. Refusal as in `admit`. What
        a detached call cost is said later, by `finish`.
        """
        ticket = call.ticket
        if ticket is None or ticket.ended or call.repeats is not None:
            return None
        ticket.ended = True
        latency_us = int((elapsed() - call.started) * SECOND)
        cost = 0 if status >= 400 else call.cost_micros
        outcome = Outcome(status, code, cost, latency_us, len(payload), call.run_id)
        if ticket.place is not None and status < 400 and call.operation.success_schema in SECRETIVE:
            payload = sealed(payload, credential(call.headers), call.request_id)
        answer = Remembered(ticket.fingerprint, call.request_id, call.run_id, status, content_type, payload)
        if not ticket.admitted:
            return self._answer(self._database.write(lambda tx: self._at_once(tx, call, ticket, outcome, answer)))
        self._database.write(lambda tx: self._end(tx, call, ticket, outcome, answer))
        return None

    def peek(self, call: Call) -> Decision:
        """How the limits of a known key stand, for the headers of an answer that came before admission."""
        key = call.caller
        with self._database.read() as tx:
            return self._limits.preview(tx, key.id, key.organization_id, key.rules, Ask(0))

    def finish(
        self,
        tx: Tx,
        request_id: str,
        *,
        status: int,
        code: str | None = None,
        cost_micros: int = 0,
        run_id: str | None = None,
    ) -> None:
        """A detached call has ended, perhaps in another process than it began in; nothing when it had ended before."""
        self._leases.finish(tx, request_id, Outcome(status, code, cost_micros, run_id=run_id))

    def sweep(self, tx: Tx) -> list[str]:
        """What time brings; what happened, in words."""
        return self._leases.sweep(tx)

    def recover(self, tx: Tx) -> list[str]:
        """At the start of a database's only server: whatever is open there, its holder is dead."""
        return self._leases.recover(tx)

    def refused(self, call: Call, code: str, status: int) -> None:
        """Log a refusal of a known key; it counts against nothing, and is not waited for."""
        if call.key is None or call.ticket is not None:
            return  # nobody we know, or turned away by the admission itself, which has written its row
        outcome = Outcome(status, code, latency_us=int((elapsed() - call.started) * SECOND))
        with self._logging:
            self._logged = self._database.submit(
                lambda tx: usage.insert(tx, _row(call, tx.now_micros, "refused", outcome))
            )

    def _reads(self, call: Call) -> bool:
        """Whether the call only looks: then its view goes first, and one unit of work admits and settles it.

        Not for a key that was refused just now, so that nobody has things looked up without end and for nothing.
        """
        if call.operation.method != "GET" and call.operation.id not in _ONLY_LOOK:
            return False
        if self._refused_until.get(call.caller.id, 0) > to_micros(call.now):
            return False
        logged = self._logged
        if logged is not None and not logged.done():
            wait([logged])  # whoever looks sees every refusal before
        return True

    def _begin(self, tx: Tx, call: Call, ticket: Ticket) -> Replay | Refusal | None:
        """Idempotency and admission, with the row that says so."""
        known = None if ticket.place is None else remembered.find(tx, ticket.place)
        if known is not None:
            return self._repeated(tx, call, ticket, known)
        decision = self._decide(tx, call, ticket)
        if not decision.admitted:
            return self._turned_away(tx, call, decision)
        usage.insert(tx, _row(call, decision.now, "open", None, ticket.ask, self._owner))
        if ticket.place is not None:
            running = Remembered(ticket.fingerprint, call.request_id, call.run_id, None, "", b"")
            remembered.put(tx, ticket.place, running)
        return None

    def _end(self, tx: Tx, call: Call, ticket: Ticket, outcome: Outcome, answer: Remembered) -> None:
        if call.detached:
            usage.answered(tx, call.request_id, outcome)
        else:
            was = usage.close(tx, call.request_id, outcome)
            if was is not None and ticket.ask.metered:
                held, key = ticket.ask.cost if was == "open" else 0, call.caller
                self._limits.settle(
                    tx, key.id, key.organization_id, key.rules,
                    admitted_at=ticket.admitted_at, held=held, cost=outcome.cost_micros,
                )  # fmt: skip
        for work in call.deferred:
            work(tx)
        if ticket.place is None:
            return
        if not idempotency.worth_keeping(outcome.status):
            remembered.drop(tx, call.request_id)
        elif call.operation.kind != "stream":
            remembered.finish(tx, ticket.place, answer)

    def _at_once(
        self, tx: Tx, call: Call, ticket: Ticket, outcome: Outcome, answer: Remembered
    ) -> Replay | Refusal | None:
        """Admission and settlement together, for a call whose answer is there already."""
        known = None if ticket.place is None else remembered.find(tx, ticket.place)
        if known is not None:
            return self._repeated(tx, call, ticket, known)
        decision = self._decide(tx, call, ticket, outcome.cost_micros)
        if not decision.admitted:
            return self._turned_away(tx, call, decision)
        usage.insert(tx, _row(call, decision.now, "settled", outcome, ticket.ask))
        for work in call.deferred:
            work(tx)
        if ticket.place is not None and idempotency.worth_keeping(outcome.status):
            remembered.put(tx, ticket.place, answer)
        return None

    def _decide(self, tx: Tx, call: Call, ticket: Ticket, cost: int | None = None) -> Decision:
        key = call.caller
        decision = self._limits.admit(tx, key.id, key.organization_id, key.rules, ticket.ask, cost)
        call.decision = decision
        ticket.admitted, ticket.admitted_at = decision.admitted, decision.now
        return decision

    def _repeated(self, tx: Tx, call: Call, ticket: Ticket, known: Remembered) -> Replay | Refusal | None:
        """What a repetition gets; it counts nothing, and its headers say how the limits stand."""
        key = call.caller
        call.decision = self._limits.preview(tx, key.id, key.organization_id, key.rules, Ask(0))
        if call.operation.kind == "stream" and known.fingerprint == ticket.fingerprint:
            call.repeats = known.request_id
            return None
        judged = idempotency.judge(known, ticket.fingerprint)
        if isinstance(judged, Refusal):
            return self._logged_in(tx, call, judged, 409 if known.fingerprint == ticket.fingerprint else 422)
        if judged.status < 400 and call.operation.success_schema in SECRETIVE:
            return judged._replace(body=sealed(judged.body, credential(call.headers), known.request_id))
        return judged

    def _turned_away(self, tx: Tx, call: Call, decision: Decision) -> Refusal:
        """The refusal, with its row; everything else of this unit of work stays as it was."""
        said = refusal(decision, call.caller.plan_id)
        if decision.passes_at is not None:
            if len(self._refused_until) >= _REMEMBERED:
                self._refused_until.clear()
            self._refused_until[call.caller.id] = decision.passes_at
        budget = decision.rule is not None and decision.rule.kind == "budget"
        return self._logged_in(tx, call, said, 402 if budget else 429)

    @staticmethod
    def _logged_in(tx: Tx, call: Call, said: Refusal, status: int) -> Refusal:
        outcome = Outcome(status, said.code, latency_us=int((elapsed() - call.started) * SECOND))
        usage.insert(tx, _row(call, tx.now_micros, "refused", outcome))
        return said

    @staticmethod
    def _answer(result: Replay | Refusal | None) -> Replay | None:
        """Refusals come back as values, so that what the unit of work logged about them is kept."""
        if isinstance(result, Refusal):
            raise result
        return result


def _row(
    call: Call, now: int, state: str, outcome: Outcome | None, ask: Ask | None = None, owner: str | None = None
) -> Request:
    """The request's row: `ask` when it was admitted, `outcome` when it has ended, `owner` while it has not."""
    status, code, cost, latency, size, run_id = outcome or Outcome(0)
    held = ask.cost if ask is not None and owner is not None else 0
    return Request(
        call.request_id, call.organization_id, call.caller.id, call.operation.id, call.operation.method, call.path,
        call.workflow_id, run_id or call.run_id, now, state, status or None, code, call.operation.metered, held, cost,
        latency if outcome is not None else None, call.request_bytes, size, call.client_ip, call.user_agent,
        now + LEASE if owner is not None else None, owner,
    )  # fmt: skip
