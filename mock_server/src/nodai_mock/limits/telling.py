"""Telling the world of limits: thresholds that were reached, and limits that refused; with the change itself."""

from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.db import Tx
from nodai_mock.kernel.money import usd
from nodai_mock.limits import alerts, calendar, store
from nodai_mock.limits.counter import Counter, Rule
from nodai_mock.limits.decision import Decision, policy


def reached(tx: Tx, organization_id: str, rule: Rule, counter: Counter) -> Counter:
    """`usage.threshold_reached` for every threshold that the counter has newly reached; the counter remembers them."""
    if counter.amount * 100 < rule.limit * alerts.THRESHOLDS[0]:
        return counter
    amount = usd if rule.kind == "budget" else str
    for percent in alerts.crossed(counter.amount, rule.limit, counter.alerted):
        counter = counter._replace(alerted=percent)
        start, end = calendar.month(counter.anchor, rule.timezone)
        data: dict[str, object] = {
            "kind": rule.kind,
            "subject": rule.subject,
            "threshold_percent": percent,
            "used": amount(counter.amount),
            "limit": amount(rule.limit),
            "period_start": rfc3339(start),
            "period_end": rfc3339(end),
        }
        _record(tx, "usage.threshold_reached", organization_id, None, rule.subject, data)
    return counter


def exceeded(tx: Tx, organization_id: str, key_id: str, decision: Decision) -> None:
    """`limit.exceeded` for a limit of requests, once until it has been whole again. Of a budget the thresholds tell."""
    line = next(line for line in decision.lines if line.rule is decision.rule)
    rule, counter, now = line.rule, line.before, decision.now
    if rule.kind == "budget" or counter.muted_until > now:
        return
    muted_until = _whole_at(rule, counter, now)
    store.write(tx, [(rule.subject, rule.name, counter._replace(muted_until=muted_until))])
    data: dict[str, object] = {
        "key_id": key_id,
        "code": decision.code,
        "policy": rule.name,
        "limit": rule.limit,
        "window_seconds": None if rule.kind == "quota" else policy(rule, counter, now).window_seconds,
        "resets_at": rfc3339(muted_until),
    }
    _record(tx, "limit.exceeded", organization_id, key_id, rule.subject, data)


def _whole_at(rule: Rule, counter: Counter, now: int) -> int:
    if rule.kind == "window":
        return now + rule.span
    if rule.kind == "bucket":
        return now - (-counter.amount // max(1, rule.refill))
    return calendar.month(now, rule.timezone)[1]


def _record(
    tx: Tx, type: str, organization_id: str, actor_key_id: str | None, subject: str, data: dict[str, object]
) -> None:
    from nodai_mock.kernel import journal  # it loads SQLAlchemy, which most calls never need

    journal.record(
        tx, type=type, organization_id=organization_id, actor_key_id=actor_key_id, subject=subject, data=data
    )
