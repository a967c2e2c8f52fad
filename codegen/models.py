"""Runs datamodel-code-generator, in process, for the SDK's models and parameters and the server's types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from datamodel_code_generator import generate
from datamodel_code_generator.enums import DataModelType, InputFileType

from codegen import ir
from codegen.inline import inline, plain, reach
from codegen.python import answer_model

Document = Mapping[str, Any]
# What only a validator of requests reads: a client must not refuse an answer for it.
RULES = frozenset(
    ("pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems",
     "maxItems", "uniqueItems", "minProperties", "maxProperties", "multipleOf", "default", "examples", "propertyNames",
     "links", "x-page-of")
)  # fmt: skip
IMPORTS = "from typing import Annotated\nfrom pydantic import Field"  # the formatter removes what is not used
FORMATS = ("date-time", "date", "binary")  # the formats that are types of their own; a URL stays a string
OPTIONS: dict[str, Any] = {
    "preset": "standard-py311-20261017",
    "collapse_root_models": False,
    "enum_field_as_literal": "all",
    "use_type_alias": True,
    "target_pydantic_version": "2.11",
    "use_schema_description": True,
    "use_inline_field_description": True,
    "allow_population_by_field_name": False,
    "use_closed_typed_dict": False,
    "disable_timestamp": True,
    "formatters": [],
    "input_file_type": InputFileType.OpenAPI,
}
JSON = {"JsonValue": {"description": "Any JSON."}, "JsonObject": {"type": "object", "description": "Any JSON object."}}
_DESCRIPTION = re.compile(r"""description=(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:, )?""")
_UNION = re.compile(r"""^(\w+) = TypeAliasType\(["']\1["'], (.+) \| Unknown\1\)$""")
_BARE_FIELD = re.compile(r"Annotated\[(.*), Field\(\)\]")


def pydantic_models(strict: Document, lenient: Document, roots: set[str], base_class: str, json_module: str) -> str:
    """Models of what the roots reach; field descriptions stay as docstrings only, which import and build faster."""
    source = _generate(
        lenient,
        DataModelType.PydanticV2BaseModel,
        {name: f"{json_module}.{name}" for name in JSON},
        roots=roots,
        base_class=base_class,
    )
    source = _DESCRIPTION.sub("", source).replace(", )", ")")
    lines = (_BARE_FIELD.sub(r"\1", line) for line in source.split("\n"))
    return "\n".join(_UNION.sub(partial(_tagged, strict["components"]["schemas"]), line) for line in lines)


def _tagged(schemas: Document, match: re.Match[str]) -> str:
    """An open union is decided by its tag (four times as fast as trying each), and only then is it the unknown one."""
    name, known = match.groups()
    tag = schemas[name]["discriminator"]["propertyName"]
    inner = f'Annotated[{known}, Field(discriminator="{tag}")]'
    return f'{name} = TypeAliasType("{name}", Annotated[{inner} | Unknown{name}, Field(union_mode="left_to_right")])'


def typed_dicts(document: Document, roots: set[str], json_module: str, names: Mapping[str, str]) -> str:
    """TypedDicts of the components that the roots reach; `names` maps the JSON types to aliases of `json_module`."""
    return _generate(
        document,
        DataModelType.TypingTypedDict,
        {name: f"{json_module}.{alias}" for name, alias in names.items()},
        roots=roots,
    )


def argument_models(api: ir.Api) -> set[str]:
    """The components that request bodies and query parameters name."""
    bodies = {operation.body.model for operation in api.operations if operation.body}
    return bodies | {
        name for operation in api.operations for param in operation.query_params for name in _refs(param.type)
    }


def answer_models(api: ir.Api) -> set[str]:
    """The components that answers, streams, events and problems name."""
    answers = {answer_model(operation) for operation in api.operations} - {""}
    return answers | {event.model for event in api.events} | {"Problem"}


def _refs(type: ir.Type) -> set[str]:
    return {type.name} if type.kind == "ref" else {name for item in type.items for name in _refs(item)}


def _generate(
    document: Document,
    output: DataModelType,
    overrides: Mapping[str, str],
    *,
    roots: set[str],
    **more: Any,
) -> str:
    schemas = project(inline(document)["components"]["schemas"])
    reached = reach(schemas, roots)
    kept = {name: schema for name, schema in schemas.items() if name in reached}
    source = generate(
        {
            "openapi": "3.1.0",
            "info": {"title": "", "version": ""},
            "paths": {},
            "components": {"schemas": {**kept, **JSON}},
        },
        output_model_type=output,
        type_overrides=dict(overrides),
        **more,
        **OPTIONS,
    )
    body = cast("str", source).split("from __future__", 1)[1]
    return f"from __future__{body}".replace("\n", f"\n{IMPORTS}\n", 1)


def project(schemas: Document) -> dict[str, Any]:
    """The schemas as types only: no rules, free objects by name, the JSON inside a string as what it is."""
    return {name: _walk(schema) for name, schema in schemas.items() if not plain(schema)}


def _walk(node: Any) -> Any:
    if isinstance(node, list):
        return [_walk(item) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    schema = cast("dict[str, Any]", node)
    if "contentSchema" in schema:
        return {**_walk(schema["contentSchema"]), "description": schema.get("description", "")}
    result = {
        key: _properties(value) if key == "properties" else _walk(value)
        for key, value in schema.items()
        if key not in RULES and not (key == "additionalProperties" and value is False)
        if not (key == "format" and str(value) not in FORMATS)
    }
    return _free(result)


def _properties(properties: Document) -> dict[str, Any]:
    """A field may be called like a rule, so only its schema is walked."""
    return {name: _walk(schema) for name, schema in properties.items()}


def _free(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that says nothing is any JSON; an object without properties is any JSON object."""
    described = {"description": schema["description"]} if "description" in schema else {}
    declared = schema.get("type")
    if isinstance(declared, list) and "object" in declared:
        kinds = cast("list[str]", declared)
        return described | {"anyOf": [_free({**schema, "type": kind, "description": ""}) for kind in kinds]}
    if declared == "object" and schema.get("additionalProperties", True) in (True, {}) and "properties" not in schema:
        return described | {"$ref": "#/components/schemas/JsonObject"}
    if not schema.keys() - {"description", "title"}:
        return described | {"$ref": "#/components/schemas/JsonValue"}
    return schema
