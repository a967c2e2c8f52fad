"""One operation as the edge serves it: its view, and how the arguments of a request are read for it."""

from __future__ import annotations

from typing import Any

from nodai_mock._generated.operations import ServerOperation
from nodai_mock.edge import body
from nodai_mock.edge.contract import View
from nodai_mock.edge.parameters import Parameters
from nodai_mock.edge.validation import Schemas
from nodai_mock.kernel.errors import Fault, Refusal

Environ = dict[str, Any]


class Endpoint:
    """An operation bound to its view."""

    __slots__ = ("_largest", "_parameters", "_schemas", "operation", "view", "workflow_at")

    def __init__(self, operation: ServerOperation, view: View, schemas: Schemas, *, largest: int) -> None:
        self.operation = operation
        self.view = view
        names = operation.path_params
        self.workflow_at = names.index("workflow_id") if "workflow_id" in names else None
        self._schemas = schemas
        self._largest = largest
        self._parameters = Parameters(operation, schemas)

    def read(self, environ: Environ) -> bytes:
        """The request's body. Refusal 413."""
        return body.read(environ, self._largest)

    def arguments(self, environ: Environ, raw: bytes, headers: Any) -> dict[str, Any]:
        """The view's keywords. Refusal 400, 415, or 422 with every fault of parameters and body at once."""
        faults: list[Fault] = []
        values = self._parameters.parse(environ.get("QUERY_STRING", ""), headers, faults)
        if self.operation.body_schema is not None:
            values["body"] = body.parse(self.operation, environ, raw)
            body.check(self.operation, self._schemas, values["body"], faults)
        if faults:
            raise Refusal("validation_failed", errors=faults)
        return values
