"""What came with an answer besides its body: ids, limits, cost, attempts, headers; read only when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, cast

RawHeaders = Sequence[tuple[bytes, bytes]]


class Headers(Mapping[str, str]):
    """Response headers: names in any case; several of one name are joined by a comma."""

    __slots__ = ("_values",)

    def __init__(self, raw: RawHeaders = ()) -> None:
        values: dict[str, str] = {}
        for name, value in raw:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            values[key] = f"{values[key]}, {text}" if key in values else text
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({self._values!r})"


class RateLimitPolicy(NamedTuple):
    """One limit that applies: its quota and window, and for the ones the answer spoke of, what is left."""

    name: str
    limit: int | None = None
    window_seconds: int | None = None
    remaining: int | None = None
    resets_in_seconds: int | None = None


class RateLimitState(NamedTuple):
    """The tightest limit after this call, and every policy; None where the answer did not say."""

    limit: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None
    policies: tuple[RateLimitPolicy, ...] = ()


class HTTPResponse(NamedTuple):
    """The answer as it came."""

    status: int
    headers: Headers
    content: bytes

    def __repr__(self) -> str:
        return f"HTTPResponse(status={self.status}, content=<{len(self.content)} bytes>)"


class Meta:
    """How a result or an error came here."""

    __slots__ = ("attempts", "content", "elapsed_seconds", "raw_headers", "received", "status")
    status: int
    raw_headers: RawHeaders
    content: bytes
    attempts: int
    elapsed_seconds: float
    received: float | None

    def __init__(
        self,
        status: int = 0,
        raw_headers: RawHeaders = (),
        content: bytes = b"",
        attempts: int = 0,
        elapsed_seconds: float = 0.0,
        received: float | None = None,
    ) -> None:
        self.status = status
        self.raw_headers = raw_headers
        self.content = content
        self.attempts = attempts
        self.elapsed_seconds = elapsed_seconds
        self.received = received

    @property
    def headers(self) -> Headers:
        return Headers(self.raw_headers)

    @property
    def http_response(self) -> HTTPResponse:
        return HTTPResponse(self.status, self.headers, self.content)

    @property
    def request_id(self) -> str | None:
        """The id to give to support, and to find the call in the request log."""
        return header(self.raw_headers, b"x-request-id")

    @property
    def idempotent_replayed(self) -> bool:
        """Whether this is the stored answer of an earlier call with the same Idempotency-Key."""
        return header(self.raw_headers, b"idempotent-replayed") == "true"

    @property
    def cost_usd(self) -> Decimal | None:
        """What the call cost, in dollars; None where the answer has no `cost_usd`."""
        from pydantic_core import from_json

        try:
            body: object = from_json(self.content) if b'"cost_usd"' in self.content else None
            cost = cast("dict[str, object]", body).get("cost_usd") if isinstance(body, dict) else None
            return Decimal(str(cost)) if cost is not None else None
        except (ValueError, InvalidOperation):
            return None

    @property
    def rate_limit(self) -> RateLimitState:
        """The limits as the server saw them after this call."""
        return read_rate_limit(self.headers, self.received)

    def __repr__(self) -> str:
        return f"Meta(status={self.status}, request_id={self.request_id!r}, attempts={self.attempts})"

    def __getstate__(self) -> tuple[int, list[tuple[bytes, bytes]], bytes, int, float, float | None]:
        raw = list(self.raw_headers)
        return self.status, raw, self.content, self.attempts, self.elapsed_seconds, self.received

    def __setstate__(self, state: tuple[int, RawHeaders, bytes, int, float, float | None]) -> None:
        self.status, self.raw_headers, self.content, self.attempts, self.elapsed_seconds, self.received = state


def header(raw: RawHeaders, name: bytes) -> str | None:
    """The first header of that (lower-case) name."""
    for key, value in raw:
        if key.lower() == name:
            return value.decode("latin-1")
    return None


def read_rate_limit(headers: Mapping[str, str], received: float | None) -> RateLimitState:
    """Read `RateLimit-Policy`, `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10) and `X-RateLimit-*`."""
    quotas = _items(headers.get("ratelimit-policy", ""))
    states = _items(headers.get("ratelimit", ""))
    policies = tuple(
        RateLimitPolicy(
            name,
            quotas.get(name, {}).get("q"),
            quotas.get(name, {}).get("w"),
            states.get(name, {}).get("r"),
            states.get(name, {}).get("t"),
        )
        for name in {**quotas, **states}
    )
    known = [policy for policy in policies if policy.remaining is not None]
    tightest = min(known, key=lambda policy: policy.remaining or 0, default=RateLimitPolicy(""))
    return RateLimitState(
        _number(headers.get("x-ratelimit-limit"), tightest.limit),
        _number(headers.get("x-ratelimit-remaining"), tightest.remaining),
        _resets_at(headers, tightest, received),
        policies,
    )


def _resets_at(headers: Mapping[str, str], tightest: RateLimitPolicy, received: float | None) -> datetime | None:
    epoch = _number(headers.get("x-ratelimit-reset"), None)
    try:
        if epoch is not None:
            return datetime.fromtimestamp(epoch, UTC)
        if tightest.resets_in_seconds is not None and received is not None:
            return datetime.fromtimestamp(received, UTC) + timedelta(seconds=tightest.resets_in_seconds)
    except (OverflowError, ValueError, OSError):
        pass
    return None


def _number(text: str | None, otherwise: int | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else otherwise


def _items(text: str) -> dict[str, dict[str, int]]:
    """The members of a structured-field list with integer parameters: `"key";q=1000;w=3600, "burst";…`."""
    items: dict[str, dict[str, int]] = {}
    for member in text.split(","):
        name, *parameters = [part.strip() for part in member.split(";")]
        pairs = (parameter.partition("=") for parameter in parameters)
        values = {key: _number(value, None) for key, _, value in pairs}
        if name:
            items[name.strip('"')] = {key: value for key, value in values.items() if value is not None}
    return items
