"""Sends requests by operationId, records them, and checks every answer against the contract."""

from itertools import count
from typing import Any

import httpx
import jsonschema_rs

from codegen.lenient import closed, strict
from tests.contract.har import Recorder
from tests.contract.walk import operations, resolve

Document = dict[str, Any]
JSON = "application/json"


class Driver:
    """One client with one secret; every exchange goes to `recorder`."""

    def __init__(self, http: httpx.Client, contract: Document, secret: str) -> None:
        self.http, self.contract, self.secret = http, contract, secret
        self.recorder = Recorder()
        self.operations = {op["operationId"]: (path, method, op) for path, method, op in operations(contract)}
        self.numbers = count(1)
        self._defs = strict(contract)

    def send(
        self,
        name: str,
        *,
        ids: Document | None = None,
        body: Any = ...,
        query: Document | None = None,
        secret: Any = ...,
        headers: Document | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """One request, lawful in all that is not given, apart from its ids, which belong to nothing."""
        path, method, operation = self.operations[name]
        for parameter in self.parameters(name):
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", (ids or {}).get(parameter["name"], "no_such_id"))
            elif parameter.get("required"):
                query = {parameter["name"]: parameter["example"], **(query or {})}
        sent = {"User-Agent": "nodai-tour"}
        if operation["x-scopes"] and (key := self.secret if secret is ... else secret):
            sent["X-API-Key"] = key
        if operation["x-scopes"] and method == "post":
            sent["Idempotency-Key"] = f"tour-{next(self.numbers)}"
        if "requestBody" in operation:
            sent["Content-Type"] = JSON
            body = self.body(name) if body is ... else body
        payload: Document = {"content": content} if content or body is ... else {"json": body}
        request = self.http.build_request(method.upper(), path, params=query, headers=sent | (headers or {}), **payload)
        response = self.http.send(request)
        response.read()
        came = (response.headers, response.content)
        self.recorder.add(
            request.method, str(request.url), (request.headers, request.content), response.status_code, came
        )
        self.check(operation, response)
        return response

    def parameters(self, name: str) -> list[Document]:
        """The operation's parameters, written out."""
        return [resolve(self.contract, one) for one in self.operations[name][2].get("parameters", [])]

    def body(self, name: str) -> Any:
        """The contract's first example of the operation's body."""
        media = self.operations[name][2]["requestBody"]["content"][JSON]
        return next(iter(media["examples"].values()))["value"]

    def check(self, operation: Document, response: httpx.Response) -> None:
        """The answer is declared, has its headers, and its body fits the strict form of its schema."""
        status = str(response.status_code)
        at = f"{operation['operationId']} {status}"
        declared = operation["responses"].get(status) or operation["responses"].get(status[0] + "XX")
        assert declared, f"{at} is not declared: {response.text[:500]}"
        declared = resolve(self.contract, declared)
        for header, described in declared["headers"].items():
            required = resolve(self.contract, described).get("required")
            assert header in response.headers or not required, f"{at}: {header} is missing"
        content = declared.get("content", {})
        media_type = response.headers.get("content-type", "").partition(";")[0]
        assert media_type in content or not content, f"{at}: {media_type}"
        if media_type.endswith("json"):
            schema = {**self._defs, **closed(content[media_type]["schema"])}
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            faults = [(fault.instance_path, fault.message) for fault in validator.iter_errors(response.json())]
            assert not faults, f"{at}: {faults}"
        if media_type.startswith("application/problem"):
            assert response.json()["code"] in operation["x-errors"], f"{at}: {response.json()['code']}"
