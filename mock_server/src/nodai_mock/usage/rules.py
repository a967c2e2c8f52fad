"""What usage figures mean: exact percentiles, and intervals that follow the organization's calendar."""

from collections.abc import Sequence
from datetime import date as Date

from nodai_mock.kernel.errors import Fault, Refusal
from nodai_mock.limits import calendar
from nodai_mock.limits.counter import SECOND

MOST_POINTS = 10_000
_LATEST = 253_370_764_800 * SECOND
_FIXED = {"minute": 60 * SECOND, "hour": 3_600 * SECOND}


def percentile(ascending: Sequence[int], percent: int) -> int | None:
    """The smallest value that at least `percent` % of all are not above (nearest rank); None of nothing."""
    if not ascending:
        return None
    return ascending[max(0, -(-len(ascending) * percent // 100) - 1)]


def period(start: int | None, end: int | None, now: int, default_span: int) -> tuple[int, int]:
    """The half-open period asked for, by default up to `now`. Refusal 422 when it is empty or backwards."""
    until = now if end is None else end
    since = until - default_span if start is None else start
    if not 0 <= since <= _LATEST or not 0 <= until <= _LATEST:
        raise _fault("to", "must be a time from 1970 to 9998")
    if since >= until:
        raise _fault("from", "must be before `to`")
    return since, until


def starts(interval: str, since: int, until: int, timezone: str) -> list[int]:
    """The first instant of every interval that touches the period. Refusal 422 for too many."""
    if interval in _FIXED:
        span = _FIXED[interval]
        if (until - since) // span > MOST_POINTS:
            raise too_many()
        return list(range(since // span * span, until, span))
    around = calendar.day if interval == "day" else calendar.month
    found: list[int] = []
    at, following = around(since, timezone)
    while at < until:
        found.append(at)
        if len(found) > MOST_POINTS:
            raise too_many()
        at, following = following, around(following, timezone)[1]
    return found


def exportable(date: Date) -> None:
    """Refusal 422 for a day that no clock here can show."""
    if not 1970 <= date.year <= 9998:
        raise _fault("date", "must be a day from 1970 to 9998")


def too_many() -> Refusal:
    return _fault("interval", f"gives more than {MOST_POINTS} points in this period")


def _fault(parameter: str, message: str) -> Refusal:
    fault: Fault = {"parameter": parameter, "code": "maximum", "message": message}
    return Refusal("validation_failed", errors=[fault])
