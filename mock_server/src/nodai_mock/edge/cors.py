"""Calls from web pages: which origins are the server's own, what a preflight is told, what a page may read.

A preflight carries no credential, so any site may ask, and it learns nothing but the contract's methods. Every answer
can be read by the page it goes to: with data, only where the credential's origins allow that page, because every
other request is refused before its view; and a refusal, so that the page can say why. No answer depends on cookies,
and none allows them. The mock's controls take no credential, so pages of other sites are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nodai_mock.kernel.errors import Refusal
from nodai_mock.keys.rules import normal_origin

Pair = tuple[str, str]
_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]*://[\x21-\x7e]{1,255}", re.IGNORECASE | re.ASCII)
_NAMES = re.compile(r"[A-Za-z0-9_-]{1,64}(, ?[A-Za-z0-9_-]{1,64}){0,63}", re.ASCII)
_SENT = "Authorization, X-API-Key, Content-Type, Idempotency-Key, Last-Event-ID, X-Request-Id"
_READ = (
    "X-Request-Id", "X-Client-Request-Id", "RateLimit-Policy", "RateLimit", "X-RateLimit-Limit",
    "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After", "Idempotent-Replayed", "WWW-Authenticate",
)  # fmt: skip
_MAX_AGE_SECONDS = 7200  # the most that browsers take
_EXPOSE = ("Access-Control-Expose-Headers", ", ".join(_READ))
_VARY = ("Vary", "Origin")


def foreign(origin: str, headers: Mapping[str, str]) -> bool:
    """Whether an `Origin` is another site's, and not that of the server's own pages."""
    if headers.get("sec-fetch-site") == "same-origin":  # browsers say so, and pages cannot
        return False
    host = headers.get("host") or ""
    return not host or normal_origin(origin) not in (normal_origin("http://" + host), normal_origin("https://" + host))


def own_page(path: str, origin: str, headers: Mapping[str, str]) -> None:
    """Refusal `origin_not_allowed` for a foreign page at the mock's controls.

    Browsers send a POST without a body unasked, and only keep its answer from the page.
    """
    if path.startswith("/_mock/") and foreign(origin, headers):
        detail = f"The mock's controls may not be used from the origin {origin}."
        raise Refusal("origin_not_allowed", detail=detail, origin=origin)


def open_to_pages(path: str) -> bool:
    """Whether pages of other sites may call what is at this path at all."""
    return path.startswith("/api/")


def readable(origin: str) -> list[Pair]:
    """The headers that let the page of that origin read an answer."""
    if _ORIGIN.fullmatch(origin) is None:
        return [_VARY]
    return [("Access-Control-Allow-Origin", origin), _EXPOSE, _VARY]


def preflight(origin: str, methods: Sequence[str], asked: str) -> list[Pair]:
    """The headers that answer a preflight of a path with these methods.

    Whatever headers the page has `asked` for are allowed too, such as those that tracing adds: none gives a right.
    """
    vary = ("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
    if _ORIGIN.fullmatch(origin) is None:
        return [vary]
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Methods", ", ".join(methods)),
        ("Access-Control-Allow-Headers", f"{_SENT}, {asked}" if _NAMES.fullmatch(asked) else _SENT),
        ("Access-Control-Max-Age", str(_MAX_AGE_SECONDS)),
        vary,
    ]
