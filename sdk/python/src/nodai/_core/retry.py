"""Decides whether and when a failed call is repeated. Pure but for the dice; tenacity comes with the first retry."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from nodai._core.errors import APIError, ConnectionFailed, NodAIError, Redirected, ResponseInvalid
from nodai._core.meta import Headers
from nodai._core.operation import Operation

MAX_WAIT_SECONDS = 60.0  # a longer Retry-After is the caller's to wait
FIRST_WAIT_SECONDS = 0.5
LAST_WAIT_SECONDS = 8.0
REFUSED = frozenset({402, 409, 425, 429})  # the server did nothing: repeating is safe whatever the operation
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)


def full_jitter(attempt: int) -> float:
    """Seconds before the attempt after this one (1…): anything from 0 to a bound that doubles."""
    from tenacity import RetryCallState, wait_random_exponential

    state = RetryCallState(cast("Any", None), None, (), {})
    state.attempt_number = attempt
    return wait_random_exponential(multiplier=FIRST_WAIT_SECONDS, max=LAST_WAIT_SECONDS)(state)


def worth_repeating(op: Operation, error: NodAIError, sent: bool) -> bool:
    """Whether the same request may work later, and does no harm when the first one worked after all."""
    match error:
        case Redirected():
            return False
        case APIError():
            told = error.problem.get("retryable")
            passing = told if isinstance(told, bool) else error.status in PASSING or error.status > 504
            return passing and (op.retry_safe or error.status in REFUSED)
        case ConnectionFailed():
            untrusted = type(error.__cause__).__name__ == "SSLCertVerificationError"  # and stays so
            return not untrusted and (op.retry_safe or not sent)
        case ResponseInvalid():
            return op.retry_safe
        case _:
            return False


def retry_after(headers: Headers, problem: Mapping[str, Any], wall: float) -> float | None:
    """Seconds that the server asks to wait, rounded up to be never early; None when it does not ask.

    A date is compared with the answer's own `Date`, so that a wrong clock here does no harm.
    """
    told = headers.get("retry-after-ms", "").strip()
    if _SECONDS.fullmatch(told):
        return float(told) / 1000
    text = headers.get("retry-after", "").strip()
    if text.endswith("ms") and _SECONDS.fullmatch(text[:-2].strip()):
        return float(text[:-2]) / 1000
    if _SECONDS.fullmatch(text):
        return float(text)
    date = _epoch(text)
    if date is not None:
        now = _epoch(headers.get("date", ""))
        return max(0.0, date - (wall if now is None else now))
    seconds = problem.get("retry_after_seconds")
    return float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 1e9 else None


def _epoch(text: str) -> float | None:
    """An HTTP date or an RFC 3339 time as seconds since 1970; one without a zone is UTC."""
    if not text:
        return None
    from email.utils import parsedate_to_datetime

    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            time = read(text)
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


class Budget:
    """A token bucket of retries: when the server fails at large, clients stop adding to its load.

    Each retry takes one token, each success gives back a tenth.
    """

    __slots__ = ("_lock", "capacity", "refill", "tokens")
    capacity: float
    refill: float
    tokens: float

    def __init__(self, capacity: float = 100.0, refill: float = 0.1) -> None:
        self._lock = threading.Lock()
        self.capacity = self.tokens = capacity
        self.refill = refill

    def take(self) -> bool:
        with self._lock:
            if self.tokens < 1:
                return False
            self.tokens -= 1
            return True

    def give(self) -> None:
        if self.tokens < self.capacity:
            with self._lock:
                self.tokens = min(self.capacity, self.tokens + self.refill)
