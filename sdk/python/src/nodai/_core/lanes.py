"""Where a client connects to, and how many connections it keeps; the part that sync and async lanes share."""

from __future__ import annotations

import os
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

    from nodai._core.settings import Settings

MAX_LANES = 256  # connections at once; more calls wait their turn
MAX_IDLE_SECONDS = 55.0  # servers and balancers commonly close idle connections at 60
CONNECT_SECONDS = 10.0  # a host that does not answer a SYN by then is down
READ_BYTES = 64 * 1024


class Address:
    """Host, port and, for https, the TLS context, made when the first connection needs it."""

    __slots__ = ("_context", "host", "port", "secure")

    def __init__(self, settings: Settings) -> None:
        self.host = settings.host
        self.port = settings.port
        self.secure = settings.scheme == "https"
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext | None:
        if not self.secure:
            return None
        if self._context is None:
            import ssl

            context = ssl.create_default_context()
            if not os.environ.get("SSL_CERT_FILE") and not os.environ.get("SSL_CERT_DIR"):
                import certifi

                context.load_verify_locations(certifi.where())
            context.set_alpn_protocols(["http/1.1"])
            self._context = context
        return self._context


def connect_seconds(left: float | None) -> float:
    """How long connecting may take."""
    return CONNECT_SECONDS if left is None else min(left, CONNECT_SECONDS)


def rested(idle_since: float, clock: Callable[[], float] = monotonic) -> bool:
    """Whether a connection was idle for so long that the server may be about to close it."""
    return clock() - idle_since > MAX_IDLE_SECONDS
