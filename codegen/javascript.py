"""Renders the files of the TypeScript SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from codegen import examples, ir, models
from codegen import typescript as ts

SDK = "sdk/js/src/_generated"


def typescript_files(
    api: ir.Api, document: Mapping[str, Any], fill: Callable[..., str], command: str
) -> dict[str, str]:
    """`fill` renders a template with the values that it is given."""
    header = f"// {command}\n"

    def source(template: str, **values: object) -> str:
        return fill(f"js/{template}.ts.j2", **{"header": header, **values})

    sides = ts.sides(api, models.argument_models(api), models.answer_models(api))
    facts = {name for error in api.errors for field in error.fields for name in ts.refs(field.type)}
    for_servers = _kept(api.resources, lambda one: not one.mock)
    for_tests = _kept(api.resources, lambda one: one.mock)
    for_pages = _kept(api.resources, lambda one: one.browser)
    files = {
        "types": source("types", models=shown(api), sides=sides),
        "operations": source("operations"),
        "examples": source("examples", answers=examples.answers(api), problems=examples.problems(api, document)),
        "resources": _resources(for_servers, source, "", "The resources of a client for servers."),
        "errors": source("errors", imports=sorted(facts)),
        "events": source("events"),
        "mock": _resources(for_tests, source, "", "The controls of a mock server, for tests."),
        "browser": _resources(for_pages, source, "Browser", "What a web page may call."),
    }
    for one in api.operations:
        values = {"operation": one, "core": ts.ts_core([one]), "imports": ts.ts_imports([one])}
        files[f"funcs/{ts.ts_file(one)}"] = source("func", **values)
    return {f"{SDK}/{name}.ts": text for name, text in files.items()} | {"sdk/js/jsr.json": fill("js/jsr.json.j2")}


def shown(api: ir.Api) -> list[ir.Model]:
    return [model for model in api.models if model.fields or model.alias]


@dataclass(frozen=True)
class _Tree:
    """A resource with the operations and the children that a client of some kind has."""

    resource: ir.Resource
    operations: list[ir.Operation]
    children: list[_Tree]

    @property
    def all(self) -> list[_Tree]:
        return [self, *(deep for child in self.children for deep in child.all)]


def _kept(resources: Iterable[ir.Resource], wanted: Callable[[ir.Operation], bool]) -> list[_Tree]:
    trees = [
        _Tree(one, [operation for operation in one.operations if wanted(operation)], _kept(one.children, wanted))
        for one in resources
    ]
    return [tree for tree in trees if tree.operations or tree.children]


def _resources(trees: list[_Tree], source: Callable[..., str], prefix: str, summary: str) -> str:
    every = [deep for tree in trees for deep in tree.all]
    operations = [operation for tree in every for operation in tree.operations]
    classes = [
        source("class", resource=tree.resource, operations=tree.operations, prefix=prefix,
               children=[child.resource for child in tree.children]).rstrip()
        for tree in every
    ]  # fmt: skip
    return source(
        "resources", classes=classes, resources=[tree.resource for tree in trees], prefix=prefix, summary=summary,
        core=ts.ts_core(operations), imports=ts.ts_imports(operations),
    )  # fmt: skip
