"""A refused decision as the problem that the caller gets, with the facts that its code has."""

from typing import Any

from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.money import usd
from nodai_mock.limits import calendar
from nodai_mock.limits.decision import Decision, Line, policy

_WAIT_FOR_RESERVED = 1


def refusal(decision: Decision, plan_id: str) -> Refusal:
    """402 with the state of the budget, or 429 with the limit and how long to wait."""
    line = next(line for line in decision.lines if line.rule is decision.rule)
    return _money(decision, line) if line.rule.kind == "budget" else _requests(decision, line, plan_id)


def _money(decision: Decision, line: Line) -> Refusal:
    rule, counter = line.rule, line.before
    return Refusal(
        decision.code,
        retry_after=_WAIT_FOR_RESERVED if decision.code == "cost_limit_reserved" else None,
        policy=rule.name,
        cost_limit_usd=usd(rule.limit),
        spent_usd=usd(counter.amount),
        reserved_usd=usd(counter.held),
        estimated_cost_usd=usd(decision.ask.cost),
        resets_at=rfc3339(calendar.month(decision.now, rule.timezone)[1]),
    )


def _requests(decision: Decision, line: Line, plan_id: str) -> Refusal:
    name, limit, remaining, window_seconds, resets_at = policy(line.rule, line.before, decision.now)
    facts: dict[str, Any] = {"policy": name, "limit": limit, "remaining": remaining, "resets_at": rfc3339(resets_at)}
    if line.rule.kind == "quota":
        facts["plan_id"] = plan_id
    else:
        facts["window_seconds"] = window_seconds
    return Refusal(decision.code, retry_after=decision.retry_after_seconds, **facts)
