"""The decision of an admission: what it let through or refused, the headers that say so, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.money import usd
from nodai_mock.limits.counter import SECOND, Ask, Counter, Rule, Verdict
from nodai_mock.limits.registry import KINDS

if TYPE_CHECKING:
    from nodai_mock._generated import types


class Line(NamedTuple):
    """One rule's part in a decision."""

    rule: Rule
    before: Counter
    after: Counter
    verdict: Verdict | None


class Policy(NamedTuple):
    """One counted limit as the RateLimit headers and `RateLimitStatus` show it."""

    name: str
    limit: int
    remaining: int
    window_seconds: int
    resets_at: int


@dataclass(slots=True)
class Decision:
    """The value of an admission; `code` is empty when the call was admitted."""

    now: int
    ask: Ask
    lines: tuple[Line, ...]
    code: str = ""
    rule: Rule | None = None
    passes_at: int | None = None

    @property
    def admitted(self) -> bool:
        return not self.code

    @property
    def retry_after_seconds(self) -> int | None:
        """Whole seconds, rounded up, at least 1: a client that waits them is admitted. None when waiting is no help."""
        return None if self.passes_at is None else max(1, -((self.now - self.passes_at) // SECOND))

    def policies(self) -> list[Policy]:
        """Every limit that counts requests; budgets are money and stay out of the rate-limit headers."""
        return [policy(line.rule, line.after, self.now) for line in self.lines if line.rule.kind != "budget"]

    def headers(self) -> list[tuple[str, str]]:
        """RateLimit-Policy, RateLimit (draft-ietf-httpapi-ratelimit-headers-10) and the X-RateLimit trio."""
        policies = self.policies()
        if not policies:
            return []
        tightest = min(policies, key=_remaining)
        name, limit, left, _, resets_at = tightest
        return [
            (
                "RateLimit-Policy",
                ", ".join([f'"{each.name}";q={each.limit};w={each.window_seconds}' for each in policies]),
            ),
            ("RateLimit", f'"{name}";r={left};t={-((self.now - resets_at) // SECOND)}'),
            ("X-RateLimit-Limit", str(limit)),
            ("X-RateLimit-Remaining", str(left)),
            ("X-RateLimit-Reset", str(-(-resets_at // SECOND))),
        ]

    def explanation(self) -> types.Explanation:
        """Each rule: its counter before and after, and the first instant at which the call would pass."""
        rules = [_explained(line, self.now) for line in self.lines]
        return {"admitted": self.admitted, "code": self.code or None, "rules": rules}


def policy(rule: Rule, counter: Counter, now: int) -> Policy:
    """How one rule stands at `now`; the counter must be current."""
    kind = KINDS[rule.kind]
    resets_at = kind.resets_at(rule, counter, now)
    left = max(0, rule.limit - kind.used(rule, counter))
    return Policy(rule.name, rule.limit, left, seconds(rule, counter, resets_at), resets_at)


def seconds(rule: Rule, counter: Counter, resets_at: int) -> int:
    """The length of the rule's window: for a bucket the time to fill it, for a quota this month."""
    if rule.kind == "bucket":
        return -(-rule.limit * rule.span // max(1, rule.refill) // SECOND)
    if rule.kind == "window":
        return -(-rule.span // SECOND)
    return (resets_at - counter.anchor) // SECOND


def _remaining(item: Policy) -> int:
    return item.remaining


def _explained(line: Line, now: int) -> types.ExplainedRule:
    rule, before, after, verdict = line
    amount, used = (usd if rule.kind == "budget" else str), KINDS[rule.kind].used
    passes_at = now if verdict is None else verdict.passes_at
    return {
        "name": rule.name,
        "kind": rule.kind,
        "limit": amount(rule.limit),
        "used_before": amount(used(rule, before)),
        "used_after": amount(used(rule, after)),
        "refused": verdict is not None,
        "passes_at": None if passes_at is None else rfc3339(passes_at),
    }
