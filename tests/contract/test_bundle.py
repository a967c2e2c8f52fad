"""The bundle: complete, the same every time, and never different from what is committed."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from codegen.bundle import ROOT, ContractError, bundle, dump, merge
from tests.contract.walk import operations

Document = dict[str, Any]
OPERATIONS = """
    workflows: list create get update delete query stream start
    runs: list get cancel feedback
    api_keys: create list get update delete revoke rotate verify usage rate_limit.get rate_limit.update rate_limit.reset
    usage: summary timeseries endpoints errors export
    requests: list get
    plans: list
    endpoints: list
    audit_log: list
    events: list get
    health: live ready
    mock: clock.get clock.advance clock.set clock.resume faults.list faults.create faults.delete journal.list
    mock: journal.clear reset snapshots.list snapshots.save snapshots.load
"""
SCHEMAS = """Run QueryRequest ApiKey KeyUsage UsageSummary RateLimitStatus KeyVerification Problem Event MockClock
    RunPage RunStarted OutputDelta RunCompleted StreamError"""


def test_openapi_yaml_is_what_the_fragments_say(contract: Document):
    assert (ROOT / "openapi.yaml").read_text() == dump(contract), "run `python -m codegen`"


def test_bundling_twice_gives_the_same_text(contract_folder: Path, contract: Document):
    assert dump(bundle(contract_folder)) == dump(contract)


def test_the_text_reads_back_as_the_same_document(contract: Document):
    assert yaml.load(dump(contract), Loader=yaml.CSafeLoader) == contract


def test_every_operation_is_there(contract: Document):
    lines = [line.split(":") for line in OPERATIONS.strip().splitlines()]
    wanted = {f"{resource.strip()}.{verb}" for resource, verbs in lines for verb in verbs.split()}
    found = [operation["operationId"] for _, _, operation in operations(contract)]
    assert len(found) == len(set(found))
    assert wanted <= set(found)


def test_main_schemas_keep_their_names(contract: Document):
    assert set(SCHEMAS.split()) <= set(contract["components"]["schemas"])


def test_every_reference_leads_somewhere_and_every_component_is_used(contract: Document):
    text = dump(contract)
    for kind in ("schemas", "parameters", "headers", "responses"):
        for name in contract["components"][kind]:
            assert f"#/components/{kind}/{name}" in text, f"{kind}/{name} is not used"


def test_fragments_that_contradict_each_other_are_refused():
    with pytest.raises(ContractError, match=r"b\.yaml: /components/schemas/X/type"):
        merge({"components": {"schemas": {"X": {"type": "string"}}}},
              {"components": {"schemas": {"X": {"type": "object"}}}}, "b.yaml")  # fmt: skip


def test_an_unknown_error_code_is_refused(tmp_path: Path, contract_folder: Path):
    for path in contract_folder.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "zz.yaml").write_text(
        "paths: {/x: {get: {operationId: x.get, x-scopes: [], x-errors: [no_such_code], x-sdk: {kind: none},"
        " responses: {'204': null}}}}"
    )
    with pytest.raises(KeyError, match="no_such_code"):
        bundle(tmp_path)


def test_the_version_is_the_packages_version(contract: Document):
    for pyproject in ("sdk/python/pyproject.toml", "mock_server/pyproject.toml"):
        text = (ROOT / pyproject).read_text()
        assert f'version = "{contract["info"]["version"]}"' in text or "dynamic" in text
