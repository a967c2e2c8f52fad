"""The way of every request: authenticate, read, admit, view, check, settle, answer."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from nodai_mock.edge import answer as answers
from nodai_mock.edge import cors, problems
from nodai_mock.edge.answer import Answer, ContractViolated, Pair
from nodai_mock.edge.call import Call
from nodai_mock.edge.endpoint import Endpoint
from nodai_mock.edge.headers import SECURITY, RequestHeaders, correlation, status_line
from nodai_mock.edge.router import Router, wsgi_path
from nodai_mock.edge.validation import Schemas
from nodai_mock.kernel.errors import Refusal

if TYPE_CHECKING:
    from nodai_mock.edge.admission import Admission
    from nodai_mock.edge.observe import Observer
    from nodai_mock.idempotency.rules import Replay
    from nodai_mock.services import World, Worlds

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGI = Callable[[Environ, StartResponse], Iterable[bytes]]
log = logging.getLogger("nodai_mock")


class Edge:
    """WSGI in front of Flask: serves the contract's operations by itself, and leaves every other path to Flask.

    Routing and request objects of a general framework cost 70 µs a request, three times as much as all of this.
    """

    def __init__(
        self,
        endpoints: list[Endpoint],
        worlds: Worlds,
        pages: WSGI,
        schemas: Schemas,
        observer: Observer,
        *,
        strict: bool,
    ) -> None:
        self._router = Router((each.operation, each) for each in endpoints)
        self._worlds = worlds
        self._pages = pages
        self._schemas = schemas
        self._observer = observer
        self._strict = strict

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = wsgi_path(environ["PATH_INFO"])
        method = environ["REQUEST_METHOD"]
        found = self._router.find("GET" if method == "HEAD" else method, path)
        world = self._worlds.of(environ)
        if found is None:
            environ["nodai.world"], environ["nodai.request_id"] = world, world.ids.new("req_")
            if method == "OPTIONS" and (told := self._preflight(path, environ)) is not None:
                start_response(status_line(204), [("X-Request-Id", environ["nodai.request_id"]), *told])
                return []
            return self._pages(environ, start_response)
        endpoint, values = found
        call = self._call(endpoint, values, path, environ, world)
        raw, answer = self._serve(endpoint, values, call, environ)
        if call.key is not None and call.decision is None:
            self._look(call)
        extra = correlation(environ)
        if call.origin is not None and cors.open_to_pages(path):
            extra += cors.readable(call.origin)
        complete(call, answer, extra)
        answer = self._observer.saw(call, environ, raw, answer)
        start_response(status_line(answer.status), answer.headers)
        if method == "HEAD":
            return []
        return answer.stream if answer.payload is None else [answer.payload]

    def _preflight(self, path: str, environ: Environ) -> list[Pair] | None:
        """The headers for a page that asks whether it may call an operation; None when it is no such question."""
        origin, asked = environ.get("HTTP_ORIGIN"), environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
        if not origin or not asked or not cors.open_to_pages(path):
            return None
        methods = self._router.methods(path)
        wanted = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        return cors.preflight(origin, methods, wanted) if methods else None

    def _call(self, endpoint: Endpoint, values: tuple[str, ...], path: str, environ: Environ, world: World) -> Call:
        get = environ.get
        return Call(
            endpoint.operation,
            world.ids.new("req_"),
            world.clock.now(),
            world,
            self._worlds.client_ip(environ),
            get("HTTP_ORIGIN"),
            get("HTTP_USER_AGENT", ""),
            RequestHeaders(environ),
            path,
            workflow_id=None if endpoint.workflow_at is None else values[endpoint.workflow_at],
        )

    def _serve(self, endpoint: Endpoint, values: tuple[str, ...], call: Call, environ: Environ) -> tuple[bytes, Answer]:
        """The body that came, and the answer to it, whatever happens on the way."""
        admission = None if endpoint.operation.public else call.world.admission
        raw = b""
        try:
            if admission is not None:
                admission.authenticate(call)
            elif call.origin is not None:
                cors.own_page(call.path, call.origin, call.headers)
            call.effect = self._observer.before(call)
            raw = endpoint.read(environ)
            call.request_bytes = len(raw)
            keywords = endpoint.arguments(environ, raw, call.headers)
            if admission is not None and (replay := admission.admit(call, keywords.get("body"), raw)) is not None:
                return raw, _replayed(replay)
        except Exception as error:
            answer = self._problem(call, error)
            if admission is not None:
                admission.refused(call, answer.code or "", answer.status)
            return raw, answer
        if admission is None:
            return raw, self._viewed(endpoint, values, keywords, call)

        def work(inside: bool) -> Answer:
            return self._settled(admission, call, self._viewed(endpoint, values, keywords, call, inside=inside))

        try:
            return raw, admission.together(call, work)
        except Exception as error:
            return raw, self._problem(call, error)

    def _viewed(
        self, endpoint: Endpoint, values: tuple[str, ...], keywords: dict[str, Any], call: Call, *, inside: bool = False
    ) -> Answer:
        """What the view answers. Inside of a unit of work the database's own errors are for that to hear of."""
        try:
            result = endpoint.view(call, *values, **keywords)
            return answers.of(endpoint.operation, self._schemas, result, self._strict)
        except Exception as error:
            if inside and isinstance(error, sqlite3.Error):
                raise
            return self._problem(call, error)

    def _settled(self, admission: Admission, call: Call, answer: Answer) -> Answer:
        """The answer after what it cost was written down, or the one that was stored before, or a refusal.

        A refusal is an answer here and no exception: what was logged about it has to stay.
        """
        try:
            replay = admission.settle(call, answer.status, answer.code, answer.payload or b"", answer.content_type)
        except Refusal as error:
            return self._problem(call, error)
        return answer if replay is None else _replayed(replay)

    def _look(self, call: Call) -> None:
        """Limits for the headers of an answer that came before admission; without them rather than no answer."""
        try:
            call.decision = call.world.admission.peek(call)
        except Exception:
            log.exception("%s: cannot read the limits", call.request_id)

    def _problem(self, call: Call, error: Exception) -> Answer:
        """The answer that an exception stands for; anything but a refusal is our fault and told to the log alone."""
        if isinstance(error, sqlite3.Error):
            error = problems.stored(error)
        if not isinstance(error, Refusal):
            log.error("%s failed in %s", call.request_id, call.operation.id, exc_info=error)
            detail = str(error) if self._strict and isinstance(error, ContractViolated) else None
            error = Refusal("internal_error", detail=detail)
        elif self._strict and error.status is None and not problems.declared(call, error):
            log.error("%s: the contract does not let %s answer %s", call.request_id, call.operation.id, error.code)
        status, payload = problems.render(error, call.request_id)
        return Answer(status, problems.CONTENT_TYPE, payload, problems.headers(error), code=error.code)


def _replayed(replay: Replay) -> Answer:
    headers = [("Idempotent-Replayed", "true")]
    return Answer(replay.status, replay.content_type, replay.body, headers)


def complete(call: Call, answer: Answer, extra: list[tuple[str, str]]) -> None:
    """Give the answer the headers that every answer has."""
    headers = [("X-Request-Id", call.request_id), *SECURITY, *extra, *answer.headers]
    if answer.content_type:
        headers.append(("Content-Type", answer.content_type))
    if call.decision is not None:
        headers += call.decision.headers()
    if answer.payload is not None and answer.status != 204:
        headers.append(("Content-Length", str(len(answer.payload))))
    answer.headers = headers
