"""The vector files themselves: well formed, and true to the contract unless they say that they are not."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from nodai._core.sse import Decoder
from nodai_mock.edge.validation import load_schemas

from tests.vectors.operations import operation, resolved
from tests.vectors.play import answer_body, answer_chunks
from tests.vectors.vectors import EXCHANGES, HERE, Vector, load, name

SCHEMAS = load_schemas()
FILES = sorted(path.stem for path in HERE.glob("*.json") if path.stem != "samples")
VECTORS = [vector for file in EXCHANGES for vector in load(file)]


def test_every_vector_has_an_id_of_its_own() -> None:
    ids = Counter(vector["id"] for file in FILES for vector in load(file))

    assert [id for id, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("file", FILES)
def test_a_file_says_what_it_is_about(file: str) -> None:
    told = json.loads(Path(HERE / f"{file}.json").read_text(encoding="utf-8"))

    assert told["about"].endswith(".")
    assert told["kind"] in {"exchange", "request", "webhook", "money", "key", "limit"}


@pytest.mark.parametrize("vector", VECTORS, ids=name)
def test_answers_are_what_the_contract_says(vector: Vector) -> None:
    responses = operation(vector["operation"])[2]["responses"]
    for told in vector["exchange"]:
        if "drop" in told or told.get("malformed") or told.get("newer"):
            continue
        declared = resolved(declared_response(responses, told["status"]))
        for media_type, content in declared.get("content", {}).items():
            schema = content["schema"]["$ref"].rpartition("/")[2]
            if media_type == "text/event-stream":
                check_events(told)
            else:
                assert SCHEMAS.faults(schema, answer_body(told)) == []


def declared_response(responses: dict[str, Any], status: int) -> dict[str, Any]:
    answer: dict[str, Any] | None = responses.get(str(status)) or (responses.get("5XX") if status >= 500 else None)
    assert answer is not None, f"the operation declares no {status}"
    return answer


def check_events(told: Vector) -> None:
    decoder = Decoder()
    for chunk in answer_chunks(told):
        for id, event, data in decoder.feed(chunk):
            value = json.loads(data)
            assert SCHEMAS.faults("StreamEvent", value) == []
            assert (
                SCHEMAS.faults("StreamFrame", {"id": id.decode(), "event": event.decode(), "data": data.decode()}) == []
            )
            assert value["type"] == event.decode()
