"""Request headers as calls see them, and the headers that every answer has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

Environ = dict[str, Any]
_SAFE = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)

SECURITY = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
]
"""Of API answers. Pages add a content security policy of their own."""


class RequestHeaders(Mapping[str, str]):
    """A WSGI environment's headers by lower-case name, without copying them."""

    __slots__ = ("_environ",)

    def __init__(self, environ: Environ) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        return self._environ[_wsgi_name(name)]

    def get(self, name: str, default: Any = None) -> Any:
        return self._environ.get(_wsgi_name(name), default)

    def __iter__(self) -> Iterator[str]:
        for key, value in self._environ.items():
            if key.startswith("HTTP_"):
                yield key[5:].lower().replace("_", "-")
            elif key in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
                yield key.lower().replace("_", "-")

    def __len__(self) -> int:
        return sum(1 for _ in self)


@lru_cache(maxsize=256)
def _wsgi_name(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key


def correlation(environ: Environ) -> list[tuple[str, str]]:
    """The caller's own request id, given back when it is harmless.

    Ours stays in `X-Request-Id`, because it is the key of the request log and has to be unique.
    """
    theirs = environ.get("HTTP_X_REQUEST_ID")
    return [("X-Client-Request-Id", theirs)] if theirs and _SAFE.fullmatch(theirs) else []


_LINES = {each.value: f"{each.value} {each.phrase}" for each in HTTPStatus}


def status_line(status: int) -> str:
    """As WSGI wants it: `404 Not Found`."""
    return _LINES.get(status) or f"{status} Unknown"
