"""The budget: micro-dollars per calendar month, reserved at admission and settled at the actual cost."""

from nodai_mock.limits import calendar
from nodai_mock.limits.counter import Ask, Counter, Rule, Verdict


def applies(rule: Rule, ask: Ask) -> bool:
    return ask.metered


def current(rule: Rule, counter: Counter, now: int) -> Counter:
    """`anchor` is the month's first instant, `amount` what was spent in it, `held` what is reserved."""
    start, _ = calendar.month(now, rule.timezone)
    return counter if counter.anchor == start else Counter(anchor=start)


def refuses(rule: Rule, counter: Counter, now: int, ask: Ask) -> Verdict | None:
    if counter.amount + counter.held + ask.cost <= rule.limit:
        return None
    if ask.cost > rule.limit:
        return Verdict("request_exceeds_cost_limit", None)
    if counter.amount + ask.cost > rule.limit:
        return Verdict("cost_limit_exceeded", calendar.month(now, rule.timezone)[1])
    return Verdict("cost_limit_reserved", now)


def taken(rule: Rule, counter: Counter, now: int, ask: Ask) -> Counter:
    return counter._replace(held=counter.held + ask.cost)


def settled(counter: Counter, held: int, cost: int) -> Counter:
    """The reservation becomes what the call really cost; a released one costs nothing."""
    return counter._replace(held=counter.held - held, amount=counter.amount + cost)


def used(rule: Rule, counter: Counter) -> int:
    return counter.amount + counter.held


def resets_at(rule: Rule, counter: Counter, now: int) -> int:
    return calendar.month(now, rule.timezone)[1]
