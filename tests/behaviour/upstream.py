"""An upstream for gateways to forward to: it answers what it is told to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeUpstream:
    """A server on a free port of this machine."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.content_type = "application/json"
        self.chunks: Iterable[bytes] = [b'{"output": "From upstream."}']
        self.asked: list[tuple[dict[str, str], Any]] = []
        self.gone = threading.Event()
        """Set when whoever asked has closed the connection before the answer was complete."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/run"

    def __enter__(self) -> FakeUpstream:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(upstream: FakeUpstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            upstream.asked.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(upstream.status)
            self.send_header("Content-Type", upstream.content_type)
            for name, value in upstream.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for chunk in upstream.chunks:
                    self.wfile.write(chunk)
                    self.wfile.flush()
            except OSError:
                upstream.gone.set()

        def log_message(self, format: str, *args: Any) -> None:
            """Tests are quiet."""

    return Handler
