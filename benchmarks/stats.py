"""Medians and spreads: what is said about many rounds."""

from __future__ import annotations

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A median with its quartiles."""

    median: float
    low: float
    high: float
    rounds: int

    @classmethod
    def of(cls, values: list[float]) -> Figure:
        if not values:
            raise ValueError("no rounds to summarise")
        if len(values) == 1:
            return cls(values[0], values[0], values[0], 1)
        low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(middle, low, high, len(values))

    def text(self, places: int = 2) -> str:
        median, low, high = (
            f"{round(value, places) + 0.0:,.{places}f}" for value in (self.median, self.low, self.high)
        )
        return median if self.rounds == 1 else f"{median} ({low}–{high})"


def ratios(pairs: list[tuple[float, float]]) -> Figure:
    """Second over first, round by round: what disturbs the machine disturbs both halves of a round."""
    return Figure.of([second / first for first, second in pairs if first > 0])
