"""Says why a server was not reached, and what to do about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodai._core.settings import Settings

_HINTS = (  # what the operating system, OpenSSL or httpx say, in part
    ("CERTIFICATE_VERIFY_FAILED", "SSL_CERT_FILE names other certificates to trust"),
    ("WRONG_VERSION_NUMBER", "it does not speak TLS: perhaps base_url must begin with http://"),
    ("not known", "look at the host in base_url"),
    ("No address", "look at the host in base_url"),
    ("name resolution", "look at the host in base_url, and at the network"),
)
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def message(settings: Settings, error: Exception) -> str:
    """One sentence for the error, with a hint where one helps."""
    told = str(getattr(error, "strerror", None) or error) or type(error).__name__
    if isinstance(error, ConnectionError) and error.errno:
        told = os.strerror(error.errno)  # asyncio's own text is about sockets
    hint = next((hint for part, hint in _HINTS if part in told), "")
    if not hint and settings.host in _LOCAL:
        hint = "start the local server with `nodai-mock serve`, or set NODAI_BASE_URL"
    return f"The server at {settings.authority} cannot be reached ({told.rstrip('.')}){hint and '; ' + hint}."
