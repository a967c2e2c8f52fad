"""Places in lists that are ordered by a time and then an id, for objects whose ids do not sort by time."""

from __future__ import annotations

from datetime import datetime

from nodai_mock.kernel.clock import to_micros
from nodai_mock.kernel.ids import suffix

_WIDTH = 16
_END = (1 << 62, "~")


def place_before(cursor: str | None, prefix: str) -> tuple[int, str]:
    """The `(microseconds, id)` that a page lies before; without a cursor the end of all.

    Every text that the contract's pattern lets through is some place, in the order of texts.
    """
    if cursor is None:
        return _END
    digits = cursor[:_WIDTH]
    if len(digits) == _WIDTH and digits.isdigit():
        return int(digits), prefix + cursor[_WIDTH + 1 :]
    leading = digits[: next((i for i, letter in enumerate(digits) if not letter.isdigit()), len(digits))]
    if not leading and digits:
        return _END
    filler = "0" if leading == digits else "9"
    return int(leading.ljust(_WIDTH, filler)), prefix


def cursor_at(micros: int, identifier: str) -> str:
    """The cursor of the page that follows this object."""
    return f"{micros:0{_WIDTH}d}_{suffix(identifier)}"


def micros_or_none(instant: datetime | None) -> int | None:
    """Stored microseconds of a time that may be missing."""
    return None if instant is None else to_micros(instant)
