"""Strict refuses all that the contract does not say, at its own place; lenient takes what a newer server may say."""

from copy import deepcopy
from typing import Any

import jsonschema_rs
import pytest

Document = dict[str, Any]


@pytest.fixture
def check_strict(strict_schemas: Document):
    def check(name: str, value: Any) -> dict[str, str]:
        schema = {**strict_schemas, "$ref": f"#/$defs/{name}"}
        found = jsonschema_rs.Draft202012Validator(schema, validate_formats=True).iter_errors(value)
        return {"/" + "/".join(str(part) for part in error.instance_path): error.message for error in found}

    return check


@pytest.fixture
def check_lenient(lenient_contract: Document):
    def check(name: str, value: Any) -> bool:
        schema = {"components": lenient_contract["components"], "$ref": f"#/components/schemas/{name}"}
        return jsonschema_rs.Draft202012Validator(schema).is_valid(value)

    return check


def example(contract: Document, name: str) -> Any:
    return deepcopy(contract["components"]["schemas"][name]["examples"][0])


def test_strict_reports_every_fault_at_its_own_place(check_strict: Any):
    body = {"name": "", "more": 1, "engine": {"type": "script", "rules": [{"match": ""}], "default": {"answer": 1}}}
    assert set(check_strict("CreateWorkflowRequest", body)) == {
        "/name", "/", "/engine/rules/0", "/engine/rules/0/match", "/engine/default/answer",
    }  # fmt: skip


def test_strict_names_the_tag_when_a_variant_is_unknown(check_strict: Any):
    assert set(check_strict("Engine", {"type": "magic"})) == {"/type"}
    assert set(check_strict("Engine", {})) == {"/"}


def test_strict_refuses_values_that_only_a_newer_server_knows(contract: Document, check_strict: Any):
    run = {**example(contract, "Run"), "status": "paused", "mood": "good"}
    assert set(check_strict("Run", run)) == {"/status", "/"}


def test_strict_looks_into_what_may_be_null(contract: Document, check_strict: Any):
    key = {**example(contract, "ApiKey"), "rate_limit": {"limit": "many", "window_seconds": 1}}
    assert set(check_strict("ApiKey", key)) == {"/rate_limit/limit"}
    assert check_strict("ApiKey", {**key, "rate_limit": None}) == {}


def test_lenient_takes_unknown_fields_enum_values_and_constraints(contract: Document, check_lenient: Any):
    run = {**example(contract, "Run"), "status": "paused", "mood": "good", "cost_usd": "1.23456789"}
    assert check_lenient("Run", run)


@pytest.mark.parametrize("union", ["Engine", "StreamEvent", "Event"])
def test_lenient_takes_unknown_variants(lenient_contract: Document, check_lenient: Any, union: str):
    assert check_lenient(union, {"type": "something.new", "more": [1]})
    schemas = lenient_contract["components"]["schemas"]
    assert schemas[union]["anyOf"][-1] == {"$ref": f"#/components/schemas/Unknown{union}"}
    assert "discriminator" not in schemas[union]


def test_lenient_still_wants_the_required_fields(contract: Document, check_lenient: Any):
    run = example(contract, "Run")
    del run["id"]
    assert not check_lenient("Run", run)


def test_projections_leave_the_contract_as_it_is(contract: Document, contract_folder: Any):
    from codegen.bundle import bundle

    assert contract == bundle(contract_folder)
