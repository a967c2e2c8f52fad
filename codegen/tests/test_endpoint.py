"""A new endpoint in the contract is a typed method, a handler slot, a route and a docs page; no other file moves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from codegen.javascript import SDK as JS_SDK
from codegen.render import REFERENCE, SDK, SERVER, render
from codegen.write import formatted

ENDPOINT: dict[str, Any] = {
    "operationId": "workflows.archive",
    "tags": ["workflows"],
    "summary": "Archive a workflow",
    "description": "It answers no more.",
    "x-scopes": ["workflows:write"],
    "x-errors": ["missing_api_key", "not_found"],
    "parameters": [
        {"name": "workflow_id", "in": "path", "required": True, "description": "Its id.", "schema": {"type": "string"}},
        {"name": "force", "in": "query", "description": "Even if it runs.", "schema": {"type": "boolean"}},
    ],
    "responses": {
        "200": {
            "description": "The workflow.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Workflow"}}},
        }
    },
}


@pytest.fixture
def with_endpoint(document: dict[str, Any], errors: dict[str, Any]) -> dict[str, str]:
    document["paths"]["/api/v1/workflows/{workflow_id}/archive"] = {"post": ENDPOINT}
    return formatted(render(document, errors, ""))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (f"{SDK}/resources/workflows.py", "async def archive("),
        (f"{SDK}/resources/workflows.py", "force: bool | Omit = OMIT"),
        (f"{SDK}/operations.py", "WORKFLOWS_ARCHIVE = Operation("),
        (f"{SERVER}/operations.py", '"/api/v1/workflows/{workflow_id}/archive"'),
        (
            f"{SERVER}/handlers.py",
            "def archive(self, call: Call, workflow_id: str, *, force: bool | None) -> Returns[types.Workflow]",
        ),
        (
            f"{JS_SDK}/funcs/workflows-archive.ts",
            "export function workflowsArchive(client: Caller, workflowId: string, params?: WorkflowsArchiveParams, "
            "options?: RequestOptions): Promise<WithMeta<Workflow>>",
        ),
        (f"{JS_SDK}/resources.ts", "  archive(workflowId: string, params?: WorkflowsArchiveParams, options?"),
        (f"{SERVER}/docs.html", 'id="workflows.archive"'),
        (f"{REFERENCE}/workflows.md", "## workflows.archive"),
    ],
)
def test_new_endpoint_appears_everywhere(with_endpoint: dict[str, str], path: str, text: str) -> None:
    assert text in with_endpoint[path]


def test_new_endpoint_adds_only_its_function_and_changes_only_its_own(
    with_endpoint: dict[str, str], files: dict[str, str]
) -> None:
    changed = {path for path in files if files[path] != with_endpoint[path]}
    assert set(with_endpoint) - set(files) == {f"{JS_SDK}/funcs/workflows-archive.ts"}
    assert set(files) <= set(with_endpoint)
    assert changed - {"openapi.yaml", f"{SERVER}/openapi.yaml", f"{SERVER}/openapi.json"} == {
        f"{SDK}/resources/workflows.py",
        f"{SDK}/operations.py",
        f"{JS_SDK}/resources.ts",
        f"{JS_SDK}/operations.ts",
        f"{JS_SDK}/examples.ts",
        "sdk/js/jsr.json",
        f"{JS_SDK}/types.ts",
        f"{SERVER}/operations.py",
        f"{SERVER}/handlers.py",
        f"{SERVER}/strict.json",
        f"{SERVER}/docs.html",
        f"{REFERENCE}/workflows.md",
    }


def test_type_checker_asks_for_the_view_of_every_operation(tmp_path: Path) -> None:
    script = tmp_path / "rooms.py"
    script.write_text(
        "from nodai_mock._generated.handlers import PlansHandler, Rooms\n"
        "class Empty: ...\n"
        "plans: PlansHandler = Empty()\n"
        "rooms: Rooms = {'plans': plans}\n"
    )
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, str(script)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert '"list" is not present' in shown
    assert '"workflows"' in shown
    assert "required in" in shown
