"""Names and annotations are valid Python, whatever the contract calls things."""

from __future__ import annotations

import ast
import builtins
import keyword
from typing import Any

import pytest

from codegen import ir, python
from codegen.load import load
from codegen.sync import to_sync


@pytest.mark.parametrize(
    ("wire", "name"),
    [("class", "class_"), ("from", "from_"), ("Last-Event-ID", "Last_Event_ID"), ("input", "input"), ("None", "None_")],
)
def test_identifier_is_valid_python(wire: str, name: str) -> None:
    assert python.identifier(wire) == name
    assert name.isidentifier()
    assert not keyword.iskeyword(name)


def test_container_annotations_survive_a_method_called_list() -> None:
    type = ir.Type("array", items=(ir.Type("map", items=(ir.Type("any"),)),))
    assert python.annotate(type, "answer") == "builtins.list[builtins.dict[str, JsonValue]]"


def test_arguments_accept_more_than_answers_promise() -> None:
    assert python.annotate(ir.Type("datetime"), "argument") == "datetime | str"
    assert python.annotate(ir.Type("datetime"), "answer") == "datetime"
    assert python.annotate(ir.Type("map", items=(ir.Type("string"),)), "argument") == "Mapping[str, str]"


def test_required_arguments_come_first(document: dict[str, Any], errors: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["WorkflowCreate"]
    schema["required"] = ["steps"]
    create = next(one for one in load(document, errors).operations if one.id == "workflows.create")
    assert [one.name for one in python.arguments(create)] == ["steps", "name", "labels", "class_"]


def test_generated_names_never_hide_a_builtin_that_the_module_uses(files: dict[str, str]) -> None:
    """In a class with a method `list`, the annotation `list[str]` would mean the method."""
    for path, text in files.items():
        if "/resources/" not in path and not path.endswith("handlers.py"):
            continue
        for scope in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)):
            methods = {node.name for node in scope.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
            used = {node.id for node in ast.walk(scope) if isinstance(node, ast.Name)}
            assert not methods & used & set(dir(builtins)), path


def test_sync_twin_differs_only_in_how_it_waits() -> None:
    source = (
        "class AsyncKeys(AsyncResource):\n    async def get(self) -> AsyncPages[Key]:\n        return await self._x()"
    )
    assert to_sync(source) == "class Keys(Resource):\n    def get(self) -> Pages[Key]:\n        return self._x()"


def test_sync_pass_maps_the_async_protocols() -> None:
    source = "async with a:\n    async for x in AsyncStream():\n        raise StopAsyncIteration\nawait b.aclose()"
    assert to_sync(source) == "with a:\n    for x in Stream():\n        raise StopIteration\nb.close()"
    assert to_sync("__aenter__ __aexit__ __aiter__ __anext__") == "__enter__ __exit__ __iter__ __next__"


def test_async_and_sync_resources_have_the_same_methods(files: dict[str, str]) -> None:
    tree = ast.parse(files["sdk/python/src/nodai/_generated/resources/workflows.py"])
    methods = {
        node.name: [item.name for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    assert methods["AsyncWorkflows"] == methods["Workflows"]


def test_docstring_tells_arguments_errors_and_scopes(document: dict[str, Any], errors: dict[str, Any]) -> None:
    query = next(one for one in load(document, errors).operations if one.id == "workflows.query")
    text = python.docstring(query)
    for part in (
        "Args:",
        "workflow_id: Its id.",
        "Returns:",
        "Raises:",
        "CostLimitExceeded: 402",
        "Scopes: `workflows:query`",
    ):
        assert part in text
