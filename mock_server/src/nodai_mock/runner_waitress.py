"""waitress: pure Python, for platforms where granian has no wheel."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from typing import Any

from waitress.server import create_server

from nodai_mock.kernel.clock import elapsed

_STOP_SECONDS = 30
_TICK_SECONDS = 0.5


class WaitressServer:
    """waitress on a socket of ours, with a loop that can be told to stop and then finishes what is under way."""

    def __init__(self, application: Any, bound: socket.socket, *, threads: int) -> None:
        self._stopping = False
        self._server: Any = create_server(
            application, sockets=[bound], threads=min(threads, 64), ident=None, expose_tracebacks=False,
            max_request_header_size=64 * 1024, clear_untrusted_proxy_headers=False, channel_timeout=30,
        )  # fmt: skip

    def run(self, ready: Callable[[], object], *, signals: bool = True) -> None:
        """Serve until `stop`, or SIGTERM or SIGINT if `signals`."""
        if signals:
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, self._told)
        ready()
        while not self._stopping:
            self._turn()
        until = elapsed() + _STOP_SECONDS
        while self._busy() and elapsed() < until:
            self._turn()
        self._server.task_dispatcher.shutdown()
        self._server.close()
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()

    def _told(self, number: int, frame: object) -> None:
        del number, frame
        self.stop()

    def stop(self) -> None:
        """Make `run` return, from another thread or a signal handler."""
        self._stopping = True
        self._server.pull_trigger()

    def _turn(self) -> None:
        self._server.asyncore.loop(timeout=_TICK_SECONDS, map=self._server._map, count=1, use_poll=True)

    def _busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)
