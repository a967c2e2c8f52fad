"""granian (WSGI) in this process: one accept loop in Rust, Python threads for the views, no child process."""

# granian's Python half has few annotations, and its parts that can be built upon are private.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportCallIssue=false
# pyright: reportPrivateUsage=false

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from granian._granian import SocketHolder
from granian._signals import set_main_signals
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer
from granian.server.mt import MTServer

_HEADER_BYTES = 64 * 1024
_STOP_SECONDS = 30
_FIRST_ANSWER_SECONDS = 5


class GranianServer(MTServer):
    """granian's threaded server, on a socket of ours and under the GIL.

    Its default starts a second interpreter for the worker, which doubles memory and start time; a single writer needs
    one process anyway.
    """

    def __init__(self, application: Any, bound: socket.socket, *, threads: int) -> None:
        host, port = bound.getsockname()[:2]
        super().__init__(
            "nodai_mock",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(max_buffer_size=_HEADER_BYTES + 8192),
            websockets=False,
            blocking_threads=threads,
            backpressure=max(512, threads),
            log_level=LogLevels.warning,
            workers_kill_timeout=_STOP_SECONDS,
        )
        self._application = application
        self._bound = bound

    def run(self, ready: Callable[[], object], *, signals: bool = True) -> None:
        """Serve until `stop`, or SIGTERM or SIGINT if `signals`; requests that are under way are finished."""
        self.on_startup(ready)
        self._signals = signals
        AbstractServer.serve(self, target_loader=lambda: self._application, wrap_loader=False)

    def stop(self) -> None:
        """Make `run` return, from another thread."""
        self.signal_handler_interrupt()

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        if self._signals:
            set_main_signals(self.signal_handler_interrupt)
        self._init_shared_socket()
        self._start_ipc()
        self._spawn_workers(spawn_target, target_loader)
        _wait_for_an_answer(self._bound)
        self._call_hooks(self.hooks_startup)

    def _init_shared_socket(self) -> None:
        # The holder closes what it holds, and our own copy is closed by whoever made it.
        self._sfd = os.dup(self._bound.fileno())
        self._shd = SocketHolder(self._sfd, False, self.backlog)

    def _serve(self, spawn_target: Any, target_loader: Any) -> None:
        # MTServer's own refuses to work with a GIL, which a WSGI application does not mind.
        application = target_loader()
        self.startup(spawn_target, application)
        self._serve_loop(spawn_target, application)
        self.shutdown()


def _wait_for_an_answer(bound: socket.socket) -> None:
    """Until granian itself refuses what is no HTTP: told to stop before that, it would never hear of it."""
    host, port = bound.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not listened on
    with suppress(OSError), socket.create_connection((reachable, port), _FIRST_ANSWER_SECONDS) as probe:
        probe.sendall(b"?\r\n\r\n")
        probe.recv(1)
