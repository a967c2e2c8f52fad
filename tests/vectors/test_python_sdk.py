"""The vectors of exchanges, run by the Python SDK: sync and async, over a scripted server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import nodai
import pytest
from nodai import AsyncNodAI, NodAI, RequestOptions, errors
from pydantic import BaseModel

from tests.vectors.operations import arguments
from tests.vectors.play import API_KEY, BASE_URL, Play
from tests.vectors.vectors import EXCHANGES, Vector, load, name

VECTORS = [vector for file in EXCHANGES for vector in load(file)]
Outcome = dict[str, Any]


def config(vector: Vector) -> dict[str, Any]:
    return {"api_key": API_KEY, "base_url": BASE_URL, **vector.get("config", {})}


def method_of(client: NodAI | AsyncNodAI, vector: Vector) -> tuple[Any, list[Any], dict[str, Any]]:
    """The bound method, and the arguments by position and by name."""
    target: Any = client
    for step in vector["operation"].split("."):
        target = getattr(target, step)
    positional, named = arguments(vector["operation"], vector["args"])
    if "options" in vector:
        named["options"] = RequestOptions(**vector["options"])
    return target, positional, named


@contextmanager
def catching(outcome: Outcome) -> Iterator[None]:
    try:
        yield
    except nodai.NodAIError as error:
        outcome["error"] = error


def run_sync(vector: Vector) -> tuple[Outcome, Play]:
    play, outcome, delays = Play(vector), Outcome(), list[float]()
    outcome["delays"] = delays
    with httpx.Client(transport=httpx.MockTransport(play)) as http, NodAI(http_client=http, **config(vector)) as client:
        client.sleep = delays.append
        method, positional, named = method_of(client, vector)
        with catching(outcome):
            result = method(*positional, **named)
            if isinstance(result, nodai.Pages):
                collect(outcome, "items", result)
            elif isinstance(result, nodai.Stream):
                with result:
                    collect(outcome, "events", result)
                outcome["run"] = result.final_run()
            else:
                outcome["result"] = result
    return outcome, play


def collect(outcome: Outcome, key: str, things: Any) -> None:
    outcome[key] = []
    for thing in things:
        outcome[key].append(thing)


async def run_async(vector: Vector) -> tuple[Outcome, Play]:
    play, outcome, delays = Play(vector), Outcome(), list[float]()
    outcome["delays"] = delays

    async def sleep(seconds: float) -> None:
        delays.append(seconds)

    transport = httpx.MockTransport(play.answer)
    async with (
        httpx.AsyncClient(transport=transport) as http,
        AsyncNodAI(http_client=http, **config(vector)) as client,
    ):
        client.sleep = sleep
        method, positional, named = method_of(client, vector)
        with catching(outcome):
            result = method(*positional, **named)
            if isinstance(result, nodai.AsyncPages):
                await acollect(outcome, "items", result)
            elif isinstance(result, nodai.AsyncStream):
                async with result:
                    await acollect(outcome, "events", result)
                outcome["run"] = await result.final_run()
            else:
                outcome["result"] = await result
    return outcome, play


async def acollect(outcome: Outcome, key: str, things: AsyncIterator[Any]) -> None:
    outcome[key] = []
    async for thing in things:
        outcome[key].append(thing)


@pytest.mark.parametrize("vector", VECTORS, ids=name)
def test_sync(vector: Vector) -> None:
    check(vector, *run_sync(vector))


@pytest.mark.parametrize("vector", VECTORS, ids=name)
async def test_async(vector: Vector) -> None:
    check(vector, *await run_async(vector))


def check(vector: Vector, outcome: Outcome, play: Play) -> None:
    expected: Vector = vector["expect"]
    error = outcome.get("error")
    if "error" not in expected and error is not None:
        raise error
    assert len(play.requests) == expected["attempts"]
    if "error" in expected:
        check_error(error, expected["error"])
    if "result" in expected:
        assert_subset(plain(outcome["result"]), expected["result"])
    if "items" in expected:
        assert [item.id for item in outcome["items"]] == expected["items"]
    if "events" in expected:
        assert_subset([plain(event) for event in outcome.get("events", [])], expected["events"])
    if "text" in expected:
        assert "".join(getattr(event, "delta", "") for event in outcome["events"]) == expected["text"]
    if "run" in expected:
        assert_subset(plain(outcome["run"]), expected["run"])
    if "meta" in expected:
        check_meta(outcome["result"].meta, expected["meta"])
    if "delays" in expected:
        check_delays(outcome["delays"], expected["delays"])
    keys = {request.headers.get("idempotency-key") for request in play.requests}
    assert len(keys) <= 1, "every attempt carries the same Idempotency-Key"


def check_error(error: nodai.NodAIError | None, expected: Vector) -> None:
    assert error is not None, "no error was raised"
    assert type(error) is getattr(errors, expected["class"]), repr(error)
    for field in ("status", "code", "request_id", "retry_after_seconds"):
        if field in expected:
            assert getattr(error, field) == expected[field]
    if "body" in expected:
        assert error.body.decode() == expected["body"]
    if "retry_after_seconds" in expected:
        assert error.retry_at is not None
    for fact in expected.get("facts", {}):
        value = getattr(error, fact)
        assert value is not None
        assert str(value)


def check_meta(meta: nodai.Meta, expected: Vector) -> None:
    limit = meta.rate_limit
    told = {
        "request_id": meta.request_id,
        "status": meta.status,
        "idempotent_replayed": meta.idempotent_replayed,
        "cost_usd": None if meta.cost_usd is None else str(meta.cost_usd),
        "rate_limit": {
            **limit._asdict(),
            "resets_at": limit.resets_at and limit.resets_at.isoformat().replace("+00:00", "Z"),
            "policies": [policy._asdict() for policy in limit.policies],
        },
    }
    assert_subset(told, expected)


def check_delays(delays: list[float], expected: list[Any]) -> None:
    waits = [delay for delay in delays if delay] + [0.0] * (len(expected) - len([delay for delay in delays if delay]))
    assert len(waits) == len(expected)
    for wait, bound in zip(waits, expected, strict=True):
        assert 0 <= wait <= bound["at_most"] if isinstance(bound, dict) else wait == pytest.approx(bound)


def plain(value: object) -> Any:
    return json.loads(value.model_dump_json()) if isinstance(value, BaseModel) else value


def assert_subset(got: Any, expected: Any) -> None:
    """Everything that is expected is there; objects may have more, lists may not."""
    if isinstance(expected, dict):
        assert isinstance(got, dict)
        for key, value in expected.items():
            assert_subset(got[key], value)
    elif isinstance(expected, list):
        assert isinstance(got, list)
        assert len(got) == len(expected)
        for one, other in zip(got, expected, strict=True):
            assert_subset(one, other)
    else:
        assert got == expected
