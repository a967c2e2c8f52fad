"""The request half of the vectors, put before the server's edge: what the SDKs send is what the contract takes."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from nodai_mock._generated.operations import OPERATIONS, ServerOperation
from nodai_mock.edge import body as bodies
from nodai_mock.edge.parameters import Parameters
from nodai_mock.edge.router import Router, path_from_uri
from nodai_mock.edge.validation import load_schemas
from nodai_mock.kernel.errors import Fault, Refusal

from tests.vectors.vectors import EXCHANGES, Vector, load, name

SCHEMAS = load_schemas()
ROUTER: Router[ServerOperation] = Router([(operation, operation) for operation in OPERATIONS])
SENT = [vector for file in EXCHANGES for vector in load(file) if "request" in vector and not vector.get("client_only")]


def refused(request: Vector) -> list[Fault]:
    """The faults of a request, as the edge finds them; Refusal when it is refused as a whole."""
    found = ROUTER.find(request["method"], path_from_uri(request["path"]))
    if found is None:
        raise Refusal("not_found")
    operation, _ = found
    text = request.get("text", json.dumps(request["body"]) if request.get("body") is not None else "")
    headers = {header: value for header, value in request.get("headers", {}).items() if value not in (None, "*")}
    environ: dict[str, Any] = {"CONTENT_TYPE": headers.get("content-type", "application/json")}
    faults: list[Fault] = []
    Parameters(operation, SCHEMAS).parse(urlencode(request.get("query", {})), headers, faults)
    bodies.check(operation, SCHEMAS, bodies.parse(operation, environ, text.encode()), faults)
    return faults


@pytest.mark.parametrize("vector", SENT, ids=name)
def test_the_server_takes_what_the_sdk_sends(vector: Vector) -> None:
    request = vector["request"]
    if "method" not in request:
        pytest.fail("a vector's request says method and path")

    assert refused(request) == []
    found = ROUTER.find(request["method"], path_from_uri(request["path"]))
    assert found is not None
    assert found[0].id == vector["operation"]
    path_arguments = [vector["args"][parameter] for parameter in found[0].path_params]
    assert list(found[1]) == path_arguments


@pytest.mark.parametrize("vector", load("refusals"), ids=name)
def test_the_server_refuses_with_every_fault_and_its_place(vector: Vector) -> None:
    expected = vector["expect"]
    if expected["code"] != "validation_failed":
        with pytest.raises(Refusal) as caught:
            refused(vector["request"])
        assert caught.value.code == expected["code"]
        return
    faults = [{key: value for key, value in fault.items() if key != "message"} for fault in refused(vector["request"])]
    assert sorted(faults, key=str) == sorted(expected["errors"], key=str)
