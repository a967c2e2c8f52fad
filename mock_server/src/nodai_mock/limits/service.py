"""Admission, settlement and everything that looks at or changes a counter; all of it inside a unit of work."""

from collections.abc import Iterable, Sequence

from nodai_mock.kernel.db import Tx
from nodai_mock.limits import alerts, budget, calendar, rules, store, telling, window
from nodai_mock.limits.counter import Ask, Counter, Rule
from nodai_mock.limits.decision import Decision, Policy, policy
from nodai_mock.limits.registry import KINDS, MONTHLY

Counters = dict[tuple[str, str], Counter]


class Limits:
    """The counters of one world. It keeps nothing itself: every answer is read from the unit of work."""

    def admit(
        self, tx: Tx, key_id: str, organization_id: str, wanted: Sequence[Rule], ask: Ask, cost: int | None = None
    ) -> Decision:
        """Take the call from every rule, or from none. Tells of crossed thresholds, and once of a limit that is hit.

        With `cost`, what was reserved is settled at once, as `settle` would.
        """
        now = tx.now_micros
        found = store.read(tx, key_id, organization_id)
        decision = rules.decide(wanted, self._counted(tx, found, wanted, now), now, ask)
        if decision.admitted:
            changed: list[tuple[str, str, Counter]] = []
            for rule, _, after, _ in decision.lines:
                if rule.kind == "budget" and cost is not None and ask.metered:
                    after = budget.settled(after, ask.cost, cost)
                if rule.kind in MONTHLY:
                    after = telling.reached(tx, organization_id, rule, after)
                known = found.get((rule.subject, rule.name))
                if known is None or after is not known[0]:
                    changed.append((rule.subject, rule.name, after))
            store.write(tx, changed)
        else:
            telling.exceeded(tx, organization_id, key_id, decision)
        return decision

    def preview(self, tx: Tx, key_id: str, organization_id: str, wanted: Sequence[Rule], ask: Ask) -> Decision:
        """What `admit` would decide; reads only."""
        found = store.read(tx, key_id, organization_id)
        return rules.decide(wanted, self._counted(tx, found, wanted, tx.now_micros), tx.now_micros, ask)

    def settle(
        self,
        tx: Tx,
        key_id: str,
        organization_id: str,
        wanted: Iterable[Rule],
        *,
        admitted_at: int,
        held: int,
        cost: int,
    ) -> None:
        """Turn a reservation into what the call cost, in the month in which it was admitted; 0 releases it."""
        budgets = [rule for rule in wanted if rule.kind == "budget"]
        if not budgets or not (held or cost):
            return
        found = store.read(tx, key_id, organization_id)
        changed: list[tuple[str, str, Counter]] = []
        for rule in budgets:
            counter, stale = found.get((rule.subject, rule.name), (None, True))
            if counter is None or stale or counter.anchor != calendar.month(admitted_at, rule.timezone)[0]:
                continue  # it will be counted anew from the rows, this one among them
            counter = telling.reached(tx, organization_id, rule, budget.settled(counter, held, cost))
            changed.append((rule.subject, rule.name, counter))
        store.write(tx, changed)

    def changed(self, tx: Tx, subject: str) -> None:
        """A rule of this subject was changed: count it anew, with what was counted so far."""
        store.mark_stale(tx, subject)

    def forget(self, tx: Tx, subject: str) -> None:
        """A subject is gone, and its counters with it; what it used stays in its organization's."""
        store.forget(tx, subject)

    def reset(self, tx: Tx, wanted: Iterable[Rule]) -> None:
        """Forget what the key's own window and bucket have counted."""
        fresh = Counter(anchor=tx.now_micros)
        store.write(tx, [(rule.subject, rule.name, fresh) for rule in wanted if rule.name in ("key", "burst")])

    def status(self, tx: Tx, key_id: str, organization_id: str, wanted: Sequence[Rule]) -> list[Policy]:
        """Every limit that counts requests, as it stands now."""
        counted = [rule for rule in wanted if rule.kind != "budget"]
        counters = self._counted(tx, store.read(tx, key_id, organization_id), counted, tx.now_micros)
        return [
            policy(
                rule, KINDS[rule.kind].current(rule, counters[rule.subject, rule.name], tx.now_micros), tx.now_micros
            )
            for rule in counted
        ]

    def clock_set_back(self, tx: Tx) -> None:
        """What windows and buckets hold of a future that has not happened is dropped."""
        store.forget_windows(tx)

    def _counted(self, tx: Tx, found: store.Found, wanted: Sequence[Rule], now: int) -> Counters:
        """The stored counters; those that are missing, stale or of another month are counted from the rows."""
        counters: Counters = {}
        for rule in wanted:
            place = (rule.subject, rule.name)
            known = found.get(place)
            if rule.kind in MONTHLY:
                start, end = calendar.month(now, rule.timezone)
                if known is None or known[1] or known[0].anchor != start:
                    counters[place] = _month_from_rows(tx, rule, known[0] if known else None, start, end)
                    continue
            elif rule.kind == "window" and (known is None or known[1]):
                counters[place] = _window_from_rows(tx, rule, known[0] if known else Counter(), now)
                continue
            counters[place] = known[0] if known else Counter(anchor=now)
        return counters


def _month_from_rows(tx: Tx, rule: Rule, known: Counter | None, start: int, end: int) -> Counter:
    requests, spent, held = store.month(tx, rule.subject, start, end)
    used = requests if rule.kind == "quota" else spent
    if known is not None and known.anchor == start:
        return known._replace(amount=used, held=held if rule.kind == "budget" else 0)
    return Counter(start, used, held if rule.kind == "budget" else 0, alerts.reached(used, rule.limit))


def _window_from_rows(tx: Tx, rule: Rule, known: Counter, now: int) -> Counter:
    cells = store.cells(tx, rule.subject, max(known.anchor, now - rule.span), now, rule.span)
    return known._replace(amount=sum(calls for _, calls in cells), cells=window.pack(cells))
