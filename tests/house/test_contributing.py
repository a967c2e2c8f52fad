"""CONTRIBUTING's steps, carried out on a copy of the contract: what they promise comes out of the generator."""

from __future__ import annotations

import re
import shutil
import textwrap
from pathlib import Path

import pytest
from tree import ROOT, text

from codegen.__main__ import generate


def block(heading: str) -> str:
    """The YAML that the section shows."""
    section = text("CONTRIBUTING.md").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    match = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert match, f"{heading} shows no YAML"
    return textwrap.dedent("   " + match[1].removeprefix("   "))


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the generator makes after all three sections' first step, by path."""
    root = tmp_path_factory.mktemp("copy")
    for folder in ("contract", "sdk/python/src/nodai/_core"):
        shutil.copytree(ROOT / folder, root / folder)
    contract: Path = root / "contract"
    (contract / "added_endpoint.yaml").write_text(block("To add an endpoint"), "utf-8")
    (contract / "added_event.yaml").write_text(block("To add an event"), "utf-8")
    with (contract / "_errors.yaml").open("a", encoding="utf-8") as table:
        table.write(block("To add an error"))
    return generate(root)


def test_a_new_endpoint_is_in_both_sdk_clients_the_servers_protocol_and_the_reference(
    generated: dict[str, str],
) -> None:
    plans = generated["sdk/python/src/nodai/_generated/resources/plans.py"]
    assert re.search(r"async def get\(self, plan_id: str", plans)
    assert re.search(r"^ +def get\(self, plan_id: str", plans, re.MULTILINE)
    handlers = generated["mock_server/src/nodai_mock/_generated/handlers.py"]
    protocol = handlers.split("class PlansHandler", 1)[1].split("\nclass ", 1)[0]
    assert "def get(self, call: Call, plan_id: str" in protocol
    assert "plans.get" in generated["docs/reference/plans.md"]
    assert "/api/v1/plans/{plan_id}" in generated["openapi.yaml"]


def test_a_new_error_is_a_class_with_its_facts_on_both_sides(generated: dict[str, str]) -> None:
    errors = generated["sdk/python/src/nodai/_generated/errors.py"]
    ours = errors.split("class PlanRetired(", 1)[1].split("\nclass ", 1)[0]
    assert "def plan_id(self)" in ours
    assert "plan_retired" in generated["mock_server/src/nodai_mock/_generated/errors.py"]
    assert "plan_retired" in generated["docs/reference/errors.md"]


def test_a_new_event_has_types_on_both_sides(generated: dict[str, str]) -> None:
    assert "plan.changed" in generated["sdk/python/src/nodai/_generated/events.py"]
    assert "plan.changed" in generated["mock_server/src/nodai_mock/_generated/events.py"]
    assert "plan.changed" in generated["docs/reference/events.md"]
