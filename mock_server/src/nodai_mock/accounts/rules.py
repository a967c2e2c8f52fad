"""What an organization may be."""

from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Organization(NamedTuple):
    """One organization; `requests_per_minute` replaces its plan's when it is not None."""

    id: str
    name: str
    plan_id: str
    timezone: str
    cost_limit_micros: int | None
    requests_per_minute: int | None
    created_at: int


def known_timezone(name: str) -> bool:
    """Whether `name` is an IANA time zone of this machine's database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
