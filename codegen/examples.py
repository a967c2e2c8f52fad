"""What the contract shows as answers, an operation and an error code each: `stubFetch` gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from codegen import ir
from codegen.typescript import ts_path

PROBLEM = "application/problem+json"


def answers(api: ir.Api) -> dict[str, str]:
    """Method and path → the example as JSON: `status`, and what is sent: `json`, `text` or `events`."""
    return {
        f"{operation.method} {ts_path(operation)}": _json({"status": operation.status, **_sent(operation, api)})
        for operation in api.operations
    }


def problems(api: ir.Api, document: Mapping[str, Any]) -> dict[str, str]:
    """Code → the problem that the contract shows for it, in the order of the table of errors."""
    responses = document.get("components", {}).get("responses", {}).values()
    shown = {
        code: example["value"]
        for response in responses
        for code, example in response.get("content", {}).get(PROBLEM, {}).get("examples", {}).items()
    }
    return {error.code: _json(shown[error.code]) for error in api.errors if error.code in shown}


def _sent(operation: ir.Operation, api: ir.Api) -> dict[str, Any]:
    if operation.kind == "stream":
        return {"events": list(_events(operation.item, api))}
    if operation.kind == "none" or operation.example is None:
        return {}
    return {"text" if operation.kind == "bytes" else "json": operation.example}


def _events(name: str, api: ir.Api) -> Iterator[ir.Json]:
    """An example of each event of a stream that ends well."""
    alias = api.types[name].alias
    for member in alias.items if alias else ():
        example = api.types[member.name].example
        if isinstance(example, dict) and example.get("type") != "error":
            yield example


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
