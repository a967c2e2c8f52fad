"""Every example is true: it fits the strict form of its schema."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from codegen.lenient import closed
from tests.contract.walk import operations, resolve

Document = dict[str, Any]


def faults(defs: Document, schema: Document, value: Any) -> list[str]:
    validator = jsonschema_rs.Draft202012Validator({**defs, **schema}, validate_formats=True)
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(value)]


def media_examples(contract: Document) -> Iterator[tuple[str, Document, Any]]:
    """(where, schema, value) of every example of a body or an answer."""
    webhooks = [("webhooks", "post", item["post"]) for item in contract["webhooks"].values()]
    for _, _, operation in [*operations(contract), *webhooks]:
        places = [operation.get("requestBody", {}), *operation["responses"].values()]
        for place in places:
            for media in resolve(contract, place).get("content", {}).values():
                for name, example in media["examples"].items():
                    yield f"{operation['operationId']} {name}", media["schema"], example["value"]


def test_schema_examples_fit(contract: Document, strict_schemas: Document):
    for name, schema in contract["components"]["schemas"].items():
        for example in schema.get("examples", []):
            assert faults(strict_schemas, {"$ref": f"#/$defs/{name}"}, example) == [], name


def test_examples_of_bodies_and_answers_fit(contract: Document, strict_schemas: Document):
    count = 0
    for where, schema, value in media_examples(contract):
        assert faults(strict_schemas, closed(schema), value) == [], where
        count += 1
    assert count > 150


def test_examples_of_parameters_and_headers_fit(contract: Document, strict_schemas: Document):
    components = contract["components"]
    for name, part in [*components["parameters"].items(), *components["headers"].items()]:
        assert faults(strict_schemas, closed(part["schema"]), part["example"]) == [], name


@pytest.mark.parametrize("place", ["properties"])
def test_examples_of_fields_fit(contract: Document, strict_schemas: Document, place: str):
    for name, schema in contract["components"]["schemas"].items():
        for field, part in schema.get(place, {}).items():
            for example in part.get("examples", []):
                assert faults(strict_schemas, closed(part), example) == [], f"{name}.{field}"
