"""The engine that answers the input itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodai_mock.workflows.engines.outcome import Outcome, Question, micros, words

if TYPE_CHECKING:
    from nodai_mock._generated.types import EchoEngine


class Echo:
    def __init__(self, definition: EchoEngine) -> None:
        self.max_cost_micros = micros(definition.get("cost_usd"))
        self.max_latency_ms = definition.get("latency_ms", 0)

    def answer(self, question: Question) -> Outcome:
        count = words(question.input)
        return Outcome(
            question.input,
            cost_micros=self.max_cost_micros,
            tokens_input=count,
            tokens_output=count,
            latency_ms=self.max_latency_ms,
        )
