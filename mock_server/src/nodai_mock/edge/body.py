"""Request bodies: read within bounds, decoded strictly, checked against the contract."""

from __future__ import annotations

from typing import Any, cast

import orjson

from nodai_mock._generated.operations import ServerOperation
from nodai_mock.edge.validation import Schemas
from nodai_mock.kernel.errors import Fault, Refusal

Environ = dict[str, Any]
_EXACT = 2**53


def read(environ: Environ, largest: int) -> bytes:
    """The body as it came. Refusal 413 `payload_too_large` without reading more than `largest` bytes."""
    length = environ.get("CONTENT_LENGTH")
    if length:
        size = int(length) if length.isdecimal() else -1
        if size > largest or size < 0:
            raise Refusal("payload_too_large", max_bytes=largest)
        return environ["wsgi.input"].read(size) if size else b""
    if not environ.get("wsgi.input_terminated"):
        return b""
    body: bytes = environ["wsgi.input"].read(largest + 1)
    if len(body) > largest:
        raise Refusal("payload_too_large", max_bytes=largest)
    return body


def parse(operation: ServerOperation, environ: Environ, raw: bytes) -> Any:
    """The body as JSON values; None when there is none and none is needed. Refusal 400 or 415.

    Of a name that comes twice in one object the last counts, as with every common JSON parser; the idempotency
    fingerprint is of the bytes, so two readings of one body can never be taken for the same request.
    """
    if operation.body_schema is None or (not raw and not operation.body_required):
        return None
    media_type, _, options = environ.get("CONTENT_TYPE", "").partition(";")
    if raw and media_type.strip().lower() != "application/json":
        raise Refusal("unsupported_media_type", supported_media_types=["application/json"])
    if options and not _is_utf8(options):
        raise Refusal("unsupported_media_type", supported_media_types=["application/json; charset=utf-8"])
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refusal("malformed_json", detail=f"The body is not valid JSON in UTF-8: {error}.") from None
    return _whole(value) if b".0" in raw or b"e" in raw or b"E" in raw else value


def check(operation: ServerOperation, schemas: Schemas, body: object, faults: list[Fault]) -> None:
    """Add to `faults` whatever the contract does not allow in this body."""
    if operation.body_schema is not None and (body is not None or operation.body_required):
        faults += schemas.faults(operation.body_schema, body)


def _whole(value: Any) -> Any:
    """Floats that are whole numbers as integers: to JSON Schema, and so to the contract, `3.0` is an integer."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    if isinstance(value, list):
        return [_whole(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in cast("dict[str, Any]", value).items()}
    return value


def _is_utf8(options: str) -> bool:
    name, _, value = options.partition("=")
    return name.strip().lower() != "charset" or value.strip().strip('"').lower() in ("utf-8", "utf8")
