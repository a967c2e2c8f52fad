"""The token bucket: bursts up to its capacity, refilled evenly.

The level is kept in token-spans (tokens times the refill span in microseconds), so refilling is whole-number arithmetic
and loses nothing: `limit` is the capacity, `refill` tokens come back per `span`.
"""

from nodai_mock.limits.counter import Ask, Counter, Rule, Verdict


def applies(rule: Rule, ask: Ask) -> bool:
    return True


def current(rule: Rule, counter: Counter, now: int) -> Counter:
    """`anchor` is the instant of the last refill, `amount` the token-spans that are missing from a full bucket."""
    elapsed = now - counter.anchor
    if elapsed < 0:  # the clock stepped back: what is missing stays missing, and refills from here
        return counter._replace(anchor=now)
    _, missing, held, alerted, muted_until, cells = counter
    return Counter(now, max(0, missing - elapsed * rule.refill), held, alerted, muted_until, cells)


def refuses(rule: Rule, counter: Counter, now: int, ask: Ask) -> Verdict | None:
    over = counter.amount + (ask.requests - rule.limit) * rule.span
    if over <= 0:
        return None
    if ask.requests > rule.limit or rule.refill == 0:
        return Verdict("burst_limited", None)
    return Verdict("burst_limited", now - (-over // rule.refill))


def taken(rule: Rule, counter: Counter, now: int, ask: Ask) -> Counter:
    anchor, missing, held, alerted, muted_until, cells = counter
    return Counter(anchor, missing + ask.requests * rule.span, held, alerted, muted_until, cells)


def used(rule: Rule, counter: Counter) -> int:
    return -(-counter.amount // rule.span)


def resets_at(rule: Rule, counter: Counter, now: int) -> int:
    if counter.amount <= 0 or rule.refill == 0:
        return now
    part = counter.amount % rule.span or rule.span
    return now - (-part // rule.refill)
