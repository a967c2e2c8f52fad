"""What the vectors need of the contract: where an operation's arguments go, and what its answers look like."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

RESERVED = {"from": "from_"}  # words of Python that are parameters of the contract


@cache
def document() -> dict[str, Any]:
    return json.loads(files("nodai_mock").joinpath("_generated/openapi.json").read_text(encoding="utf-8"))


@cache
def operation(id: str) -> tuple[str, str, dict[str, Any]]:
    """Method, path and description of an operation."""
    for path, item in document()["paths"].items():
        for method, told in item.items():
            if isinstance(told, dict) and told.get("operationId") == id:
                return method.upper(), path, told
    raise LookupError(f"the contract has no operation {id}")


def arguments(id: str, args: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a vector as a Python method takes them: path parameters by position, the rest by name."""
    _, path, _ = operation(id)
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [args[name] for name in names], {RESERVED.get(n, n): v for n, v in args.items() if n not in names}


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` of the bundle stands for."""
    while "$ref" in node:
        target: Any = document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node
