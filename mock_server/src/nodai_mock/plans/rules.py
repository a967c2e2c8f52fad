"""The plans there are, the smallest first."""

from typing import NamedTuple

WINDOW_SECONDS = 60


class Plan(NamedTuple):
    """What one plan allows; None is unlimited, or a price to be agreed on."""

    id: str
    name: str
    price_micros: int | None
    max_keys: int
    requests_per_month: int | None
    requests_per_minute: int


PLANS: dict[str, Plan] = {
    plan.id: plan
    for plan in (
        Plan("free", "Free", 0, 2, 1_000, 60),
        Plan("starter", "Starter", 29_000_000, 5, 10_000, 600),
        Plan("pro", "Pro", 99_000_000, 20, 100_000, 6_000),
        Plan("enterprise", "Enterprise", None, 100, None, 60_000),
    )
}
