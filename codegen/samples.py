"""An operation's call with the contract's own example, in each language of the reference."""

from __future__ import annotations

import json
import shlex

from codegen import ir, python
from codegen.typescript import lower_camel, ts_key, ts_string

_CONTROLS = "import { mockControls } from '@nodai/sdk/testing';\nconst mock = mockControls(client);\n"


def python_sample(operation: ir.Operation) -> str:
    """The call with the contract's own example."""
    given = [json.dumps(_example(param)) for param in operation.path_params]
    given += [f"{python.identifier(name)}={value!r}" for name, value in _named(operation).items()]
    call = f"client.{operation.id}({', '.join(given)})"
    if operation.kind == "stream":
        return f"with {call} as stream:\n    for event in stream:\n        print(event)"
    if operation.kind == "page":
        return f"for item in {call}:\n    print(item)"
    return call if operation.kind == "none" else f"result = {call}"


def typescript_sample(operation: ir.Operation) -> str:
    """The same in TypeScript: what is in the path by position, all else by name."""
    given = [ts_string(_example(param)) for param in operation.path_params]
    if named := _named(operation):
        given.append(_literal(named))
    start = "" if operation.mock else "client."
    call = f"{start}{'.'.join(lower_camel(word) for word in operation.id.split('.'))}({', '.join(given)})"
    before = _CONTROLS if operation.mock else ""
    if operation.kind in ("stream", "page"):
        name = "event" if operation.kind == "stream" else "item"
        return f"{before}for await (const {name} of {call}) {{\n  console.log({name});\n}}"
    return f"{before}await {call};" if operation.kind == "none" else f"{before}const result = await {call};"


def curl_sample(operation: ir.Operation) -> str:
    path = operation.path
    for param in operation.path_params:
        path = path.replace("{" + param.name + "}", _example(param))
    query = "&".join(f"{one.name}={_example(one)}" for one in operation.query_params if one.required)
    lines = [f'curl -X {operation.method} "$NODAI_BASE_URL{path}{"?" + query if query else ""}"']
    if not operation.public:
        lines.append('-H "X-API-Key: $NODAI_API_KEY"')
    if operation.body:
        lines.append(f"-H 'Content-Type: {operation.body.media_type}'")
        lines.append(f"-d {shlex.quote(json.dumps(operation.body.example or {}, ensure_ascii=False))}")
    return " \\\n  ".join(lines)


def _named(operation: ir.Operation) -> dict[str, ir.Json]:
    """What a sample gives by name: the fields of the body, and the filters that are required."""
    example = operation.body.example if operation.body else None
    fields = example if isinstance(example, dict) else {}
    return {**fields, **{one.name: one.example for one in operation.query_params if one.required}}


def _literal(value: ir.Json) -> str:
    """JSON as it is written in TypeScript."""
    match value:
        case dict():
            return "{ " + ", ".join(f"{ts_key(name)}: {_literal(each)}" for name, each in value.items()) + " }"
        case list():
            return "[" + ", ".join(map(_literal, value)) + "]"
        case str():
            return ts_string(value)
        case _:
            return json.dumps(value)


def _example(param: ir.Field) -> str:
    return str(param.example or param.name.upper())
