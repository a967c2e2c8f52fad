"""The limiter: a call that the server would refuse is not spent."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest
from nodai import NodAI
from nodai._core.fields import named_items
from nodai._core.operation import Operation
from nodai.limiter import Limiter, LimitReached

from tests.vectors.vectors import SAMPLES

if TYPE_CHECKING:
    from nodai.testing import NodAIMock

READ = Operation("workflows.get", "GET", ("/x",), "json", "Workflow")
QUERY = Operation("workflows.query", "POST", ("/x",), "json", "Run", metered=True)


def answer(left: int, resets: int, *, name: str = "key", quota: str = "q=5;w=50") -> list[tuple[bytes, bytes]]:
    return [
        (b"RateLimit-Policy", f'"{name}";{quota}'.encode()),
        (b"RateLimit", f'"{name}";r={left};t={resets}'.encode()),
    ]


def learned(limiter: Limiter, left: int, resets: int, now: float = 0.0, name: str = "key") -> None:
    assert limiter.ahead(READ, now, None) == 0
    limiter.learn(READ, 200, answer(left, resets, name=name), now)


def test_nothing_is_held_back_before_an_answer_has_told_a_limit() -> None:
    limiter = Limiter()

    assert [limiter.ahead(QUERY, 0.0, None) for _ in range(100)] == [0.0] * 100


def test_exactly_what_is_left_goes_and_the_next_waits_for_the_reset() -> None:
    limiter = Limiter()
    learned(limiter, left=2, resets=30)

    assert [limiter.ahead(READ, 10.0, None) for _ in range(4)] == [0.0, 0.0, 20.0, 20.0]
    assert limiter.ahead(READ, 30.0, None) == 0.0


def test_after_a_reset_calls_go_at_the_pace_of_the_quota_until_an_answer_tells_more() -> None:
    limiter = Limiter()
    learned(limiter, left=0, resets=30)

    assert [limiter.ahead(READ, 30.0, None) for _ in range(2)] == [0.0, 1.0]
    assert limiter.ahead(READ, 31.0, None) == 0.0
    limiter.learn(READ, 200, answer(4, 20), 31.0)
    assert [limiter.ahead(READ, 31.0, None) for _ in range(4)] == [0.0, 0.0, 0.0, 20.0]


def test_calls_in_flight_count_as_spent() -> None:
    limiter = Limiter()
    for _ in range(3):
        limiter.ahead(READ, 0.0, None)
    limiter.learn(READ, 200, answer(3, 30), 0.0)

    assert [limiter.ahead(READ, 0.0, None) for _ in range(2)] == [0.0, 30.0]


def test_an_answer_that_was_overtaken_gives_nothing_back() -> None:
    limiter = Limiter()
    for _ in range(2):
        limiter.ahead(READ, 0.0, None)
    limiter.learn(READ, 200, answer(1, 30), 0.0)
    limiter.learn(READ, 200, answer(9, 30), 0.0)

    assert limiter.ahead(READ, 0.0, None) == 30.0


def test_a_cancelled_call_is_forgotten_in_time() -> None:
    limiter = Limiter()
    limiter.ahead(READ, 0.0, None)
    limiter.ahead(READ, 200.0, None)
    limiter.ahead(READ, 200.0, None)
    limiter.learn(READ, 200, answer(1, 30), 200.0)

    assert limiter.ahead(READ, 200.0, None) == 30.0
    limiter.learn(READ, 200, answer(2, 30), 400.0)
    assert limiter.ahead(READ, 400.0, None) == 0.0


def test_threads_share_one_count() -> None:
    limiter = Limiter()
    learned(limiter, left=50, resets=30)

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: limiter.ahead(READ, 0.0, None), range(200)))

    assert waits.count(0.0) == 50


@pytest.mark.parametrize(
    ("limiter", "deadline"), [(Limiter(wait=False), None), (Limiter(max_wait_seconds=5), None), (Limiter(), 20.0)]
)
def test_a_wait_that_is_too_long_is_refused_before_anything_is_spent(limiter: Limiter, deadline: float | None) -> None:
    learned(limiter, left=0, resets=30)

    with pytest.raises(LimitReached, match="in 30 s") as caught:
        limiter.ahead(READ, 0.0, deadline)

    assert caught.value.retry_after_seconds == 30
    assert caught.value.retry_at is not None


def test_retry_after_holds_back_and_money_only_what_costs_money() -> None:
    limiter = Limiter()
    limiter.ahead(QUERY, 0.0, None)
    limiter.learn(QUERY, 402, [(b"Retry-After", b"7")], 0.0)

    assert limiter.ahead(QUERY, 0.0, None) == 7.0
    assert limiter.ahead(READ, 0.0, None) == 0.0
    limiter.learn(READ, 503, [(b"Retry-After", b"3")], 0.0)
    assert limiter.ahead(READ, 0.0, None) == 3.0


def test_a_used_up_quota_does_not_hold_back_what_it_does_not_count() -> None:
    limiter = Limiter()
    learned(limiter, left=0, resets=30, name="quota")

    assert limiter.ahead(READ, 0.0, None) == 0.0
    assert limiter.ahead(QUERY, 0.0, None) == 30.0


def test_a_client_with_a_limiter_is_never_refused() -> None:
    """Ten calls against three in ten seconds: the server, its window and the clock are simulated."""
    now = 0.0
    admitted: list[float] = []
    refused = 0

    def serve(request: httpx.Request) -> httpx.Response:
        nonlocal refused
        held = [at for at in admitted if at > now - 10]
        if len(held) >= 3:
            refused += 1
            return httpx.Response(429, headers={"Retry-After": "1"})
        admitted.append(now)
        resets = math.ceil([*held, now][0] + 10 - now)
        return httpx.Response(200, json=SAMPLES["workflow"], headers=answer(2 - len(held), resets, quota="q=3;w=10"))

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    with (
        httpx.Client(transport=httpx.MockTransport(serve)) as http,
        NodAI("nk_test", http_client=http, limiter=Limiter()) as client,
    ):
        client._core.clock, client.sleep = lambda: now, sleep
        for _ in range(10):
            client.workflows.get("wf_support")

    assert (len(admitted), refused) == (10, 0)


def test_a_limit_of_the_reference_server_is_met_without_a_refused_call(nodai_mock: NodAIMock) -> None:
    client = nodai_mock.client(nodai_mock.limited_key, limiter=Limiter())
    for _ in range(5):
        client.workflows.query("wf_support", input="How do I reset my password?")

    with pytest.raises(LimitReached):
        client.workflows.query("wf_support", input="How do I reset my password?")
    assert [entry.status for entry in nodai_mock.journal() if entry.operation == "workflows.query"] == [200] * 5


@pytest.mark.parametrize(
    ("field", "items"),
    [
        ('"burst";q=200;w=20, "key";q=1000;w=3600', {"burst": {"q": 200, "w": 20}, "key": {"q": 1000, "w": 3600}}),
        ('"a,b;c";r=1;t=2', {"a,b;c": {"r": 1, "t": 2}}),
        (r'"a\"b";r=1', {'a"b': {"r": 1}}),
        ('default;r=50;pk=:dHJpYWwxMjM=:;qu="requests"', {"default": {"r": 50}}),
        ('"a";r=1 ,\t"b" ; r=2', {}),
        ('"a";r=1,"b"; r=2', {"a": {"r": 1}, "b": {"r": 2}}),
        ('"a";r=1,', {}),
        ("999999, nonsense=", {}),
        ("", {}),
    ],
)
def test_structured_fields_are_read_as_the_rfc_says(field: str, items: dict[str, dict[str, int]]) -> None:
    assert named_items(field) == items
