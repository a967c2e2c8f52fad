"""Identifiers: a prefix and 26 sortable characters (a ULID in lower case)."""

from __future__ import annotations

import os
import random
import threading

from nodai_mock.kernel.clock import Clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_BITS = 50
_TAIL_BITS = 80
_TAIL_MASK = (1 << _TAIL_BITS) - 1
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)


class Ids:
    """Makes ids that sort by time of making; the same ones every time when given a seed (and a seeded clock)."""

    def __init__(self, clock: Clock, seed: int | None = None) -> None:
        self._clock = clock
        self._seed = seed
        self._random = random.Random(os.urandom(32))
        self._lock = threading.Lock()
        self._milliseconds = -1
        self._time = ""
        self._tail = 0
        self.begin("")

    def begin(self, place: str) -> None:
        """Start the seeded sequence that belongs to `place`, so that ids of different beginnings never meet."""
        with self._lock:
            self._milliseconds = -1
            if self._seed is not None:
                self._random = random.Random(f"{self._seed}/{place}")

    def new(self, prefix: str) -> str:
        """A new id, e.g. `new("run_")` → `run_01kaj3v8m2f6q9t4x7b0c5d1eh`. An id is a name, and no secret."""
        milliseconds = self._clock.now_micros() // 1000
        with self._lock:
            if milliseconds == self._milliseconds:
                self._tail = tail = (self._tail + 1 + self._random.getrandbits(32)) & _TAIL_MASK
            else:
                # The top bit stays free, so that a burst in one millisecond cannot wrap around.
                self._tail = tail = self._random.getrandbits(_TAIL_BITS - 1)
                self._milliseconds, self._time = milliseconds, _text(milliseconds, _TIME_BITS)
            time = self._time
        return prefix + time + _text(tail, _TAIL_BITS)

    def secret(self, size: int) -> str:
        """`size` random bytes as lower-case hex; from the operating system unless there is a seed."""
        if self._seed is None:
            return os.urandom(size).hex()
        with self._lock:
            return self._random.getrandbits(size * 8).to_bytes(size, "big").hex()


def _text(value: int, bits: int) -> str:
    """So many bits as characters of Crockford's base 32, two at a time, most significant first."""
    return "".join([_PAIRS[value >> shift & 1023] for shift in range(bits - 10, -1, -10)])


def suffix(identifier: str) -> str:
    """What follows the prefix: `suffix("run_01k…")` → `01k…`."""
    return identifier.partition("_")[2]
