"""Money: whole micro-dollars inside, decimal strings of dollars outside, never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

_SHAPE = re.compile(r"(0|[1-9]\d{0,11})(?:\.(\d{1,6}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of dollars, counted in millionths."""

    micros: int = 0

    @classmethod
    def parse(cls, text: str) -> Money:
        """`Money.parse("0.00125")` → 1250 micro-dollars. ValueError for anything the contract's pattern refuses."""
        match = _SHAPE.fullmatch(text)
        if match is None:
            raise ValueError(f"not an amount of dollars with up to six places: {text!r}")
        whole, places = match.groups()
        return cls(int(whole) * 1_000_000 + int((places or "").ljust(6, "0")))

    @classmethod
    def of(cls, dollars: Decimal) -> Money:
        """A computed amount, rounded up to the next micro-dollar, so that nothing is ever undercharged."""
        return cls(int((dollars * 1_000_000).to_integral_value(ROUND_CEILING)))

    def __str__(self) -> str:
        return usd(self.micros)

    def __add__(self, other: Money) -> Money:
        return Money(self.micros + other.micros)

    def __sub__(self, other: Money) -> Money:
        return Money(self.micros - other.micros)

    def __bool__(self) -> bool:
        return self.micros != 0


def usd(micros: int) -> str:
    """Micro-dollars as the API writes them: `usd(1250)` → `"0.001250"`."""
    sign, amount = ("-", -micros) if micros < 0 else ("", micros)
    return f"{sign}{amount // 1_000_000}.{amount % 1_000_000:06d}"
