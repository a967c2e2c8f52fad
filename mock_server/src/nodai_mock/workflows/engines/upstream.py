"""The engine that forwards to another server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from nodai_mock.workflows.engines.answers import Answer, Unusable, from_json, from_object, sse_data, texts
from nodai_mock.workflows.engines.gateway import Exchange, Gateway, UpstreamFailed
from nodai_mock.workflows.engines.outcome import Failure, Outcome, Question, micros, pieces, words
from nodai_mock.workflows.engines.price import from_header, from_list

if TYPE_CHECKING:
    from nodai_mock._generated.types import RunOutput, UpstreamEngine

_STREAMS = "text/event-stream"
_TEXT = "text/plain"


class Upstream:
    """A gateway: forwards the input with the ids of who asks, and prices the answer."""

    def __init__(self, definition: UpstreamEngine) -> None:
        self._url = definition["url"]
        self._timeout = definition.get("timeout_ms", 30_000) / 1000
        self._cost_header = definition.get("cost_header")
        self._prices = definition.get("prices", {})
        self.max_cost_micros = micros(definition["max_cost_usd"])

    def ask(self, question: Question, gateway: Gateway) -> Outcome:
        """Forward and wait for the whole answer; a failure is an outcome too."""
        try:
            exchange = self.open(question, gateway, accept="application/json")
            try:
                answer = from_json(b"".join(exchange.chunks()))
            except Unusable as error:
                raise UpstreamFailed(exchange.status, str(error)) from error
        except UpstreamFailed as failed:
            return failure(question, failed)
        return self.priced(question, answer, exchange)

    def open(self, question: Question, gateway: Gateway, *, accept: str) -> Exchange:
        """Forward, and wait for the head of the answer. UpstreamFailed when there is no good one."""
        body: dict[str, Any] = {
            "workflow_id": question.workflow_id,
            "input": question.input,
            "conversation_id": question.conversation_id,
            "metadata": question.metadata,
        }
        headers = {
            "Accept": accept,
            "X-API-Key-Id": question.key_id,
            "X-Organization-Id": question.organization_id,
            "X-Request-ID": question.request_id,
        }
        return gateway.open(self._url, body, headers, self._timeout)

    def stream(self, question: Question, gateway: Gateway) -> UpstreamStream:
        """Forward, and give the answer as it comes. UpstreamFailed when it does not even begin."""
        return UpstreamStream(self, question, self.open(question, gateway, accept=f"{_STREAMS}, application/json"))

    def priced(self, question: Question, answer: Answer, exchange: Exchange) -> Outcome:
        """The outcome of an answer, or of the part of it that was used. Never more than `max_cost_usd`."""
        tokens = answer.tokens or {"input": words(question.input), "output": words(answer.output)}
        named = from_header(exchange.headers.get(self._cost_header)) if self._cost_header else None
        cost = named if named is not None else from_list(self._prices, tokens["input"], tokens["output"])
        return Outcome(
            answer.output, answer.sources, min(cost, self.max_cost_micros), tokens["input"], tokens["output"]
        )


class UpstreamStream:
    """An upstream's answer, piece by piece: events with `delta`, a plain text, or a whole JSON answer cut by us."""

    def __init__(self, engine: Upstream, question: Question, exchange: Exchange) -> None:
        self._engine = engine
        self._question = question
        self._exchange = exchange
        self._answer: Answer | None = None
        self._pieces = self._read()

    def next(self) -> str | None:
        """The next piece, None at the end. UpstreamFailed when it breaks off."""
        try:
            return next(self._pieces, None)
        except Unusable as error:
            raise UpstreamFailed(self._exchange.status, str(error)) from error

    def outcome(self, given: list[str]) -> Outcome:
        """The outcome of what was given out: everything, or less when the run was cancelled."""
        answer = self._answer or Answer("".join(given))
        return self._engine.priced(self._question, answer, self._exchange)

    def failed(self, why: UpstreamFailed) -> Outcome:
        return failure(self._question, why)

    def stop(self) -> None:
        """Let go of the upstream; a `next` that waits comes back."""
        self._exchange.interrupt()

    def _read(self) -> Iterator[str]:
        media_type = self._exchange.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == _STREAMS:
            yield from self._events()
        elif media_type == _TEXT:
            yield from texts(self._exchange.chunks())
        else:
            self._answer = from_json(b"".join(self._exchange.chunks()))
            yield from pieces(self._answer.output)

    def _events(self) -> Iterator[str]:
        given: list[str] = []
        closing: dict[str, Any] = {}
        chunks = self._exchange.chunks()
        try:
            for event in sse_data(chunks):
                if not isinstance(event, dict):
                    raise Unusable("an event is no object")
                members = cast("dict[str, Any]", event)
                if members.get("error") is not None:
                    raise UpstreamFailed(self._exchange.status, "the upstream sent an error")
                delta = members.get("delta")
                if isinstance(delta, str):
                    given.append(delta)
                    yield delta
                closing |= {name: members[name] for name in ("output", "sources", "tokens") if name in members}
        finally:
            self._exchange.close()
        output = cast("RunOutput", closing.get("output"))
        if output is not None and not given:
            yield from pieces(output)
        # What was streamed is the answer; a closing `output` that differs would make the two disagree.
        self._answer = from_object({**closing, "output": "".join(given) if given else output or ""})


def failure(question: Question, failed: UpstreamFailed) -> Outcome:
    """The outcome of an upstream that failed."""
    why = Failure("upstream_error", {"upstream_status": failed.status})
    return Outcome(tokens_input=words(question.input), failure=why)
