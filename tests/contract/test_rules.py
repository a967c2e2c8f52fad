"""The rules by which the contract is written, each as a promise; every rule stops a failure of a real tool."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.walk import METHODS, nodes, operations, request_schemas, resolve, schemas

Document = dict[str, Any]
KEYWORDS = (
    "$ref type description examples enum const format pattern default required properties additionalProperties items "
    "propertyNames anyOf oneOf discriminator minimum maximum minLength maxLength minItems maxItems minProperties "
    "maxProperties uniqueItems contentMediaType contentSchema"
)


def test_fragments_are_plain_yaml_of_at_most_300_lines(contract_folder: Path):
    for path in contract_folder.glob("*.yaml"):
        tokens = [type(token).__name__ for token in yaml.scan(path.read_text())]
        assert not {"AnchorToken", "AliasToken", "TagToken"} & set(tokens), path.name
        assert "<<" not in path.read_text(), path.name
        assert len(path.read_text().splitlines()) <= 300, path.name


def test_no_schema_dialect_and_no_default_response(contract: Document):
    assert "jsonSchemaDialect" not in contract
    for _, _, operation in operations(contract):
        assert "default" not in operation["responses"]
        assert "5XX" in operation["responses"]


def test_one_success_and_one_media_type_per_operation(contract: Document):
    for _, _, operation in operations(contract):
        (success,) = [status for status in operation["responses"] if status[0] == "2"]
        content = operation["responses"][success].get("content", {})
        assert len(content) == (0 if success == "204" else 1), operation["operationId"]
        assert len(operation.get("requestBody", {}).get("content", {"": ""})) == 1


def test_stream_schema_is_the_frame_with_json_inside_its_data(contract: Document):
    streams = [op for _, _, op in operations(contract) if op["x-sdk"]["kind"] == "stream"]
    assert streams
    for operation in streams:
        media = operation["responses"]["200"]["content"]["text/event-stream"]
        data = resolve(contract, media["schema"])["properties"]["data"]
        assert data["contentMediaType"] == "application/json"
        assert data["contentSchema"]["$ref"].endswith("/" + operation["x-sdk"]["events"])


def test_variants_are_flat_objects_with_a_const_tag_and_a_full_mapping(contract: Document):
    unions = [schema for _, schema in schemas(contract) if "oneOf" in schema]
    assert unions
    for union in unions:
        tag, mapping = union["discriminator"]["propertyName"], union["discriminator"]["mapping"]
        assert [member["$ref"] for member in union["oneOf"]] == list(mapping.values())
        for value, target in mapping.items():
            variant = resolve(contract, {"$ref": target})
            assert variant["type"] == "object"
            assert variant["properties"][tag]["const"] == value
            assert tag in variant["required"]
    assert not [at for at, schema in schemas(contract) if "allOf" in schema]


def test_no_literal_sibling_of_a_path_parameter(contract: Document):
    children: dict[str, set[str]] = {}
    for path in contract["paths"]:
        pieces = path.split("/")
        for depth in range(1, len(pieces)):
            children.setdefault("/".join(pieces[:depth]), set()).add(pieces[depth])
    for parent, names in children.items():
        if any(name.startswith("{") for name in names):
            assert len(names) == 1, f"{parent}: {names}"


def test_schemas_hold_only_known_keywords(contract: Document):
    """A comma in an unquoted description would make keywords of half a sentence."""
    parts = contract["components"]["parameters"] | contract["components"]["headers"]
    found = [*schemas(contract), *((name, node) for name, part in parts.items() for _, node in nodes(part["schema"]))]
    for at, node in found:
        if not at.endswith(("/properties", "/discriminator")):
            assert node.keys() <= set(KEYWORDS.split()), f"{at}: {list(node)}"


def test_money_is_a_string_with_a_pattern_and_no_decimal_format(contract: Document):
    for name in ("Money", "NullableMoney"):
        assert "pattern" in contract["components"]["schemas"][name]
    for at, schema in schemas(contract):
        assert schema.get("format") not in ("decimal", "float", "double"), at
        for name, field in schema.get("properties", {}).items():
            if name.endswith(("_usd", "_usd_total", "_usd_today", "_usd_this_month")):
                assert field.get("$ref", "").endswith("Money"), f"{at}/{name}"


def test_bytes_are_format_binary(contract: Document):
    for _, _, operation in operations(contract):
        if operation["x-sdk"]["kind"] == "bytes":
            (media,) = operation["responses"]["200"]["content"].values()
            assert resolve(contract, media["schema"])["format"] == "binary"


def test_no_deep_objects(contract: Document):
    assert not [at for at, node in nodes(contract) if node.get("style") == "deepObject"]


def test_webhooks_have_a_tag_of_their_own(contract: Document):
    used = {tag for _, _, operation in operations(contract) for tag in operation["tags"]}
    for item in contract["webhooks"].values():
        assert item["post"]["tags"] == ["webhook_events"]
        assert item["post"]["tags"][0] not in used


def test_every_object_and_enum_is_a_named_component(contract: Document):
    for name, schema in contract["components"]["schemas"].items():
        for at, node in nodes(schema):
            if at != "#":
                assert "properties" not in node or at.endswith("/properties"), f"{name}{at}: an inline object"
                assert "enum" not in node or re.fullmatch(r"#/anyOf/0", at), f"{name}{at}: an inline enum"
    for path, item in contract["paths"].items():
        for at, node in nodes(item):
            if at.endswith("/schema"):
                assert not {"properties", "enum", "oneOf", "anyOf"} & node.keys(), f"{path}{at}"


def test_enums_of_answers_are_open_and_schemas_of_requests_are_closed(contract: Document):
    asked = request_schemas(contract)
    filters = {"UsageInterval", "UsageGroup", "ListOrder", "RunStatusFilter", "Affirmation"}
    for name, schema in contract["components"]["schemas"].items():
        if "enum" in schema and name not in asked | filters:
            assert any(name in str(other) for other in contract["components"]["schemas"].values()), name
        if name in asked and "properties" in schema:
            assert schema["additionalProperties"] is False, name
        if "anyOf" in schema and any("enum" in member for member in schema["anyOf"]):
            assert schema["anyOf"][1] == {"type": "string"}, name


def test_cursors_have_a_pattern(contract: Document):
    assert contract["components"]["schemas"]["Cursor"]["pattern"].startswith("^")
    for _, _, operation in operations(contract):
        if operation["x-sdk"]["kind"] == "page":
            names = [resolve(contract, parameter)["name"] for parameter in operation["parameters"]]
            assert {"limit", "cursor"} <= set(names)


def test_creates_link_to_get_update_and_delete(contract: Document):
    known = {operation["operationId"]: operation for _, _, operation in operations(contract)}
    creates = [name for name in known if name.endswith(".create")]
    assert creates
    for name in creates:
        resource = name.removesuffix(".create")
        links = known[name]["responses"]["201"]["links"]
        for verb in ("get", "update", "delete"):
            assert f"{resource}.{verb}" in links or f"{resource}.{verb}" not in known
        assert all(link["operationId"] in known for link in links.values())


def test_headers_that_are_always_sent_are_declared(contract: Document):
    limits = {"RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    for _, method, operation in operations(contract):
        for status, answer in operation["responses"].items():
            declared = set(resolve(contract, answer)["headers"])
            assert "X-Request-Id" in declared
            if operation["x-scopes"] and status[0] == "2":
                assert limits <= declared
                assert method != "post" or "Idempotent-Replayed" in declared
            expected = {"401": "WWW-Authenticate", "402": "Retry-After", "429": "Retry-After", "5XX": "Retry-After"}
            assert expected.get(status, "X-Request-Id") in declared


def test_every_operation_explains_itself(contract: Document):
    for path, _, operation in operations(contract):
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+){1,3}", operation["operationId"])
        assert len(operation["tags"]) == 1
        assert operation["operationId"].split(".")[0] == operation["tags"][0]
        assert 5 <= len(operation["summary"]) <= 60
        assert not operation["summary"].endswith(".")
        assert len(operation["description"]) >= 20
        assert (operation["x-scopes"] == []) == (operation.get("security") == []), path
        assert operation["x-sdk"]["kind"] in ("json", "none", "page", "stream", "bytes")


def test_every_body_answer_and_parameter_has_an_example(contract: Document):
    for path, _, operation in operations(contract):
        for parameter in operation.get("parameters", []):
            assert "example" in resolve(contract, parameter), f"{path}: {parameter}"
        for answer in operation["responses"].values():
            for media in resolve(contract, answer).get("content", {}).values():
                assert media["examples"], path
        for media in operation.get("requestBody", {}).get("content", {}).values():
            assert media["examples"], path


def test_every_schema_and_field_is_described(contract: Document):
    for at, schema in schemas(contract):
        for name, field in schema.get("properties", {}).items():
            assert "description" in field or "$ref" in field, f"{at}/{name}"
    for name, schema in contract["components"]["schemas"].items():
        assert "description" in schema, name


@pytest.mark.parametrize("method", METHODS)
def test_posts_with_a_key_take_an_idempotency_key(contract: Document, method: str):
    for _, verb, operation in operations(contract):
        if verb == method and operation["x-scopes"]:
            names = {resolve(contract, parameter)["name"] for parameter in operation.get("parameters", [])}
            assert ("Idempotency-Key" in names) == (method == "post"), operation["operationId"]


def test_metered_operations_can_answer_402(contract: Document):
    metered = {op["operationId"] for _, _, op in operations(contract) if op.get("x-metered")}
    assert metered == {op["operationId"] for _, _, op in operations(contract) if "402" in op["responses"]}
    assert metered == {"workflows.query", "workflows.stream", "workflows.start"}
