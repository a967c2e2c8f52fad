"""Query and header parameters: from text to the contract's types, every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

from nodai_mock._generated.operations import QueryParam, ServerOperation
from nodai_mock.edge.validation import Schemas
from nodai_mock.kernel.clock import parse_rfc3339
from nodai_mock.kernel.errors import Fault

_HEADERS = ("Last-Event-ID",)


class Parameters:
    """The parameters of one operation."""

    def __init__(self, operation: ServerOperation, schemas: Schemas) -> None:
        self._operation = operation
        self._schemas = schemas
        self._by_wire = {each.wire: each for each in operation.query_params}
        self._defaults: dict[str, Any] = {each.name: each.default for each in operation.query_params}
        self._required = [each.wire for each in operation.query_params if each.required]
        self._headers = [
            (name.lower(), name, schema) for name in _HEADERS if schemas.has(schema := f"param.{operation.id}.{name}")
        ]

    def parse(self, query: str, headers: Mapping[str, str], faults: list[Fault]) -> dict[str, Any]:
        """The view's keywords. What is wrong is added to `faults`."""
        for lower, name, schema in self._headers:
            value = headers.get(lower)
            if value is not None:
                faults += _at(name, self._schemas.faults(schema, value))
        if not query:
            for wire in self._required:
                faults.append({"parameter": wire, "code": "required", "message": "is required"})
            return self._defaults.copy()
        return self._parse_query(query, faults)

    def _parse_query(self, query: str, faults: list[Fault]) -> dict[str, Any]:
        try:
            pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
        except ValueError:
            faults.append({"parameter": "", "code": "encoding", "message": "the query string cannot be read as UTF-8"})
            return self._defaults.copy()
        values = self._defaults.copy()
        seen: dict[str, list[str]] = {}
        for wire, text in pairs:
            seen.setdefault(wire, []).append(text)
        for wire, texts in seen.items():
            parameter = self._by_wire.get(wire)
            if parameter is None:
                faults.append({"parameter": wire[:100], "code": "unknown", "message": "is not a known parameter"})
            else:
                values[parameter.name] = self._value(parameter, texts, faults)
        for wire in self._required:
            if wire not in seen:
                faults.append({"parameter": wire, "code": "required", "message": "is required"})
        return values

    def _value(self, parameter: QueryParam, texts: list[str], faults: list[Fault]) -> Any:
        wire = parameter.wire
        is_list = parameter.type.startswith("array:")
        if len(texts) > 1 and not is_list:
            faults.append({"parameter": wire, "code": "repeated", "message": "must be given once"})
            return None
        cast = _CASTS[parameter.type.removeprefix("array:")]
        try:
            typed = [cast(text) for text in texts]
        except (ValueError, OverflowError):
            words = parameter.type.removeprefix("array:")
            faults.append({"parameter": wire, "code": "type", "message": f"must be {_ARTICLES.get(words, words)}"})
            return None
        plain = [_plain(value, text) for value, text in zip(typed, texts, strict=True)]
        found = self._schemas.faults(f"param.{self._operation.id}.{wire}", plain if is_list else plain[0])
        faults += _at(wire, found)
        return typed if is_list else typed[0]


def _integer(text: str) -> int:
    if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 20:
        raise ValueError(text)
    return int(text)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _date(text: str) -> date:
    if len(text) != 10:
        raise ValueError(text)
    return date.fromisoformat(text)


def _datetime(text: str) -> datetime:
    # A plus sign that nobody encoded arrives as a space; no time has one there otherwise.
    return parse_rfc3339(text.replace(" ", "+") if text.count(" ") == 1 and "T" in text else text)


_CASTS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": _integer,
    "number": float,
    "boolean": _boolean,
    "datetime": _datetime,
    "date": _date,
}
_ARTICLES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "datetime": "a time as in RFC 3339",
    "date": "a date as in 2026-11-21",
}


def _plain(value: Any, text: str) -> Any:
    return text.replace(" ", "+") if isinstance(value, date) else value


def _at(name: str, faults: list[Fault]) -> list[Fault]:
    return [{"parameter": name, "code": fault["code"], "message": fault["message"]} for fault in faults]
