"""What engines are asked and what they answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from nodai_mock.kernel.money import Money

if TYPE_CHECKING:
    from nodai_mock._generated.types import RunInput, RunOutput, Source

_PIECE = re.compile(r"\S+\s*|\s+")


@dataclass(slots=True)  # Frozen ones take three times as long to make.
class Question:
    """One input with what an engine may need to know about where it comes from."""

    workflow_id: str
    input: RunInput
    conversation_id: str | None = None
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    key_id: str = ""
    organization_id: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer: a problem's code and its facts."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(slots=True)
class Outcome:
    """An answer with what it cost, or a failure, which costs nothing."""

    output: RunOutput = None
    sources: list[Source] = field(default_factory=list["Source"])
    cost_micros: int = 0
    tokens_input: int = 0
    tokens_output: int = 0
    latency_ms: int = 0
    failure: Failure | None = None


class LocalEngine(Protocol):
    """An engine that answers by itself: the same question always has the same outcome."""

    @property
    def max_cost_micros(self) -> int:
        """No answer costs more."""
        ...

    @property
    def max_latency_ms(self) -> int:
        """No answer takes longer."""
        ...

    def answer(self, question: Question) -> Outcome:
        """The answer. Its latency is for the caller to wait."""
        ...


def text_of(value: RunInput | RunOutput) -> str:
    """A text as it is, an object as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def words(value: RunInput | RunOutput) -> int:
    """The number of words, which stands for tokens where nobody says how many there were."""
    return 0 if value is None else len(text_of(value).split())


def pieces(output: RunOutput) -> list[str]:
    """An answer cut for streaming: word by word with the space that follows; an object in one piece, as JSON."""
    if output is None:
        return []
    return _PIECE.findall(output) if isinstance(output, str) else [text_of(output)]


def micros(amount: str | None) -> int:
    """A definition's amount of dollars in micro-dollars; none is nothing."""
    return 0 if amount is None else Money.parse(amount).micros
