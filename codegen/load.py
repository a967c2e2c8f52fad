"""Reads the expanded OpenAPI document and the error table into the IR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from codegen import ir
from codegen.bundle import ContractError
from codegen.inline import inline, reach

Document = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
FORMATS: dict[str, ir.TypeKind] = {"date-time": "datetime", "date": "date", "binary": "bytes"}


def load(document: Document, errors: Mapping[str, Document]) -> ir.Api:
    document = inline(document)
    schemas: Document = document["components"]["schemas"]
    models = tuple(_model(name, schema, schemas) for name, schema in schemas.items())
    types = {model.name: model for model in models}
    known: Document = schemas.get("Problem", {}).get("properties", {})
    table = {code: _error(code, row, known) for code, row in errors.items()}
    operations = [
        _operation(path, method, item[method], schemas, types, table)
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]
    tags = {tag["name"]: _text(tag.get("description")) for tag in document.get("tags", ())}
    events = tuple(_event(name, item["post"]) for name, item in document.get("webhooks", {}).items())
    shown = reach(schemas, _roots(operations) | {event.model for event in events} | {"Problem"})
    info = document["info"]
    return ir.Api(
        title=info["title"],
        version=info["version"],
        description=info.get("description", "").strip(),
        server=document["servers"][0]["url"],
        resources=tuple(sorted(_resources((), operations, tags), key=lambda one: _place(one, tags))),
        models=tuple(model for model in models if model.name in shown),
        errors=tuple(table.values()),
        events=events,
        types=types,
    )


def _roots(operations: list[ir.Operation]) -> set[str]:
    """What operations send, take and filter by; the problem schemas of single statuses are for validators only."""
    bodies = {one.body.model for one in operations if one.body}
    answers = {name for one in operations for name in (one.model, one.item) if name}
    return bodies | answers | {param.type.name for one in operations for param in one.query_params if param.type.name}


def read_type(schema: Document) -> ir.Type:
    """The type expression of a JSON Schema; every object with properties is a named component."""
    if "$ref" in schema:
        return ir.Type("ref", name=ref_name(schema))
    if "const" in schema:
        return ir.Type("literal", values=(schema["const"],))
    if "enum" in schema:
        return ir.Type("literal", values=tuple(schema["enum"]))
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return _union([read_type(member) for member in schema[union]])
    declared = schema.get("type")
    if isinstance(declared, list):
        return _union([read_type({**schema, "type": one}) for one in cast("list[str]", declared)])
    return _plain_type(schema)


def _plain_type(schema: Document) -> ir.Type:
    declared = schema.get("type")
    if declared == "array":
        return ir.Type("array", items=(read_type(schema.get("items", {})),))
    if declared == "object":
        values = schema.get("additionalProperties", {})
        return ir.Type("map", items=(read_type(cast("Document", values) if isinstance(values, dict) else {}),))
    known = FORMATS.get(schema.get("format", "")) if declared == "string" else None  # the null beside it has no format
    return ir.Type(known or declared or "any")


def ref_name(schema: Document) -> str:
    return str(schema["$ref"]).rsplit("/", 1)[-1]


def _union(members: list[ir.Type]) -> ir.Type:
    return members[0] if len(members) == 1 else ir.Type("union", items=tuple(members))


def _text(value: object) -> str:
    return " ".join(str(value or "").split())


def _example(schema: Document) -> ir.Json:
    return schema.get("examples", [None])[0]


def _fields(schema: Document, schemas: Document) -> tuple[ir.Field, ...]:
    required = schema.get("required", ())
    return tuple(
        ir.Field(name, read_type(one), name in required, _described(one, schemas), default=one.get("default"))
        for name, one in schema.get("properties", {}).items()
    )


def _described(schema: Document, schemas: Document) -> str:
    """Its own description, or that of the component it refers to."""
    target: Document = schemas.get(ref_name(schema), {}) if "$ref" in schema else {}
    return _text(schema.get("description") or target.get("description"))


def _model(name: str, schema: Document, schemas: Document) -> ir.Model:
    fields = _fields(schema, schemas)
    return ir.Model(
        name, _text(schema.get("description")), fields, None if fields else read_type(schema), _example(schema)
    )


def _error(code: str, row: Document, known: Document) -> ir.ErrorCode:
    """A fact is described by the property of Problem that bears its name, otherwise typed like its example."""
    facts = {name: known.get(name) or _schema_of(value) for name, value in row.get("facts", {}).items()}
    name = row.get("class") or "".join(part.capitalize() for part in code.split("_"))
    description = " ".join(_text(row.get(part)) for part in ("description", "cause", "remedy")).strip()
    texts = (row["title"], _text(row["detail"]), bool(row.get("retryable")), description)
    return ir.ErrorCode(code, name, int(row["status"]), *texts, _fields({"properties": facts}, {}))


def _schema_of(example: object) -> Document:
    match example:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case list():
            items = cast("list[object]", example)
            return {"type": "array", "items": _schema_of(items[0]) if items else {}}
        case str():
            return {"type": "string"}
        case _:
            return {}


def _event(name: str, item: Document) -> ir.Event:
    model = ref_name(next(iter(item["requestBody"]["content"].values()))["schema"])
    return ir.Event(name, model, model, _text(item.get("summary")), _text(item.get("description")))


def _operation(
    path: str,
    method: str,
    item: Document,
    schemas: Document,
    types: dict[str, ir.Model],
    table: dict[str, ir.ErrorCode],
) -> ir.Operation:
    *resource, verb = str(item["operationId"]).split(".")
    pointer = f"/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}"
    params = [_param(one, f"{pointer}/parameters/{index}") for index, one in enumerate(item.get("parameters", ()))]
    status = next(code for code in item["responses"] if str(code).startswith("2"))
    contents: Document = item["responses"][status].get("content", {})
    media_type = next(iter(contents), "")
    success: Document = contents.get(media_type, {})
    model = ref_name(success["schema"]) if "$ref" in success.get("schema", {}) else ""
    kind = _kind(item, media_type, model)
    body = _body(item["requestBody"], types) if "requestBody" in item else None
    operation = ir.Operation(
        id=item["operationId"],
        resource=tuple(resource),
        verb=verb,
        method=method.upper(),
        path=path,
        summary=_text(item.get("summary")),
        description=_text(item.get("description")),
        path_params=_located(params, "path"),
        query_params=_located(params, "query"),
        header_params=_located(params, "header"),
        body=body,
        kind=kind,
        status=int(status),
        media_type=media_type,
        model=model,
        item=_item(kind, item, schemas.get(model, {})),
        scopes=tuple(item["x-scopes"]),
        public=item.get("security") == [],
        metered=bool(item.get("x-metered")),
        browser=bool(item.get("x-browser")),
        idempotent=any(one.name == "Idempotency-Key" for one in params),
        errors=tuple(_known(code, table, item) for code in item.get("x-errors", ())),
        example=_content_example(success, types, model),
    )
    _refuse_collisions(operation)
    return operation


def _item(kind: ir.Kind, item: Document, schema: Document) -> str:
    """What a page lists, or what a stream's frames carry."""
    if kind == "page":
        return ref_name(schema["properties"]["data"]["items"])
    return str(item["x-sdk"]["events"]) if kind == "stream" else ""


def _known(code: str, table: dict[str, ir.ErrorCode], item: Document) -> ir.ErrorCode:
    if code not in table:
        raise ContractError(f"{item['operationId']}: x-errors names {code!r}, which the error table does not have")
    return table[code]


def _located(params: list[ir.Field], location: str) -> tuple[ir.Field, ...]:
    return tuple(param for param in params if param.location == location)


def _param(item: Document, pointer: str) -> ir.Field:
    schema = item["schema"]
    return ir.Field(
        item["name"], read_type(schema), bool(item.get("required")), _text(item.get("description")),
        location=item["in"], default=schema.get("default"), pointer=item.get("x-pointer", f"{pointer}/schema"),
        example=item.get("example"),
    )  # fmt: skip


def _kind(item: Document, media_type: str, model: str) -> ir.Kind:
    declared: str = item.get("x-sdk", {}).get("kind", "")
    if declared in ("json", "none", "page", "stream", "bytes"):
        return declared
    if media_type == "text/event-stream":
        return "stream"
    return "json" if model else "bytes" if media_type else "none"


def _body(item: Document, types: dict[str, ir.Model]) -> ir.Body:
    media_type, content = next(iter(item["content"].items()))
    model = types[ref_name(content["schema"])]
    example = _content_example(content, types, model.name)
    return ir.Body(model.name, media_type, bool(item.get("required")), model.fields, example)


def _content_example(content: Document, types: dict[str, ir.Model], model: str) -> ir.Json:
    for example in content.get("examples", {}).values():
        return cast("ir.Json", example.get("value"))
    return content.get("example") or (types[model].example if model else None)


def _refuse_collisions(operation: ir.Operation) -> None:
    fields = operation.body.fields if operation.body else ()
    names = [field.name for field in (*operation.path_params, *operation.query_params, *fields)]
    twice = {name for name in names if names.count(name) > 1} | ({"options"} & set(names))
    if twice:
        raise ContractError(f"{operation.id}: two arguments would be named {', '.join(sorted(twice))}")


def _place(resource: ir.Resource, tags: dict[str, str]) -> int:
    """Resources are shown in the order in which the contract lists their tags."""
    names = list(tags)
    return names.index(resource.attribute) if resource.attribute in tags else len(names)


def _resources(
    prefix: tuple[str, ...], operations: list[ir.Operation], tags: dict[str, str]
) -> tuple[ir.Resource, ...]:
    depth = len(prefix) + 1
    names = dict.fromkeys(one.resource[:depth] for one in operations if one.resource[: depth - 1] == prefix)
    return tuple(
        ir.Resource(
            name=name,
            description=tags.get(".".join(name), ""),
            operations=tuple(one for one in operations if one.resource == name),
            children=_resources(name, operations, tags),
        )
        for name in names
        if len(name) == depth
    )
