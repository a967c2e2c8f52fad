"""The gate before the application: lets nobody in once the server stops, and knows when the last one is out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from nodai_mock.kernel.clock import elapsed

_LOOK_UP_SECONDS = 0.005
_REFUSAL = (
    b'{"type":"/docs/errors/unavailable","title":"Not available now","status":503,"code":"unavailable",'
    b'"detail":"The server is stopping.","request_id":"req_none","retryable":true,"retry_after_seconds":1}'
)
_HEADERS = [("Content-Type", "application/problem+json"), ("Retry-After", "1"), ("X-Request-Id", "req_none")]


class Gate:
    """WSGI around an application.

    A server that stops forgets the requests of clients that hung up, while their threads still run; the database must
    not be closed under them.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._inside: set[int] = set()
        self._closed = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        thread = threading.get_ident()
        self._inside.add(thread)
        try:
            if self._closed:
                start_response("503 Service Unavailable", _HEADERS)
                return [_REFUSAL]
            return self._application(environ, start_response)
        finally:
            self._inside.discard(thread)

    def close(self, seconds: float) -> bool:
        """Let nobody in any more, and wait for those inside; whether they all came out."""
        self._closed = True
        until = elapsed() + seconds
        while self._inside and elapsed() < until:
            time.sleep(_LOOK_UP_SECONDS)
        return not self._inside
