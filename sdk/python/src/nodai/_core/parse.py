"""Turns the bytes of an answer into a model, a problem, or an error that says what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, from_json

from nodai._core.errors import APIError, Redirected, ResponseInvalid
from nodai._core.meta import Meta, RawHeaders, header

FAULTS_TOLD = 3  # of a refused request, in the message; `errors` has them all
Validate = Callable[[bytes], Any]
set_meta = object.__setattr__


class Content(bytes):
    """The bytes of a download, with their meta."""

    meta: Meta = Meta()


@cache
def validator(name: str) -> SchemaValidator:
    """The compiled validator of a generated model or alias, built when it is first needed."""
    from nodai._generated import models

    target: Any = getattr(models, name)
    if isinstance(target, type) and issubclass(target, BaseModel):
        target.model_rebuild()
        return cast("SchemaValidator", target.__pydantic_validator__)
    adapter: TypeAdapter[Any] = TypeAdapter(cast("Any", target))
    return cast("SchemaValidator", adapter.validator)


def validate_with(name: str) -> Validate:
    """From bytes to that model."""
    return validator(name).validate_json


def result(kind: str, validate: Validate | None, meta: Meta) -> Any:
    """What a success holds: a model, bytes or nothing; raises ResponseInvalid."""
    if validate is not None:
        try:
            model = validate(meta.content)
        except (ValueError, RecursionError):  # a ValidationError is a ValueError
            model = repaired(validate, meta)
        with suppress(AttributeError):  # an alias of a plain type has no place for it
            set_meta(model, "_nodai_meta", meta)
        return model
    if kind == "bytes" and media_type(meta.raw_headers) != "text/html":
        content = Content(meta.content)
        content.meta = meta
        return content
    if kind != "none" or meta.content:
        raise unexpected(meta)
    return None


def repaired(validate: Validate, meta: Meta) -> Any:
    """The second look at bytes that did not fit: undo a compression that nobody asked for, then say what is wrong."""
    content = _inflated(meta)
    try:
        if content is not None:
            return validate(content)
        validate(meta.content)
    except ValidationError as error:
        raise ResponseInvalid(
            f"{_what(meta)} does not fit the contract: {_first(error)}.{_hint(meta)}", meta=meta
        ) from None
    except (ValueError, RecursionError) as error:
        raise ResponseInvalid(
            f"{_what(meta)} cannot be read: {type(error).__name__}.{_hint(meta)}", meta=meta
        ) from None
    return validate(meta.content)


def unexpected(meta: Meta) -> ResponseInvalid:
    """A success with a body where the contract has none, or a page where it has a file."""
    return ResponseInvalid(f"{_what(meta)} is not what the contract says.{_hint(meta)}", meta=meta)


def cut_short(meta: Meta) -> ResponseInvalid:
    """The connection broke inside an answer."""
    return ResponseInvalid(f"{_what(meta)} was cut short after {len(meta.content)} bytes.", meta=meta)


def refusal(meta: Meta) -> APIError:
    """The error of an answer that is no success."""
    if 300 <= meta.status < 400:
        return Redirected(f"The server redirects ({meta.status}); NodAI does not follow.", meta=meta)
    try:
        problem: object = from_json(_inflated(meta) or meta.content)
    except (ValueError, RecursionError):
        problem = None
    return api_error(meta.status, cast("dict[str, Any]", problem) if isinstance(problem, dict) else {}, meta)


def api_error(status: int, problem: dict[str, Any], meta: Meta) -> APIError:
    """The class of the problem's code, else of the status."""
    from nodai._generated.errors import BY_CODE, BY_STATUS, ServerError

    told = problem.get("code")
    code = told if isinstance(told, str) else ""
    kind = BY_CODE.get(code) or BY_STATUS.get(status) or (ServerError if status >= 500 else APIError)
    text = problem.get("detail") or problem.get("title") or f"{_what(meta)} is no problem document; is base_url right?"
    message = f"{status} {code}: {text}{_faults(problem)}" if code else f"{status}: {text}"
    return kind(message, code=code, problem=problem, meta=meta)


def _faults(problem: dict[str, Any]) -> str:
    """The first faults of a refused request, ` /input: is required;`: where, and what, but never the input."""
    faults = problem.get("errors")
    listed: list[Any] = cast("Any", faults) if isinstance(faults, list) else []
    told = [_told(cast("dict[str, Any]", fault)) for fault in listed[:FAULTS_TOLD] if isinstance(fault, dict)]
    more = f"; and {len(listed) - FAULTS_TOLD} more" if len(listed) > FAULTS_TOLD else ""
    return f" {'; '.join(told)}{more}" if told else ""


def _told(fault: dict[str, Any]) -> str:
    return f"{fault.get('pointer') or fault.get('parameter') or 'the body'}: {fault.get('message')}"


def _inflated(meta: Meta) -> bytes | None:
    encoding = meta.headers.get("content-encoding", "").strip().lower()
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        return None
    import zlib

    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(meta.content, 64 * 1024 * 1024)
    except zlib.error:
        return None


def _first(error: ValidationError) -> str:
    """The first fault without the input: that may be a secret."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(step) for step in fault["loc"])
    more = f", and {error.error_count() - 1} more" if error.error_count() > 1 else ""
    return f"{place}: {fault['msg']}{more}" if place else f"{fault['msg']}{more}"


def _what(meta: Meta) -> str:
    kind = meta.headers.get("content-type", "no content type").split(";")[0]
    return f"The {meta.status} answer ({kind}, {len(meta.content)} bytes)"


def _hint(meta: Meta) -> str:
    """A page where an API should be."""
    return " Is base_url right?" if media_type(meta.raw_headers) == "text/html" else ""


def media_type(headers: RawHeaders) -> str:
    """The media type of an answer, without its parameters."""
    return (header(headers, b"content-type") or "").split(";")[0].strip().lower()
