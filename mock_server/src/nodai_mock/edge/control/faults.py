"""Faults that a tester sets: which calls they hit, and what they do to them."""

from __future__ import annotations

import random
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodai_mock._generated.errors import ERRORS
from nodai_mock.edge import problems
from nodai_mock.edge.control.examples import facts_of
from nodai_mock.kernel.errors import Refusal

if TYPE_CHECKING:
    from nodai_mock.edge.call import Call

HEADER = "x-mock-fault"
_MOST_HEADERS = 1000
_NUMBERS = ("status", "delay_ms", "times")
_FLAGS = ("drop", "truncate", "malformed")
_LIMITS = {"status": (400, 599), "delay_ms": (0, 60_000), "times": (1, 1_000_000)}


@dataclass(slots=True)
class Effect:
    """What happens to a call. Refusals come before anything is consumed; a lost answer, after everything happened."""

    status: int | None = None
    code: str | None = None
    delay_ms: int = 0
    drop: bool = False
    truncate: bool = False
    malformed: bool = False

    @property
    def refuses(self) -> bool:
        return self.status is not None or self.code is not None

    @property
    def breaks_answer(self) -> bool:
        return self.drop or self.truncate or self.malformed

    def refusal(self) -> Refusal:
        """The problem that it answers."""
        code = self.code or problems.code_for(self.status or 500)
        facts = facts_of(code)
        if "retry_after_seconds" in facts:
            facts["retry_after_seconds"] = 1
        refusal = Refusal(code, detail="A fault that was set on this mock server.", **facts)
        refusal.status = self.status or ERRORS[code].status
        return refusal


@dataclass(slots=True)
class Fault:
    """An effect with the rule that says which calls it is for."""

    id: str
    effect: Effect
    operation: str | None = None
    key_id: str | None = None
    first: int | None = None
    every: int | None = None
    probability: float | None = None
    seen: int = 0
    hits: int = 0

    def takes(self, call: Call, dice: random.Random) -> bool:
        """Whether this call is hit; counts the calls that it could have been."""
        if self.operation is None and call.operation.path.startswith("/_mock"):
            return False
        if self.operation not in (None, call.operation.id):
            return False
        if self.key_id is not None and (call.key is None or call.key.id != self.key_id):
            return False
        self.seen += 1
        if self.first is not None and self.hits >= self.first:
            return False
        if self.every is not None and self.seen % self.every:
            return False
        if self.probability is not None and dice.random() >= self.probability:
            return False
        self.hits += 1
        return True


@dataclass(slots=True)
class Faults:
    """The faults of one world, tried in the order in which they were set."""

    seed: int | None = None
    rules: list[Fault] = field(default_factory=list[Fault])
    _dice: random.Random = field(init=False)
    _asked: OrderedDict[tuple[str, ...], int] = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._dice, self._asked = random.Random(self.seed), OrderedDict()

    def clear(self) -> None:
        """Forget every fault and start the dice anew."""
        with self._lock:
            self.rules.clear()
            self._asked.clear()
            self._dice = random.Random(self.seed)

    def add(self, fault: Fault) -> None:
        self.rules.append(fault)

    def remove(self, identifier: str) -> bool:
        """Whether there was such a fault."""
        with self._lock:
            kept = [fault for fault in self.rules if fault.id != identifier]
            removed = len(kept) < len(self.rules)
            self.rules[:] = kept
        return removed

    def effect_on(self, call: Call) -> Effect | None:
        """What to do to this call. Refusal `validation_failed` for a header that cannot be read."""
        header = call.headers.get(HEADER)
        if header is not None:
            return self._asked_for(call, header)
        if not self.rules:
            return None
        with self._lock:
            for fault in self.rules:
                if fault.takes(call, self._dice):
                    return fault.effect
        return None

    def _asked_for(self, call: Call, header: str) -> Effect | None:
        """A header hits the first `times` requests that look the same, lets one pass, and starts over."""
        effect, times = parse_header(header)
        place = (header, call.operation.method, call.path, call.headers.get("idempotency-key", ""))
        with self._lock:
            hits = self._asked.pop(place, 0)
            if times is not None and hits >= times:
                return None
            self._asked[place] = hits + 1
            if len(self._asked) > _MOST_HEADERS:
                self._asked.popitem(last=False)
        return effect


def parse_header(text: str) -> tuple[Effect, int | None]:
    """`status=503; times=2` → the effect and how often. Refusal `validation_failed`."""
    effect, times = Effect(), None
    for part in text.split(";"):
        name, _, value = (each.strip() for each in part.partition("="))
        if name in _FLAGS and value in ("", "true"):
            setattr(effect, name, True)
        elif name == "code" and value in ERRORS:
            effect.code = value
        elif name in _NUMBERS and _number(name, value):
            if name == "times":
                times = int(value)
            else:
                setattr(effect, name, int(value))
        elif part.strip():
            raise _unreadable(part.strip())
    return effect, times


def _number(name: str, value: str) -> bool:
    low, high = _LIMITS[name]
    return value.isascii() and value.isdecimal() and len(value) < 8 and low <= int(value) <= high


def _unreadable(part: str) -> Refusal:
    known = "status, code, delay_ms, times, drop, truncate, malformed"
    message = f"cannot read {part[:60]!r}; known are {known}"
    return Refusal("validation_failed", errors=[{"parameter": "X-Mock-Fault", "code": "unknown", "message": message}])
