"""The contract's example of each problem, for faults that have to answer one without having its facts."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

import orjson

from nodai_mock._generated.errors import ERRORS


@lru_cache(maxsize=1)
def _examples() -> dict[str, dict[str, Any]]:
    document = orjson.loads(resources.files("nodai_mock._generated").joinpath("openapi.json").read_bytes())
    found: dict[str, dict[str, Any]] = {}
    for response in document["components"]["responses"].values():
        for content in response.get("content", {}).values():
            for name, example in content.get("examples", {}).items():
                found.setdefault(name, example["value"])
    return found


def facts_of(code: str) -> dict[str, Any]:
    """The members that a problem of this code has besides the common ones, with the values of the example."""
    example = _examples().get(code, {})
    return {name: example[name] for name in ERRORS[code].facts if name in example}
