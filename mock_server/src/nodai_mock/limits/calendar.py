"""Calendar months in an organization's time zone, as half-open spans of microseconds."""

from datetime import date as Date
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from nodai_mock.kernel.clock import from_micros, to_micros
from nodai_mock.limits.counter import SECOND

_latest: dict[str, tuple[int, int]] = {}


def month(instant: int, timezone: str) -> tuple[int, int]:
    """The first instant of the calendar month around `instant`, and the first one after it."""
    known = _latest.get(timezone)
    if known is not None and known[0] <= instant < known[1]:
        return known
    zone = ZoneInfo(timezone)
    local = from_micros(instant).astimezone(zone)
    found = (_first(local.year, local.month, zone), _first(local.year + local.month // 12, local.month % 12 + 1, zone))
    _latest[timezone] = found
    return found


def day(instant: int, timezone: str) -> tuple[int, int]:
    """The calendar day around `instant`: 23, 24 or 25 hours of it."""
    return day_of(from_micros(instant).astimezone(ZoneInfo(timezone)).date(), timezone)


def day_of(date: Date, timezone: str) -> tuple[int, int]:
    """The first instant of a date, and the first one after it."""
    zone, following = ZoneInfo(timezone), date + timedelta(days=1)
    start = _midnight(date.year, date.month, date.day, zone)
    return start, _midnight(following.year, following.month, following.day, zone)


def _first(year: int, number: int, zone: ZoneInfo) -> int:
    return _midnight(year, number, 1, zone)


def _midnight(year: int, number: int, date: int, zone: ZoneInfo) -> int:
    return to_micros(datetime(year, number, date, tzinfo=zone)) // SECOND * SECOND
