"""Flask's part: the documents beside the API, and the answer to every path and method that the contract lacks."""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException

from nodai_mock._generated.errors import ERRORS
from nodai_mock._generated.operations import ServerOperation
from nodai_mock.edge import cors, metrics, problems
from nodai_mock.edge.headers import SECURITY, correlation
from nodai_mock.kernel.errors import Refusal

if TYPE_CHECKING:
    from nodai_mock.edge.observe import Observer

log = logging.getLogger("nodai_mock")
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_DOCUMENTS = {
    "/openapi.json": ("openapi.json", "application/json"),
    "/openapi.yaml": ("openapi.yaml", "application/yaml"),
    "/docs": ("docs.html", "text/html; charset=utf-8"),
}


def mount(app: Flask, observer: Observer, operations: Sequence[ServerOperation]) -> None:
    """Add the pages, the metrics and the error answers to the application."""
    app.url_map.merge_slashes = False
    methods: dict[str, list[str]] = {}
    for operation in operations:
        methods.setdefault(operation.path.replace("{", "<").replace("}", ">"), []).append(operation.method)
    for rule, allowed in methods.items():
        # The edge answers these before Flask sees them; here they make the 405s and the listing of `flask routes`.
        app.add_url_rule(rule, rule, _unreachable, methods=allowed)
    for path, (name, content_type) in _DOCUMENTS.items():
        app.add_url_rule(path, path, _document(name, content_type))
    app.add_url_rule("/", "root", lambda: redirect("/docs"))
    app.add_url_rule("/favicon.ico", "favicon", lambda: Response(status=204))  # browsers ask, and complain about a 404
    app.add_url_rule("/docs/errors/<code>", "error_page", _error_page)
    app.add_url_rule("/metrics", "metrics", lambda: Response(metrics.render(observer.counters), mimetype="text/plain"))
    app.register_error_handler(Exception, _failed)
    app.after_request(_finish(observer))


def _unreachable(**values: str) -> Response:
    raise RuntimeError(f"the edge lets a known operation through: {values}")


def _document(name: str, content_type: str) -> Any:
    def view() -> Response:
        content = resources.files("nodai_mock._generated").joinpath(name).read_bytes()
        response = Response(content, content_type=content_type, headers={"Cache-Control": "no-cache"})
        response.add_etag()
        response.make_conditional(request.environ)
        return response

    return view


def _error_page(code: str) -> Response:
    row = ERRORS.get(code)
    if row is None:
        raise Refusal("not_found")
    again = "The same request can succeed later." if row.retryable else "The same request will not succeed later."
    facts = "".join([f"<li><code>{html.escape(fact)}</code></li>" for fact in row.facts])
    page = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{code}</title>"
        "<style>body{font:16px/1.5 system-ui;max-width:42rem;margin:3rem auto;padding:0 1rem}</style>"
        f"<p><a href=/docs>NodAI API</a></p><h1><code>{code}</code></h1><p>{row.status} · {html.escape(row.title)}</p>"
        f"<p>{html.escape(row.detail)}</p><p>{again}</p><p>Its own members:</p><ul>{facts or '<li>none'}</ul>"
    )
    return Response(page, content_type="text/html; charset=utf-8")


def _failed(error: Exception) -> Response:
    """Every error of Flask's part as a problem."""
    refusal = _as_refusal(error)
    status, payload = problems.render(refusal, request.environ["nodai.request_id"])
    return Response(payload, status, problems.headers(refusal), content_type=problems.CONTENT_TYPE)


def _as_refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if not isinstance(error, HTTPException) or error.code is None or error.code >= 500:
        log.error("%s failed", request.path, exc_info=error)
        return Refusal("internal_error")
    if error.code == 404:
        return Refusal("not_found", detail="There is nothing at this path.")
    if error.code == 405:
        allowed = sorted(getattr(error, "valid_methods", None) or ())
        return Refusal("method_not_allowed", allowed_methods=allowed)
    return Refusal(problems.code_for(error.code))


def _readable() -> list[tuple[str, str]]:
    """What lets a page read that there is no such operation."""
    origin = request.environ.get("HTTP_ORIGIN")
    return cors.readable(origin) if origin is not None and cors.open_to_pages(request.path) else []


def _finish(observer: Observer) -> Any:
    def finish(response: Response) -> Response:
        identifier = request.environ["nodai.request_id"]
        response.headers["X-Request-Id"] = identifier
        for name, value in (*SECURITY, *correlation(request.environ), *_readable()):
            response.headers.setdefault(name, value)
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
        observer.saw_page(request.environ, response, identifier)
        return response

    return finish
