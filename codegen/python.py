"""Python expressions for the templates: names, annotations, signatures and docstrings."""

from __future__ import annotations

import keyword
import textwrap
from dataclasses import dataclass
from pprint import pformat
from typing import Literal

from codegen import ir

Side = Literal["answer", "argument", "server", "view"]
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None", "bytes": "bytes"}
TIMES: dict[Side, dict[str, str]] = {
    "answer": {"datetime": "datetime", "date": "date"},
    "argument": {"datetime": "datetime | str", "date": "date | str"},
    "server": {"datetime": "str", "date": "str"},
    "view": {"datetime": "datetime", "date": "date"},
}
MODULES: dict[Side, str] = {"answer": "models", "argument": "params", "server": "types", "view": "types"}
STATUSES = {
    400: "BadRequest", 401: "Unauthorized", 402: "PaymentRequired", 403: "Forbidden", 404: "NotFound",
    405: "MethodNotAllowed", 406: "NotAcceptable", 408: "RequestTimeout", 409: "Conflict", 410: "Gone",
    411: "LengthRequired", 412: "PreconditionFailed", 413: "PayloadTooLarge", 414: "UriTooLong",
    415: "UnsupportedMediaType", 416: "RangeNotSatisfiable", 422: "Unprocessable", 428: "PreconditionRequired",
    429: "TooManyRequests", 431: "HeadersTooLarge", 500: "InternalServer", 501: "NotImplemented", 502: "BadGateway",
    503: "ServiceUnavailable", 504: "GatewayTimeout",
}  # fmt: skip
INHERITED = ("retry_after_seconds",)
RESULTS: dict[ir.Kind, str] = {
    "json": "`{model}`, with `.meta` (request id, rate limits, cost, attempts).",
    "none": "",
    "page": "The pages of `{item}`: iterate over the items, or take `.first_page()`.",
    "stream": "A stream of `{item}`: a context manager to iterate over.",
    "bytes": "The bytes as they came.",
}


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a generated method: its Python name, its name on the wire, and what a reader needs to know."""

    name: str
    wire: str
    annotation: str
    required: bool
    description: str


def identifier(name: str) -> str:
    """A valid Python name: `class` → `class_`, `Last-Event-ID` → `last_event_id`."""
    name = name.replace("-", "_").replace(".", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


def camel(*words: str) -> str:
    return "".join(part[:1].upper() + part[1:] for word in words for part in word.replace(".", "_").split("_"))


def class_name(resource: ir.Resource) -> str:
    return camel(*resource.name)


def constant(operation: ir.Operation) -> str:
    return identifier(operation.id).upper()


def status_class(status: int) -> str:
    return f"{STATUSES[status]}Error"


def annotate(type: ir.Type, side: Side) -> str:
    """The annotation; containers are spelled `builtins.list`, because a class may have a method `list`."""
    match type.kind:
        case "ref":
            return f"{MODULES[side]}.{type.name}"
        case "literal":
            return f"Literal[{', '.join(repr(value) for value in type.values)}]"
        case "array":
            return f"builtins.list[{annotate(type.items[0], side)}]"
        case "map" if side == "argument":
            return f"Mapping[str, {annotate(type.items[0], side)}]"
        case "map":
            return f"builtins.dict[str, {annotate(type.items[0], side)}]"
        case "union":
            return " | ".join(dict.fromkeys(annotate(item, side) for item in type.items))
        case "datetime" | "date":
            return TIMES[side][type.kind]
        case "any":
            return "Json" if side == "argument" else "JsonValue"
        case _:
            return SCALARS[type.kind]


def arguments(operation: ir.Operation) -> list[Argument]:
    """Keyword arguments of the SDK method: body fields, then query parameters; required ones first."""
    body = operation.body
    fields = body.fields if body else ()
    whole = [Argument("body", "", f"params.{body.model}", True, "The body.")] if body and not fields else []
    return sorted([*whole, *map(_argument, (*fields, *operation.query_params))], key=lambda one: not one.required)


def _argument(field: ir.Field) -> Argument:
    return Argument(
        identifier(field.name), field.name, annotate(field.type, "argument"), field.required, field.description
    )


def signature(operation: ir.Operation) -> str:
    """The parameters of the SDK method after `self`."""
    positional = [f"{identifier(param.name)}: str" for param in operation.path_params]
    keywords = [
        f"{one.name}: {one.annotation}" if one.required else f"{one.name}: {one.annotation} | Omit = OMIT"
        for one in arguments(operation)
    ]
    return ", ".join([*positional, "*", *keywords, "options: RequestOptions | None = None"])


def path_args(operation: ir.Operation) -> str:
    return "(" + "".join(f"{identifier(param.name)}, " for param in operation.path_params) + ")"


def pieces(operation: ir.Operation) -> tuple[str, ...]:
    """The literal pieces of the path around its parameters."""
    path = operation.path
    for param in operation.path_params:
        path = path.replace("{" + param.name + "}", "\0")
    return tuple(path.split("\0"))


def query(operation: ir.Operation) -> str:
    return _mapping(operation.query_params) or "None"


def body(operation: ir.Operation) -> str:
    if not operation.body:
        return "None"
    return _mapping(operation.body.fields) or "body"


def _mapping(fields: tuple[ir.Field, ...]) -> str:
    return "{" + ", ".join(f'"{one.name}": {identifier(one.name)}' for one in fields) + "}" if fields else ""


def returns(operation: ir.Operation) -> str:
    """What the async method hands back."""
    match operation.kind:
        case "page":
            return f"AsyncPages[models.{operation.item}]"
        case "stream":
            return f"AsyncStream[models.{operation.item}]"
        case "bytes":
            return "bytes"
        case "none":
            return "None"
        case "json":
            return f"models.{operation.model}"


def answer_model(operation: ir.Operation) -> str:
    """The model that the call engine parses: the answer, or what a stream carries."""
    return operation.item if operation.kind == "stream" else operation.model


def own_facts(error: ir.ErrorCode) -> list[ir.Field]:
    """The facts that the base class does not read already."""
    return [field for field in error.fields if field.name not in INHERITED]


def fact(type: ir.Type, name: str) -> str:
    """How an error reads one fact of its problem."""
    read = f"self._fact({name!r})"
    if type.kind == "array" and type.items[0].kind == "ref":
        return f"_models({type.items[0].name!r}, {read})"
    times = type.kind == "datetime" or any(item.kind == "datetime" for item in type.items)
    return f"_time({read})" if times else read


def view_parameters(operation: ir.Operation) -> str:
    """The parameters of a server view after `call`."""
    positional = [f"{identifier(param.name)}: str" for param in operation.path_params]
    keywords = [_view_keyword(param) for param in operation.query_params]
    if operation.body:
        keywords.insert(0, f"body: types.{operation.body.model}" + ("" if operation.body.required else " | None"))
    return ", ".join([*positional, *(["*", *keywords] if keywords else [])])


def _view_keyword(param: ir.Field) -> str:
    optional = "" if param.required or param.default is not None or param.type.nullable else " | None"
    return f"{identifier(param.name)}: {annotate(param.type, 'view')}{optional}"


def view_returns(operation: ir.Operation) -> str:
    match operation.kind:
        case "stream":
            return "Stream"
        case "bytes":
            return "Download"
        case "none":
            return "Returns[None]"
        case _:
            return f"Returns[types.{operation.model}]"


def scalar(type: ir.Type) -> str:
    """How the server reads a parameter from text: the name of its first plain kind."""
    if type.kind == "union":
        return next(scalar(item) for item in type.items if item.kind != "null")
    if type.kind == "array":
        return f"array:{scalar(type.items[0])}"
    return type.kind if type.kind in ("integer", "number", "boolean", "datetime", "date") else "string"


def docstring(operation: ir.Operation) -> str:
    """Summary, description, arguments, result, errors by class and code, scopes."""
    parts = [f"{operation.summary.rstrip('.')}.", operation.description]
    described = [
        *[(identifier(param.name), param.description) for param in operation.path_params],
        *[(one.name, one.description) for one in arguments(operation)],
        ("options", "Timeout, deadline, retries, idempotency key, headers and query of this call."),
    ]
    parts.append("Args:\n" + _entries(described))
    if results := RESULTS[operation.kind]:
        parts.append("Returns:\n" + f"    {results.format(model=operation.model, item=operation.item)}")
    if operation.errors:
        errors = [(error.name, f"{error.status} `{error.code}`: {error.title}.") for error in operation.errors]
        parts.append("Raises:\n" + _entries(errors))
    scopes = ", ".join(f"`{scope}`" for scope in operation.scopes)
    parts.append(
        f"Scopes: {scopes or 'none, this is public'}."
        + (" Metered: it costs money." if operation.metered else "")
        + (" Callable from a web page." if operation.browser else "")
    )
    return quoted("\n\n".join(part for part in parts if part))


def quoted(text: str, indent: int = 8) -> str:
    """A docstring, wrapped to the line length and indented for where it stands."""
    lines = [line for paragraph in text.split("\n") for line in _wrap(paragraph, 118 - indent)]
    safe = "\n".join(lines).replace("\\", "\\\\").replace('"""', "'''")
    closing = "\n" if len(lines) > 1 else ""
    return textwrap.indent(f'"""{safe}{closing}"""', " " * indent).lstrip()


def _wrap(line: str, width: int) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line, width, initial_indent="", subsequent_indent=indent + "    " if indent else "") or [""]


def _entries(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f"    {name}: {text or name}" for name, text in rows)


def codes(errors: tuple[ir.ErrorCode, ...]) -> tuple[str, ...]:
    return tuple(error.code for error in errors)


def names(fields: tuple[ir.Field, ...]) -> tuple[str, ...]:
    return tuple(field.name for field in fields)


def literal(value: object) -> str:
    """A Python literal of plain data; the formatter lays it out."""
    return pformat(value, width=110, sort_dicts=False)
