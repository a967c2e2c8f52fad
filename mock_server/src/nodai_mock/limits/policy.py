"""Which rules one key falls under: its own, its plan's, its organization's."""

from typing import NamedTuple

from nodai_mock.limits.counter import SECOND, Rule
from nodai_mock.plans.rules import PLANS, WINDOW_SECONDS

DEFAULT_WINDOW = (1_000, 3_600)


class Bucket(NamedTuple):
    """A token bucket: `capacity` tokens, `refill` of them back per `period_seconds`."""

    capacity: int = 200
    refill: int = 100
    period_seconds: int = 10


class Subject(NamedTuple):
    """Who is counted, and what was agreed on; None is no such limit, and for the organization's window the plan's."""

    key_id: str
    organization_id: str
    plan_id: str
    timezone: str = "UTC"
    rate_limit: int = DEFAULT_WINDOW[0]
    rate_window_seconds: int = DEFAULT_WINDOW[1]
    bucket: Bucket = Bucket()
    cost_limit_micros: int | None = None
    organization_cost_limit_micros: int | None = None
    organization_requests_per_minute: int | None = None


def rules_of(subject: Subject) -> tuple[Rule, ...]:
    """Every limit that a call with this key is admitted by, in the order in which they are shown."""
    key_id, organization_id, zone = subject.key_id, subject.organization_id, subject.timezone
    plan, bucket = PLANS[subject.plan_id], subject.bucket
    rules = [
        Rule("bucket", "burst", key_id, bucket.capacity, bucket.period_seconds * SECOND, bucket.refill),
        Rule("window", "key", key_id, subject.rate_limit, subject.rate_window_seconds * SECOND),
    ]
    per_minute = subject.organization_requests_per_minute or plan.requests_per_minute
    rules.append(Rule("window", "organization", organization_id, per_minute, WINDOW_SECONDS * SECOND))
    if plan.requests_per_month is not None:
        rules.append(Rule("quota", "quota", organization_id, plan.requests_per_month, timezone=zone))
    if subject.cost_limit_micros is not None:
        rules.append(Rule("budget", "key-budget", key_id, subject.cost_limit_micros, timezone=zone))
    if subject.organization_cost_limit_micros is not None:
        limit = subject.organization_cost_limit_micros
        rules.append(Rule("budget", "organization-budget", organization_id, limit, timezone=zone))
    return tuple(rules)
