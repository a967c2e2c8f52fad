"""The fixture contract, and what it renders to."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from codegen import bundle
from codegen.render import render
from codegen.write import formatted

FIXTURES = Path(__file__).parent / "fixtures"
_DOCUMENT = bundle.load(FIXTURES / "api.yaml")
_ERRORS = bundle.load(FIXTURES / "errors.yaml")


@pytest.fixture
def document() -> dict[str, Any]:
    return deepcopy(_DOCUMENT)


@pytest.fixture
def errors() -> dict[str, Any]:
    return deepcopy(_ERRORS)


@pytest.fixture(scope="session")
def files() -> dict[str, str]:
    """Every generated file of the fixture contract, formatted."""
    return formatted(render(_DOCUMENT, _ERRORS, bundle.dump(_DOCUMENT)))
