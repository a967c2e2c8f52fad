"""Engines: how an input becomes an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodai_mock.workflows.engines.echo import Echo
from nodai_mock.workflows.engines.outcome import LocalEngine
from nodai_mock.workflows.engines.script import Script
from nodai_mock.workflows.engines.template import Template
from nodai_mock.workflows.engines.upstream import Upstream

if TYPE_CHECKING:
    from nodai_mock._generated import types

Engine = LocalEngine | Upstream

__all__ = ["Engine", "LocalEngine", "Upstream", "compile_engine"]


def compile_engine(definition: types.Engine) -> Engine:
    """The engine of a definition that fits the contract, ready to answer."""
    match definition["type"]:
        case "script":
            return Script(definition)
        case "template":
            return Template(definition)
        case "echo":
            return Echo(definition)
        case "upstream":
            return Upstream(definition)
