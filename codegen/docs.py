"""Expressions for the reference pages: shapes and rows."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from codegen import ir


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    type: str
    required: str
    description: str


def shape(type: ir.Type) -> str:
    """A type as a reader says it: `array of RunSource`, `string or null`."""
    match type.kind:
        case "ref":
            return type.name
        case "literal":
            return " or ".join(json.dumps(value) for value in type.values)
        case "array":
            return f"array of {shape(type.items[0])}"
        case "map":
            return f"object of {shape(type.items[0])}"
        case "union":
            return " or ".join(shape(item) for item in type.items)
        case "datetime":
            return "RFC 3339 time"
        case "any":
            return "any JSON"
        case _:
            return type.kind


def rows(operation: ir.Operation, api: ir.Api) -> list[Row]:
    """The arguments of an operation; an enum is spelled out where it is used."""
    fields = (*operation.path_params, *(operation.body.fields if operation.body else ()), *operation.query_params)
    return [Row(one.name, spelled(one.type, api), "yes" if one.required else "", one.description) for one in fields]


def spelled(type: ir.Type, api: ir.Api) -> str:
    alias = api.types[type.name].alias if type.kind == "ref" else None
    return shape(alias) if alias and alias.kind == "literal" else shape(type)


def fields(model: ir.Model) -> list[Row]:
    return [_row(field) for field in model.fields]


def _row(field: ir.Field) -> Row:
    return Row(field.name, shape(field.type), "yes" if field.required else "", field.description)


def answer(operation: ir.Operation) -> str:
    return f"`{operation.model}`" + (f", pages of `{operation.item}`" if operation.item else "")


def scopes(operation: ir.Operation) -> str:
    return ", ".join(f"`{scope}`" for scope in operation.scopes) or "none, this is public"


def pretty(value: ir.Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def short(operation: ir.Operation) -> str:
    return operation.id.split(".", 1)[1]


def shown_model(operation: ir.Operation) -> str:
    return f"{operation.model} of {operation.item}" if operation.item else operation.model


def prose(text: str) -> Markup:
    """Escaped text whose `backticks` are code and whose **stars** are bold."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", marked))  # noqa: S704 - escaped above


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """Paragraphs as ("p", [text]) and lists as ("ul", items)."""
    found: list[tuple[str, list[str]]] = []
    for part in re.split(r"\n\s*\n|\n(?=- )", text):
        kind, line = ("ul", part[2:]) if part.startswith("- ") else ("p", part)
        if kind == "ul" and found and found[-1][0] == "ul":
            found[-1][1].append(line)
        else:
            found.append((kind, [line]))
    return found


def linked(text: str, api: ir.Api) -> Markup:
    """Escaped text in which the name of a schema leads to it."""

    def link(match: re.Match[str]) -> str:
        name = match[0]
        return f'<a href="#schema-{name}">{name}</a>' if name in api.types else name

    return Markup(re.sub(r"\b[A-Z]\w+", link, str(escape(text))))  # noqa: S704 - escaped on this line


def verbatim(text: str) -> Markup:
    """Our own style sheet, as it is: its hash is in the page's content security policy."""
    return Markup(text)  # noqa: S704 - a file of this folder


def integrity(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
