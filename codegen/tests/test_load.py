"""The contract becomes the IR: names, kinds, types, errors; what cannot be generated is refused by name."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, asdict
from typing import Any

import pytest

from codegen import ir
from codegen.bundle import ContractError
from codegen.load import load, read_type

Document = dict[str, Any]


def operation(api: ir.Api, id: str) -> ir.Operation:
    return next(one for one in api.operations if one.id == id)


def test_nested_operation_ids_become_nested_resources(document: Document, errors: Document) -> None:
    api = load(document, errors)
    keys = next(one for one in api.resources if one.attribute == "api_keys")
    assert [child.name for child in keys.children] == [("api_keys", "rate_limit")]
    assert [one.verb for one in keys.children[0].operations] == ["get", "update"]


@pytest.mark.parametrize(
    ("id", "kind", "model", "item"),
    [
        ("workflows.query", "json", "Run", ""),
        ("workflows.delete", "none", "", ""),
        ("workflows.list", "page", "WorkflowPage", "Workflow"),
        ("workflows.stream", "stream", "StreamFrame", "StreamEvent"),
        ("usage.export", "bytes", "", ""),
    ],
)
def test_kind_and_result_of_an_operation(
    document: Document, errors: Document, id: str, kind: str, model: str, item: str
) -> None:
    found = operation(load(document, errors), id)
    assert (found.kind, found.model, found.item) == (kind, model, item)


def test_shared_parameter_keeps_the_pointer_to_its_schema(document: Document, errors: Document) -> None:
    limit, cursor, *_ = operation(load(document, errors), "workflows.list").query_params
    assert (limit.pointer, limit.default) == ("/components/parameters/Limit/schema", 20)
    assert cursor.pointer == "/paths/~1api~1v1~1workflows/get/parameters/1/schema"


def test_metered_public_and_idempotent_are_read(document: Document, errors: Document) -> None:
    api = load(document, errors)
    query, live = operation(api, "workflows.query"), operation(api, "health.live")
    assert (query.metered, query.public, query.idempotent) == (True, False, True)
    assert (live.metered, live.public, live.idempotent) == (False, True, False)


def test_fact_of_a_problem_is_typed_by_the_problem_schema_or_its_example(document: Document, errors: Document) -> None:
    api = load(document, errors)
    facts = {field.name: field.type.kind for error in api.errors for field in error.fields}
    assert facts == {"limit_usd": "string", "resets_at": "datetime", "limit": "integer", "required_scopes": "array"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "format": "date-time"}, ir.Type("datetime")),
        ({"type": "string", "format": "email"}, ir.Type("string")),
        ({"type": ["string", "null"]}, ir.Type("union", items=(ir.Type("string"), ir.Type("null")))),
        ({"type": "array", "items": {"$ref": "#/c/s/Run"}}, ir.Type("array", items=(ir.Type("ref", name="Run"),))),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, ir.Type("map", items=(ir.Type("integer"),))),
        ({"type": "object"}, ir.Type("map", items=(ir.Type("any"),))),
        ({"const": "a"}, ir.Type("literal", values=("a",))),
        ({}, ir.Type("any")),
    ],
)
def test_type_of_a_schema(schema: Document, expected: ir.Type) -> None:
    assert read_type(schema) == expected


def test_unknown_problem_code_is_refused_by_name(document: Document, errors: Document) -> None:
    document["paths"]["/health/live"]["get"]["x-errors"] = ["out_of_tea"]
    with pytest.raises(ContractError, match=r"health\.live: .*'out_of_tea'"):
        load(document, errors)


def test_two_arguments_of_one_name_are_refused(document: Document, errors: Document) -> None:
    document["components"]["schemas"]["QueryRequest"]["properties"]["workflow_id"] = {"type": "string"}
    with pytest.raises(ContractError, match=r"workflows\.query: .*workflow_id"):
        load(document, errors)


def test_ir_is_plain_data_for_any_language(document: Document, errors: Document) -> None:
    api = load(document, errors)
    assert json.loads(json.dumps(asdict(api)))["title"] == "Fixture API"
    with pytest.raises(FrozenInstanceError):
        api.operations[0].verb = "other"  # type: ignore[misc]


def test_resources_follow_the_order_of_the_tags(document: Document, errors: Document) -> None:
    document["tags"].reverse()
    names = [resource.attribute for resource in load(document, errors).resources]
    assert names == ["health", "usage", "api_keys", "workflows"]


def test_nullable_time_may_be_null() -> None:
    schema = {"type": ["string", "null"], "format": "date-time"}
    assert read_type(schema) == ir.Type("union", items=(ir.Type("datetime"), ir.Type("null")))
