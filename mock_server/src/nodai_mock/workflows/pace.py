"""Waiting: for real time to pass, or for a tester to move the clock over it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from nodai_mock.kernel.clock import Clock, elapsed, to_micros


class Pace:
    """The waiting room of one world."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        clock.on_move(self._moved)

    def wait_until(self, instant: int, deadline: float, given_up: Callable[[], bool] = lambda: False) -> None:
        """Come back when the clock shows `instant` (microseconds), or at `deadline` of `elapsed()`.

        The latter so that a call in flight is answered under a frozen clock as well. Also when `given_up()`.
        """
        if to_micros(self._clock.now()) >= instant:
            return
        with self._changed:
            while not given_up():
                left = deadline - elapsed()
                if left <= 0 or to_micros(self._clock.now()) >= instant:
                    return
                self._changed.wait(left)

    def wake(self) -> None:
        """Have everybody look again."""
        with self._changed:
            self._changed.notify_all()

    def _moved(self, old: datetime, new: datetime) -> list[str]:
        del old, new
        self.wake()
        return []
