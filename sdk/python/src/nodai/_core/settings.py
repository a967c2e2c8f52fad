"""Reads and checks what a client is set up with: its key, its address, its limits of time."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from nodai._core.errors import ConfigurationError
from nodai._core.omit import OMIT, Omit

DEFAULT_BASE_URL = "http://127.0.0.1:4010"
DEFAULT_TIMEOUT_SECONDS = 60.0
DEFAULT_MAX_RETRIES = 2
LONGEST_SECONDS = 1e9  # longer waits overflow in the operating system
CREDENTIAL_HEADERS = frozenset({"authorization", "x-api-key"})
PORTS = {"http": 80, "https": 443}

_KEY = re.compile(r"[\x21-\x7e]+", re.ASCII)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_HEADER_VALUE = re.compile(r"[\x20-\x7e\x80-\xff\t]*")
_FRAMING = frozenset({"content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"})


class Secret(bytes):
    """A key that no repr, log line or traceback shows; `problem` says what is wrong with it."""

    problem: str = ""

    def __repr__(self) -> str:
        return "Secret('**********')"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Settings:
    """One client's settings, checked. Pickling leaves the key behind."""

    api_key: Secret | None = field(repr=False)
    scheme: str
    host: str
    port: int
    prefix: str  # the path in front of every operation, without its last slash
    timeout: float | None = DEFAULT_TIMEOUT_SECONDS
    deadline: float | None = None
    max_retries: int = DEFAULT_MAX_RETRIES
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.prefix}"

    def with_changes(self, api_key: Secret | None, **changes: Any) -> Settings:
        """The same, with what is given and not OMIT changed."""
        changes = {name: value for name, value in changes.items() if value is not OMIT}
        if "headers" in changes:
            changes["headers"] = {**self.headers, **changes["headers"]}
        if api_key is not None:
            changes["api_key"] = usable(api_key)
        return check(replace(self, **changes))

    def without_key(self) -> Settings:
        """The same without the key and the headers that are one."""
        kept = {name: value for name, value in self.headers.items() if name.lower() not in CREDENTIAL_HEADERS}
        return replace(self, api_key=None, headers=kept)

    def with_key_of_environment(self) -> Settings:
        """The same with NODAI_API_KEY, if it is set."""
        return replace(self, api_key=usable(seal(os.environ.get("NODAI_API_KEY") or None)))


def read(
    api_key: Secret | None,
    base_url: str | None,
    timeout: float | Omit | None,
    deadline: float | None,
    max_retries: int,
    headers: Mapping[str, str] | None,
) -> Settings:
    """The settings of a new client; the environment fills what is not given."""
    key = usable(seal(os.environ.get("NODAI_API_KEY") or None) if api_key is None else api_key)
    address = read_address(base_url or os.environ.get("NODAI_BASE_URL") or DEFAULT_BASE_URL)
    seconds = DEFAULT_TIMEOUT_SECONDS if timeout is OMIT else timeout
    return check(
        Settings(
            api_key=key, timeout=seconds, deadline=deadline, max_retries=max_retries, headers=headers or {}, **address
        )
    )


def seal(text: str | None) -> Secret | None:
    """Hide a key from every traceback. It does not raise: the callers' frames still hold the plain text."""
    problem = "" if text is None else _key_problem(text)
    if text is None:
        return None
    sealed = Secret(b"" if problem else text.encode("ascii"))
    sealed.problem = problem
    return sealed


def usable(key: Secret | None) -> Secret | None:
    """The same key; a malformed one is refused without being shown."""
    if key is not None and key.problem:
        raise ConfigurationError(f"The API key {key.problem}. It is not shown here; check where it comes from.")
    return key


def _key_problem(text: object) -> str:
    if not isinstance(text, str):
        return f"must be a string, not {type(text).__name__}"
    if not text:
        return "is empty"
    if text != text.strip():
        return "begins or ends with white space or a newline"
    return "" if _KEY.fullmatch(text) else "has characters that no key has"


def read_address(url: object) -> dict[str, Any]:
    """Scheme, host, port and prefix of a base URL."""
    if not isinstance(url, str):
        raise ConfigurationError(f"base_url must be a string, not {type(url).__name__}.")
    if "@" in url:
        raise ConfigurationError("base_url must not carry a user name or password; use api_key.")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
        host = host.encode("idna").decode("ascii") if host and ":" not in host else host
    except ValueError as error:
        raise ConfigurationError(f"base_url is not a URL: {error}.") from None
    if parts.scheme not in PORTS or not host or not re.fullmatch(r"[A-Za-z0-9._:%-]+", host):
        raise ConfigurationError("base_url must look like https://host[:port][/prefix] or http://…")
    if parts.query or parts.fragment or not re.fullmatch(r"[\x21-\x7e]*", parts.path):
        raise ConfigurationError("base_url must be an address without a query, a fragment or spaces.")
    if parts.path.rstrip("/").endswith("/api/v1"):
        raise ConfigurationError("base_url must end before /api/v1: every call adds that.")
    return {
        "scheme": parts.scheme,
        "host": host,
        "port": port or PORTS[parts.scheme],
        "prefix": parts.path.rstrip("/"),
    }


def check(settings: Settings) -> Settings:
    """The same settings, when their numbers and headers can be used."""
    for name in ("timeout", "deadline"):
        check_seconds(name, getattr(settings, name), ConfigurationError)
    check_retries(settings.max_retries, ConfigurationError)
    for name, value in settings.headers.items():
        check_header(name, value, ConfigurationError)
    return settings


def check_seconds(name: str, seconds: object, failure: type[ValueError]) -> None:
    if seconds is not None and not (isinstance(seconds, int | float) and 0 < seconds <= LONGEST_SECONDS):
        raise failure(f"{name} must be a number of seconds, more than 0, or None for no limit; not {seconds!r}.")


def check_retries(count: object, failure: type[ValueError]) -> None:
    if not isinstance(count, int) or count < 0:
        raise failure(f"max_retries must be a whole number, 0 or more; not {count!r}.")


def check_header(name: object, value: object, failure: type[ValueError]) -> None:
    """A header that cannot smuggle another; its value is never shown."""
    if not isinstance(name, str) or not isinstance(value, str):
        raise failure(f"The header {name!r} must be a string with a string, not with {type(value).__name__}.")
    if not _HEADER_NAME.fullmatch(name) or name.lower() in _FRAMING:
        raise failure(f"{name!r} is no header that a caller may set.")
    if not _HEADER_VALUE.fullmatch(value) or value != value.strip():
        raise failure(f"The value of the header {name} has characters that no header has.")
