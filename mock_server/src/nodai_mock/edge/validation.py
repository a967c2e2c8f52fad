"""The contract's schemas as compiled validators, made on first use, and what they find put into words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources
from typing import Any

import jsonschema_rs
import orjson

from nodai_mock.kernel.errors import Fault

_REFERENCE = re.compile(r'"#/\$defs/([^"]+)"')
_MOST_FAULTS = 50
_WORDS = {
    "minLength": "is shorter than {limit} characters",
    "maxLength": "is longer than {limit} characters",
    "minItems": "has fewer than {limit} items",
    "maxItems": "has more than {limit} items",
    "minProperties": "has fewer than {limit} members",
    "maxProperties": "has more than {limit} members",
    "minimum": "must be {limit} or more",
    "maximum": "must be {limit} or less",
    "exclusiveMinimum": "must be more than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "pattern": "does not match {pattern}",
    "format": "is not a valid {format}",
    "uniqueItems": "has an item twice",
    "const": "must be {expected_value}",
}


class Schemas:
    """The strict projection of the contract: one JSON Schema document whose `$defs` are the components."""

    def __init__(self, strict: dict[str, Any]) -> None:
        self._definitions: dict[str, Any] = strict["$defs"]
        self._dialect = strict.get("$schema", "https://json-schema.org/draft/2020-12/schema")
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def has(self, name: str) -> bool:
        """Whether the contract has this component or parameter."""
        return name in self._definitions

    def validator(self, name: str) -> jsonschema_rs.Validator:
        """The compiled validator of a component (about 0.6 µs a body, where pure Python takes 160)."""
        found = self._validators.get(name)
        if found is None:
            found = self._validators[name] = self._compile(name)
        return found

    def faults(self, name: str, value: object) -> list[Fault]:
        """Everything wrong with a body, each with its JSON pointer."""
        validator = self.validator(name)
        return [] if validator.is_valid(value) else list(_faults(validator.iter_errors(value)))

    def _compile(self, name: str) -> jsonschema_rs.Validator:
        wanted = {name}
        waiting = [name]
        while waiting:
            for reference in _REFERENCE.findall(_json(self._definitions[waiting.pop()])):
                if reference not in wanted:
                    wanted.add(reference)
                    waiting.append(reference)
        document = {
            "$schema": self._dialect,
            "$ref": f"#/$defs/{name}",
            "$defs": {each: self._definitions[each] for each in wanted},
        }
        return jsonschema_rs.validator_for(document, validate_formats=True, mask="the value")


def load_schemas() -> Schemas:
    """The strict projection that ships with the package, as JSON because YAML takes a quarter of a second."""
    return Schemas(orjson.loads(resources.files("nodai_mock._generated").joinpath("strict.json").read_bytes()))


def pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901) to the place that the keys and positions lead to; empty for the whole body."""
    return "".join(["/" + str(step).replace("~", "~0").replace("/", "~1") for step in path])


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _faults(errors: Iterable[jsonschema_rs.ValidationError]) -> Iterable[Fault]:
    count = 0
    for error in errors:
        for fault in _told(error):
            yield fault
            count += 1
            if count == _MOST_FAULTS:
                return


def _told(error: jsonschema_rs.ValidationError) -> list[Fault]:
    kind: Any = error.kind
    rule = kind.name
    place = pointer(error.instance_path)
    if rule == "required":
        return [{"pointer": f"{place}{pointer([kind.property])}", "code": rule, "message": "is required"}]
    if rule in ("additionalProperties", "unevaluatedProperties"):
        return [
            {"pointer": f"{place}{pointer([name])}", "code": rule, "message": "is not a known field"}
            for name in kind.unexpected
        ]
    return [{"pointer": place, "code": rule, "message": in_words(error)}]


def in_words(error: jsonschema_rs.ValidationError) -> str:
    """What is wrong with a value, without repeating the value."""
    kind: Any = error.kind
    rule = kind.name
    if rule == "minLength" and kind.limit == 1:
        return "must not be empty"
    if rule == "type":
        return "must be " + " or ".join(map(str, kind.types))
    if rule == "enum":
        return "must be one of " + ", ".join([_json(each) for each in kind.options])
    words = _WORDS.get(rule)
    if words is None:
        return str(error.message)
    facts = {name: getattr(kind, name, "") for name in ("limit", "pattern", "format", "expected_value")}
    return words.format(**facts)
