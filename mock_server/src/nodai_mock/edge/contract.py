"""The contract meets the code: each operation gets its view, and any difference keeps the server from starting."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nodai_mock._generated.operations import ServerOperation

View = Callable[..., Any]


class ContractMismatch(Exception):
    """Contract and views differ; the message lists every difference."""

    def __init__(self, differences: list[str]) -> None:
        super().__init__("the views do not fit the contract:\n  " + "\n  ".join(differences))
        self.differences = differences


def bind(operations: Iterable[ServerOperation], rooms: Mapping[str, object]) -> dict[str, View]:
    """The view of each operation id. ContractMismatch when one is missing, is too many, or takes other arguments."""
    views: dict[str, View] = {}
    differences: list[str] = []
    expected: dict[str, set[str]] = {name: set() for name in rooms}
    for operation in operations:
        expected.setdefault(operation.resource, set()).add(operation.verb)
        view = getattr(rooms.get(operation.resource), operation.verb, None)
        if view is None:
            differences.append(f"{operation.id}: no view")
            continue
        views[operation.id] = view
        wanted, found = _wanted(operation), list(inspect.signature(view).parameters)
        if wanted != found:
            differences.append(f"{operation.id}: takes ({', '.join(found)}), the contract has ({', '.join(wanted)})")
    for name, room in rooms.items():
        extra = {each for each in vars(type(room)) if not each.startswith("_")} - expected[name]
        differences += [f"{name}.{each}: not in the contract" for each in sorted(extra)]
    if differences:
        raise ContractMismatch(differences)
    return views


def _wanted(operation: ServerOperation) -> list[str]:
    body = ["body"] if operation.body_schema is not None else []
    return ["call", *operation.path_params, *[each.name for each in operation.query_params], *body]
