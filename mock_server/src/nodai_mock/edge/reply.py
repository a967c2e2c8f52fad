"""What a view may answer besides a plain body: headers of its own, a stream of events, or bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")
Headers: TypeAlias = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Reply(Generic[T]):
    """A body with headers of the view's own."""

    body: T
    headers: Headers = ()


Returns: TypeAlias = T | Reply[T]


class Frame(NamedTuple):
    """One server-sent event; `data` becomes JSON."""

    event: str
    id: str
    data: Any


@dataclass(slots=True)
class Stream:
    """Server-sent events; None in between is a heartbeat. The iterator is closed when the client goes away.

    With `slow`, it is drawn from in a thread of its own and comments keep the connection alive meanwhile.
    """

    frames: Iterator[Frame | tuple[str, str, Any] | None]
    headers: Headers = ()
    slow: bool = False


@dataclass(slots=True)
class Download:
    """Bytes with a media type of the view's own, whole or in pieces."""

    content: bytes | Iterable[bytes]
    headers: Headers = ()
    content_type: str | None = None
    filename: str | None = None
