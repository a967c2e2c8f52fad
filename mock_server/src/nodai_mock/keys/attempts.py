"""Failed authentication by address: after too many, the address waits."""

import threading

from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.errors import Refusal
from nodai_mock.limits import window
from nodai_mock.limits.counter import SECOND, Ask, Counter, Rule

_REMEMBERED = 10_000
_MINUTE = 60
_ONE = Ask()


class Attempts:
    """Counts failures per address in this process, in a sliding minute. Valid keys from there go on working."""

    def __init__(self, per_minute: int) -> None:
        self._rule = Rule("window", "attempts", "", per_minute, _MINUTE * SECOND)
        self._lock = threading.Lock()
        self._counters: dict[str, Counter] = {}

    def failed(self, client_ip: str, now: int) -> None:
        """Count a failure. Refusal `too_many_failed_attempts` when there were too many already."""
        with self._lock:
            counter = window.current(self._rule, self._counters.pop(client_ip, Counter()), now)
            verdict = window.refuses(self._rule, counter, now, _ONE)
            if verdict is None:
                counter = window.taken(self._rule, counter, now, _ONE)
            if len(self._counters) >= _REMEMBERED:
                del self._counters[next(iter(self._counters))]  # the address that failed longest ago
            self._counters[client_ip] = counter
        if verdict is not None:
            wait = max(1, -((now - (verdict.passes_at or now)) // SECOND))
            raise Refusal(
                "too_many_failed_attempts",
                client_ip=client_ip,
                policy=self._rule.name,
                limit=self._rule.limit,
                remaining=0,
                window_seconds=_MINUTE,
                resets_at=rfc3339(verdict.passes_at or now),
                retry_after=wait,
            )
