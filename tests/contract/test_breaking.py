"""A change that would break somebody's client is found, and one that would not is let through."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from codegen.breaking import breaking, last_release

Document = dict[str, Any]
Change = Callable[[Document], Any]


def schema(document: Document, name: str) -> Document:
    return document["components"]["schemas"][name]


BREAKS: dict[str, tuple[Change, str]] = {
    "an operation goes": (lambda d: d["paths"]["/api/v1/plans"].pop("get"), "plans.list: removed"),
    "an operation moves": (
        lambda d: d["paths"].update({"/api/v2/plans": d["paths"].pop("/api/v1/plans")}),
        "plans.list: moved",
    ),
    "a body field becomes required": (
        lambda d: schema(d, "QueryRequest")["required"].append("conversation_id"),
        "body.conversation_id: required now",
    ),
    "a body field goes": (lambda d: schema(d, "QueryRequest")["properties"].pop("metadata"), "body.metadata: removed"),
    "a value is no longer taken": (lambda d: schema(d, "Rating")["enum"].remove("down"), "no longer takes ['down']"),
    "a length shrinks": (lambda d: schema(d, "RunInput").update(maxLength=10), "maxLength 100000 → 10"),
    "a pattern changes": (lambda d: schema(d, "Cursor").update(pattern="^x$"), "another pattern"),
    "an answer's field goes": (
        lambda d: (schema(d, "Run")["properties"].pop("output"), schema(d, "Run")["required"].remove("output")),
        "answer.output: no longer always there",
    ),
    "an answer's field becomes optional": (
        lambda d: schema(d, "Run")["required"].remove("cost_usd"),
        "answer.cost_usd: no longer always there",
    ),
    "an answer may be null": (
        lambda d: schema(d, "Tokens")["properties"]["input"].update(type=["integer", "null"]),
        "type ['integer'] → ['integer', 'null']",
    ),
    "a variant goes": (
        lambda d: schema(d, "Engine")["discriminator"]["mapping"].pop("echo"),
        "variant echo removed",
    ),
    "a key is needed": (
        lambda d: d["paths"]["/api/v1/plans"]["get"].update({"x-scopes": ["plans:read"]}),
        "other scopes",
    ),
    "a call costs money": (
        lambda d: d["paths"]["/api/v1/runs"]["get"].update({"x-metered": True}),
        "costs money now",
    ),
    "a parameter becomes required": (
        lambda d: d["components"]["parameters"]["From"].update(required=True),
        "parameter from is required now",
    ),
    "a parameter goes": (
        lambda d: d["paths"]["/api/v1/runs"]["get"]["parameters"].pop(0),
        "parameter workflow_id removed",
    ),
    "the status of success changes": (
        lambda d: d["paths"]["/api/v1/workflows"]["post"].update(responses={"200": {}}),
        "changed its status",
    ),
    "an event goes": (lambda d: d["webhooks"].pop("run.failed"), "webhook run.failed: no longer sent"),
}
HARMLESS: dict[str, Change] = {
    "a new operation": lambda d: d["paths"].update(
        {"/api/v1/new": {"get": {**d["paths"]["/api/v1/plans"]["get"], "operationId": "new.list"}}}
    ),
    "a new optional field of a body": lambda d: schema(d, "QueryRequest")["properties"].update(x={"type": "string"}),
    "a new field of an answer": lambda d: schema(d, "Run")["properties"].update(x={"type": "string"}),
    "a new value of an open enum": lambda d: schema(d, "RunStatus")["anyOf"][0]["enum"].append("paused"),
    "a longer text": lambda d: schema(d, "RunInput").update(maxLength=200000),
    "a new scope that also opens": lambda d: d["paths"]["/api/v1/runs"]["get"]["x-scopes"].append("workflows:read"),
    "another description": lambda d: schema(d, "Run").update(description="Something else."),
}


def test_a_contract_does_not_break_itself(contract: Document):
    assert breaking(contract, contract) == []


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_found(contract: Document, name: str):
    change, message = BREAKS[name]
    changed = deepcopy(contract)
    change(changed)
    assert message in "\n".join(breaking(contract, changed))


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_change_is_let_through(contract: Document, name: str):
    changed = deepcopy(contract)
    HARMLESS[name](changed)
    assert breaking(contract, changed) == []


def test_nothing_breaks_since_the_last_release(contract: Document):
    released = last_release()
    if released is not None and released["info"]["version"].split(".")[0] == contract["info"]["version"].split(".")[0]:
        assert breaking(released, contract) == []
