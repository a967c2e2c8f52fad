"""What one call, or one client, may set differently from the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nodai._core.omit import OMIT, Omit

__all__ = ["OMIT", "Omit", "QueryValue", "RequestOptions"]

QueryValue = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions:
    """Options of one call; what is left out comes from the client.

    Args:
        timeout: Seconds that connecting, sending, or waiting for the next bytes may each take. None: no limit.
        deadline: Seconds that the whole call may take, retries and streaming included. None: no limit.
        max_retries: How often a call that failed may be repeated.
        idempotency_key: Makes repeating a POST safe; the SDK makes one for each call when you do not.
        headers: More headers.
        query: More query parameters; a list repeats its name.
    """

    timeout: float | Omit | None = OMIT
    deadline: float | Omit | None = OMIT
    max_retries: int | Omit = OMIT
    idempotency_key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)  # may hold a credential
    query: Mapping[str, QueryValue | list[QueryValue]] = field(default_factory=dict[str, QueryValue | list[QueryValue]])
