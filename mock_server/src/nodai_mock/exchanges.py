"""Holds whole exchanges against the contract, from outside of the server: for mocks and recorded traffic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import resources
from typing import Any, NamedTuple

import orjson

from nodai_mock._generated.operations import OPERATIONS, ServerOperation
from nodai_mock.edge import body as bodies
from nodai_mock.edge.parameters import Parameters
from nodai_mock.edge.router import Router, path_from_uri
from nodai_mock.edge.validation import Schemas, load_schemas
from nodai_mock.kernel.errors import Fault, Refusal


class Sent(NamedTuple):
    """A request; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Answered(NamedTuple):
    """An answer."""

    status: int
    content_type: str
    body: bytes


class Contract:
    """The contract as a judge. It checks what a mock decides: operation, status, media type and body."""

    def __init__(self) -> None:
        self._schemas: Schemas = load_schemas()
        self._router: Router[ServerOperation] = Router([(operation, operation) for operation in OPERATIONS])

    def faults(self, sent: Sent, answered: Answered) -> list[str]:
        """What is wrong with an exchange, in words; a request need only be right when it was answered with success."""
        found = self._router.find(sent.method, path_from_uri(sent.target))
        if found is None:
            return [f"the contract has no {sent.method} {path_from_uri(sent.target)}"]
        operation = found[0]
        faults = self._request_faults(operation, sent) if answered.status < 400 else []
        return [*faults, *self._answer_faults(operation, answered)]

    def example(
        self, operation_id: str, status: int | None = None, code: str | None = None
    ) -> tuple[ServerOperation, int, Any]:
        """An operation, its success status unless you give another, and the contract's example of that answer's body.

        LookupError when the contract has no such operation or answer, or the answer has no problem of that code.
        """
        operation = next((each for each in OPERATIONS if each.id == operation_id), None)
        if operation is None:
            raise LookupError(f"the contract has no operation {operation_id}")
        chosen = status or operation.status
        contents: list[dict[str, Any]] = list(self._declared(operation, chosen).get("content", {}).values())
        if not contents:
            return operation, chosen, None
        named: dict[str, dict[str, Any]] = contents[0].get("examples", {})
        if code is not None and code not in named:
            raise LookupError(f"{operation_id}: the contract has no {code} with {chosen}, only {', '.join(named)}")
        if named:
            return operation, chosen, self._resolved(named[code or next(iter(named))])["value"]
        examples: list[Any] = self._resolved(contents[0]["schema"]).get("examples", [None])
        return operation, chosen, contents[0].get("example", examples[0])

    def event_faults(self, event: object) -> list[str]:
        """What is wrong with the data of one event of a stream."""
        return list(_words("event", self._schemas.faults("StreamEvent", event)))

    @cached_property
    def _document(self) -> dict[str, Any]:
        return orjson.loads(resources.files("nodai_mock._generated").joinpath("openapi.json").read_bytes())

    def _request_faults(self, operation: ServerOperation, sent: Sent) -> list[str]:
        faults: list[Fault] = []
        Parameters(operation, self._schemas).parse(sent.target.partition("?")[2], sent.headers, faults)
        try:
            environ = {"CONTENT_TYPE": sent.headers.get("content-type", "")}
            bodies.check(operation, self._schemas, bodies.parse(operation, environ, sent.body), faults)
        except Refusal as refusal:
            return [f"{operation.id} request: {refusal.code}"]
        return list(_words(f"{operation.id} request", faults))

    def _answer_faults(self, operation: ServerOperation, answered: Answered) -> list[str]:
        try:
            declared = self._declared(operation, answered.status)
        except LookupError as error:
            return [str(error)]
        contents: dict[str, Any] = declared.get("content", {})
        where = f"{operation.id} {answered.status}"
        if not contents:
            return [f"{where}: has no body in the contract"] if answered.body else []
        media_type = answered.content_type.partition(";")[0].strip().lower()
        content = contents.get(media_type)
        if content is None:
            return [f"{where}: is {media_type or 'of no media type'}, not {' or '.join(contents)}"]
        if not media_type.endswith("json"):
            return []
        try:
            value = orjson.loads(answered.body)
        except orjson.JSONDecodeError as error:
            return [f"{where}: is not JSON: {error}"]
        return list(_words(where, self._schemas.faults(content["schema"]["$ref"].rpartition("/")[2], value)))

    def _declared(self, operation: ServerOperation, status: int) -> dict[str, Any]:
        item = self._document["paths"][operation.path][operation.method.lower()]
        answers: dict[str, Any] = item["responses"]
        declared = answers.get(str(status)) or (answers.get("5XX") if status >= 500 else None)
        if declared is None:
            raise LookupError(f"{operation.id}: the contract has no answer {status}, only {', '.join(answers)}")
        return self._resolved(declared)

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            target: Any = self._document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node


def _words(where: str, faults: list[Fault]) -> Iterator[str]:
    for fault in faults:
        yield f"{where}: {fault.get('pointer', fault.get('parameter', ''))} {fault['message']}".replace("  ", " ")
