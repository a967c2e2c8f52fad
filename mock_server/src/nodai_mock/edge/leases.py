"""Leases: what calls hold while they run, and who gives it back when they, or their server, have ended."""

from nodai_mock.idempotency import store as remembered
from nodai_mock.kernel.db import Tx
from nodai_mock.keys.service import Keys
from nodai_mock.limits.counter import SECOND
from nodai_mock.limits.service import Limits
from nodai_mock.usage import store as usage
from nodai_mock.usage.store import Outcome

LEASE = 60 * SECOND
"""How long a call may hold its reservation before its server has to answer for it again."""

_FOR_EVER = 1 << 62


class Leases:
    """The calls that are open in one database, as seen by one of its servers."""

    def __init__(self, keys: Keys, limits: Limits, owner: str) -> None:
        self._keys = keys
        self._limits = limits
        self._owner = owner

    def finish(self, tx: Tx, request_id: str, outcome: Outcome) -> None:
        """Settle a call by its row alone; nothing when it had ended before."""
        held = usage.held_by(tx, request_id)
        if held is None:
            return
        outcome = outcome._replace(latency_us=tx.now_micros - held.admitted_at)
        if usage.close(tx, request_id, outcome) is not None:
            self._release(tx, held, outcome.cost_micros)

    def sweep(self, tx: Tx) -> list[str]:
        """Leases of this server's calls are kept, what dead servers held is let go, keys end, and yesterday's
        Idempotency-Keys are forgotten."""
        now = tx.now_micros
        usage.renew(tx, self._owner, now + LEASE // 2, now + LEASE)
        remembered.purge(tx)
        return [*self._abandon(tx, usage.left(tx, self._owner, now)), *self._keys.tell_ended(tx)]

    def recover(self, tx: Tx) -> list[str]:
        """Whatever other servers left open is let go at once."""
        return self._abandon(tx, usage.left(tx, self._owner, _FOR_EVER))

    def _abandon(self, tx: Tx, left: list[usage.Held]) -> list[str]:
        lost = [held for held in left if held.run_id is None]
        for held in left:
            if held.run_id is not None:
                # Its run goes on, in the background or as a stream that may be resumed, and will cost something.
                usage.adopt(tx, held.id, self._owner, tx.now_micros + LEASE)
        for held in lost:
            usage.abandon(tx, held.id)
            remembered.drop(tx, held.id)
            self._release(tx, held, 0)
        return [f"let go of what {len(lost)} calls of a dead server held"] if lost else []

    def _release(self, tx: Tx, held: usage.Held, cost: int) -> None:
        """Settle by the row alone, with the rules that hold now."""
        key = self._keys.find(tx, held.key_id)
        rules = key.rules if key is not None else self._keys.rules_of_organization(tx, held.organization_id)
        self._limits.settle(
            tx, held.key_id, held.organization_id, rules, admitted_at=held.admitted_at, held=held.micros, cost=cost
        )
