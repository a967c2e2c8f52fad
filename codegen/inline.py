"""Replaces references that no reader wants to follow: shared parameters, and names of plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

Document = Mapping[str, Any]
VALUES = ("string", "integer", "number", "boolean", "array")
NULL = {"type": "null"}


def inline(document: Document) -> dict[str, Any]:
    """The same document; a shared parameter keeps where it came from in `x-pointer`."""
    components: Document = document["components"]
    plains = {f"#/components/schemas/{name}": schema for name, schema in components["schemas"].items() if plain(schema)}
    parameters = {f"#/components/parameters/{name}": value for name, value in components.get("parameters", {}).items()}

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(item) for item in cast("list[Any]", node)]
        if not isinstance(node, dict):
            return node
        mapping = cast("dict[str, Any]", node)
        target = mapping.get("$ref")
        if target in plains:
            return {**walk(plains[target]), **{key: value for key, value in mapping.items() if key != "$ref"}}
        if target in parameters:
            return {**walk(parameters[target]), "x-pointer": f"{target[1:]}/schema"}
        return {key: walk(value) for key, value in mapping.items()}

    result = walk(dict(document))
    schemas = result["components"]["schemas"]
    result["components"]["schemas"] = {name: schemas[name] for name in schemas if not plain(schemas[name])}
    return result


def plain(schema: Document) -> bool:
    """A value whose name says nothing that its description does not: an id, a time, a list, a map, "X or null"."""
    if "enum" in schema or "discriminator" in schema or "properties" in schema:
        return False
    if "anyOf" in schema:
        members = [member for member in schema["anyOf"] if member != NULL]
        return len(members) == 1 and "$ref" in members[0]
    declared = schema.get("type")
    kinds = [
        kind for kind in (cast("list[str]", declared) if isinstance(declared, list) else [declared]) if kind != "null"
    ]
    is_map = kinds == ["object"] and isinstance(schema.get("additionalProperties"), dict)
    return is_map or (len(kinds) == 1 and kinds[0] in VALUES)


def reach(schemas: Document, roots: set[str]) -> set[str]:
    """The components that these name, directly or through others."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found and name in schemas:
            found.add(name)
            waiting += re.findall(r"#/components/schemas/(\w+)", str(schemas[name]))
    return found
