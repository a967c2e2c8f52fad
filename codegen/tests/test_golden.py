"""Every template renders the fixture contract to its golden file; `NODAI_UPDATE_GOLDEN=1` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codegen.javascript import SDK as JS_SDK
from codegen.render import REFERENCE, SDK, SERVER, TEMPLATES

GOLDEN = Path(__file__).parent / "golden"
FILES = {
    "sdk/resource.py.j2": f"{SDK}/resources/workflows.py",
    "sdk/classes.py.j2": f"{SDK}/resources/api_keys.py",
    "sdk/client.py.j2": f"{SDK}/resources/__init__.py",
    "sdk/client_classes.py.j2": f"{SDK}/resources/__init__.py",
    "sdk/models.py.j2": f"{SDK}/models/__init__.py",
    "sdk/operations.py.j2": f"{SDK}/operations.py",
    "sdk/errors.py.j2": f"{SDK}/errors.py",
    "sdk/events.py.j2": f"{SDK}/events.py",
    "sdk/lazy.py.j2": f"{SDK}/lazy.py",
    "sdk/exports.py.j2": f"{SDK}/exports.py",
    "sdk/json.py.j2": f"{SDK}/json.py",
    "js/types.ts.j2": f"{JS_SDK}/types.ts",
    "js/operations.ts.j2": f"{JS_SDK}/operations.ts",
    "js/examples.ts.j2": f"{JS_SDK}/examples.ts",
    "js/jsr.json.j2": "sdk/js/jsr.json",
    "js/resources.ts.j2": f"{JS_SDK}/resources.ts",
    "js/class.ts.j2": f"{JS_SDK}/browser.ts",
    "js/func.ts.j2": f"{JS_SDK}/funcs/workflows-query.ts",
    "js/errors.ts.j2": f"{JS_SDK}/errors.ts",
    "js/events.ts.j2": f"{JS_SDK}/events.ts",
    "server/operations.py.j2": f"{SERVER}/operations.py",
    "server/handlers.py.j2": f"{SERVER}/handlers.py",
    "server/errors.py.j2": f"{SERVER}/errors.py",
    "server/events.py.j2": f"{SERVER}/events.py",
    "server/json.py.j2": f"{SERVER}/json.py",
    "docs/resource.md.j2": f"{REFERENCE}/workflows.md",
    "docs/errors.md.j2": f"{REFERENCE}/errors.md",
    "docs/events.md.j2": f"{REFERENCE}/events.md",
    "docs/reference.html.j2": f"{SERVER}/docs.html",
}
MODELS = (
    f"{SDK}/models/shared.py",
    f"{SDK}/models/workflows.py",
    f"{SDK}/params.py",
    f"{SERVER}/types.py",
    f"{SERVER}/strict.json",
)


@pytest.mark.parametrize("path", sorted({*FILES.values(), *MODELS}))
def test_fixture_renders_to_its_golden_file(path: str, files: dict[str, str]) -> None:
    golden = GOLDEN / (path.replace("/", "~") + ".golden")
    if os.environ.get("NODAI_UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(files[path], encoding="utf-8")
    assert files[path] == golden.read_text(encoding="utf-8")


def test_every_template_has_a_golden_file() -> None:
    templates = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.j2")}
    assert templates == set(FILES)
