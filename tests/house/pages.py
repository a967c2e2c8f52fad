"""Reads the examples of a page: what is typed, and what the page says comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass

FENCE = re.compile(r"^```(\w+)\n(.*?)^```\n(?:```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    language: str
    source: str
    expected: str | None  # what follows in a `text` block; `…` stands for anything


def examples(page: str, *languages: str) -> list[Example]:
    found = (Example(*match.groups()) for match in FENCE.finditer(page))
    return [example for example in found if example.language in languages]


def matches(expected: str, printed: str) -> bool:
    """Whether what was printed is what the page says, where `…` is any text."""
    pattern = ".*?".join(re.escape(part) for part in expected.strip().split("…"))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None
