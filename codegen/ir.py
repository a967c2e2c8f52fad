"""The frozen, language-neutral picture of the API that every template reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TypeKind = Literal[
    "string", "integer", "number", "boolean", "null", "any", "bytes", "datetime", "date",
    "literal", "ref", "array", "map", "union",
]  # fmt: skip
Kind = Literal["json", "none", "page", "stream", "bytes"]
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Type:
    """A type expression: `name` for a ref, `values` for a literal, `items` for array (1), map (1) and union (n)."""

    kind: TypeKind
    name: str = ""
    values: tuple[str | int | bool, ...] = ()
    items: tuple[Type, ...] = ()

    @property
    def nullable(self) -> bool:
        return self.kind == "null" or any(item.nullable for item in self.items if self.kind == "union")


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a model, a fact of a problem, or a parameter (`location`: path, query or header)."""

    name: str
    type: Type
    required: bool
    description: str
    location: str = ""
    default: Json = None
    pointer: str = ""
    example: Json = None


@dataclass(frozen=True, slots=True)
class Model:
    """A named component: an object with fields, or an alias of a type."""

    name: str
    description: str
    fields: tuple[Field, ...]
    alias: Type | None
    example: Json = None


@dataclass(frozen=True, slots=True)
class Body:
    model: str
    media_type: str
    required: bool
    fields: tuple[Field, ...]  # empty when the body is not one flat object: it is then passed whole
    example: Json = None


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    resource: tuple[str, ...]
    verb: str
    method: str
    path: str
    summary: str
    description: str
    path_params: tuple[Field, ...]
    query_params: tuple[Field, ...]
    header_params: tuple[Field, ...]
    body: Body | None
    kind: Kind
    status: int
    media_type: str
    model: str  # the success component, "" when there is none
    item: str  # the item of a page
    scopes: tuple[str, ...]
    public: bool
    metered: bool
    browser: bool  # a web page may call it, with a publishable key or a client session
    idempotent: bool  # a POST that takes an Idempotency-Key
    errors: tuple[ErrorCode, ...]
    example: Json = None

    @property
    def mock(self) -> bool:
        """Whether it controls a mock server, which no hosted one has."""
        return self.resource[0] == "mock"


@dataclass(frozen=True, slots=True)
class Resource:
    name: tuple[str, ...]
    description: str
    operations: tuple[Operation, ...]
    children: tuple[Resource, ...]

    @property
    def attribute(self) -> str:
        return self.name[-1]

    @property
    def tree(self) -> tuple[Resource, ...]:
        """Its children first, so that a class is defined before it is used, then itself."""
        return (*(deep for child in self.children for deep in child.tree), self)

    @property
    def all_operations(self) -> tuple[Operation, ...]:
        """Its own first, then those of its children."""
        return (*self.operations, *(operation for child in self.children for operation in child.all_operations))


@dataclass(frozen=True, slots=True)
class ErrorCode:
    code: str
    name: str
    status: int
    title: str
    detail: str
    retryable: bool
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Event:
    type: str
    name: str
    model: str
    summary: str
    description: str


@dataclass(frozen=True, slots=True)
class Api:
    title: str
    version: str
    description: str
    server: str
    resources: tuple[Resource, ...]
    models: tuple[Model, ...]
    errors: tuple[ErrorCode, ...]
    events: tuple[Event, ...]
    types: dict[str, Model]

    @property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(operation for resource in self.resources for operation in resource.all_operations)

    @property
    def statuses(self) -> tuple[int, ...]:
        return tuple(sorted({error.status for error in self.errors}))
