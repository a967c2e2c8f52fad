"""The base of every generated model: keeps unknown fields, carries `meta`, hides secrets from its repr."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from nodai._core.meta import Meta

ModelT = TypeVar("ModelT", bound=BaseModel)
_HIDDEN = frozenset({"secret", "client_secret", "token"})


class Model(BaseModel):
    """An object of the API. `meta` says how it came here and is no part of its data."""

    # A slot, not a private attribute: pydantic would run Python code for every object of a list.
    __slots__ = ("_nodai_meta",)
    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="allow",
        defer_build=True,
        protected_namespaces=(),
        serialize_by_alias=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    @property
    def meta(self) -> Meta:
        """Request id, limits, cost, attempts and headers of the answer that this came in."""
        try:
            meta: Meta = object.__getattribute__(self, "_nodai_meta")
        except AttributeError:
            meta = Meta()
        return meta

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, "**********" if name in _HIDDEN and isinstance(value, str) else value

    def __getstate__(self) -> dict[Any, Any]:
        return {**super().__getstate__(), "meta": self.meta}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        object.__setattr__(self, "_nodai_meta", state.pop("meta", Meta()))
        super().__setstate__(state)

    def __copy__(self) -> Self:
        return attach(super().__copy__(), self.meta)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return attach(super().__deepcopy__(memo), self.meta)


def attach(model: ModelT, meta: Meta) -> ModelT:
    """Give a result its meta."""
    object.__setattr__(model, "_nodai_meta", meta)
    return model
