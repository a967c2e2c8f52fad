"""The values every kind of limit is written in: a rule, the counter it reads, and the verdict it gives."""

from typing import NamedTuple, Protocol

SECOND = 1_000_000
"""All instants and spans in this room are whole microseconds; instants count from the Unix epoch."""


class Rule(NamedTuple):
    """One limit as it is configured for one subject."""

    kind: str
    name: str
    subject: str
    limit: int
    span: int = 0
    refill: int = 0
    timezone: str = "UTC"


class Counter(NamedTuple):
    """What is stored for one rule of one subject; each kind says what the fields mean to it."""

    anchor: int = 0
    amount: int = 0
    held: int = 0
    alerted: int = 0
    muted_until: int = 0
    cells: bytes = b""


class Ask(NamedTuple):
    """What one call wants: so many requests, at this estimated cost in micro-dollars."""

    requests: int = 1
    cost: int = 0
    metered: bool = False


class Verdict(NamedTuple):
    """A refusal by one rule: its code, and the first instant at which it would let the same call pass."""

    code: str
    passes_at: int | None


class Kind(Protocol):
    """What a module `limits/<kind>.py` offers; every function is pure."""

    def applies(self, rule: Rule, ask: Ask) -> bool:
        """Whether this call is counted by the rule at all."""
        ...

    def current(self, rule: Rule, counter: Counter, now: int) -> Counter:
        """The counter as it stands at `now`: what has passed is dropped."""
        ...

    def refuses(self, rule: Rule, counter: Counter, now: int, ask: Ask) -> Verdict | None:
        """None when the call fits."""
        ...

    def taken(self, rule: Rule, counter: Counter, now: int, ask: Ask) -> Counter:
        """The counter after the call was admitted."""
        ...

    def used(self, rule: Rule, counter: Counter) -> int:
        """How much of the limit is taken: requests, or micro-dollars spent and held."""
        ...

    def resets_at(self, rule: Rule, counter: Counter, now: int) -> int:
        """The next instant at which more becomes available; `now` when nothing is used."""
        ...
