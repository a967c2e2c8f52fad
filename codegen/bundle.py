"""Merges the fragments of `contract/` into one OpenAPI document and writes it as YAML, always the same way."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from codegen.expand import expand

Document = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Bundled from contract/ by `python -m codegen`; edit the fragments there, never this file.\n"
ERRORS = "_errors.yaml"


class ContractError(Exception):
    """Two fragments say different things about the same name, or a fragment is not a mapping."""


def load(path: Path) -> Document:
    """One YAML file as plain data, through libyaml."""
    data: Any = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    if not isinstance(data, dict):
        raise ContractError(f"{path.name}: a fragment is a mapping")
    return cast("Document", data)


def load_errors(directory: Path) -> Document:
    """The error table: code → status, title, class, detail, cause, remedy, facts."""
    return load(directory / ERRORS)


def merge(into: Document, fragment: Mapping[str, Any], source: str, at: str = "") -> None:
    """Adds a fragment; the same name twice with different content is refused, so nothing is lost silently."""
    for key, value in fragment.items():
        if key not in into:
            into[key] = value
        elif isinstance(into[key], dict) and isinstance(value, dict):
            merge(into[key], cast("Document", value), source, f"{at}/{key}")
        elif into[key] != value:
            raise ContractError(f"{source}: {at}/{key} is already defined by another fragment")


def bundle(directory: Path) -> Document:
    """The fragments merged and expanded: `_root` first, then `_shared`, then the resources by name."""
    document = load(directory / "_root.yaml")
    for path in sorted(directory.glob("*.yaml")):
        if path.name not in ("_root.yaml", ERRORS):
            merge(document, load(path), path.name)
    return expand(document, load_errors(directory))


class _Dumper(yaml.CSafeDumper):
    """Block style without anchors, long texts as literal blocks: what a person would have written."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.CSafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return cast("Any", dumper).represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def dump(document: Mapping[str, Any]) -> str:
    """The document as YAML text, in the contract's own order."""
    return HEADER + yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)
