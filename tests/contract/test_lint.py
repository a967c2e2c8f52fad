"""Two linters that are not ours read the contract and have nothing to say."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from codegen.bundle import ROOT, dump

Document = dict[str, Any]
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


def lint(redocly: str, file: Path) -> tuple[int, str]:
    command = [redocly, "lint", str(file), "--config", str(ROOT / "redocly.yaml"), "--format=stylish"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **QUIET}, check=False, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def test_openapi_spec_validator_finds_nothing(contract: Document):
    assert list(OpenAPIV31SpecValidator(contract).iter_errors()) == []


def test_redocly_finds_no_error_and_no_warning(redocly: str):
    code, text = lint(redocly, ROOT / "openapi.yaml")
    assert code == 0, text
    assert "warning" not in text.replace("Deprecation warning: Node.js", ""), text


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda op: op.pop("x-scopes"), "operation-says-scopes-and-sdk"),
        (lambda op: op["responses"].update(default={"description": "x"}), "no-default-response"),
        (lambda op: op.update(operationId="listWorkflows"), "operation-id-is-resource-verb"),
        (lambda op: op.pop("description"), "operation-description"),
        (lambda op: op["responses"]["200"]["content"]["application/json"].pop("examples"), "media-types-have-examples"),
        (lambda op: op["parameters"].append({"name": "x", "in": "query", "schema": {"type": "string"}}),
         "parameters-have-examples"),
    ],
)  # fmt: skip
def test_redocly_notices_what_our_rules_forbid(
    redocly: str, contract: Document, tmp_path: Path, change: Any, rule: str
):
    broken = yaml.load(dump(contract), Loader=yaml.CSafeLoader)
    change(broken["paths"]["/api/v1/workflows"]["get"])
    (tmp_path / "openapi.yaml").write_text(dump(broken))
    code, text = lint(redocly, tmp_path / "openapi.yaml")
    assert code == 1
    assert rule in text
