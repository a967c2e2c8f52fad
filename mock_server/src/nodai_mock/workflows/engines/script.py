"""The engine that answers by rules: the first whose text is in the input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodai_mock.workflows.engines.outcome import Failure, Outcome, Question, micros, text_of, words

if TYPE_CHECKING:
    from nodai_mock._generated.types import ScriptAnswer, ScriptEngine, ScriptRule, Tokens


@dataclass(frozen=True, slots=True)
class _Answer:
    match: str
    outcome: Outcome
    tokens: Tokens | None


class Script:
    def __init__(self, definition: ScriptEngine) -> None:
        self._rules = [_compiled(rule, rule["match"].casefold()) for rule in definition.get("rules", ())]
        self._default = _compiled(definition["default"], "")
        answers = [*self._rules, self._default]
        self.max_cost_micros = max(answer.outcome.cost_micros for answer in answers)
        self.max_latency_ms = max(answer.outcome.latency_ms for answer in answers)

    def answer(self, question: Question) -> Outcome:
        text = text_of(question.input).casefold()
        chosen = next((rule for rule in self._rules if rule.match in text), self._default)
        found = chosen.outcome
        tokens_input = chosen.tokens["input"] if chosen.tokens is not None else words(question.input)
        if found.failure is not None:
            return Outcome(tokens_input=tokens_input, latency_ms=found.latency_ms, failure=found.failure)
        return Outcome(
            found.output,
            found.sources,
            found.cost_micros,
            tokens_input,
            chosen.tokens["output"] if chosen.tokens is not None else words(found.output),
            found.latency_ms,
        )


def _compiled(answer: ScriptRule | ScriptAnswer, match: str) -> _Answer:
    code = answer.get("fails_with")
    facts: dict[str, object] = {"upstream_status": None} if code == "upstream_error" else {}
    outcome = Outcome(
        answer["answer"],
        answer.get("sources", []),
        micros(answer.get("cost_usd")),
        latency_ms=answer.get("latency_ms", 0),
        failure=None if code is None else Failure(code, facts),
    )
    return _Answer(match, outcome, answer.get("tokens"))
