"""Renders the files of the TypeScript SDK."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    files = {
        "types": source("types", models=shown(api), sides=sides),
        "operations": source("operations"),
        "codes": source("codes"),
        "examples": source("examples", answers=examples.answers(api), problems=examples.problems(api, document)),
        "resources": _resources(api, source, "", "The resources of a client for servers."),
        "errors": source("errors", imports=sorted(facts)),
        "events": source("events"),
        "browser": _resources(api, source, "Browser", "What a web page may call."),
    }
    for one in api.operations:
        values = {"operation": one, "core": ts.ts_core([one]), "imports": ts.ts_imports([one])}
        files[f"funcs/{ts.ts_file(one)}"] = source("func", **values)
    return {f"{SDK}/{name}.ts": text for name, text in files.items()} | {"sdk/js/jsr.json": fill("js/jsr.json.j2")}


def shown(api: ir.Api) -> list[ir.Model]:
    return [model for model in api.models if model.fields or model.alias]


def _resources(api: ir.Api, source: Callable[..., str], prefix: str, summary: str) -> str:
    """With a prefix, only what a web page may call."""

    def wanted(resource: ir.Resource) -> list[ir.Operation]:
        return [one for one in resource.operations if one.browser or not prefix]

    def kept(resources: tuple[ir.Resource, ...]) -> list[ir.Resource]:
        return [one for one in resources if any(wanted(deep) for deep in one.tree)]

    resources = kept(api.resources)
    trees = [deep for one in resources for deep in one.tree if deep in kept((deep,))]
    operations = [operation for deep in trees for operation in wanted(deep)]
    classes = [
        source("class", resource=deep, operations=wanted(deep), children=kept(deep.children), prefix=prefix).rstrip()
        for deep in trees
    ]
    return source(
        "resources", classes=classes, resources=resources, prefix=prefix, summary=summary,
        core=ts.ts_core(operations), imports=ts.ts_imports(operations),
    )  # fmt: skip
