"""Ways through an OpenAPI document: operations, schemas wherever they stand, and references."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]
METHODS = ("get", "put", "post", "patch", "delete")


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """(path, method, operation), in order."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def resolve(document: Document, node: Document) -> Document:
    """The node itself, or what its reference points to."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def nodes(node: Any, at: str = "#") -> Iterator[tuple[str, Document]]:
    """Every mapping below a node, with where it is; examples and their like are data and are left out."""
    if isinstance(node, dict):
        yield at, node
        for key, value in node.items():
            if key not in ("example", "examples", "x-errors", "mapping", "default", "const", "enum"):
                yield from nodes(value, f"{at}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from nodes(value, f"{at}/{index}")


def schemas(document: Document) -> Iterator[tuple[str, Document]]:
    """Every schema of the components and everything below it."""
    for name, schema in document["components"]["schemas"].items():
        yield from nodes(schema, f"#/components/schemas/{name}")


def request_schemas(document: Document) -> set[str]:
    """The names of all schemas that request bodies reach."""
    bodies = [op["requestBody"] for _, _, op in operations(document) if "requestBody" in op]
    found: set[str] = set()
    waiting: list[Any] = bodies
    while waiting:
        for _, node in nodes(waiting.pop()):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name and name not in found and name in document["components"]["schemas"]:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
    return found
