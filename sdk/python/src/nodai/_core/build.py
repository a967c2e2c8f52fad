"""Turns an operation and its arguments into a request: target, headers and body, encoded once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from os import urandom
from typing import Any, cast
from urllib.parse import quote

from pydantic_core import PydanticSerializationError, to_json

from nodai._core.errors import RequestInvalid
from nodai._core.omit import OMIT
from nodai._core.operation import Operation
from nodai._core.settings import CREDENTIAL_HEADERS, Settings, check_header
from nodai._generated.version import VERSION
from nodai.options import RequestOptions

HeaderList = list[tuple[bytes, bytes]]
USER_AGENT = f"nodai-python/{VERSION}".encode("ascii")
ACCEPT = {"stream": b"text/event-stream", "bytes": b"*/*"}
JSON = (b"Content-Type", b"application/json")
_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*", re.ASCII)
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
_CREDENTIALS = frozenset(name.encode("ascii") for name in CREDENTIAL_HEADERS)


def base_headers(settings: Settings, op: Operation) -> HeaderList:
    """The headers that every call of the operation sends."""
    headers: HeaderList = [
        (b"Host", settings.authority.encode("ascii")),
        (b"User-Agent", USER_AGENT),
        (b"Accept", ACCEPT.get(op.kind, b"application/json")),
    ]
    if settings.api_key is not None:
        headers.append((b"X-API-Key", settings.api_key))
    return merge(headers, settings.headers)


def merge(headers: HeaderList, more: Mapping[str, str]) -> HeaderList:
    """The headers with some replaced or added; a caller's own credential replaces ours."""
    if not more:
        return headers
    for name, value in more.items():
        check_header(name, value, RequestInvalid)
    replaced = {name.lower().encode("ascii") for name in more}
    replaced |= _CREDENTIALS if replaced & _CREDENTIALS else set()
    kept = [pair for pair in headers if pair[0].lower() not in replaced]
    return [*kept, *((name.encode("ascii"), value.encode("latin-1")) for name, value in more.items())]


def path(op: Operation, prefix: str, args: tuple[str, ...]) -> str:
    """The path with its parameters; one that would reach another path is refused."""
    pieces = op.path
    if len(pieces) != len(args) + 1:
        raise RequestInvalid(f"{op.id} takes {len(pieces) - 1} path parameters.")
    text = prefix + pieces[0]
    for arg, piece in zip(args, pieces[1:], strict=True):
        text += segment(op.id, arg) + piece
    return text


def segment(operation: str, arg: object) -> str:
    """One path parameter as one segment: what could climb, split or vanish is refused, the rest percent-encoded."""
    if not isinstance(arg, str):
        raise RequestInvalid(f"{operation} takes an id as a string, not as {type(arg).__name__}.")
    if _PLAIN.fullmatch(arg):
        return arg
    if arg in {"", ".", ".."} or "/" in arg or "\\" in arg or any(ord(char) < 32 or char == "\x7f" for char in arg):
        raise RequestInvalid(f"{arg!r} cannot be an id of {operation}: it would change the path of the request.")
    try:
        return quote(arg, safe="")
    except UnicodeEncodeError:
        raise RequestInvalid("A path parameter has characters that UTF-8 cannot carry.") from None


def query_string(query: Mapping[str, Any]) -> str:
    """`?name=value&…` of what is given; a list repeats its name, a time is RFC 3339, None and OMIT are left out."""
    try:
        pairs = [
            f"{quote(name, safe='')}={quote(_text(name, item), safe='')}"
            for name, value in query.items()
            for item in cast("Iterable[object]", value if isinstance(value, list | tuple) else (value,))
            if item is not OMIT and item is not None
        ]
    except UnicodeEncodeError:
        raise RequestInvalid("A query parameter has characters that UTF-8 cannot carry.") from None
    return "?" + "&".join(pairs) if pairs else ""


def _text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):  # a datetime too
        if isinstance(value, datetime) and value.tzinfo is None:
            raise RequestInvalid(f"{name} must be a time with a zone: datetime.now(UTC), not datetime.now().")
        return value.isoformat()
    if not isinstance(value, int | float | Decimal):
        raise RequestInvalid(f"{name} cannot be a {type(value).__name__}.")
    return str(value)


def body(content: Mapping[str, Any]) -> bytes:
    """The JSON of a body without what was omitted."""
    try:
        if isinstance(content, dict):
            content = {name: value for name, value in content.items() if value is not OMIT}
        return to_json(content)
    except (PydanticSerializationError, ValueError, RecursionError) as error:
        raise RequestInvalid(f"The body cannot become JSON: {error}.") from None


def check_options(options: object) -> None:
    """A mapping, as other SDKs take it, or keywords in the wrong place."""
    if not isinstance(options, RequestOptions):
        raise RequestInvalid(f"options must be nodai.RequestOptions(timeout=…), not {type(options).__name__}.")


def has_credential(headers: Mapping[str, str]) -> bool:
    """Whether a caller's own headers carry a credential."""
    return any(name.lower() in CREDENTIAL_HEADERS for name in headers)


def idempotency_key(given: str | None) -> bytes:
    """The caller's key, or a new one."""
    if given is None:
        return urandom(16).hex().encode("ascii")
    if not _IDEMPOTENCY_KEY.fullmatch(given):
        raise RequestInvalid("idempotency_key must have 1 to 255 printable ASCII characters and no spaces.")
    return given.encode("ascii")
