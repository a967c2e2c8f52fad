"""Splits the models' source into a module per resource, so that a program imports only what it uses."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from codegen import ir
from codegen.python import answer_model

SHARED = "shared"


def groups(api: ir.Api) -> dict[str, set[str]]:
    """Module → the models that its operations answer with; webhooks carry what `events` answers."""
    table = {
        resource.attribute: {answer_model(operation) for operation in resource.all_operations} - {""}
        for resource in api.resources
    }
    table.setdefault("events", set()).update(event.model for event in api.events)
    return table | {SHARED: {"Problem"}}


def split(source: str, roots: Mapping[str, set[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Module → source and model → module. A model of two resources is shared, so modules never need each other."""
    head, blocks = _blocks(source)
    uses = {name: {found.id for found in ast.walk(ast.parse(text)) if isinstance(found, ast.Name)} & blocks.keys()
            for name, text in blocks.items()}  # fmt: skip
    reached = {module: _closure(names & blocks.keys(), uses) for module, names in roots.items()}
    home = {name: _home(name, reached) for name in blocks}
    modules: dict[str, str] = {}
    for module in dict.fromkeys(home.values()):
        own = [name for name in blocks if home[name] == module]
        needed = sorted({used for name in own for used in uses[name] if home[used] != module})
        imports = f"from nodai._generated.models.{SHARED} import {', '.join(needed)}\n" if needed else ""
        modules[module] = head + imports + "\n".join(blocks[name] for name in own)
    return modules, home


def _blocks(source: str) -> tuple[str, dict[str, str]]:
    """The imports, and each definition by name with the text up to the next one."""
    lines = source.split("\n")
    starts: list[tuple[str, int]] = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            starts.append((node.name, node.lineno))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            starts.append((node.targets[0].id, node.lineno))
    ends = [line - 1 for _, line in starts[1:]] + [len(lines)]
    blocks = {name: "\n".join(lines[line - 1 : end]) for (name, line), end in zip(starts, ends, strict=True)}
    return "\n".join(lines[: starts[0][1] - 1]) + "\n", blocks


def _closure(names: set[str], uses: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= uses[name] - found
    return found


def _home(name: str, reached: Mapping[str, set[str]]) -> str:
    users = [module for module, names in reached.items() if name in names]
    return users[0] if len(users) == 1 else SHARED
