"""The demo data: two organizations, well-known keys, and workflows that answer by script. Never loaded when hosted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodai_mock.demo.sites import PUBLISHABLE_ID

if TYPE_CHECKING:
    from nodai_mock.demo.seed import Seed

ORGANIZATION_ID = "org_demo"
OTHER_ORGANIZATION_ID = "org_other"
_PLENTY = 1_000_000_000
_SITES = ["http://127.0.0.1:4010", "http://localhost:4010", "http://localhost:3000", "http://localhost:5173"]


@dataclass(frozen=True, slots=True)
class Demo:
    """The well-known keys. They are public knowledge: a hosted server does not have them."""

    secret_key: str = "nk_66de68d569915f9bacd5ea46a348b42880f2259da8e3ba65bfccb06d8ff82aa2"  # noqa: S105 - meant to be known
    """Scope `*`, generous limits."""
    limited_key: str = "nk_cb76bee3818192ccd1efc298835ae67128485d0a646ba4e96b4741f3b95d9750"
    """Five requests an hour."""
    budget_key: str = "nk_60d4083b17c678a10ce08923223e38086af8a7dd65656571beee543f389fce08"
    """A cent a month; a query of the demo workflow costs a fifth of one."""
    publishable_key: str = "nk_pub_afd14d7e276990816faf7d1afbf8de5f1078d233e581e0df787e99871c00bb6d"
    """For pages on the sites that local development uses."""
    other_key: str = "nk_d34a9a6d4a2d3b28b70fcb756fc5f0f8a2679afae475b3ae0cf3573916db0532"
    """Scope `*`, of another organization: to see that nothing is shared."""
    workflow_id: str = "wf_support"
    """Costs $0.002 a query."""


DEMO = Demo()


def _source(title: str, page: str, snippet: str) -> dict[str, str]:
    return {"title": title, "url": f"https://help.example/{page}", "snippet": snippet}


def _rule(match: str, answer: str, title: str, page: str) -> dict[str, Any]:
    snippet = answer.partition(".")[0] + "."
    return {"match": match, "answer": answer, "cost_usd": "0.002000", "sources": [_source(title, page, snippet)]}


_SUPPORT = {
    "type": "script",
    "rules": [
        _rule(
            "password",
            "Open Settings, choose Security, then Reset password. We send you a link that works for one hour.",
            "Resetting your password",
            "password",
        ),
        _rule(
            "refund",
            "We refund within 30 days of the purchase. Open Orders, choose the order, then Ask for a refund.",
            "Refunds",
            "refunds",
        ),
        _rule(
            "invoice",
            "Invoices are under Billing, one for each month. You can download them as PDF.",
            "Invoices",
            "invoices",
        ),
        _rule(
            "cancel",
            "Open Billing and choose Cancel plan. It stays active until the end of the period that is paid.",
            "Cancelling your plan",
            "cancel",
        ),
        _rule(
            "api key",
            "Open the developer portal, choose Keys, then New key. Its secret is shown once, so keep it safe.",
            "Making an API key",
            "api-keys",
        ),
        _rule(
            "opening hours",
            "Our team answers from Monday to Friday, 9 to 17 o'clock UTC.",
            "When we are here",
            "hours",
        ),
    ],
    "default": {
        "answer": "I have no answer to that. Our team is glad to help: write to support@help.example.",
        "cost_usd": "0.002000",
    },
}
_ORDER = {"order": 1042, "status": "shipped", "carrier": "Example Post", "arrives_in_days": 2}
_SLOW_ANSWER = (
    "This answer takes its time. It arrives word by word, as from a model that thinks, "
    "so that you can watch a stream, cancel it, or lose the connection and go on where it broke."
)
_WORKFLOWS: list[dict[str, Any]] = [
    {
        "id": DEMO.workflow_id,
        "name": "Support",
        "description": "Answers customers' questions, such as: How do I reset my password?",
        "engine": _SUPPORT,
    },
    {
        "id": "wf_echo",
        "name": "Echo",
        "description": "Answers what it is asked.",
        "engine": {"type": "echo", "cost_usd": "0.000100"},
    },
    {
        "id": "wf_template",
        "name": "Template",
        "description": "Puts the input into a text.",
        "engine": {"type": "template", "template": "You asked: {{input}}", "cost_usd": "0.001000"},
    },
    {
        "id": "wf_order",
        "name": "Order status",
        "description": "Answers an object.",
        "engine": {"type": "script", "default": {"answer": _ORDER, "cost_usd": "0.000500"}},
    },
    {
        "id": "wf_slow",
        "name": "Slow",
        "description": "Takes two seconds.",
        "engine": {
            "type": "script",
            "default": {"answer": _SLOW_ANSWER, "cost_usd": "0.002000", "latency_ms": 2000},
        },
    },
    {
        "id": "wf_failing",
        "name": "Failing",
        "description": "Always fails as an upstream does; the input `internal` fails as a server does.",
        "engine": {
            "type": "script",
            "rules": [{"match": "internal", "answer": "", "cost_usd": "0.002000", "fails_with": "internal_error"}],
            "default": {"answer": "", "cost_usd": "0.002000", "fails_with": "upstream_error"},
        },
    },
]
_QUERYING = ["workflows:read", "workflows:query", "runs:read", "usage:read"]
_KEYS: list[dict[str, Any]] = [
    {
        "id": "key_demo_secret",
        "secret": DEMO.secret_key,
        "name": "Demo: everything",
        "scopes": ["*"],
        "rate_limit": {"limit": _PLENTY, "window_seconds": 3600},
        "bucket": {"capacity": _PLENTY, "refill": _PLENTY, "period_seconds": 1},
    },
    {
        "id": "key_demo_limited",
        "secret": DEMO.limited_key,
        "name": "Demo: five requests an hour",
        "scopes": _QUERYING,
        "rate_limit": {"limit": 5, "window_seconds": 3600},
    },
    {
        "id": "key_demo_budget",
        "secret": DEMO.budget_key,
        "name": "Demo: a cent a month",
        "scopes": _QUERYING,
        "cost_limit_usd": "0.010000",
    },
    {
        "id": PUBLISHABLE_ID,
        "secret": DEMO.publishable_key,
        "name": "Demo: for web pages",
        "kind": "publishable",
        "allowed_origins": _SITES,
    },
]
DATA: Seed = {
    "organizations": [
        {
            "id": ORGANIZATION_ID,
            "name": "Demo",
            "plan_id": "enterprise",
            "requests_per_minute": _PLENTY,
            "workflows": _WORKFLOWS,
            "keys": _KEYS,
        },
        {
            "id": OTHER_ORGANIZATION_ID,
            "name": "Other",
            "plan_id": "starter",
            "workflows": [
                {"id": "wf_other", "name": "Other", "engine": {"type": "echo", "cost_usd": "0.000100"}},
            ],
            "keys": [
                {"id": "key_other_secret", "secret": DEMO.other_key, "name": "Other: everything", "scopes": ["*"]}
            ],
        },
    ]
}
