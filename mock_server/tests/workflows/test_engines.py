"""The engines: what they answer, what it costs, and that they answer the same every time."""

from __future__ import annotations

from typing import Any

import pytest
from nodai_mock.workflows.engines import LocalEngine, Upstream, compile_engine
from nodai_mock.workflows.engines.outcome import Question, pieces

SCRIPT: dict[str, Any] = {
    "type": "script",
    "rules": [
        {"match": "Password", "answer": "Reset it.", "cost_usd": "0.002", "tokens": {"input": 7, "output": 9}},
        {"match": "pass", "answer": "Never reached by a password.", "cost_usd": "0.005", "latency_ms": 20},
        {"match": "explode", "answer": "", "cost_usd": "0.001", "fails_with": "upstream_error"},
        {"match": '"order":1042', "answer": {"status": "shipped"}},
    ],
    "default": {"answer": "Ask our team.", "sources": [{"title": "Team", "url": None, "snippet": None}]},
}


def local(definition: Any) -> LocalEngine:
    engine = compile_engine(definition)
    assert not isinstance(engine, Upstream)
    return engine


def ask(definition: Any, input: Any, **rest: Any) -> Any:
    return local(definition).answer(Question("wf_1", input, **rest))


def test_the_first_rule_that_matches_answers_whatever_the_case() -> None:
    outcome = ask(SCRIPT, "I forgot my PASSWORD")
    assert outcome.output == "Reset it."
    assert outcome.cost_micros == 2000
    assert (outcome.tokens_input, outcome.tokens_output) == (7, 9)


def test_an_input_without_a_rule_gets_the_default_with_its_sources() -> None:
    outcome = ask(SCRIPT, "Good morning to you")
    assert outcome.output == "Ask our team."
    assert outcome.sources == [{"title": "Team", "url": None, "snippet": None}]
    assert outcome.cost_micros == 0
    assert (outcome.tokens_input, outcome.tokens_output) == (4, 3)


def test_an_object_is_matched_by_its_json_and_may_be_answered_by_an_object() -> None:
    assert ask(SCRIPT, {"order": 1042}).output == {"status": "shipped"}


def test_a_failing_rule_has_no_answer_and_costs_nothing() -> None:
    outcome = ask(SCRIPT, "please explode")
    assert outcome.failure.code == "upstream_error"
    assert outcome.output is None
    assert outcome.cost_micros == 0


def test_the_estimate_of_a_script_is_its_dearest_answer() -> None:
    engine = local(SCRIPT)
    assert engine.max_cost_micros == 5000
    assert engine.max_latency_ms == 20


def test_a_template_is_filled_in_one_pass() -> None:
    definition = {"type": "template", "template": "{{input}} / {{ conversation_id }} / {{workflow_id}} / {{other}}"}
    outcome = ask(definition, "{{workflow_id}}", conversation_id="conv_1")
    assert outcome.output == "{{workflow_id}} / conv_1 / wf_1 / {{other}}"


def test_an_echo_answers_its_input_as_it_is() -> None:
    assert ask({"type": "echo", "cost_usd": "0.0001"}, {"a": [1, None]}).output == {"a": [1, None]}


@pytest.mark.parametrize("input", ["hello", {"b": 1, "a": [True]}, "Grüße 👋\n"])
@pytest.mark.parametrize("definition", [SCRIPT, {"type": "echo"}, {"type": "template", "template": "<{{input}}>"}])
def test_the_same_question_always_has_the_same_outcome(definition: Any, input: Any) -> None:
    assert ask(definition, input) == ask(definition, input)


@pytest.mark.parametrize("text", ["Open Settings, then  Security.\n", " leading", "one", "", "a\u00a0b 👋 c"])
def test_the_pieces_of_a_text_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_the_pieces_of_a_part_are_a_part_of_the_pieces() -> None:
    whole = pieces("one  two three\nfour")
    assert [pieces("".join(whole[:count])) for count in range(len(whole))] == [whole[:c] for c in range(len(whole))]


def test_an_object_is_streamed_whole() -> None:
    assert pieces({"a": 1}) == ['{"a":1}']
    assert pieces(None) == []
