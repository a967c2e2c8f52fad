"""The projections of the contract: lenient for answers that clients read, strict for what the server checks."""

from typing import Any, cast

Document = dict[str, Any]
RANGES = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "minProperties", "maxProperties")
CONSTRAINTS = frozenset((*RANGES, "pattern", "uniqueItems", "propertyNames"))
NOTES = frozenset(("description", "examples", "example", "title", "default", "contentSchema", "contentMediaType"))


def lenient(document: Document) -> Document:
    """The contract as a client of any age reads it: no answer of a newer server is an error.

    Enums are open, objects take unknown fields, constraints are dropped, and every discriminated union has a last
    member `Unknown<Name>` that takes what this version does not know.
    """
    schemas = document["components"]["schemas"]
    loose = {name: _loose(schema) for name, schema in schemas.items()}
    for name, schema in schemas.items():
        if "discriminator" in schema:
            loose[name].pop("discriminator")
            unknown, tag = f"Unknown{name}", schema["discriminator"]["propertyName"]
            members = [*loose[name].pop("oneOf"), {"$ref": f"#/components/schemas/{unknown}"}]
            loose[name] = {**loose[name], "anyOf": members}
            loose[unknown] = {
                "type": "object",
                "description": f"A {name} that this version does not know.",
                "required": [tag],
                "properties": {tag: {"type": "string", "description": "Which one it is."}},
            }
    return {**document, "components": {**document["components"], "schemas": loose}}


def _loose(schema: Any) -> Any:
    if isinstance(schema, list):
        items = cast("list[Any]", schema)
        return [_loose(item) for item in items]
    if not isinstance(schema, dict):
        return schema
    node = cast("Document", schema)
    if not _is_schema(node):
        return {name: _loose(value) for name, value in node.items()}
    out = {key: value if key in NOTES else _loose(value) for key, value in node.items() if key not in CONSTRAINTS}
    if out.get("additionalProperties") is False:
        del out["additionalProperties"]
    if "enum" in node and node.get("type") == "string":
        closed = {"type": out.pop("type"), "enum": out.pop("enum")}
        return {**out, "anyOf": [closed, {"type": "string"}]}
    return out


def _is_schema(node: Document) -> bool:
    """Whether the mapping is a schema and not a `properties` mapping with a field of a keyword's name."""
    return not all(isinstance(value, dict) for value in node.values())


def strict(document: Document) -> Document:
    """Every component as one JSON Schema 2020-12 document (`$defs`), closed, for checking requests and answers.

    Enums and objects are closed, and unions are decided by their tag before their fields are looked at, so that a
    fault is reported at its own place and not as "none of these".
    """
    schemas = document["components"]["schemas"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {name: closed(schema) for name, schema in schemas.items()},
    }


def closed(schema: Any) -> Any:
    """One schema of the contract in its strict form; references point to `#/$defs/`."""
    if isinstance(schema, list):
        items = cast("list[Any]", schema)
        return [closed(item) for item in items]
    if not isinstance(schema, dict):
        return schema
    node = cast("Document", schema)
    if "$ref" in node:
        return {"$ref": "#/$defs/" + str(node["$ref"]).rsplit("/", 1)[1]}
    if "discriminator" in node:
        return _decided(node)
    if "anyOf" in node:
        return _chosen([closed(member) for member in node["anyOf"]])
    return _object({key: _properties(value) if key == "properties" else _value(key, value)
                    for key, value in node.items() if key not in NOTES})  # fmt: skip


def _value(key: str, value: Any) -> Any:
    return value if key in ("enum", "const", "required", "type") else closed(value)


def _properties(properties: Document) -> Document:
    return {name: closed(schema) for name, schema in properties.items()}


def _object(node: Document) -> Document:
    return (
        {**node, "additionalProperties": False} if "properties" in node and "additionalProperties" not in node else node
    )


def _decided(node: Document) -> Document:
    tag, mapping = node["discriminator"]["propertyName"], node["discriminator"]["mapping"]
    branches = [
        {
            "if": {"properties": {tag: {"const": value}}, "required": [tag]},
            "then": {"$ref": "#/$defs/" + target.rsplit("/", 1)[1]},
        }
        for value, target in mapping.items()
    ]
    return {"type": "object", "required": [tag], "properties": {tag: {"enum": list(mapping)}}, "allOf": branches}


def _chosen(members: list[Document]) -> Document:
    """`anyOf` of null and one other, or of an enum and any string, as what it means."""
    null, text = {"type": "null"}, {"type": "string"}
    rest = [member for member in members if member not in (null, text)]
    if null in members and len(rest) == 1:
        return {"if": null, "else": rest[0]}
    if text in members and len(rest) == 1:
        return rest[0]
    return {"anyOf": members}
