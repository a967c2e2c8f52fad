"""An answer on its way out: from what a view returned to status, headers and bytes that fit the contract."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from nodai_mock._generated.operations import ServerOperation
from nodai_mock.edge import sse
from nodai_mock.edge.reply import Download, Reply, Stream
from nodai_mock.edge.validation import Schemas

log = logging.getLogger("nodai_mock")
JSON = "application/json"
Pair = tuple[str, str]


@dataclass(slots=True)
class Answer:
    """What goes to the server; `payload` is None when the body is streamed."""

    status: int
    content_type: str = JSON
    payload: bytes | None = b""
    headers: list[Pair] = field(default_factory=list[Pair])
    stream: Iterable[bytes] = ()
    code: str | None = None
    faults: list[str] = field(default_factory=list[str])


class ContractViolated(Exception):
    """A view answered something that the contract does not have."""


def of(operation: ServerOperation, schemas: Schemas, result: Any, strict: bool = True) -> Answer:
    """The answer that a view's result stands for.

    ContractViolated when it does not fit the contract; unless `strict`, that is only logged, for a server in use is
    better off with an answer that has a field too many than with none.
    """
    headers: list[Pair] = []
    if isinstance(result, Reply):
        reply = cast("Reply[Any]", result)
        headers, result = list(reply.headers), reply.body
    if isinstance(result, Stream):
        return Answer(operation.status, sse.CONTENT_TYPE, None, list(result.headers), sse.Body(result))
    if isinstance(result, Download):
        return _download(operation, result)
    if operation.success_schema is None:
        if result is not None:
            raise ContractViolated(f"{operation.id} has no body to answer")
        return Answer(operation.status, "", b"", headers)
    if not schemas.validator(operation.success_schema).is_valid(result):
        found = schemas.faults(operation.success_schema, result)
        words = [f"{each.get('pointer', '')} {each['message']}" for each in found]
        violated = ContractViolated(f"{operation.id} answered no {operation.success_schema}: {'; '.join(words)}")
        if strict:
            raise violated
        log.error("%s", violated)
    return Answer(operation.status, JSON, orjson.dumps(result), headers)


def _download(operation: ServerOperation, download: Download) -> Answer:
    headers = list(download.headers)
    if download.filename is not None:
        headers.append(("Content-Disposition", f'attachment; filename="{download.filename}"'))
    content_type = download.content_type or operation.media_type
    if isinstance(download.content, bytes):
        return Answer(operation.status, content_type, download.content, headers)
    return Answer(operation.status, content_type, None, headers, download.content)
