"""Time: the one place that reads the system's clock, and the clock a tester can move."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

_RFC3339 = re.compile(r"(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SEEDED_START = datetime(2026, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

Listener = Callable[[datetime, datetime], list[str]]


class Clock(Protocol):
    """What the rooms ask for the time."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...

    def now_micros(self) -> int:
        """The same in microseconds since 1970, at a third of the price."""
        ...

    def on_move(self, listener: Listener) -> None:
        """Call `listener(old, new)` after each jump; it answers what the jump made happen, in words."""
        ...

    def still(self) -> AbstractContextManager[object]:
        """Inside of it the clock does not jump, and no jump is half told."""
        ...


class SystemClock:
    """The real time, which never jumps."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def now_micros(self) -> int:
        return time.time_ns() // 1000

    def on_move(self, listener: Listener) -> None:
        del listener

    def still(self) -> AbstractContextManager[object]:
        return nullcontext()


class MockClock:
    """A clock that can be set, frozen and advanced; it ticks in real time while it is not frozen."""

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        real = time.time_ns() // 1000
        first = real if start is None else to_micros(start)
        self._frozen_at = first if frozen else None
        self._offset = first - real

    def now(self) -> datetime:
        return from_micros(self.now_micros())

    def now_micros(self) -> int:
        frozen_at = self._frozen_at
        return time.time_ns() // 1000 + self._offset if frozen_at is None else frozen_at

    @property
    def frozen(self) -> bool:
        return self._frozen_at is not None

    @property
    def moved(self) -> bool:
        """Whether this clock shows anything but the real time."""
        return self.frozen or bool(self._offset)

    def on_move(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def still(self) -> AbstractContextManager[object]:
        return self._lock

    def advance(self, duration: timedelta) -> list[str]:
        """Jump forward by `duration`; a frozen clock stays frozen. OverflowError beyond the year 9998."""
        with self._lock:
            return self._jump(self.now() + duration, frozen=self.frozen)

    def set(self, instant: datetime, *, frozen: bool = True) -> list[str]:
        """Jump to `instant`, backwards too, and stand still there unless `frozen` is false."""
        with self._lock:
            return self._jump(instant.astimezone(UTC), frozen=frozen)

    def resume(self) -> list[str]:
        """Go back to the real time."""
        with self._lock:
            old = self.now()
            self._frozen_at, self._offset = None, 0
            return self._tell(old, self.now())

    def _jump(self, new: datetime, *, frozen: bool) -> list[str]:
        if not EPOCH <= new < _LAST:
            raise OverflowError(f"the clock cannot show {new.isoformat()}")
        old, micros = self.now(), to_micros(new)
        self._frozen_at = micros if frozen else None
        self._offset = micros - time.time_ns() // 1000
        return self._tell(old, new)

    def _tell(self, old: datetime, new: datetime) -> list[str]:
        return [line for listener in list(self._listeners) for line in listener(old, new)]


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 (UTC), as the database keeps times."""
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    """The aware UTC time of a stored number of microseconds."""
    return EPOCH + timedelta(microseconds=micros)


def rfc3339(instant: datetime | int) -> str:
    """A time (or stored microseconds) as the API writes it: `2026-11-21T10:15:30.123456Z`."""
    micros = instant if isinstance(instant, int) else to_micros(instant)
    seconds, rest = divmod(micros, 1_000_000)
    return f"{_whole_seconds(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=4096)
def _whole_seconds(seconds: int) -> str:
    # Most times that are written lie within the same few seconds.
    return (EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat(timespec="seconds")


def parse_rfc3339(text: str) -> datetime:
    """The time that an RFC 3339 text names, in UTC. ValueError when it has no offset or is no time.

    A leap second is the second after it, and what lies outside of the years 1 to 9999 is the nearest time inside.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError("not a time as in RFC 3339, such as 2026-11-21T10:15:30Z")
    start, second, rest, offset = match.groups()
    leap = second == "60"
    moment = datetime.fromisoformat(f"{start}:{'59' if leap else second}{rest or ''}{offset.upper()}".replace("t", "T"))
    try:
        return moment.astimezone(UTC) + timedelta(seconds=leap)
    except OverflowError:
        return _EARLIEST if moment.year == 1 else _LATEST


def elapsed() -> float:
    """Seconds from some fixed point, for measuring durations only; no tester moves it."""
    return time.perf_counter()
