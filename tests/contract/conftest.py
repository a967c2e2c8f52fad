"""What the contract's tests share: the bundle, its projections, and the way to Node's tools."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from codegen.bundle import ROOT, bundle, load_errors
from codegen.lenient import lenient, strict

Document = dict[str, Any]


@pytest.fixture(scope="session")
def contract_folder() -> Path:
    return ROOT / "contract"


@pytest.fixture(scope="session")
def contract(contract_folder: Path) -> Document:
    return bundle(contract_folder)


@pytest.fixture(scope="session")
def errors(contract_folder: Path) -> Document:
    return load_errors(contract_folder)


@pytest.fixture(scope="session")
def strict_schemas(contract: Document) -> Document:
    return strict(contract)


@pytest.fixture(scope="session")
def lenient_contract(contract: Document) -> Document:
    return lenient(contract)


@pytest.fixture(scope="session")
def redocly() -> str:
    """The path of Redocly's command; without Node the test is skipped, but never in CI."""
    found = shutil.which("redocly", path=str(ROOT / "node_modules" / ".bin"))
    if found and shutil.which("node"):
        return found
    if os.environ.get("CI"):
        pytest.fail("Node or node_modules is missing; `npm ci` installs Redocly")
    pytest.skip("redocly: Node or node_modules is missing (`npm ci`)")
