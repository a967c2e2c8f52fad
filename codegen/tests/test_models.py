"""The generated models take what servers of any age send."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nodai._generated import models
from pydantic import TypeAdapter

from codegen import bundle, ir
from codegen.load import load

CONTRACT = Path(bundle.ROOT) / "contract"
API = load(bundle.bundle(CONTRACT), bundle.load_errors(CONTRACT))
ANSWERED = [model for model in API.models if hasattr(models, model.name) and model.example is not None]


@pytest.mark.parametrize("model", ANSWERED, ids=lambda model: model.name)
def test_example_of_the_contract_becomes_its_model(model: ir.Model) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(getattr(models, model.name))
    parsed = adapter.validate_json(json.dumps(model.example))
    dumped = json.loads(adapter.dump_json(parsed, exclude_unset=True, by_alias=True))
    assert dumped.keys() == model.example.keys() if isinstance(model.example, dict) else dumped == model.example


def test_known_variant_is_its_class_and_an_unknown_one_is_kept() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(models.StreamEvent)
    known = adapter.validate_python({"type": "output.delta", "delta": "a"})
    unknown = adapter.validate_python({"type": "output.hum", "pitch": 3})
    assert type(known) is models.OutputDelta
    assert type(unknown) is models.UnknownStreamEvent
    assert unknown.model_dump() == {"type": "output.hum", "pitch": 3}


def test_unknown_enum_value_and_unknown_field_are_kept() -> None:
    plan = next(model.example for model in API.models if model.name == "Plan")
    assert isinstance(plan, dict)
    parsed = models.Plan.model_validate({**plan, "id": "galactic", "moons": 4})
    assert parsed.id == "galactic"
    assert parsed.model_dump()["moons"] == 4


def test_models_are_built_on_first_use() -> None:
    assert models.Workflow.model_config.get("defer_build") is True


def test_first_use_of_a_model_imports_only_its_own_module_and_the_shared_one() -> None:
    code = (
        "import sys; from nodai._generated import models; models.Run;"
        "print(*sorted(name for name in sys.modules if name.startswith('nodai._generated.models.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["nodai._generated.models.shared"]


def test_request_only_components_are_not_imported_with_the_models() -> None:
    assert not hasattr(models, "CreateApiKeyRequest")
