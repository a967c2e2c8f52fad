"""TypeScript expressions for the templates: names, types, signatures, calls and doc comments."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Literal

from codegen import ir
from codegen.bundle import ContractError
from codegen.python import arguments, camel

Side = Literal["answer", "argument"]
SCALARS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null",
           "any": "unknown", "bytes": "Uint8Array", "datetime": "string", "date": "string"}  # fmt: skip
OPEN = "(string & {})"  # any string, and an editor still lists the known ones
WIDTH = 110
RESULTS: dict[ir.Kind, str] = {
    "json": "`{model}`, with `meta` (request id, rate limits, cost, attempts).",
    "none": "",
    "page": "The pages of `{item}`: `for await` over the items, or take `firstPage()`.",
    "stream": "The stream of `{item}`: `for await` over it; leaving the loop aborts the request.",
    "bytes": "The bytes as they came.",
}
_NAME = re.compile(r"^[A-Za-z_$][\w$]*$")


def lower_camel(*words: str) -> str:
    """`api_keys`, `list` → `apiKeysList`."""
    name = camel(*words)
    return name[:1].lower() + name[1:]


def ts_class(resource: ir.Resource, prefix: str = "") -> str:
    """A resource and what it answers may share a name: `health` answers a Health."""
    return f"{prefix}{camel(*resource.name)}Resource"


def ts_function(operation: ir.Operation) -> str:
    return lower_camel(operation.id)


def ts_file(operation: ir.Operation) -> str:
    """`api_keys.rate_limit.get` → `api-keys-rate-limit-get`."""
    return operation.id.replace("_", "-").replace(".", "-")


def ts_string(text: str) -> str:
    return "'" + json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"


def ts_operation(operation: ir.Operation) -> str:
    """All that the client needs to know, in one line: id, method, the kind of the answer, marks, and path."""
    return f"{operation.id} {_shape(operation)} {ts_path(operation)}"


def ts_table(operations: Iterable[ir.Operation]) -> str:
    """The operations of a client, as text that compresses well: a line for each resource, then one for each verb.

    `~` in a path is where the resource is by convention, `/api/v1/api-keys/{}/rate-limit` for `api_keys.rate_limit`.
    """
    lines: list[str] = []
    for resource, its in groupby(operations, lambda one: one.resource):
        lines.append(".".join(resource))
        place = "/api/v1/" + "/{}/".join(resource).replace("_", "-")
        lines += [f"{one.verb} {_shape(one)} {ts_path(one).replace(place, '~', 1)}" for one in its]
    return "\n".join(lines)


def _shape(operation: ir.Operation) -> str:
    kind = "bytes none" if operation.kind == "none" else operation.kind
    marks = {"body": operation.body, "query": operation.query_params, "once": operation.idempotent}
    return " ".join([operation.method, kind, *(mark for mark in marks if marks[mark])])


def ts_path(operation: ir.Operation) -> str:
    """The path with its parameters by position."""
    return re.sub(r"\{\w+\}", "{}", operation.path)


def ts_error(error: ir.ErrorCode) -> str:
    """The name of a code's errors, which the SDK makes out of the code."""
    if error.name != camel(*error.code.split("_")):
        raise ContractError(f"{error.code}: the class {error.name} does not follow from the code")
    return error.name


def ts_key(name: str) -> str:
    return name if _NAME.match(name) else ts_string(name)


def ts_type(type: ir.Type, side: Side = "answer") -> str:
    """The type; a set of strings that an answer may grow is open, and so is one that the contract opens itself."""
    match type.kind:
        case "ref":
            return type.name
        case "literal":
            return " | ".join([*map(_value, type.values), *([OPEN] if side == "answer" and _may_grow(type) else [])])
        case "array":
            item = ts_type(type.items[0], side)
            return f"({item})[]" if " " in item else f"{item}[]"
        case "map":
            return f"Record<string, {ts_type(type.items[0], side)}>"
        case "union":
            return _union(type, side)
        case "datetime" if side == "argument":
            return "string | Date"
        case _:
            return SCALARS[type.kind]


def _value(value: str | int | bool) -> str:
    return ts_string(value) if isinstance(value, str) else json.dumps(value)


def _may_grow(type: ir.Type) -> bool:
    """A single value is a tag: it says which object this is."""
    return len(type.values) > 1 and all(isinstance(value, str) for value in type.values)


def _union(type: ir.Type, side: Side) -> str:
    """A string beside known strings must not swallow them."""
    opens = any(item.kind in ("literal", "ref") for item in type.items)
    texts = (OPEN if opens and item.kind == "string" else ts_type(item, side) for item in type.items)
    members = dict.fromkeys(member for text in texts for member in text.split(" | "))
    return " | ".join(sorted(members, key=lambda member: (member == "null", member == OPEN)))


def tag(model: ir.Model, api: ir.Api) -> str:
    """The field that tells the members of a union apart, "" when there is none."""
    members = model.alias.items if model.alias and model.alias.kind == "union" else ()
    if not members or any(item.kind != "ref" for item in members):
        return ""
    tags = [
        [field.name for field in api.types[item.name].fields if field.type.kind == "literal" and field.required]
        for item in members
    ]
    return next((name for name in tags[0] if all(name in others for others in tags)), "")


def sides(api: ir.Api, sent: Collection[str], read: Collection[str]) -> dict[str, Side]:
    """Which components are only ever sent: these take a Date, and what they list is closed."""
    reached = _reach(api, read)
    return {name: "argument" for name in _reach(api, sent) if name not in reached or not api.types[name].fields}


def _reach(api: ir.Api, roots: Collection[str]) -> set[str]:
    found: set[str] = set()
    waiting = set(roots) & set(api.types)
    while waiting:
        name = waiting.pop()
        found.add(name)
        model = api.types[name]
        types = [field.type for field in model.fields] + ([model.alias] if model.alias else [])
        waiting |= {one for type in types for one in refs(type)} - found
    return found


def refs(type: ir.Type) -> set[str]:
    return {type.name} if type.kind == "ref" else {name for item in type.items for name in refs(item)}


def ts_params(operation: ir.Operation) -> str:
    """The name of what a method takes after the path: the body's fields and the filters; "" when there is nothing."""
    return f"{camel(operation.id)}Params" if operation.body or operation.query_params else ""


def ts_signature(operation: ir.Operation) -> str:
    positional = [f"{lower_camel(param.name)}: string" for param in operation.path_params]
    if params := ts_params(operation):
        given = any(one.required for one in arguments(operation))
        positional.append(f"params{'' if given else '?'}: {params}")
    return ", ".join([*positional, "options?: RequestOptions"])


def ts_arguments(operation: ir.Operation) -> str:
    path = ", ".join(lower_camel(param.name) for param in operation.path_params)
    return f"[{path}], {'params' if ts_params(operation) else 'undefined'}, options"


def ts_sender(operation: ir.Operation) -> str:
    """The function of the core that does it."""
    return {"json": "call", "none": "bytes"}.get(operation.kind, operation.kind)


def ts_result(operation: ir.Operation) -> str:
    match operation.kind:
        case "page" | "stream":
            return operation.item
        case "json":
            return operation.model
        case "bytes":
            return "Uint8Array"
        case "none":
            return "void"


def ts_returns(operation: ir.Operation) -> str:
    item = ts_result(operation)
    match operation.kind:
        case "page":
            return f"Pages<{item}>"
        case "stream":
            return f"Stream<{item}>"
        case "none":
            return "Promise<void>"
        case _:
            return f"Promise<WithMeta<{item}>>"


def ts_imports(operations: Iterable[ir.Operation]) -> list[str]:
    """The types that these methods name."""
    names = {name for one in operations for name in (ts_params(one), ts_result(one))}
    return sorted(names - {"", "void", "Uint8Array"})


def ts_core(operations: Iterable[ir.Operation]) -> dict[str, bool]:
    """Which types of the core these methods name."""
    text = " ".join(ts_returns(one) for one in operations)
    return {name: f"{name}<" in text for name in ("Pages", "Stream", "WithMeta")}


def ts_doc(operation: ir.Operation) -> str:
    """Summary, description, parameters, result, errors by class and code, scopes."""
    scopes = ", ".join(f"`{scope}`" for scope in operation.scopes)
    facts = [
        f"Scopes: {scopes or 'none, this is public'}.",
        "Metered: it costs money." if operation.metered else "",
        "Callable from a web page." if operation.browser else "",
    ]
    tags = [f"@param {lower_camel(param.name)} {param.description}" for param in operation.path_params]
    tags += [f"@param params {_described(operation)}"] if ts_params(operation) else []
    tags += ["@param options Signal, timeout, deadline, retries, idempotency key, headers and query of this call."]
    if result := RESULTS[operation.kind]:
        tags.append("@returns " + result.format(model=operation.model, item=operation.item))
    tags += [f"@throws {error.name} {error.status} `{error.code}`: {error.title}." for error in operation.errors]
    parts = [f"{operation.summary.rstrip('.')}.", operation.description, " ".join(filter(None, facts))]
    return "\n\n".join([*filter(None, parts), "\n".join(tags)])


def _described(operation: ir.Operation) -> str:
    return ", ".join(f"`{one.wire or one.name}`" for one in arguments(operation)) + "."


def ts_comment(text: str, indent: int = 0) -> str:
    """A doc comment, wrapped, for where it stands: on one line when it fits."""
    space = " " * indent
    lines = [
        line for one in text.replace("*/", "*\\/").split("\n") for line in textwrap.wrap(one, WIDTH - indent) or [""]
    ]
    if len(lines) == 1:
        return f"/** {lines[0]} */"
    return "\n".join(["/**", *(f"{space} * {line}".rstrip() for line in lines), f"{space} */"])
