"""What a gateway's call costs: by a header of the upstream, or by a price list."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from nodai_mock.kernel.money import Money

if TYPE_CHECKING:
    from nodai_mock._generated.types import Prices

_MOST = Decimal(10**12)


def from_header(value: str | None) -> int | None:
    """The micro-dollars that a header names; None when there is none or it makes no sense."""
    if value is None:
        return None
    try:
        dollars = Decimal(value.strip())
    except InvalidOperation:
        return None
    return Money.of(dollars).micros if dollars.is_finite() and 0 <= dollars < _MOST else None


def from_list(prices: Prices, tokens_input: int, tokens_output: int) -> int:
    """The micro-dollars by the price list, rounded up once, at the end."""
    dollars = Decimal(prices.get("per_request_usd") or 0)
    dollars += Decimal(prices.get("per_1000_input_tokens_usd") or 0) * tokens_input / 1000
    dollars += Decimal(prices.get("per_1000_output_tokens_usd") or 0) * tokens_output / 1000
    return Money.of(dollars).micros
