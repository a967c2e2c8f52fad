"""The quota: requests per calendar month of the organization."""

from nodai_mock.limits import calendar
from nodai_mock.limits.counter import Ask, Counter, Rule, Verdict


def applies(rule: Rule, ask: Ask) -> bool:
    """Only metered calls use the quota up, so that a full one can still be looked at and raised."""
    return ask.metered


def current(rule: Rule, counter: Counter, now: int) -> Counter:
    """`anchor` is the month's first instant, `amount` the requests in it; the store fills a new month from its rows."""
    start, _ = calendar.month(now, rule.timezone)
    return counter if counter.anchor == start else Counter(anchor=start)


def refuses(rule: Rule, counter: Counter, now: int, ask: Ask) -> Verdict | None:
    if counter.amount + ask.requests <= rule.limit:
        return None
    return Verdict("quota_exceeded", calendar.month(now, rule.timezone)[1] if ask.requests <= rule.limit else None)


def taken(rule: Rule, counter: Counter, now: int, ask: Ask) -> Counter:
    return counter._replace(amount=counter.amount + ask.requests)


def used(rule: Rule, counter: Counter) -> int:
    return counter.amount


def resets_at(rule: Rule, counter: Counter, now: int) -> int:
    return calendar.month(now, rule.timezone)[1]
