"""`plans.list`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodai_mock.kernel.money import usd
from nodai_mock.plans.rules import PLANS, Plan

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call


class Routes:
    """The views of the plans."""

    def list(self, call: Call) -> types.PlanList:
        del call
        return {"data": [_view(plan) for plan in PLANS.values()]}


def _view(plan: Plan) -> types.Plan:
    return {
        "id": plan.id,
        "name": plan.name,
        "price_usd_per_month": None if plan.price_micros is None else usd(plan.price_micros),
        "max_keys": plan.max_keys,
        "requests_per_month": plan.requests_per_month,
        "requests_per_minute": plan.requests_per_minute,
    }
