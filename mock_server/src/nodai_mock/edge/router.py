"""From method and path to operation, in one look-up for each segment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar
from urllib.parse import unquote

from nodai_mock._generated.operations import ServerOperation

Target = TypeVar("Target")
METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


class _Node(Generic[Target]):
    __slots__ = ("children", "parameter", "targets")

    def __init__(self) -> None:
        self.children: dict[str, _Node[Target]] = {}
        self.parameter: _Node[Target] | None = None
        self.targets: dict[str, Target] = {}


class Router(Generic[Target]):
    """The contract's paths as a tree; a rule of the contract keeps literals and parameters from being siblings."""

    def __init__(self, routes: Iterable[tuple[ServerOperation, Target]]) -> None:
        self._root: _Node[Target] = _Node()
        for operation, target in routes:
            node = self._root
            for segment in operation.path.split("/")[1:]:
                if segment.startswith("{"):
                    node.parameter = node.parameter or _Node()
                    node = node.parameter
                else:
                    node = node.children.setdefault(segment, _Node())
            node.targets[operation.method] = target

    def find(self, method: str, path: str) -> tuple[Target, tuple[str, ...]] | None:
        """The target and the path's parameters; None when no operation has this path with this method."""
        node = self._root
        values: tuple[str, ...] = ()
        for segment in path.split("/")[1:]:
            child = node.children.get(segment)
            if child is None:
                child = node.parameter
                if child is None or not segment:
                    return None
                values = (*values, segment)
            node = child
        target = node.targets.get(method)
        return None if target is None else (target, values)

    def methods(self, path: str) -> list[str]:
        """The methods of the operations at this path."""
        return [method for method in METHODS if self.find(method, path) is not None]


def wsgi_path(environ_path: str) -> str:
    """PATH_INFO as text: WSGI hands over the bytes as Latin-1. Bytes that are no UTF-8 match no route."""
    if environ_path.isascii():
        return environ_path
    return environ_path.encode("latin-1", "replace").decode("utf-8", "replace")


def path_from_uri(uri: str) -> str:
    """The path of a raw request target."""
    return unquote(uri.partition("?")[0])
