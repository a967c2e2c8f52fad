"""Seed files: what may be in them, and where exactly one is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

import orjson


class SeedOrganization(TypedDict):
    """An organization with its keys and workflows, which fit the contract apart from their ids and secrets."""

    id: str
    name: str
    plan_id: NotRequired[str]
    timezone: NotRequired[str]
    cost_limit_usd: NotRequired[str | None]
    requests_per_minute: NotRequired[int | None]
    keys: NotRequired[list[dict[str, Any]]]
    workflows: NotRequired[list[dict[str, Any]]]


class Seed(TypedDict):
    """What a server starts with."""

    organizations: list[SeedOrganization]


class SeedFault(Exception):
    """A seed file that cannot be loaded: one line that names the file, the line and the field."""


class SeedFile:
    """A seed file with the places of its fields, for those who find fault with it later."""

    def __init__(self, path: Path) -> None:
        import yaml

        self._path = path
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "is not UTF-8"
            raise SeedFault(f"{path}: {why}") from error
        try:
            loader = _loader(yaml.SafeLoader)(text)
            self._root = loader.get_single_node()
            content = None if self._root is None else loader.construct_document(self._root)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = "" if mark is None else f"{mark.line + 1}:"
            raise SeedFault(f"{path}:{line} {error.problem or 'is not YAML'}") from error
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            raise SeedFault(f"{path}: is not YAML: {str(error).partition(chr(10))[0]}") from error
        self.seed = self._checked(content)

    def fault(self, pointer: str, message: str) -> SeedFault:
        """The fault at a JSON pointer into the file."""
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        field = re.sub(r"\.(\d+)", r"[\1]", ".".join(steps)) or "the file"
        return SeedFault(f"{self._path}:{self._line(steps)}: {field}: {message}")

    def _checked(self, content: object) -> Seed:
        from jsonschema_rs import validator_for

        try:
            faults = sorted(validator_for(schema()).iter_errors(content), key=_order)
        except (ValueError, TypeError) as error:  # A value that JSON does not have, such as a set.
            raise SeedFault(f"{self._path}: holds something that is not JSON: {error}") from error
        if faults:
            first, *others = faults
            more = f" (and {len(others)} more)" if others else ""
            pointer = "".join(f"/{step}" for step in first.instance_path)
            raise self.fault(pointer, first.message + more)
        seed = cast("Seed", content)
        for pointer in repeated(seed):
            raise self.fault(pointer, "is used twice")
        return seed

    def _line(self, steps: list[str]) -> int:
        """The line of a field, or of the innermost part of the way to it that is there."""
        node = self._root
        line = 0 if node is None else node.start_mark.line
        for step in steps:
            inner = _child(node, step)
            if inner is None:
                break
            node, line = inner
        return line + 1


def schema() -> dict[str, Any]:
    """The JSON Schema of a seed: the contract's requests, with ids and secrets."""
    strict = orjson.loads(files("nodai_mock").joinpath("_generated/strict.json").read_bytes())
    defs: dict[str, Any] = strict["$defs"]

    def entry(name: str, required: list[str], **own: Any) -> dict[str, Any]:
        properties = {**defs[name]["properties"], **own}
        return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}

    def identifier(prefix: str) -> dict[str, str]:
        return {"type": "string", "pattern": f"^{prefix}_[0-9a-z_]{{1,40}}$"}

    count = {"type": "integer", "minimum": 1}
    bucket = {
        "type": ["object", "null"],
        "required": ["capacity", "refill", "period_seconds"],
        "additionalProperties": False,
        "properties": {"capacity": count, "refill": count, "period_seconds": count},
    }
    key = entry(
        "CreateApiKeyRequest", ["id", "secret", "name"], id=identifier("key"), secret={"type": "string"}, bucket=bucket
    )
    organization = {
        "type": "object",
        "required": ["id", "name"],
        "additionalProperties": False,
        "properties": {
            "id": identifier("org"),
            "name": {"type": "string", "minLength": 1, "maxLength": 120},
            "plan_id": {"enum": ["free", "starter", "pro", "enterprise"]},
            "timezone": {"type": "string"},
            "cost_limit_usd": {"$ref": "#/$defs/NullableMoney"},
            "requests_per_minute": {"type": ["integer", "null"], "minimum": 1},
            "keys": {"type": "array", "items": key},
            "workflows": {
                "type": "array",
                "items": entry("CreateWorkflowRequest", ["id", "name", "engine"], id=identifier("wf")),
            },
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": defs,
        "type": "object",
        "required": ["organizations"],
        "additionalProperties": False,
        "properties": {"organizations": {"type": "array", "minItems": 1, "items": organization}},
    }


def repeated(seed: Seed) -> Iterator[str]:
    """The pointers of ids and secrets that were there before."""
    seen: set[str] = set()
    for place, organization in enumerate(seed["organizations"]):
        fields = [(f"/organizations/{place}/id", organization["id"])]
        for kind in ("keys", "workflows"):
            for index, each in enumerate(organization.get(kind, [])):
                here = f"/organizations/{place}/{kind}/{index}"
                fields += [(f"{here}/{name}", each[name]) for name in ("id", "secret") if name in each]
        for pointer, value in fields:
            if value in seen:
                yield pointer
            seen.add(value)


def _order(fault: Any) -> tuple[list[str], bool]:
    """By place; of two faults in one place first the field that should not be there: it is the misspelt one."""
    return [str(step) for step in fault.instance_path], "unexpected" not in fault.message


def _loader(base: Any) -> Any:
    """A safe loader that leaves times as texts, as JSON does."""

    class Loader(base):  # type: ignore[misc]
        pass

    Loader.yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for letter, resolvers in base.yaml_implicit_resolvers.items()
    }
    return Loader


def _child(node: Any, step: str) -> tuple[Any, int] | None:
    """The node one step further in, and its line: that of its name, in a mapping."""
    if node is None:
        return None
    kind: str = node.id
    if kind == "sequence":
        index = int(step) if step.isdigit() else len(node.value)
        return (node.value[index], node.value[index].start_mark.line) if index < len(node.value) else None
    if kind == "mapping":
        return next(((value, name.start_mark.line) for name, value in node.value if name.value == step), None)
    return None
