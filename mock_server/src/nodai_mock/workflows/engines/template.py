"""The engine that fills a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nodai_mock.workflows.engines.outcome import Outcome, Question, micros, text_of, words

if TYPE_CHECKING:
    from nodai_mock._generated.types import TemplateEngine

_PLACE = re.compile(r"\{\{\s*(input|conversation_id|workflow_id)\s*\}\}")


class Template:
    def __init__(self, definition: TemplateEngine) -> None:
        self._template = definition["template"]
        self.max_cost_micros = micros(definition.get("cost_usd"))
        self.max_latency_ms = definition.get("latency_ms", 0)

    def answer(self, question: Question) -> Outcome:
        filling = {
            "input": text_of(question.input),
            "conversation_id": question.conversation_id or "",
            "workflow_id": question.workflow_id,
        }
        # In one pass, so that an input which looks like a place stays as it is.
        output = _PLACE.sub(lambda match: filling[match[1]], self._template)
        return Outcome(
            output,
            cost_micros=self.max_cost_micros,
            tokens_input=words(question.input),
            tokens_output=words(output),
            latency_ms=self.max_latency_ms,
        )
