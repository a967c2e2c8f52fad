"""The kinds of limit there are: one line each."""

from typing import cast

from nodai_mock.limits import bucket, budget, quota, window
from nodai_mock.limits.counter import Kind

KINDS: dict[str, Kind] = {
    "window": cast("Kind", window),
    "bucket": cast("Kind", bucket),
    "quota": cast("Kind", quota),
    "budget": cast("Kind", budget),
}
MONTHLY = frozenset({"quota", "budget"})
"""Kinds whose counter belongs to a calendar month and is rebuilt from the request rows when the month is another."""
