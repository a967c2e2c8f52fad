"""The sliding window: never more than the limit in any span of its length.

Sixty sub-windows. Each cell keeps how many calls it holds and the instant of the last one, and is counted whole until
that last call has left the window; so the count is never below the true one, and waiting one full span frees it all.
"""

from __future__ import annotations

from array import array

from nodai_mock.limits.counter import Ask, Counter, Rule, Verdict

CELLS = 60


def applies(rule: Rule, ask: Ask) -> bool:
    return True


def current(rule: Rule, counter: Counter, now: int) -> Counter:
    """`cells` is a packed row of (last instant, calls) pairs, oldest first; `anchor` is where counting began."""
    if not counter.cells:
        return counter
    cells = array("q", counter.cells)
    passed = now - rule.span
    if cells[-2] > now + rule.span:  # the clock was set back by more than a span: nothing of then is in this window
        return counter._replace(amount=0, cells=b"", muted_until=0)
    if cells[0] > passed:
        return counter
    gone = freed = 0
    while gone < len(cells) and cells[gone] <= passed:
        freed += cells[gone + 1]
        gone += 2
    return counter._replace(amount=counter.amount - freed, cells=cells[gone:].tobytes())


def refuses(rule: Rule, counter: Counter, now: int, ask: Ask) -> Verdict | None:
    excess = counter.amount + ask.requests - rule.limit
    if excess <= 0:
        return None
    cells = array("q", counter.cells)
    for position in range(0, len(cells), 2):
        excess -= cells[position + 1]
        if excess <= 0:
            return Verdict("rate_limited", cells[position] + rule.span)
    return Verdict("rate_limited", now + rule.span)  # more than the limit in one call: look again in a window's time


def taken(rule: Rule, counter: Counter, now: int, ask: Ask) -> Counter:
    cells = array("q", counter.cells)
    instant = now
    if cells:
        instant = max(now, cells[-2])  # a clock that stepped back must not put a call in front of an earlier one
        if cells[-2] * CELLS // rule.span == instant * CELLS // rule.span:
            cells[-2] = instant
            cells[-1] += ask.requests
            return _more(counter, ask.requests, cells)
    cells.append(instant)
    cells.append(ask.requests)
    return _more(counter, ask.requests, cells)


def _more(counter: Counter, calls: int, cells: array[int]) -> Counter:
    anchor, amount, held, alerted, muted_until, _ = counter
    return Counter(anchor, amount + calls, held, alerted, muted_until, cells.tobytes())


def used(rule: Rule, counter: Counter) -> int:
    return counter.amount


def resets_at(rule: Rule, counter: Counter, now: int) -> int:
    return array("q", counter.cells[:8])[0] + rule.span if counter.cells else now


def pack(cells: list[tuple[int, int]]) -> bytes:
    """(last instant, calls) pairs, oldest first, as they are stored."""
    return array("q", [value for cell in cells for value in cell]).tobytes()
