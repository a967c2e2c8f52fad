"""Writes out what follows from an operation's shape, so that a fragment says only what is its own."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, cast

from codegen.shorthand import camel, events, example_set, pages, ref

Document = dict[str, Any]
METHODS = ("get", "put", "post", "patch", "delete")
PROBLEM = "application/problem+json"

AUTHENTICATED = (
    "ambiguous_credentials", "missing_api_key", "malformed_api_key", "invalid_api_key", "key_revoked", "key_expired",
    "key_disabled", "ip_not_allowed", "origin_not_allowed", "secret_key_in_browser", "insufficient_scope",
    "too_many_failed_attempts", "rate_limited", "burst_limited",
)  # fmt: skip
METERED = ("quota_exceeded", "cost_limit_exceeded", "cost_limit_reserved", "request_exceeds_cost_limit")
BODY = ("malformed_json", "payload_too_large", "unsupported_media_type")
POSTED = ("idempotency_in_progress", "idempotency_key_reused")
ALWAYS = ("validation_failed", "internal_error", "unavailable")  # 422: an unknown parameter, if nothing else

REQUEST_ID = ("X-Request-Id",)
LIMITS = ("RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
TITLES = {  # of the statuses that have usual codes
    "400": "BadRequest", "401": "Unauthorized", "402": "PaymentRequired", "403": "Forbidden", "429": "TooManyRequests",
    "5XX": "Server",
}  # fmt: skip
ON_STATUS = {"401": ("WWW-Authenticate",), "402": LIMITS, "429": ("Retry-After",)}


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """(path, method, operation) in the contract's order."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def expand(document: Document, errors: Document) -> Document:
    """A new document in which every operation shows all its parameters, answers, headers, links and errors."""
    document = deepcopy(document)
    events(document)
    pages(document)
    components = document["components"]
    components["schemas"]["ProblemCode"] = {
        "description": "What went wrong, as a stable code. New codes are added without a new version.",
        "anyOf": [{"type": "string", "enum": list(errors)}, {"type": "string"}],
        "examples": ["rate_limited"],
    }
    by_param = {value["name"]: name for name, value in components["parameters"].items() if value["in"] == "path"}
    for path, method, operation in operations(document):
        operation["x-errors"] = codes(path, method, operation, errors)
        _parameters(path, method, operation, by_param)
        _body(operation, components["schemas"])
        _success(method, operation, components["schemas"])
    _links(document)
    _problems(document, errors)
    document["paths"] = {path: _ordered_item(item) for path, item in document["paths"].items()}
    return document


def codes(path: str, method: str, operation: Document, errors: Document) -> list[str]:
    """Every problem code the operation can answer, in the order of the error table."""
    found = {*operation.get("x-errors", ()), *ALWAYS}
    if operation["x-scopes"]:
        found.update(AUTHENTICATED)
        found.update(POSTED if method == "post" else ())
        found.update(("workflow_not_allowed",) if "{workflow_id}" in path else ())
    if operation.get("x-metered"):
        found.update(METERED)
    if path.startswith("/_mock/"):
        found.add("origin_not_allowed")
    if "requestBody" in operation:
        found.update(BODY)
    if "{" in path:
        found.add("not_found")
    if unknown := found - errors.keys():
        raise KeyError(f"{operation['operationId']}: not in the error table: {sorted(unknown)}")
    return [code for code in errors if code in found]


def _parameters(path: str, method: str, operation: Document, by_param: dict[str, str]) -> None:
    names = [by_param[piece[1:-1]] for piece in path.split("/") if piece.startswith("{")]
    names += operation.get("parameters", [])
    if operation["x-sdk"]["kind"] == "page":
        names += ["Limit", "Cursor"]
    if method == "post" and operation["x-scopes"]:
        names.append("IdempotencyKey")
    if names:
        operation["parameters"] = [ref("parameters", name) for name in names]
    if not operation["x-scopes"]:
        operation["security"] = []


def _body(operation: Document, schemas: Document) -> None:
    """`requestBody: Name` is a required JSON body, `Name?` an optional one."""
    body = operation.get("requestBody")
    if isinstance(body, str):
        name = body.rstrip("?")
        content = {"schema": ref("schemas", name), "examples": example_set(name, schemas)}
        operation["requestBody"] = {"required": not body.endswith("?"), "content": {"application/json": content}}


def _success(method: str, operation: Document, schemas: Document) -> None:
    """`'200': Name` is a JSON answer, `'204':` an empty one; the headers that are always sent are added."""
    status, given = next(iter(operation["responses"].items()))
    answer: Document
    if given is None:
        answer = {"description": "Done; there is nothing to return."}
    elif isinstance(given, str):
        content = {"schema": ref("schemas", given), "examples": example_set(given, schemas)}
        described = schemas[given]["description"].split("\n")[0]
        answer = {"description": described, "content": {"application/json": content}}
    else:
        answer = given
    names = REQUEST_ID + (LIMITS if operation["x-scopes"] else ())
    if method == "post" and operation["x-scopes"]:
        names += ("Idempotent-Replayed",)
    headers = {name: ref("headers", name) for name in names} | answer.get("headers", {})
    operation["responses"] = {status: {"description": answer["description"], "headers": headers} | answer}
    operation["responses"][status]["headers"] = headers


def _links(document: Document) -> None:
    """From each create to the operations on what it made, so that tools can walk on."""
    every = list(operations(document))
    for path, _, operation in every:
        if not operation["operationId"].endswith(".create"):
            continue
        links: Document = {}
        for other_path, _, other in every:
            rest = other_path.removeprefix(path + "/")
            if rest != other_path and rest.startswith("{") and rest.count("{") == 1:
                name = rest[1 : rest.index("}")]
                links[other["operationId"]] = {
                    "operationId": other["operationId"], "parameters": {name: "$response.body#/id"},
                    "description": f"The id that is answered is the `{name}` of `{other['operationId']}`.",
                }  # fmt: skip
        (answer,) = operation["responses"].values()
        answer["links"] = links | answer.get("links", {})


def _problems(document: Document, errors: Document) -> None:
    """Groups each operation's codes by status; equal groups share one component response."""
    responses = document["components"].setdefault("responses", {})
    schemas = document["components"]["schemas"]
    example = {code: _example(code, errors[code]) for code in errors}
    groups: dict[tuple[str, tuple[str, ...]], str] = {}
    for _, _, operation in operations(document):
        by_status: dict[str, list[str]] = {}
        for code in operation["x-errors"]:
            status = str(errors[code]["status"])
            by_status.setdefault("5XX" if status[0] == "5" else status, []).append(code)
        for status, group in sorted(by_status.items()):
            authenticated = bool(operation["x-scopes"]) or status != "429"
            key = (status, tuple(group))
            name = groups.setdefault(key, _name(status, group, errors))
            operation["responses"][status] = ref("responses", name)
            if name not in responses:
                responses[name] = _response(name, status, group, errors, example, limits=authenticated)
                schemas[name + "Problem"] = _problem(group, schemas["Problem"], errors, example)


def _name(status: str, group: list[str], errors: Document) -> str:
    """`Forbidden` for the usual codes of a status, `ForbiddenOrConflict` for more, else the codes themselves."""
    usual = [code for code in errors if errors[code].get("usual") and _status(errors[code]) == status]
    shared = usual and set(usual) <= set(group)
    names = [TITLES[status]] if shared else []
    return "Or".join(names + [camel(code) for code in group if not (shared and code in usual)])


def _status(entry: Document) -> str:
    status = str(entry["status"])
    return "5XX" if status[0] == "5" else status


def _response(
    name: str, status: str, group: list[str], errors: Document, example: Document, *, limits: bool
) -> Document:
    names = REQUEST_ID + ON_STATUS.get(status, ()) + (LIMITS if status == "429" and limits else ())
    headers = {name: ref("headers", name) for name in names}
    if status in ("402", "5XX"):
        headers["Retry-After"] = ref("headers", "Retry-After-Optional")
    titles = "; ".join(f"`{code}`: {errors[code]['title']}" for code in group)
    content = {
        "schema": ref("schemas", name + "Problem"),
        "examples": {code: {"value": example[code]} for code in group},
    }
    return {"description": titles, "headers": headers, "content": {PROBLEM: content}}


def _problem(group: list[str], base: Document, errors: Document, example: Document) -> Document:
    """What the problems of these codes look like: the common fields, and the facts of each code."""
    facts: list[set[str]] = [set(errors[code].get("facts", ())) for code in group]
    required: list[str] = [*base["required"], *sorted(facts[0].intersection(*facts))]
    names = [name for name in base["properties"] if name in base["required"] or any(name in some for some in facts)]
    return {
        "type": "object",
        "description": "A problem with one of the codes " + ", ".join(f"`{code}`" for code in group) + ".",
        "required": required,
        "properties": {name: base["properties"][name] for name in names},
        "examples": [example[group[0]]],
    }


def _example(code: str, entry: Document) -> Document:
    facts = entry.get("facts", {})
    words = {name: ", ".join(map(str, cast("list[Any]", value))) if isinstance(value, list) else value
             for name, value in facts.items()}  # fmt: skip
    body: Document = {
        "type": f"/docs/errors/{code}", "title": entry["title"], "status": entry["status"],
        "detail": entry["detail"].format(**words), "code": code, "request_id": "req_01kaj3v8m2f6q9t4x7b0c5d1eh",
        "retryable": entry.get("retryable", False),
    }  # fmt: skip
    return body | facts


def _ordered_item(item: Document) -> Document:
    first = ("operationId", "summary", "description", "tags", "security", "x-scopes", "x-metered", "x-browser", "x-sdk",
             "x-errors", "parameters", "requestBody", "responses")  # fmt: skip
    return {
        method: {key: operation[key] for key in first if key in operation} if method in METHODS else operation
        for method, operation in item.items()
    }
