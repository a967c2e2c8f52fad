"""Holds calls back that the server would refuse; opt-in, shared by the threads and tasks that use one key.

    limiter = Limiter()
    client = NodAI(limiter=limiter)

It learns from the `RateLimit` headers of every answer (draft-ietf-httpapi-ratelimit-headers-10) and from `Retry-After`.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nodai._core.errors import LimitReached
from nodai._core.fields import named_items
from nodai._core.meta import Headers

if TYPE_CHECKING:
    from nodai._core.meta import RawHeaders
    from nodai._core.operation import Operation

__all__ = ["LimitReached", "Limiter"]

METERED_ONLY = frozenset({"quota"})  # what the server counts for metered operations only
FORGOTTEN_SECONDS = 120.0  # a call without an answer for so long was cancelled
SHORTEST_PACE, LONGEST_PACE = 0.05, 1.0  # seconds


@dataclass(slots=True)
class _Limit:
    """What is known of one limit."""

    left: int
    resets: float  # monotonic; before it, nothing is given back
    pace: float  # seconds between calls at its quota
    guessed: bool = False  # it has reset since: calls go one by one at its pace, until an answer says how much is free


class Limiter:
    """Waits, or refuses, before a call is spent that a limit would refuse.

    Args:
        wait: Wait until the limit lets the call pass; False raises `LimitReached` at once.
        max_wait_seconds: A longer wait raises `LimitReached` at once; so does one past the call's deadline.
    """

    def __init__(self, *, wait: bool = True, max_wait_seconds: float = 60.0) -> None:
        self._longest = max_wait_seconds if wait else 0.0
        self._lock = threading.Lock()
        self._limits: dict[str, _Limit] = {}
        self._held_until = {False: 0.0, True: 0.0}  # by whether the operation is metered
        self._in_flight: deque[float] = deque()

    def ahead(self, op: Operation, now: float, deadline: float | None) -> float:
        """Seconds to wait before asking again; 0 means go, and counts the call.

        Raises:
            LimitReached: The wait would be longer than allowed; `retry_after_seconds` says how long.
        """
        with self._lock:
            seconds = self._wait(op.metered, now)
            if seconds <= 0:
                self._count(op.metered, now)
                return 0.0
        if seconds > self._longest or (deadline is not None and now + seconds >= deadline):
            raise _reached(op, seconds)
        return seconds

    def learn(self, op: Operation, status: int, headers: RawHeaders, now: float) -> None:
        """Take in what an answer says of the limits; status 0 when none came."""
        told = Headers(headers)
        with self._lock:
            if self._in_flight:
                self._in_flight.popleft()
            after = told.get("retry-after", "").strip()
            if status in {402, 429, 503} and after.isdigit() and len(after) < 10:
                self._hold(op.metered, status, now + int(after))
            quotas = named_items(told.get("ratelimit-policy", ""))
            for name, state in named_items(told.get("ratelimit", "")).items():
                if "r" in state:
                    self._see(name, state["r"], now + state.get("t", 0), now, quotas.get(name, {}))

    def _wait(self, metered: bool, now: float) -> float:
        wait = self._held_until[metered] - now
        for limit in self._applying(metered):
            if limit.left <= 0:
                wait = max(wait, limit.resets - now)
        return wait

    def _count(self, metered: bool, now: float) -> None:
        self._in_flight.append(now)
        for limit in self._applying(metered):
            if limit.left > 0:
                limit.left -= 1
            else:
                limit.resets, limit.guessed = now + limit.pace, True

    def _see(self, name: str, left: int, resets: float, now: float, quota: dict[str, int]) -> None:
        while self._in_flight and self._in_flight[0] < now - FORGOTTEN_SECONDS:
            self._in_flight.popleft()
        left = max(0, left - len(self._in_flight))  # the server may not have counted those yet
        known = self._limits.get(name)
        if known is not None and now < known.resets and not known.guessed:
            left = min(left, known.left)  # answers overtake each other, and before the reset nothing comes back
        pace = quota["w"] / quota["q"] if quota.get("q", 0) > 0 and "w" in quota else LONGEST_PACE
        self._limits[name] = _Limit(left, resets, min(max(pace, SHORTEST_PACE), LONGEST_PACE))

    def _hold(self, metered: bool, status: int, until: float) -> None:
        """402 holds back what costs money; 429 and 503 of an operation that costs nothing hold back everything."""
        for kind in (True,) if metered or status == 402 else (True, False):
            self._held_until[kind] = max(self._held_until[kind], until)

    def _applying(self, metered: bool) -> list[_Limit]:
        return [limit for name, limit in self._limits.items() if metered or name not in METERED_ONLY]


def _reached(op: Operation, seconds: float) -> LimitReached:
    error = LimitReached(f"{op.id} was not sent: the limit is used up and lets it pass in {seconds:.0f} s.")
    error.retry_after_seconds = seconds
    error.retry_at = datetime.now(UTC) + timedelta(seconds=seconds)
    return error
